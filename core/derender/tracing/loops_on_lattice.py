"""Arrows from a shape back to itself in ink on a lattice, which the reader does not know: it reads their loops as circles and boxes.

Ways through the strokes outside of shapes are judged as in photographs of what lies on no lattice. What was read where a loop's strokes
run is no shape but the paper within it. Here all loops are curves, also those that are drawn with right angles.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.perception.ellipses import enclosed_ellipses
from derender.perception.ink import drawn_on
from derender.perception.network import CELL
from derender.perception.pixels import rendering_on_canvas
from derender.rendering.strokes import bend_curve
from derender.spec import Line, Spec, bounding_box
from derender.strokes import disc
from derender.tracing.bending import off_lines
from derender.tracing.bent_fits import Place, from_outline, pixel_of
from derender.tracing.canvas_ways import Shape, arrow_ways, near_lines, outline_pixels
from derender.tracing.graph import Points
from derender.tracing.paper_on_lattice import lie_in_each_other, without_paper
from derender.tracing.self_loops import BENDS
from derender.tracing.strokes import Mask
from derender.tracing.way_network import WayJudge

_BESIDE = 1.0
"""Cells: no farther from another shape is what may be the paper in a loop at that."""

_MOST_TRIED = 12
"""Places where something may have been read in a loop: crowded drawings have many shapes at others."""

_ALONG = 0.6
"""The part of such a shape's outline that lies along the loop and the other shape."""

_NEAR, _OF_HEAD = 6, 12
"""Pixels around a loop's strokes and around its tip that are its own."""

_AT_OUTLINE, _MOVED = 0.6, 1.25
"""Cells: so far from a shape's outline lie the points where its loops begin and end, and so far from where they are drawn."""

_ENDS = 0.5
"""How much it counts that ends lie elsewhere, beside all points of a loop: on a coarse lattice a wide arch is as near as a small loop."""

_SAMPLES = 40


class LoopInInk(NamedTuple):
    """An arrow back to its shape, the pixels (16h, 16w) that are its alone, that shape, and which ones were read in the arrow's place."""

    line: Line
    strokes: Mask
    at: Shape
    in_place: tuple[Shape, ...]


def loops_on_lattice(ink: NDArray[np.float32], spec: Spec, judge: WayJudge) -> tuple[LoopInInk, ...]:
    """The loops in a canvas's ink (16h, 16w), given what was read in it; the likeliest first."""
    # Ellipses are read later: a circle is read in their middle, and the rest of them would lead back to it.
    read = without_paper(spec | Spec(enclosed_ellipses(drawn_on(ink))), ink, judge)
    shapes = [c for c in read if not isinstance(c, Line)]
    found = list[LoopInInk]()
    # First with all that was read, then without what lies at another shape, each time what was read at one place.
    doubtful = [shape for shape in shapes if _lies_at_another(shape, shapes)]
    together = ([other for other in doubtful if lie_in_each_other(other, shape)] for shape in doubtful)
    for left_out in itertools.islice(_unlike([], *together), _MOST_TRIED):
        if any(loop.at in left_out for loop in found):
            continue
        kept = [shape for shape in shapes if shape not in left_out and not any(shape in loop.in_place for loop in found)]
        there = [loop.strokes for loop in found]
        free = np.where(np.logical_or.reduce(there), np.float32(0), ink) if there else ink
        found += _loops(free, kept, left_out, judge)
    return tuple(found)


def _unlike(*groups: Sequence[Shape]) -> Iterator[Sequence[Shape]]:
    """Each of some groups once."""
    return iter({frozenset(group): group for group in groups}.values())


def _lies_at_another(shape: Shape, shapes: Sequence[Shape]) -> bool:
    """Whether a shape that is no smaller is near and neither lies in the other."""
    left, bottom, right, top = bounding_box(Spec([shape]))
    for other in shapes:
        west, south, east, north = bounding_box(Spec([other]))
        gap = max(left - east, west - right, bottom - north, south - top)
        if other != shape and -_BESIDE <= gap <= _BESIDE and (east - west) * (north - south) >= (right - left) * (top - bottom):
            return True
    return False


def _loops(ink: NDArray[np.float32], shapes: Sequence[Shape], left_out: Sequence[Shape], judge: WayJudge) -> list[LoopInInk]:
    """The loops at some shapes where others were left out; with these only such as run along one of them."""
    out, used = list[LoopInInk](), set[int]()
    others = rendering_on_canvas(Spec(shapes), ink.shape)
    for way, points, joins in arrow_ways(ink, shapes, judge):
        if way.edges & used:
            continue
        if len(joins) > 1:
            used |= way.edges
            continue
        (at,) = joins
        in_place = tuple(shape for shape in left_out if _is_paper(shape, points, at, len(ink)))
        line = _on_lattice(points, at, len(ink))
        if line is None or (left_out and not in_place):
            continue
        used |= way.edges
        out.append(LoopInInk(line, _own(points, ink.shape) & ~others, at, in_place))
    return out


def _is_paper(shape: Shape, points: Points, at: Shape, height: int) -> bool:
    """Whether a shape is what a loop (N, 2) at another one encloses."""
    outline = outline_pixels(shape, height)
    along = near_lines(outline, [points])
    return float(along.mean()) > _ALONG / 2 and float((along | near_lines(outline, [outline_pixels(at, height)])).mean()) > _ALONG


def _own(points: Points, size: tuple[int, ...]) -> Mask:
    """The pixels around a loop and its tips."""
    stem = np.zeros(size, np.uint8)
    cv2.polylines(stem, [np.rint(points).astype(np.int32)], False, 1)
    around = cv2.dilate(stem, disc(_NEAR))
    for tip in points[[0, -1]]:
        cv2.circle(around, (round(float(tip[0])), round(float(tip[1]))), _OF_HEAD, 1, -1)
    return np.asarray(around > 0)


def _on_lattice(points: Points, shape: Shape, height: int) -> Line | None:
    """The arrow between lattice points at a shape's outline whose curve and ends are nearest to a loop (N, 2), if there is one."""
    places = [[place for place in _next_to(end, height) if from_outline(shape, *place) <= _AT_OUTLINE] for end in points[[0, -1]]]
    pairs = [(start, end) for start in places[0] for end in places[1] if start != end]
    if not pairs:
        return None
    seen = points[np.linspace(0, len(points) - 1, _SAMPLES).round().astype(int)]
    arrows = [Line(*start, *end, arrow=True, bend=side * bend) for start, end in pairs for bend in BENDS for side in (1, -1)]
    curves = np.stack([_curve(arrow, height) for arrow in arrows])
    from_ends = np.hypot(*(curves[:, [0, -1]] - points[[0, -1]]).transpose(2, 0, 1)).mean(1)
    return arrows[int((off_lines(seen, curves) + _ENDS * from_ends).argmin())]


def _next_to(pixel: Points, height: int) -> list[Place]:
    """The lattice points near a pixel."""
    corner = pixel_of((0, 0), height)
    x, y = float(pixel[0] - corner[0]) / CELL, float(corner[1] - pixel[1]) / CELL
    columns, rows = (range(math.floor(v - _MOVED), math.ceil(v + _MOVED) + 1) for v in (x, y))
    return [place for place in itertools.product(columns, rows) if math.dist(place, (x, y)) <= _MOVED]


def _curve(arrow: Line, height: int) -> Points:
    """Points (N, 2) of an arrow's curve in pixels."""
    start, end = (arrow.x1, arrow.y1), (arrow.x2, arrow.y2)
    return np.asarray(pixel_of((0, 0), height) + CELL * bend_curve(start, end, arrow.bend, _SAMPLES) * (1, -1))
