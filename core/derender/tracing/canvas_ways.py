"""Ways through ink on a lattice between shapes that were read there, judged as ways through photographs of what lies on none."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from derender.perception.network import CELL
from derender.photo.maps import Maps
from derender.spec import Circle, Rectangle
from derender.tracing.bent_fits import pixel_of
from derender.tracing.connectors import LEAST_LOOSE
from derender.tracing.figure import at_scale, from_lines
from derender.tracing.graph import Points
from derender.tracing.paths import Way, between, ways
from derender.tracing.strokes import traces_of
from derender.tracing.way_network import WayJudge

Shape = Circle | Rectangle

_HEADED = 1.0
"""The sum of the log odds that a way is a connector and that it has a head: heads are small on a coarse lattice. Of ways back to their
shape in 100 simulated drawings without any one has as much, and in 16 with 37 of them 28."""

_POINTS = 64
"""Of what stands for an outline."""


class ArrowWay(NamedTuple):
    """A way that is an arrow, turned so that its head is at its last end, and the shapes that it joins: one where it leads back."""

    way: Way
    points: Points
    joins: frozenset[Shape]


def arrow_ways(ink: NDArray[np.float32], shapes: Sequence[Shape], judge: WayJudge) -> list[ArrowWay]:
    """The ways through a canvas's ink (16h, 16w) from shape to shape that clearly are arrows; the likeliest first."""
    nothing = np.zeros_like(ink)
    outlines = [outline_pixels(shape, len(ink)) for shape in shapes]
    sides = [tuple(np.ptp(outline, axis=0).tolist()) for outline in outlines]
    traces = at_scale(traces_of(Maps(ink, nothing, nothing, np.ones_like(ink))), sides)
    found = between(traces, [outline.astype(np.float32) for outline in outlines])
    proposed = [way for way in ways(found, traces.height) if way.second is not None]
    if not proposed:
        return []
    judged, out = judge(proposed, found, traces), list[ArrowWay]()
    for number in np.argsort(-judged.connects).tolist():
        way, connects, (first, last) = proposed[number], float(judged.connects[number]), judged.heads[number].tolist()
        if connects >= LEAST_LOOSE and connects + max(first, last) >= _HEADED and way.second is not None:
            points = way.points if last >= first else way.points[::-1]
            out.append(ArrowWay(way, points, frozenset((shapes[way.first], shapes[way.second]))))
    return out


def outline_pixels(shape: Shape, height: int) -> Points:
    """A shape's outline (N, 2) on a canvas so many pixels high."""
    match shape:
        case Circle(x, y, rx, ry):
            turns = np.linspace(0, math.tau, _POINTS, endpoint=False)
            places = np.stack([x + rx * np.cos(turns), y + ry * np.sin(turns)], -1)
        case Rectangle(x1, y1, x2, y2):
            corners = np.array([(x1, y1), (x2, y1), (x2, y2), (x1, y2), (x1, y1)])
            places = np.concatenate([np.linspace(a, b, _POINTS // 4, endpoint=False) for a, b in itertools.pairwise(corners)])
    return np.asarray(pixel_of((0, 0), height) + CELL * places * (1, -1))


def near_lines(points: Points, lines: Sequence[Points]) -> NDArray[np.bool_]:
    """Which of some points (N, 2) in pixels lie within half a cell of the points of lines."""
    return np.asarray(from_lines(points, lines) <= CELL / 2)
