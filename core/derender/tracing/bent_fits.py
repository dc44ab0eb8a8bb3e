"""Curves along ways through a graph of strokes, which may be bent arrows, and the lattice points that they lead from and to."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from derender.perception.network import CELL, MARGIN
from derender.perception.pixels import rendering_on_canvas
from derender.spec import Circle, Command, Line, Rectangle, Spec, bounding_box
from derender.tracing.bending import BENDS, curves, laid_along, off_lines
from derender.tracing.graph import Graph, Points
from derender.tracing.paths import shortest, unwound
from derender.tracing.strokes import Mask, depth

Place = tuple[int, int]
"""A lattice point."""

_LEAST_CHORD = 3.0
"""Cells between the ends of a bent arrow; shorter arrows are nearly all head, see `perception.attributes`."""

_LEAST_BEND, _MOST_BEND = 20, 65
"""Degrees; what bends less is a straight line as a hand draws it, what bends more and joins no shapes, or lies on no lattice, half of a
circle."""

_MOST_WAYS = 24
"""Ways that are held against curves, the longest."""

_FARTHEST = 50.0 * CELL
"""Pixels; no way is longer."""

_BOW, _UNEVEN = (0.045, 0.6), 0.05
"""Of the distance between a way's ends: how high it bows, and how far it strays from an even bow."""

_LOOKED_BACK, _LED_ON = 8, 16
"""Pixels of a way's end that tell where it leads, and by how many it is led on at most."""

_STRAIGHT = 0.7
"""Cosine of the turn up to which a stroke goes on in another one."""

_OFF, _OFF_LENGTH, _BESIDE_INK = 2.2, 0.03, 1.2
"""Pixels from a way to its curve at most, or that part of the distance between the way's ends; so much nearer ink is to the curve."""

_FAR = 5.0
"""Pixels; what lies further from ink counts as this far."""

_AGREE = 20
"""Degrees: where a curve between lattice points bends more otherwise than one that ends anywhere, no lattice point is where that ends."""

_NEAR, _AT_SHAPE, _ON_OUTLINE = 1.25, 1.0, 0.6
"""Cells: how far from a way's end the lattice point may lie that is meant, how near to an outline a way ends at the shape, and how far from
the outline its lattice points lie."""

_THROUGH = 0.2
"""Of a shape's shorter side: what passes its middle no farther away goes through it."""

_SAMPLES = 12
"""Points of a way that are held against curves between lattice points."""


class Fit(NamedTuple):
    """An arrow on the lattice, and the curve (N, 2) in pixels that it lies along, from its first point to its last."""

    line: Line
    curve: Points


def fitted(graph: Graph, shapes: Sequence[Command], drawn: Mask) -> tuple[tuple[Fit, ...], tuple[Fit, ...]]:
    """Curves along the ways of a graph of what is `drawn` (16h, 16w) outside of shapes: those between lattice points, and along ways that
    have none those wherever they join shapes. Which of their ends have heads is still to be told."""
    away, outlines = depth(~drawn), rendering_on_canvas(Spec(shapes), drawn.shape)
    longest = sorted(_ways(graph), key=lambda way: -len(way))[:_MOST_WAYS]
    on, off = list[Fit](), list[Fit]()
    for way in (_led_on(way, drawn, outlines) for way in longest):
        aimed, free = _on_lattice(way, shapes, away), _off_lattice(way, shapes, away, outlines)
        if aimed is not None and (free is None or abs(aimed.line.bend - free.line.bend) <= _AGREE):
            on.append(aimed)
        elif free is not None:
            off.append(free)
    return tuple(on), tuple(off)


def pixel_of(place: tuple[float, float], height: int) -> Points:
    """Where a place on the lattice lies on a canvas so many pixels high."""
    return np.array((place[0] * CELL + MARGIN, height - MARGIN - place[1] * CELL), dtype=np.float64)


def _ways(graph: Graph) -> Iterator[Points]:
    """The ways (N, 2) from node to node that bow evenly and go on beyond neither."""
    for start in (n for n, edges in enumerate(graph.at) if edges):
        reached = shortest(graph, [start], _FARTHEST)
        for end in reached:
            # Both ends of a stroke are taken away beside what was read.
            if end > start and math.dist(graph.nodes[start], graph.nodes[end]) >= (_LEAST_CHORD - 1.5) * CELL:
                edges, points = unwound(graph, reached, start, end)
                ends = len(points) > 2 and not _goes_on(graph, end, points, edges) and not _goes_on(graph, start, points[::-1], edges)
                if ends and _is_bowed(points):
                    yield points


def _goes_on(graph: Graph, node: int, points: Points, edges: frozenset[int]) -> bool:
    """Whether a stroke goes on about straight where a way (N, 2) ends at a node: part of an outline, or of a longer way."""
    ahead = direction(points[-_LOOKED_BACK:])
    others = (graph.edges[k] for k in graph.at[node] if k not in edges and graph.edges[k].length >= _LOOKED_BACK)
    leaving = (edge.points if edge.first == node else edge.points[::-1] for edge in others)
    return any(float(direction(line[:_LOOKED_BACK]) @ ahead) > _STRAIGHT for line in leaving)


def direction(points: Points) -> Points:
    """From the first point to the last, of length 1."""
    apart = points[-1] - points[0]
    return np.asarray(apart / max(1e-6, float(np.hypot(*apart))))


def _is_bowed(points: Points) -> bool:
    """Whether a line (N, 2) is about a parabola over the straight line between its ends: quick to tell, and what a bent arrow is like."""
    apart = points[-1] - points[0]
    beyond = (points - points[0]) / float(apart @ apart)
    along, aside = beyond @ apart, beyond @ np.array([-apart[1], apart[0]])
    arch = 4 * along * (1 - along)
    height = float((arch * aside).sum() / max(1e-9, (arch * arch).sum()))
    return _BOW[0] < abs(height) < _BOW[1] and float(np.square(aside - height * arch).mean()) < _UNEVEN**2


def _led_on(way: Points, drawn: Mask, outlines: Mask) -> Points:
    """A way with both ends led straight on along the ink, up to outlines of shapes: what is drawn beside them was taken away."""
    return np.concatenate([_ahead(way[::-1], drawn, outlines)[::-1], way, _ahead(way, drawn, outlines)])


def _ahead(way: Points, drawn: Mask, outlines: Mask) -> Points:
    """The pixels (N, 2) that a way's last stroke would go on along."""
    steps = way[-1] + np.arange(1, _LED_ON + 1)[:, None] * direction(way[-_LOOKED_BACK:])
    x, y = np.rint(steps).astype(int).T
    x, y = x.clip(0, drawn.shape[1] - 1), y.clip(0, drawn.shape[0] - 1)
    ended = np.flatnonzero(~drawn[y, x] | outlines[y, x])
    return np.asarray(steps[: int(ended[0]) + 1 if len(ended) else len(steps)])


def _on_lattice(way: Points, shapes: Sequence[Command], away: NDArray[np.float32]) -> Fit | None:
    """The curve between lattice points that is nearest to a way and to ink, if it is near and clearly bent."""
    height = len(away)
    first, last = (_ends(end, shapes, height) for end in (way[0], way[-1]))
    pairs = [(start, end) for start in first for end in last if _may_join(start, end, shapes)]
    if not pairs:
        return None
    lines = np.concatenate([curves(pixel_of(start, height), pixel_of(end, height)) for start, end in pairs])
    seen = way[np.linspace(0, len(way) - 1, _SAMPLES).round().astype(int)]
    off, from_ink = off_lines(seen, lines[:, ::2]), _from_ink(lines[:, ::2], away)
    best = int((off + from_ink).argmin())
    pair, bend = divmod(best, len(BENDS))
    most = 90 if all(_is_at_shape(end, shapes, height) for end in way[[0, -1]]) else _MOST_BEND
    if not _LEAST_BEND <= abs(BENDS[bend]) <= most or off[best] > _most_off(way) or from_ink[best] > _most_off(way) - _BESIDE_INK:
        return None
    return Fit(_arrow(*pairs[pair], BENDS[bend]), lines[best])


def _most_off(way: Points) -> float:
    """How far a way may lie from its curve, in pixels."""
    return max(_OFF, _OFF_LENGTH * math.dist(way[0], way[-1]))


def _off_lattice(way: Points, shapes: Sequence[Command], away: NDArray[np.float32], outlines: Mask) -> Fit | None:
    """The curve that is nearest to a way wherever it joins shapes, if it is clearly bent and has ink near, between the lattice points next
    to its ends: shapes may be no whole number of cells wide, and hands do not aim."""
    laid, height = laid_along(way), len(away)
    best = int(laid.off.argmin())
    if not _LEAST_BEND <= abs(BENDS[best]) <= _MOST_BEND or laid.off[best] > _most_off(way):
        return None
    curve = curves(laid.start[best], laid.end[best])[best]
    if math.dist(*curve[[0, -1]]) < (_LEAST_CHORD - 0.5) * CELL or _from_ink(curve, away) > _most_off(way) - _BESIDE_INK:
        return None
    curve = np.concatenate([_to_outline(curve[::-1], outlines)[::-1], curve, _to_outline(curve, outlines)])
    if not all(_is_at_shape(end, shapes, height) for end in curve[[0, -1]]):
        return None
    first, last = (_ends(point, shapes, height) for point in curve[[0, -1]])
    pairs = (pair for pair in itertools.product(first, last) if _may_join(*pair, shapes))
    off = {pair: max(math.dist(pixel_of(place, height), end) for place, end in zip(pair, curve[[0, -1]], strict=True)) for pair in pairs}
    nearest = min(off, key=off.__getitem__, default=None)
    return None if nearest is None else Fit(_arrow(*nearest, BENDS[best]), curve)


def _arrow(start: Place, end: Place, bend: int) -> Line:
    return Line(start[0], start[1], end[0], end[1], arrow=True, bend=bend)


def _from_ink(lines: Points, away: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean pixels from each of some lines (…, N, 2) to ink: (…)."""
    x, y = np.moveaxis(np.rint(lines).astype(int), -1, 0)
    near = np.minimum(away[y.clip(0, away.shape[0] - 1), x.clip(0, away.shape[1] - 1)], _FAR)
    return np.asarray(near.mean(-1), dtype=np.float32)


def _to_outline(curve: Points, outlines: Mask) -> Points:
    """The pixels (N, 2) straight on from a curve's end to an outline, if there is one near."""
    steps = curve[-1] + np.arange(1, _LED_ON + 1)[:, None] * direction(curve[-2:])
    x, y = np.rint(steps).astype(int).T
    reached = np.flatnonzero(outlines[y.clip(0, outlines.shape[0] - 1), x.clip(0, outlines.shape[1] - 1)])
    return np.asarray(steps[: int(reached[0]) + 1 if len(reached) else 0])


def _is_at_shape(pixel: Points, shapes: Sequence[Command], height: int) -> bool:
    return any(from_outline(shape, *_cells(pixel, height)) <= _AT_SHAPE for shape in shapes)


def _cells(pixel: Points, height: int) -> tuple[float, float]:
    """Where a pixel lies on the lattice."""
    return (float(pixel[0]) - MARGIN) / CELL, (height - MARGIN - float(pixel[1])) / CELL


def _ends(pixel: Points, shapes: Sequence[Command], height: int) -> list[Place]:
    """The lattice points that may be meant where a way ends: those at the outline of a shape that is near, else any."""
    x, y = _cells(pixel, height)
    around = itertools.product(range(math.floor(x) - 1, math.floor(x) + 3), range(math.floor(y) - 1, math.floor(y) + 3))
    near = [place for place in around if math.dist(place, (x, y)) <= _NEAR]
    nearest = min(shapes, key=lambda shape: from_outline(shape, x, y), default=None)
    if nearest is None or from_outline(nearest, x, y) > _AT_SHAPE:
        return near
    return [place for place in near if from_outline(nearest, *place) < _ON_OUTLINE]


def from_outline(shape: Command, x: float, y: float) -> float:
    """How many cells a point lies from a shape's outline, about."""
    match shape:
        case Circle(a, b, rx, ry):
            return abs(math.hypot((x - a) / rx, (y - b) / ry) - 1) * min(rx, ry)
        case Rectangle(x1, y1, x2, y2):
            aside, above = max(x1 - x, x - x2), max(y1 - y, y - y2)
            return math.hypot(max(0, aside), max(0, above)) + abs(min(0, max(aside, above)))
        case Line():
            return math.inf


def _may_join(start: Place, end: Place, shapes: Sequence[Command]) -> bool:
    """Whether two points are far enough from each other, and not the opposite ends of a shape that is longer than it was read."""
    (x1, y1), (x2, y2) = start, end
    length = math.dist(start, end)
    if length < _LEAST_CHORD:
        return False
    for shape in shapes:
        left, bottom, right, top = bounding_box(Spec([shape]))
        x, y = (left + right) / 2 - x1, (bottom + top) / 2 - y1
        passes = 0 < x * (x2 - x1) + y * (y2 - y1) < length**2
        if passes and abs(x * (y2 - y1) - y * (x2 - x1)) < _THROUGH * min(right - left, top - bottom) * length:
            return False
    return True
