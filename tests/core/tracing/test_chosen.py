"""Which of the regions that may be shapes are taken for shapes."""

from __future__ import annotations

import numpy as np
import pytest

from derender.photo.maps import Maps
from derender.tracing.figure import chosen
from derender.tracing.regions import Region, nearest_on
from derender.tracing.strokes import Traces, traces_of


def box(left: float, top: float, right: float, low: float) -> Region:
    corners = np.array([(left, top), (right, top), (right, low), (left, low)], np.float32)
    return Region(corners, (left, top, right, low), 1.0, 0.0)


def traces() -> Traces:
    """Of strokes about 3 pixels wide; shapes are as high as where nothing is enclosed."""
    seen = np.zeros((200, 400), np.float32)
    seen[100:103, 20:380] = 1.0
    return traces_of(Maps(seen, np.zeros_like(seen), np.zeros_like(seen), np.ones_like(seen)))


LEFT, RIGHT = box(20, 20, 120, 90), box(200, 20, 300, 90)


def taken(regions: list[Region], odds: list[float]) -> list[int]:
    """The numbers of the regions that are taken."""
    return [next(k for k, region in enumerate(regions) if region is one) for one, _ in chosen(regions, np.array(odds), traces(), -1.0)]


def test_the_likeliest_come_first_and_nothing_that_covers_them() -> None:
    around, within = box(10, 10, 130, 100), box(60, 40, 90, 60)
    assert taken([within, LEFT, around, RIGHT], [1.0, 4.0, 3.0, 5.0]) == [3, 1]
    assert taken([LEFT, RIGHT], [-2.0, 1.0]) == [1]


@pytest.mark.parametrize(("odds", "is_shape"), [(1.5, False), (2.5, True)])
def test_what_two_shapes_and_their_connectors_enclose_is_none_if_it_is_doubtful(odds: float, is_shape: bool) -> None:
    loop = box(122, 40, 198, 90)
    assert taken([LEFT, RIGHT, loop], [5.0, 5.0, odds]) == ([0, 1, 2] if is_shape else [0, 1])


@pytest.mark.parametrize("loop", [box(122, 40, 180, 90), box(150, 100, 190, 140), box(140, 40, 180, 90)])
def test_what_runs_along_one_shape_or_along_none_stays(loop: Region) -> None:
    assert taken([LEFT, RIGHT, loop], [5.0, 5.0, 0.5]) == [0, 1, 2]


def test_two_shapes_whose_corners_it_touches_do_not_enclose_a_region() -> None:
    between = box(121, 91, 199, 160)
    assert taken([LEFT, RIGHT, between], [5.0, 5.0, 0.5]) == [0, 1, 2]


def test_the_nearest_point_of_an_outline() -> None:
    feet, away = nearest_on(LEFT.outline, np.array([(70.0, 10.0), (130.0, 100.0), (120.0, 50.0)]))
    np.testing.assert_allclose(feet, [(70, 20), (120, 90), (120, 50)])
    np.testing.assert_allclose(away, [10, np.hypot(10, 10), 0])
