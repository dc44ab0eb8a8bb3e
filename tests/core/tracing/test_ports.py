"""Where strokes lead to shapes: beyond heads of all kinds, over what an arrow keeps away, straight ahead and not to what is nearest."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from derender.photo.maps import Maps
from derender.tracing.graph import Points
from derender.tracing.paths import Way, between, ways
from derender.tracing.strokes import traces_of

Place = tuple[int, int]

LEFT: Place = (30, 60)
"""The corner of the shape that arrows come from; shapes are squares of `SIDE` pixels."""

SIDE = 60


def drawing(*shapes: Place) -> np.ndarray:
    mask = np.zeros((260, 460), np.uint8)
    for x, y in shapes:
        cv2.rectangle(mask, (x, y), (x + SIDE, y + SIDE), 1, 3)
    return mask


def joined(mask: np.ndarray, *shapes: Place) -> list[Way]:
    """Ways from one of the shapes to another."""
    drawn = mask.astype(np.float32)
    traces = traces_of(Maps(drawn, np.zeros_like(drawn), np.zeros_like(drawn), np.ones_like(drawn)))
    outlines = [np.array([(x, y), (x + SIDE, y), (x + SIDE, y + SIDE), (x, y + SIDE)], np.float32) for x, y in shapes]
    return [way for way in ways(between(traces, outlines), traces.height) if way.second not in (None, way.first)]


def from_point(way: Way, place: Place) -> float:
    """Pixels from the nearer of a way's ends."""
    return float(np.hypot(*(way.points[[0, -1]] - place).T).min())


def headed(mask: np.ndarray, start: Place, tip: Place, kind: str, size: int = 22) -> None:
    """Draw an arrow."""
    along: Points = np.subtract(tip, start) / np.hypot(*np.subtract(tip, start))
    base, across = tip - size * along, np.array([-along[1], along[0]])
    corners = np.rint([base + 0.4 * size * across, tip, base - 0.4 * size * across]).astype(np.int32)
    cv2.line(mask, start, tip if kind == "open" else tuple(np.rint(base).astype(int).tolist()), 1, 3)
    cv2.polylines(mask, [corners], kind != "open", 1, 3)
    if kind == "filled":
        cv2.fillPoly(mask, [corners], 1)


@pytest.mark.parametrize("kind", ["open", "closed", "filled"])
@pytest.mark.parametrize("gap", [3, 12, 25])
def test_an_arrow_leads_on_beyond_its_head(kind: str, gap: int) -> None:
    right = (300, 60)
    mask = drawing(LEFT, right)
    headed(mask, (95, 90), (right[0] - gap, 90), kind)
    (way,) = joined(mask, LEFT, right)
    # The farther the less exactly.
    assert from_point(way, (right[0], 90)) < 8 + 0.15 * gap
    assert from_point(way, (90, 90)) < 6


@pytest.mark.parametrize("kind", ["open", "filled"])
def test_a_slanting_arrow_arrives_straight_ahead(kind: str) -> None:
    right = (300, 130)
    mask = drawing(LEFT, right)
    # It would reach the side of the shape at (300, 160); the nearest point of that lies above.
    headed(mask, (95, 90), (278, 152), kind)
    (way,) = joined(mask, LEFT, right)
    assert from_point(way, (300, 160)) < 9


@pytest.mark.parametrize("frayed", [(274, 98), (272, 106)])
def test_a_thick_pen_leads_where_its_stroke_does_not_where_its_end_is_frayed(frayed: Place) -> None:
    right = (300, 60)
    mask = drawing(LEFT, right)
    cv2.line(mask, (95, 90), (268, 90), 1, 9)
    cv2.line(mask, (268, 90), frayed, 1, 9)
    (way,) = joined(mask, LEFT, right)
    assert from_point(way, (right[0], 90)) < 15


@pytest.mark.parametrize(("end", "leads"), [(285, False), (235, True)])
def test_what_runs_past_a_shape_does_not_lead_to_it(end: int, leads: bool) -> None:
    below = (225, 110)
    mask = drawing(LEFT, below)
    # It ends as near to the shape in both cases; in one it has passed it.
    cv2.line(mask, (95, 90 if end == 285 else 60), (end, 90), 1, 3)
    assert bool(joined(mask, LEFT, below)) == leads


def test_an_arrow_that_ends_far_away_leads_to_nothing() -> None:
    right = (380, 60)
    mask = drawing(LEFT, right)
    headed(mask, (95, 90), (right[0] - round(1.6 * SIDE), 90), "open")
    assert not joined(mask, LEFT, right)
