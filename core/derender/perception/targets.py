"""Training examples: a simulated drawing with everything that the network's heads should answer about it.

Examples are made on the CPU in worker processes, one generator an example, so a run is reproducible and can be resumed at any
step.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from derender.perception.candidates import Array, Indices, corner_points, line_candidates, rectangle_candidates
from derender.perception.network import CELL, CIRCLES, DENSE_CHANNELS, MARGIN
from derender.perception.scenes import RADII, random_scene
from derender.rendering.pencil import Placement, aligned_placement, degrade, draw_by_hand, jittered, sample_hand
from derender.rendering.raster import render
from derender.spec import Circle, Command, Line, Rectangle, Spec, moved


class Example(NamedTuple):
    """One drawing of h × w lattice points; all arrays ready to be stacked.

    canvas (2, 16h, 16w), the ink and what is explained · on_lattice () 1 where the lattice heads count · circles (16, h, w) ·
    corners (4, h, w) · ends (h, w) ·
    dense (6, 4h, 4w) and dense_weight (4h, 4w) · segments (N, 4) pixels, line_classes (N) with -1 = padding ·
    rectangles (M, 4, 2) pixels, rectangle_labels (M) with -1 = padding.
    """

    canvas: Array
    on_lattice: Array
    circles: Array
    corners: Array
    ends: Array
    dense: Array
    dense_weight: Array
    segments: Array
    line_classes: Indices
    rectangles: Array
    rectangle_labels: Array


SHAPES = ((16, 16), (31, 8), (8, 31), (23, 11), (11, 23))
"""Columns and rows of cells of the drawings that the reader is trained on: as many lattice points each, in several proportions."""


def make_example(rng: np.random.Generator, columns: int = 16, rows: int = 16, off_lattice: float = 0.2, explained: float = 0.4) -> Example:
    """A random scene drawn by a random hand on `columns` × `rows` cells, with probability `off_lattice` at a free scale and turn."""
    return example_of(draw_scene(rng, columns, rows, off_lattice), rng, explained)


def example_of(drawing: Drawing, rng: np.random.Generator, explained: float = 0.4) -> Example:
    """What the heads should answer about a drawing.

    Where it lies on the canvas's lattice, with probability `explained`, some of its commands are drawn on the second channel, a few of
    them wrong, and what the heads should answer is the rest.
    """
    scene, ink, placement, aligned, located = drawing
    free = aligned is None
    shape = (ink.shape[0], ink.shape[1])
    rows, columns = shape[0] // CELL - 1, shape[1] // CELL - 1
    right, drawn = _explanation(scene, rng) if not free and rng.random() < explained else (Spec(), Spec())
    rest = Spec(c for c in scene if c not in right)
    truth = aligned or placement
    segments, line_classes = line_candidates(scene, rest, truth, ink, (columns, rows), rng)
    rectangles, rectangle_labels = rectangle_candidates(scene, rest, truth, (columns, rows), rng)
    circles, corners, ends = _lattice_targets(Spec() if free else rest, columns + 1, rows + 1)
    dense, dense_weight = _dense_targets(rest, placement, located, (4 * (rows + 1), 4 * (columns + 1)))
    return Example(
        np.stack([ink, explanation_on_canvas(drawn, shape)]),
        np.array(not free, np.float32),
        circles,
        corners,
        ends,
        dense,
        dense_weight,
        segments,
        line_classes,
        rectangles,
        rectangle_labels,
    )


KeyPoint = tuple[int, float, float, float]
"""What a point is (0 a centre, 1 a corner, 2 an end of a line), its x and y on the canvas, and a circle's radius, all in pixels."""

Located = Mapping[Command, tuple[KeyPoint, ...]]
"""Where the key points of commands really are."""


class Drawing(NamedTuple):
    """A scene drawn by hand on a canvas (16h, 16w): where its ink lies, and the placement of the canvas's own lattice if the two agree.

    Commands that lie beside their lattice points are in `located`.
    """

    scene: Spec
    ink: Array
    placement: Placement
    aligned: Placement | None
    located: Located = MappingProxyType({})


def draw_scene(rng: np.random.Generator, columns: int, rows: int, off_lattice: float) -> Drawing:
    """A random scene by a random hand; with probability `off_lattice` at a free scale and turn."""
    margin = 1 if rng.random() < 0.8 else 0
    scene = random_scene(rng, columns - 2 * margin, rows - 2 * margin) if rng.random() > 0.01 else Spec()
    scene = moved(scene, margin, margin)
    shape = rows * CELL + 2 * MARGIN, columns * CELL + 2 * MARGIN
    aligned = aligned_placement(shape[0], MARGIN)
    middle = (columns / 2, rows / 2)
    free = rng.random() < off_lattice
    if free:
        placement = jittered(aligned, rng, shift=16, scale=0.4 * rng.random(), turn=0.09, middle=middle)
    elif rng.random() < 0.5:
        placement = jittered(aligned, rng, shift=3.5, scale=0.02, turn=0.015, middle=middle)
    else:
        placement = jittered(aligned, rng, shift=1.5, scale=0.01, turn=0.008, middle=middle)
    hand = sample_hand(rng)
    ink = degrade(draw_by_hand(scene, hand, placement, shape, rng), hand, rng)
    if not free and rng.random() < 0.7:
        ink = _cropped(ink)
    return Drawing(scene, ink, placement, None if free else aligned)


def explanation_on_canvas(spec: Spec, shape: tuple[int, int]) -> Array:
    """The network's second channel: clean strokes of `spec` on a canvas of that shape (margins included), in [0, 1]."""
    height, width = shape
    if not spec.commands:
        return np.zeros(shape, np.float32)
    inner = render(spec, width_cells=width // CELL - 1, height_cells=height // CELL - 1, pixels_per_cell=CELL)
    return np.pad(inner.astype(np.float32) / 255, MARGIN)


def _explanation(scene: Spec, rng: np.random.Generator) -> tuple[Spec, Spec]:
    """Some of a scene's commands, few or nearly all; and the same as a reader would have drawn them, some of them wrong."""
    share = rng.random() if rng.random() < 0.5 else 1 - 0.15 * rng.random()
    right, drawn = [], []
    for command in scene:
        if rng.random() < share:
            wrong = misread(command, rng) if rng.random() < 0.06 else None
            drawn.append(wrong or command)
            if wrong is None:
                right.append(command)
    return Spec(right), Spec(drawn)


def misread(command: Command, rng: np.random.Generator) -> Command | None:
    """`command` as a reader might get it wrong; None where that would be no command."""
    match command:
        case Circle():
            r = command.rx + float(rng.choice([-0.5, 0.5]))
            return replace(command, rx=r, ry=r) if r > 0 else None
        case Rectangle(x1, y1, x2, y2):
            x2 += int(rng.choice([-1, 1]))
            return Rectangle(x1, y1, x2, y2) if x1 != x2 else None
        case Line(x1, y1, x2, y2):
            change = rng.random()
            if change < 0.35:
                return Line(x1, y1, x2, y2, not command.arrow, command.dashed)
            if change < 0.5:
                return Line(x1, y1, x2, y2, command.arrow, not command.dashed)
            if change < 0.7 and command.arrow:
                return Line(x2, y2, x1, y1, True, command.dashed)
            x2, y2 = x2 + int(rng.integers(-1, 2)), y2 + int(rng.integers(-1, 2))
            return Line(x1, y1, x2, y2, command.arrow, command.dashed) if (x1, y1) != (x2, y2) else None


def _cropped(ink: Array) -> Array:
    """What a scanner that ends at the lattice's border leaves."""
    out = np.zeros_like(ink)
    out[MARGIN:-MARGIN, MARGIN:-MARGIN] = ink[MARGIN:-MARGIN, MARGIN:-MARGIN]
    return out


def _lattice_targets(spec: Spec, columns: int, rows: int) -> tuple[Array, Array, Array]:
    circles = np.zeros((CIRCLES, rows, columns), np.float32)
    corners = np.zeros((4, rows, columns), np.float32)
    ends = np.zeros((rows, columns), np.float32)
    for command in spec:
        match command:
            case Circle(x, y, r):
                circles[RADII.index(r), rows - 1 - y, x] = 1
            case Rectangle():
                for k, (x, y) in enumerate(corner_points(command)):
                    corners[k, rows - 1 - y, x] = 1
            case Line(x1, y1, x2, y2):
                ends[rows - 1 - y1, x1] = ends[rows - 1 - y2, x2] = 1
    return circles, corners, ends


def key_points_of(command: Command, placement: Placement) -> tuple[KeyPoint, ...]:
    """The key points of a command whose lattice lies at `placement`."""
    match command:
        case Circle(x, y, rx):
            points, kind, radius = [(x, y)], 0, rx * math.sqrt(abs(float(np.linalg.det(placement.matrix[:, :2]))))
        case Rectangle():
            points, kind, radius = list(corner_points(command)), 1, 0.0
        case Line(x1, y1, x2, y2):
            points, kind, radius = [(x1, y1), (x2, y2)], 2, 0.0
    return tuple((kind, x, y, radius) for x, y in placement.to_pixels(np.array(points, dtype=np.float64)).tolist())


def _dense_targets(spec: Spec, placement: Placement, located: Located, shape: tuple[int, int]) -> tuple[Array, Array]:
    """Key points where the ink really is; fine cells beside a key point carry no weight."""
    dense, weight = np.zeros((DENSE_CHANNELS, *shape), np.float32), np.ones((3, *shape), np.float32)
    for channel, x, y, radius in itertools.chain.from_iterable(located.get(c) or key_points_of(c, placement) for c in spec):
        px, py = x / 4, y / 4
        column, row = int(px), int(py)
        if 0 <= px < shape[1] and 0 <= py < shape[0]:
            weight[channel, max(0, row - 1) : row + 2, max(0, column - 1) : column + 2] = 0
            dense[channel, row, column] = 1
            dense[3, row, column], dense[4, row, column] = px - column - 0.5, py - row - 0.5
            dense[5, row, column] = math.log2(radius / CELL) if channel == 0 else dense[5, row, column]
    weight[dense[:3] == 1] = 1
    return dense, weight
