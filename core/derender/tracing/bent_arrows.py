"""Bent arrows in ink on a lattice, which the reader does not know: strokes that a reading leaves over, followed and held against curves.

What the reading does not explain is made a graph of middle lines. Ways through it that bow evenly are fitted (`bent_fits.py`), and a curve
is an arrow where it explains much more ink than it draws where there is none, in the likelihood's own lengths of stroke.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
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
from derender.tracing.bent_fits import LEAST_CHORD, Place, fitted, from_outline, pixel_of
from derender.tracing.graph import Graph, Points, graph_of
from derender.tracing.leaps import leaps
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

_HEAD, _HEAD_AT_OUTLINE = 10, 3
"""Pixels around a tip in which its head lies, and how far outside of a shape's outline it begins."""

_ONE_WAY = 2.0
"""So many times more ink at the tips speaks for two arrows that lead one way where they do: heads of arrows there and back touch both."""

_REACHES, _LEAST_HEADS = 1.0, 1.5
"""Cells between the ends of what two arrows enclose and the shapes that they join, at most, and cells of stroke of their tips and heads."""

_LEAST, _STEP = 30, 15
"""Degrees: bends are told in multiples of the second, from the first on."""


class BentArrow(NamedTuple):
    """An arrow with its bend, and the pixels (16h, 16w) that are its alone."""

    line: Line
    strokes: Mask


def bent_arrows(ink: NDArray[np.float32], spec: Spec) -> tuple[BentArrow, ...]:
    """The bent arrows that a plain spec leaves unexplained in a canvas's ink (16h, 16w); those that explain most come first."""
    drawn = drawn_on(ink)
    width, plain = stroke_width(drawn), tuple(c for c in spec if not isinstance(c, Line))
    ellipses = tuple(ellipse for ellipse in enclosed_ellipses(drawn) if not _is_between_arrows(ellipse, plain, drawn, width))
    shapes = (*plain, *ellipses)
    read = rendering_on_canvas(spec | Spec(ellipses), drawn.shape)
    from_read = depth(~read)
    left = drawn & (from_read > _EXPLAINED) & ~_around(shapes, _AT_OUTLINE, drawn.shape)
    if left.sum() < (LEAST_CHORD - 1) * CELL * width:
        return ()
    strokes = graph_of(left, 1.5 * width)
    graph = Graph(strokes.nodes, [*strokes.edges, *leaps(strokes, _HEIGHT, width)])
    if sum(map(bool, graph.at)) > _MOST_NODES:
        return ()
    # Along a shape's outline there is ink near, whether an arrow is drawn there or not.
    away = depth(~drawn | (depth(~rendering_on_canvas(Spec(shapes), drawn.shape)) <= _EXPLAINED))
    tried = {line: _Arrow.of(line, away) for line in fitted(graph, shapes, drawn, read)}
    heads = drawn & (from_read > _EXPLAINED) & ~_around(shapes, _HEAD_AT_OUTLINE, drawn.shape)
    unexplained, found = drawn & (from_read > _TOLERANCE), dict[Line, Mask]()
    while tried:
        gains = {line: int((unexplained & a.explains).sum()) / width - a.unsupported for line, a in tried.items()}
        best = max(gains, key=gains.__getitem__)
        if gains[best] < _LEAST_GAIN * CELL * math.dist((best.x1, best.y1), (best.x2, best.y2)):
            break
        explains = tried.pop(best).explains
        found[best] = explains & ~read
        unexplained &= ~explains
    headed = _headed(found, spec, heads, width)
    return tuple(BentArrow(_told(line), strokes) for line, strokes in zip(headed, found.values(), strict=True))


def _is_between_arrows(ellipse: Circle, shapes: Sequence[Command], drawn: Mask, width: float) -> bool:
    """Whether an ellipse is only the paper between an arrow there and one back: it reaches from shape to shape, and heads lie beside it."""
    x, y, rx, ry = ellipse.x, ellipse.y, ellipse.rx, ellipse.ry
    ends = ((x - rx, y), (x + rx, y)) if rx > ry else ((x, y - ry), (x, y + ry))
    if not all(any(from_outline(shape, *end) < _REACHES for shape in shapes) for end in ends):
        return False
    outlines = rendering_on_canvas(Spec((*shapes, ellipse)), drawn.shape)
    beside = drawn & (depth(~outlines) > _EXPLAINED) & _around([ellipse], CELL, drawn.shape)
    return bool(beside.sum() >= _LEAST_HEADS * CELL * width)


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
        """`away` (16h, 16w): how many pixels each one lies from ink that may be an arrow's."""
        clean = rendering_on_canvas(Spec([line]), away.shape)
        return cls(depth(~clean) <= _TOLERANCE, float((clean & (away > _TOLERANCE)).sum()) / _PEN)


def _headed(lines: Iterable[Line], spec: Spec, free: Mask, width: float) -> list[Line]:
    """The same or the other way round: as the only arrow there was read, else with its head at the end where more lies beside the curve.

    Of two between the same points each has what is nearer to it; they lead there and back unless far more speaks for one way.
    """
    forward = [min(line, _turned(line), key=_places) for line in lines]
    ends = [[pixel_of(place, len(free)) for place in _places(line)] for line in forward]
    away = [_from_curve(first, last, line.bend, free.shape) for (first, last), line in zip(ends, forward, strict=True)]
    nearest = np.minimum.reduce(away, initial=np.inf)
    beside = [free & (far > width / 2 + 1) & (far <= nearest) for far in away]
    leads = [_counted(mask, last) - _counted(mask, first) for mask, (first, last) in zip(beside, ends, strict=True)]
    out = list[Line]()
    for line, lead in zip(forward, leads, strict=True):
        joined = [other for other, there in zip(leads, forward, strict=True) if _places(there) == _places(line)]
        together, apart = sum(joined), 2 * lead - sum(joined)
        ways = (line, _turned(line))
        read = [way for way in ways if len(joined) == 1 and replace(way, bend=0) in spec]
        is_forward = (together if len(joined) == 1 or abs(together) > _ONE_WAY * abs(apart) else apart) >= 0
        out.append(read[0] if read else ways[0 if is_forward else 1])
    return out


def _turned(line: Line) -> Line:
    return Line(line.x2, line.y2, line.x1, line.y1, arrow=True, bend=-line.bend)


def _places(line: Line) -> tuple[Place, Place]:
    return (line.x1, line.y1), (line.x2, line.y2)


def _from_curve(start: Points, end: Points, bend: int, size: tuple[int, ...]) -> NDArray[np.float32]:
    """How many pixels each one of a canvas lies from a curve."""
    stem = np.zeros(size, np.uint8)
    cv2.polylines(stem, [np.rint(curves(start, end)[BENDS.index(bend)]).astype(np.int32)], False, 1)
    return depth(stem == 0)


def _counted(mask: Mask, tip: Points) -> int:
    """How many of the pixels are around a tip."""
    around = np.zeros(mask.shape, np.uint8)
    cv2.circle(around, (round(tip[0]), round(tip[1])), _HEAD, 1, -1)
    return int((mask & (around > 0)).sum())


def _told(line: Line) -> Line:
    """The same with its bend in the steps that bends are told in."""
    steps = max(_LEAST // _STEP, round(abs(line.bend) / _STEP))
    return replace(line, bend=int(math.copysign(steps * _STEP, line.bend)))
