"""What is cut off where a picture ends: ways that lead out of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import cv2
import numpy as np
import pytest

from derender.photo.maps import Maps
from derender.tracing.connector_judge import ConnectorJudge
from derender.tracing.figure import figure_of
from derender.tracing.judges import Judges, ShapeJudges
from derender.tracing.paths import Way, are_sides, between, between_sides, ways
from derender.tracing.strokes import Traces, traces_of
from derender.tracing.way_network import WayJudgements


def leading_out(*, crossed: bool, beyond: int = 0) -> tuple[Traces, np.ndarray]:
    """A circle with a stroke that leads to the right border, which another stroke crosses there or not, and the circle's outline; so many
    columns of the view lie beyond the picture."""
    geometry = np.zeros((160, 300), np.uint8)
    cv2.circle(geometry, (70, 80), 40, 1, 3)
    cv2.line(geometry, (110, 80), (298, 80), 1, 3)
    if crossed:
        cv2.line(geometry, (296, 50), (296, 110), 1, 3)
    seen = np.pad(np.where(geometry > 0, 1.0, 1e-6).astype(np.float32), ((0, 0), (0, beyond)))
    turn = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    outline = (np.stack([np.cos(turn), np.sin(turn)], -1) * 40 + (70.5, 80.5)).astype(np.float32)
    return traces_of(Maps(seen, np.zeros_like(seen), np.zeros_like(seen), np.ones_like(seen))), outline


@pytest.mark.parametrize("beyond", [0, 25])
def test_the_border_is_the_pictures_not_the_views(beyond: int) -> None:
    traces, outline = leading_out(crossed=False, beyond=beyond)
    assert between(traces, [outline]).from_border(np.array([290.0, 80.0])) == 9


@pytest.mark.parametrize("crossed", [False, True])
def test_a_way_leads_out_of_the_picture_also_where_strokes_cross_at_its_border(crossed: bool) -> None:
    traces, outline = leading_out(crossed=crossed)
    found = ways(between(traces, [outline]), traces.height)
    assert any(way.second is None and np.hypot(*(way.points[-1] - (296, 80))) < 6 for way in found)


def loose(*points: tuple[float, float]) -> Way:
    path = np.array(points)
    return Way(path, 0, None, float(np.hypot(*np.diff(path, axis=0).T).sum()), 0.0, frozenset())


TRACES, OUTLINE = leading_out(crossed=False)
BELOW_BORDER = between(TRACES, [OUTLINE])


def test_two_short_ways_from_one_place_at_a_sharp_angle_are_sides_of_a_head() -> None:
    side, other = loose((100, 50), (85, 20)), loose((103, 50), (120, 20))
    assert are_sides(side, other, BELOW_BORDER, 60.0)
    # Far apart, at a wide angle, or long, they are arrows of their own.
    assert not are_sides(side, loose((130, 50), (147, 20)), BELOW_BORDER, 60.0)
    assert not are_sides(side, loose((103, 50), (140, 60)), BELOW_BORDER, 60.0)
    assert not are_sides(side, loose((103, 110), (120, 20)), BELOW_BORDER, 60.0)


def test_ways_that_end_far_from_the_border_are_no_sides_of_a_head_that_is_cut_off() -> None:
    side, other = loose((100, 100), (85, 70)), loose((103, 100), (120, 70))
    assert not are_sides(side, other, BELOW_BORDER, 60.0)


def test_a_way_to_another_shape_is_no_side_of_a_head() -> None:
    side = loose((100, 50), (85, 20))
    joining = Way(np.array([(103.0, 50.0), (120.0, 20.0)]), 0, 1, 35.0, 0.0, frozenset())
    assert not are_sides(side, joining, BELOW_BORDER, 60.0)


def test_an_arrow_lies_between_the_sides_of_its_head() -> None:
    way = between_sides(loose((98, 50), (85, 20)), loose((102, 50), (110, 40), (119, 20)))
    assert way.points.tolist() == [[100, 50], [102, 20]]
    assert way.second is None


def sure_of_all(ways: Sequence[Way], *_: object) -> WayJudgements:
    """Every way is a connector with a head at its end."""
    return WayJudgements(np.full(len(ways), 2.0), np.tile([0.0, 1.0], (len(ways), 1)))


def test_of_an_arrow_that_is_cut_off_behind_its_head_the_head_is_at_the_shape() -> None:
    geometry = np.zeros((220, 420), np.uint8)
    for x in (90, 330):
        cv2.circle(geometry, (x, 150), 50, 1, 4)
    cv2.line(geometry, (140, 150), (280, 150), 1, 4)
    # Beyond its tip at the first circle only the sides of a large head are seen.
    for x in (62, 118):
        cv2.line(geometry, (90, 98), (x, 48), 1, 4)
    seen = np.where(geometry > 0, 1.0, 1e-6).astype(np.float32)
    # The picture ends above them.
    seen = np.ascontiguousarray(seen[30:])
    maps = Maps(seen, np.full_like(seen, 1e-6), np.full_like(seen, 1e-6), np.ones_like(seen))
    figure = figure_of(maps, Judges(ShapeJudges.load(), cast(ConnectorJudge, sure_of_all)))
    assert len(figure.shapes) == 2
    (arrow,) = (c for c in figure.connectors if c.points[:, 1].min() < 50)
    assert arrow.head
    assert np.hypot(*(arrow.points[-1] - (90, 70))) < 10
    assert np.hypot(*(arrow.points[0] - (90, 18))) < 10
