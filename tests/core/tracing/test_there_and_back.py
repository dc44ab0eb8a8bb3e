"""Arrows there and back between two shapes are two connectors, and the paper between them is no shape."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from derender.photo.maps import Maps
from derender.rendering.strokes import bend_controls
from derender.tracing.figure import figure_of
from derender.tracing.judges import Judges
from derender.tracing.paths import between, ways
from derender.tracing.regions import regions
from derender.tracing.strokes import traces_of

RADIUS, LEFT, RIGHT = 42, (110, 170), (430, 170)


def photographed(bends: tuple[int, ...], *, back: bool = True, upright: bool = False) -> Maps:
    """Two circles, joined by arrows that bend so: the first leads to the right, each other one back or the same way."""
    seen = np.zeros((340, 540), np.uint8)
    for middle in (LEFT, RIGHT):
        cv2.circle(seen, middle, RADIUS, 1, 4)
    for number, bend in enumerate(bends):
        first, last = (LEFT, RIGHT) if not (number and back) else (RIGHT, LEFT)
        aside, ahead = math.radians(bend) * 0.7, math.atan2(last[1] - first[1], last[0] - first[0])
        start = first[0] + RADIUS * math.cos(ahead - aside), first[1] + RADIUS * math.sin(ahead - aside)
        end = last[0] - RADIUS * math.cos(ahead + aside), last[1] - RADIUS * math.sin(ahead + aside)
        (x1, y1), (x2, y2) = bend_controls((start[0], -start[1]), (end[0], -end[1]), bend)
        t = np.linspace(0, 1, 60)[:, None]
        weights = np.concatenate([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], 1)
        curve = weights @ np.array([start, (x1, -y1), (x2, -y2), end])
        cv2.polylines(seen, [np.rint(curve).astype(np.int32)], False, 1, 4)
        along = (curve[-1] - curve[-6]) / np.hypot(*(curve[-1] - curve[-6]))
        for side in (0.5, -0.5):
            turned = np.array([[math.cos(side), -math.sin(side)], [math.sin(side), math.cos(side)]]) @ along
            cv2.line(seen, np.rint(curve[-1]).astype(int).tolist(), np.rint(curve[-1] - 18 * turned).astype(int).tolist(), 1, 4)
    blurred = cv2.GaussianBlur(seen.astype(np.float32), (0, 0), 0.7)
    ink = np.ascontiguousarray(blurred.T if upright else blurred, dtype=np.float32)
    return Maps(ink, np.zeros_like(ink), np.zeros_like(ink), np.ones_like(ink))


@pytest.mark.parametrize("upright", [False, True])
@pytest.mark.parametrize("bend", [30, 45, 60])
def test_arrows_there_and_back_are_two_connectors_and_no_shape(bend: int, upright: bool) -> None:
    figure = figure_of(photographed((bend, bend), upright=upright), Judges.load())
    assert [shape.kind for shape in figure.shapes] == ["ellipse", "ellipse"]
    assert len(figure.connectors) == 2
    axis = int(upright)
    assert sorted(float(np.sign(c.points[-1][axis] - c.points[0][axis])) for c in figure.connectors) == [-1, 1]
    assert all(c.head and abs(abs(c.bend) - bend) <= 15 for c in figure.connectors)


def test_one_arrow_is_one_connector() -> None:
    figure = figure_of(photographed((45,)), Judges.load())
    assert len(figure.shapes) == 2
    assert [c.head for c in figure.connectors] == [True]


def test_a_second_way_has_strokes_of_its_own() -> None:
    traces = traces_of(photographed((45, 45)))
    circles = sorted((r for r in regions(traces) if max(r.sides) < 2.4 * RADIUS), key=lambda r: -r.solidity)
    outlines = [
        min(circles, key=lambda r: math.dist(((r.box[0] + r.box[2]) / 2, (r.box[1] + r.box[3]) / 2), at)).outline for at in (LEFT, RIGHT)
    ]
    first, second = (way for way in ways(between(traces, outlines), traces.height) if way.second is not None)
    assert not first.edges & second.edges
    assert (first.points[len(first.points) // 2][1] < LEFT[1]) != (second.points[len(second.points) // 2][1] < LEFT[1])
