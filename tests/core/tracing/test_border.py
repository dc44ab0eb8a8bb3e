"""What is cut off where a picture ends: ways that lead out of it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from derender.photo.maps import Maps
from derender.tracing.paths import Way, are_sides, between, ways
from derender.tracing.strokes import Traces, traces_of


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


def test_two_short_ways_from_one_place_at_a_sharp_angle_are_sides_of_a_head() -> None:
    side = loose((100, 50), (85, 20))
    assert are_sides(side, loose((103, 50), (120, 20)), 60.0)
    # Far apart, at a wide angle, or long, they are arrows of their own.
    assert not are_sides(side, loose((130, 50), (147, 20)), 60.0)
    assert not are_sides(side, loose((103, 50), (140, 60)), 60.0)
    assert not are_sides(side, loose((103, 50), (140, -50)), 60.0)


def test_a_way_to_another_shape_is_no_side_of_a_head() -> None:
    side = loose((100, 50), (85, 20))
    joining = Way(np.array([(103.0, 50.0), (120.0, 20.0)]), 0, 1, 35.0, 0.0, frozenset())
    assert not are_sides(side, joining, 60.0)
