"""Bent arrows in ink on a lattice, which the reader does not know: strokes that a reading leaves over, followed and held against curves.

What the reading does not explain is made a graph of middle lines. Ways through it that bow evenly are fitted (`bent_fits.py`), and a curve
is an arrow where it explains much more ink than it draws where there is none, in the likelihood's own lengths of stroke.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.perception.ellipses import enclosed_ellipses
from derender.perception.ink import drawn_on
from derender.perception.network import CELL
from derender.perception.pixels import rendering_on_canvas
from derender.photo.strokes import stroke_width
from derender.spec import Circle, Command, Line, Rectangle, Spec
from derender.tracing.bending import BENDS, curves
from derender.tracing.bent_fits import LEAST_CHORD, fitted, pixel_of
from derender.tracing.graph import Graph, Points, graph_of
from derender.tracing.paths import leaps
from derender.tracing.strokes import Mask, depth

_EXPLAINED, _AT_OUTLINE = 3, 6
"""Pixels around the strokes of what was read, and outside of its shapes, that are theirs: outlines may be double, and hands stray."""

_HEIGHT = 2.0 * CELL
"""Pixels of a usual shape's height, which gaps are measured in."""

_MOST_NODES = 60
"""Ends and crossings in what is left over: more is no figure but something that was not read at all."""

_TOLERANCE = 4
"""Pixels by which strokes lie beside where they are drawn, see `perception.drawing_model`."""

_LEAST_GAIN = 0.5
"""Of the distance between its ends: by so much more stroke an arrow explains than it draws where there is no ink."""

_PEN = 2
"""Pixels of a rendered stroke's width."""

_HEAD, _HEAD_AT_OUTLINE = 8, 3
"""Pixels around a tip in which its head lies, and how far outside of a shape's outline it begins."""

_LEAST, _STEP = 30, 15
"""Degrees: bends are told in multiples of the second, from the first on."""


class BentArrow(NamedTuple):
    """An arrow with its bend, and the pixels (16h, 16w) that are its alone."""

    line: Line
    strokes: Mask


def bent_arrows(ink: NDArray[np.float32], spec: Spec) -> tuple[BentArrow, ...]:
    """The bent arrows that a plain spec leaves unexplained in a canvas's ink (16h, 16w); those that explain most come first."""
    drawn = drawn_on(ink)
    ellipses = enclosed_ellipses(drawn)
    shapes = (*(c for c in spec if not isinstance(c, Line)), *ellipses)
    read = rendering_on_canvas(spec | Spec(ellipses), drawn.shape)
    width, from_read = stroke_width(drawn), depth(~read)
    left = drawn & (from_read > _EXPLAINED) & ~_around(shapes, _AT_OUTLINE, drawn.shape)
    if left.sum() < (LEAST_CHORD - 1) * CELL * width:
        return ()
    plain = graph_of(left, width, 1.5 * width)
    graph = Graph(plain.nodes, [*plain.edges, *leaps(plain, _HEIGHT, width)])
    if sum(map(bool, graph.at)) > _MOST_NODES:
        return ()
    away = depth(~drawn)
    tried = {line: _Arrow.of(line, away) for line in fitted(graph, shapes, drawn, read)}
    heads = drawn & (from_read > _EXPLAINED) & ~_around(shapes, _HEAD_AT_OUTLINE, drawn.shape)
    unexplained, found = drawn & (from_read > _TOLERANCE), list[BentArrow]()
    while tried:
        gains = {line: int((unexplained & a.explains).sum()) / width - a.unsupported for line, a in tried.items()}
        best = max(gains, key=gains.__getitem__)
        if gains[best] < _LEAST_GAIN * CELL * math.dist((best.x1, best.y1), (best.x2, best.y2)):
            break
        explains = tried.pop(best).explains
        found.append(BentArrow(_told(_headed(best, spec, heads, width)), explains & ~read))
        unexplained &= ~explains
    return tuple(found)


def _around(shapes: Sequence[Command], by: int, size: tuple[int, ...]) -> Mask:
    """The pixels in shapes and up to so many around them."""
    out = np.zeros(size, np.uint8)
    for shape in shapes:
        match shape:
            case Circle(x, y, rx, ry):
                middle, axes = pixel_of((x, y), size[0]), (round(rx * CELL) + by, round(ry * CELL) + by)
                cv2.ellipse(out, (round(middle[0]), round(middle[1])), axes, 0, 0, 360, 1, -1)
            case Rectangle(x1, y1, x2, y2):
                (left, top), (right, bottom) = pixel_of((x1, y2), size[0]), pixel_of((x2, y1), size[0])
                cv2.rectangle(out, (round(left) - by, round(top) - by), (round(right) + by, round(bottom) + by), 1, -1)
            case Line():
                pass
    return out > 0


class _Arrow(NamedTuple):
    """The pixels (16h, 16w) that an arrow explains, and how many pixels of stroke it draws where there is no ink."""

    explains: Mask
    unsupported: float

    @classmethod
    def of(cls, line: Line, away: NDArray[np.float32]) -> _Arrow:
        """`away` (16h, 16w): how many pixels each one lies from ink."""
        clean = rendering_on_canvas(Spec([line]), away.shape)
        return cls(depth(~clean) <= _TOLERANCE, float((clean & (away > _TOLERANCE)).sum()) / _PEN)


def _headed(line: Line, spec: Spec, free: Mask, width: float) -> Line:
    """The same or the other way round: as an arrow was read there, else with its head at the end where more lies beside the curve."""
    turned = Line(line.x2, line.y2, line.x1, line.y1, arrow=True, bend=-line.bend)
    for way in (line, turned):
        if replace(way, bend=0) in spec:
            return way
    ends = [pixel_of(point, len(free)) for point in ((line.x1, line.y1), (line.x2, line.y2))]
    stem = np.zeros(free.shape, np.uint8)
    cv2.polylines(stem, [np.rint(curves(*ends)[BENDS.index(line.bend)]).astype(np.int32)], False, 1)
    beside = free & (depth(stem == 0) > width / 2 + 1)
    first, last = (_counted(beside, end) for end in ends)
    return line if last >= first else turned


def _counted(mask: Mask, tip: Points) -> int:
    """How many of the pixels are around a tip."""
    around = np.zeros(mask.shape, np.uint8)
    cv2.circle(around, (round(tip[0]), round(tip[1])), _HEAD, 1, -1)
    return int((mask & (around > 0)).sum())


def _told(line: Line) -> Line:
    """The same with its bend in the steps that bends are told in."""
    steps = max(_LEAST // _STEP, round(abs(line.bend) / _STEP))
    return replace(line, bend=int(math.copysign(steps * _STEP, line.bend)))
