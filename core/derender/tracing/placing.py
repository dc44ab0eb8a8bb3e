"""A traced figure on a lattice: the cell and offset that move its shapes least, and each shape and connector as commands there."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from derender.perception.lattice import Lattice
from derender.plane import Box, overlap
from derender.rendering.strokes import bend_curve
from derender.spec import Circle, Command, Line, Rectangle
from derender.tracing.alignment import equal_sides, even_spaces, regular_middles
from derender.tracing.connectors import Connector
from derender.tracing.figure import Figure, Shape
from derender.tracing.graph import Points
from derender.tracing.legs import legs_of
from derender.tracing.meeting import Meeting

_CELLS_A_SHAPE = 4.0
"""Of the lowest shape and of half the typical one: rounding a side of so many cells leaves an intersection over union above 0.6."""

_MOST_CELLS = 110
"""Along the longer side, at the pitch that is wanted; the one that is chosen may make it 1.28 times as many."""

_PITCHES = np.exp(np.linspace(-0.25, 0.05, 25))
"""Of the pitch that is wanted: rather finer ones, on which rounding moves sides less, also where rows are to be even."""

_EVEN = 0.6
"""What it counts in the choice of a pitch that shapes which are about evenly spaced can be so exactly, to single shapes' lying on lines."""

_ROUND = 0.22
"""Ellipses whose sides differ by less than this part of the longer one are circles, as people draw them."""

_KEPT = 0.7
"""Intersection over union with where it was traced that a shape keeps when it is made regular, if it has it on the lattice at all; else it
lies where it was."""

_CORNERS = {
    "diamond": ((0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)),
    "up": ((0.5, 1.0), (1.0, 0.0), (0.0, 0.0)),
    "down": ((0.5, 0.0), (1.0, 1.0), (0.0, 1.0)),
    "left": ((0.0, 0.5), (1.0, 1.0), (1.0, 0.0)),
    "right": ((1.0, 0.5), (0.0, 1.0), (0.0, 0.0)),
}
"""Of shapes that are rows of lines: in their box, y up."""


@dataclass(frozen=True, slots=True)
class Part:
    """The commands of a shape or a connector, and the log odds that it is drawn."""

    commands: tuple[Command, ...]
    log_odds: float


def placed(figure: Figure) -> tuple[Lattice, tuple[Part, ...]] | None:
    """The lattice, in the figure's pixels, and what the figure is on it; None for a figure without shapes."""
    if not figure.shapes:
        return None
    lattice = _lattice(figure)
    inverse = np.linalg.inv(np.vstack([lattice.matrix, [0.0, 0.0, 1.0]]))[:2]

    def cells(points: Points) -> Points:
        return np.asarray(points @ inverse[:, :2].T + inverse[:, 2])

    traced = np.array([cells(_corners(shape)) for shape in figure.shapes])
    meant = _regular(figure.shapes, traced)
    shapes = [Part(tuple(_shape(shape, corners)), shape.log_odds) for shape, corners in zip(figure.shapes, meant, strict=True)]
    met = [Meeting.of(corners, part.commands) for corners, part in zip(traced, shapes, strict=True)]
    lines = [
        Part(tuple(legs_of(c, cells(c.points), [None if k is None else met[k] for k in c.joins])), c.log_odds) for c in figure.connectors
    ]
    moved = float(np.sqrt(np.square(meant - traced).sum(2).mean()))
    return replace(lattice, residual=moved), tuple(part for part in (*shapes, *lines) if part.commands)


def _regular(shapes: Sequence[Shape], traced: Points) -> Points:
    """Corners (N, 2, 2) of shapes, bottom left and top right, from where they were traced: on the lattice, and regular."""
    sides = traced[:, 1] - traced[:, 0]
    is_round = np.array([shape.kind == "ellipse" for shape in shapes])
    is_circle = is_round & (np.abs(sides[:, 0] - sides[:, 1]) < _ROUND * sides.max(1))
    sides = np.where(is_circle[:, None], sides.mean(1, keepdims=True), sides)
    kinds = [(shape.kind, circle) for shape, circle in zip(shapes, is_circle.tolist(), strict=True)]
    whole = np.stack([equal_sides(side, kinds) for side in sides.T], 1)
    middles = regular_middles(traced.mean(1), whole, is_round)
    regular = np.stack([middles - whole / 2, middles + whole / 2], 1)
    nearest = _rounded(traced, sides, is_round)
    kept, most = (np.array([overlap(_box(a), _box(b)) for a, b in zip(corners, traced, strict=True)]) for corners in (regular, nearest))
    return np.where((kept >= np.minimum(_KEPT, 0.9 * most))[:, None, None], regular, nearest)


def _rounded(traced: Points, sides: Points, is_round: NDArray[np.bool_]) -> Points:
    """Corners (N, 2, 2) of shapes on the lattice each by itself; round ones, of these sides (N, 2), have their middles on lattice lines."""
    low, high = np.rint(traced).transpose(1, 0, 2)
    corners = np.stack([low, np.maximum(low + 1, high)], 1)
    middles, whole = np.rint(traced.mean(1)), np.maximum(1, np.rint(sides))
    return np.where(is_round[:, None, None], np.stack([middles - whole / 2, middles + whole / 2], 1), corners)


def _box(corners: Points) -> Box:
    (left, low), (right, high) = corners.tolist()
    return left, low, right, high


def _corners(shape: Shape) -> Points:
    left, top, right, bottom = shape.box
    return np.array([(left, bottom), (right, top)])


def _lattice(figure: Figure) -> Lattice:
    boxes = np.array([s.box for s in figure.shapes])
    ends = np.concatenate([boxes.reshape(-1, 2), *(_drawn(c) for c in figure.connectors)])
    (left, top), (right, bottom) = ends.min(0), ends.max(0)
    lower = np.minimum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    wanted = max(min(float(lower.min()), float(np.median(lower)) / 1.2) / _CELLS_A_SHAPE, max(right - left, bottom - top) / _MOST_CELLS)
    # What lies on lattice lines: the middles of round shapes, the sides of others.
    is_round = np.array([shape.kind == "ellipse" for shape in figure.shapes])[:, None]
    low, high = boxes[:, :2], boxes[:, 2:]
    on_lines = np.concatenate([np.where(is_round, (low + high) / 2, side) for side in (low, high)])
    cells = wanted * _PITCHES
    phases = np.exp(2j * math.pi * on_lines / cells[:, None, None]).mean(1)
    best = int((np.abs(phases).sum(1) + _EVEN * _evenness(boxes, wanted, cells)).argmax())
    cell = float(cells[best])
    offset = np.angle(phases[best]) / (2 * math.pi) * cell
    # Two cells to spare at each side.
    x0 = left - (left - offset[0]) % cell - 2 * cell
    y0 = bottom + (offset[1] - bottom) % cell + 2 * cell
    columns, rows = math.ceil((right - x0) / cell) + 3, math.ceil((y0 - top) / cell) + 3
    matrix = np.array([[cell, 0, x0], [0, -cell, y0]], dtype=np.float64)
    return Lattice(matrix, columns, rows, 0.0, 0.0)


def _evenness(boxes: Points, about: float, cells: Points) -> Points:
    """How near to whole numbers of each of these cells (C) the spaces are that shapes in boxes (N, 4) keep about evenly, from -1 to 1 along
    each axis, added; cells are `about` so large."""
    low, high = boxes[:, :2] / about, boxes[:, 2:] / about
    out = np.zeros(len(cells))
    for spaces in even_spaces((low + high) / 2, high - low):
        if spaces:
            sizes, counts = np.array(spaces).T
            out += np.average(np.cos(2 * math.pi * about * sizes / cells[:, None]), axis=1, weights=counts)
    return out


def _drawn(connector: Connector) -> Points:
    """Points (N, 2) of a connector in pixels, y down, along its curve where it has one."""
    if not connector.bend:
        return connector.points
    start, end = ((x, -y) for x, y in connector.points[[0, -1]].tolist())
    return bend_curve(start, end, connector.bend) * (1, -1)


def _shape(shape: Shape, corners: Points) -> Iterator[Command]:
    """A shape's commands, given its bottom left and top right on the lattice."""
    (left, bottom), (right, top) = corners.tolist()
    if shape.kind == "ellipse":
        yield Circle(round((left + right) / 2), round((bottom + top) / 2), (right - left) / 2, (top - bottom) / 2, shape.double)
        return
    x1, y1, x2, y2 = (round(v) for v in (left, bottom, right, top))
    upright = shape.kind == "box" and not shape.lean
    if upright or x2 - x1 < 2 or y2 - y1 < 2:
        yield Rectangle(x1, y1, x2, y2, shape.rounded, shape.double)
        return
    # A slanted box leans by a cell at least, and its top is as wide.
    leaning = float(np.clip(abs(shape.lean) / (shape.box[2] - shape.box[0]), 1 / (x2 - x1), 1 - 1 / (x2 - x1)))
    places = _CORNERS.get(shape.kind) or _slanted(leaning, shape.lean > 0)
    points = [(round(x1 + u * (x2 - x1)), round(y1 + v * (y2 - y1))) for u, v in places]
    for a, b in itertools.pairwise([*points, points[0]]):
        yield Line(*a, *b)


def _slanted(part: float, forwards: bool) -> tuple[tuple[float, float], ...]:
    """Corners of a box that leans by that part of its width."""
    left, right = (part, 0.0) if forwards else (0.0, part)
    return (left, 1.0), (1.0 - right, 1.0), (1.0 - left, 0.0), (right, 0.0)
