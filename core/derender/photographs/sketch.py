"""Sketches to photograph: geometry on one layer, writing on another, in pixels of a canvas.

Many are the training scenes of the reader, on a lattice; many are diagrams without one (`diagrams.py`). Some pages hold only
writing, plots or nothing.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from derender.perception.scenes import random_scene
from derender.photographs.along_squares import ALONG, along_squares
from derender.photographs.diagrams import SIGNS_BESIDE, Sketch, draw_diagram, draw_without_shapes, random_diagram, sample_height
from derender.photographs.free_signs import write_beside
from derender.photographs.pen_strokes import Box, Pen, Stroke, arrow, draw, sample_arrow_style, sample_thickness
from derender.photographs.squares import Squares
from derender.photographs.writing import paste, sample_text, sample_writer, write_in, written
from derender.rendering.pencil import CELL, Placement, draw_by_hand, sample_hand
from derender.spec import Circle, Line, Rectangle, Spec

_SHAPE = 2.2
"""Cells of a usual shape's height."""

_WITHOUT_SHAPES = 0.25
"""Part of diagrams on no lattice that have signs in place of shapes."""


def random_sketch(rng: np.random.Generator, size: int) -> Sketch:
    """A sketch of any kind that fills a square canvas of `size` pixels."""
    kind = rng.random()
    if kind < 0.40:
        return _on_lattice(rng, size)
    if kind < 0.86:
        return _on_none(rng, size)
    if kind < 0.93:
        return _text_only(rng, size)
    if kind < 0.97:
        return _plot(rng, size)
    return Sketch(np.zeros((size, size), np.uint8), np.zeros((size, size), np.uint8))


def _on_none(rng: np.random.Generator, size: int) -> Sketch:
    """A diagram, or every other time a part of a larger one, with shapes and words cut off at the picture's borders."""
    height = sample_height(rng, 22, min(150, 0.5 * size))
    around = round(1.2 * height) if rng.random() < 0.5 else 0
    whole = (size + around, size + around)
    diagram, squares = along_squares(rng, random_diagram(rng, whole, height))
    drawn = (draw_without_shapes if rng.random() < _WITHOUT_SHAPES else draw_diagram)(rng, diagram, whole)
    left, top = (int(v) for v in rng.integers(0, around + 1, 2))
    part = np.s_[top : top + size, left : left + size]
    return Sketch(drawn.geometry[part].copy(), drawn.writing[part].copy(), squares and squares.moved(left, top))


def _on_lattice(rng: np.random.Generator, size: int) -> Sketch:
    cell = math.exp(rng.uniform(math.log(9), math.log(38)))
    across = int(np.clip(size / cell, 4, 20))
    left, bottom = (rng.uniform(0, max(1.0, size - across * cell)) for _ in range(2))
    placement = Placement(np.array([[cell, 0, left], [0, -cell, size - bottom]]))
    return draw_scene_with_words(rng, random_scene(rng, across, across), placement, (size, size))


def draw_scene_with_words(rng: np.random.Generator, spec: Spec, placement: Placement, shape: tuple[int, int]) -> Sketch:
    """A scene by the simulated hand on layers of `shape` (height, width), with words in its shapes and beside its lines; a cell is often a
    square of the paper, or two or half of one."""
    cell = math.sqrt(abs(float(np.linalg.det(placement.matrix[:, :2]))))
    thickness = sample_thickness(rng, _SHAPE * cell)
    hand = replace(sample_hand(rng), thickness=thickness * CELL / cell, elastic=0.0, erosion=0.0)
    geometry = np.asarray(np.rint(255 * draw_by_hand(spec, hand, placement, shape, rng)), dtype=np.uint8)
    writing = np.zeros(shape, np.uint8)
    share = float(rng.choice([0.0, 0.3, 0.7, 1.0], p=[0.3, 0.25, 0.25, 0.2]))
    if share:
        writer = sample_writer(rng)
        for command in spec:
            if rng.random() >= share:
                continue
            match command:
                case Circle(x, y, rx, ry):
                    box = _pixels(placement, x - 0.7 * rx, y - 0.7 * ry, x + 0.7 * rx, y + 0.7 * ry)
                case Rectangle(x1, y1, x2, y2):
                    box = _pixels(placement, x1, y1, x2, y2)
                case Line(x1, y1, x2, y2):
                    if rng.random() < 0.7:
                        continue
                    beside = rng.choice([-1, 1]) * rng.uniform(0.4, 0.9)
                    mx, my = (x1 + x2) / 2 + beside * (x1 == x2), (y1 + y2) / 2 + beside * (x1 != x2)
                    box = _pixels(placement, mx - 1, my - 0.5, mx + 1, my + 0.5)
            write_in(writing, box, writer, thickness, rng)
    # What else is drawn does not depend on whether there are any.
    beside = rng.spawn(1)[0]
    if beside.random() < SIGNS_BESIDE:
        paths = [placement.to_pixels(np.array([(c.x1, c.y1), (c.x2, c.y2)])) for c in spec if isinstance(c, Line)]
        write_beside(writing, geometry, paths, _SHAPE * cell, thickness, beside)
    return Sketch(geometry, writing, _squares_of(rng, placement, cell))


def _squares_of(rng: np.random.Generator, placement: Placement, cell: float) -> Squares | None:
    """The squares that a lattice that is not turned is laid along, in some drawings."""
    if rng.random() >= ALONG or placement.matrix[0, 1] or placement.matrix[1, 0]:
        return None
    pitch = cell * float(rng.choice([0.5, 1, 2], p=[0.4, 0.5, 0.1]))
    left, top = placement.matrix[:, 2].tolist()
    return Squares(pitch, left % pitch, top % pitch)


def _pixels(placement: Placement, x1: float, y1: float, x2: float, y2: float) -> Box:
    (left, bottom), (right, top) = placement.to_pixels(np.array([(x1, y1), (x2, y2)])).tolist()
    return left, top, right, bottom


def _text_only(rng: np.random.Generator, size: int) -> Sketch:
    """Lines of writing from edge to edge."""
    writing = np.zeros((size, size), np.uint8)
    writer, height = sample_writer(rng), rng.uniform(8, 36)
    for y in np.arange(height, size, height * rng.uniform(1.6, 3)):
        x = rng.uniform(0, 3 * height)
        while x < size and rng.random() < 0.93:
            mark = written(sample_text(rng, 1).replace("\n", " "), writer, height, sample_thickness(rng, 3 * height), rng)
            paste(writing, mark, x + mark.shape[1] / 2, y)
            x += mark.shape[1] + 0.6 * height
    return Sketch(np.zeros((size, size), np.uint8), writing)


def _plot(rng: np.random.Generator, size: int) -> Sketch:
    """Axes with arrow heads; the curves, ticks and marks between them are no commands and count as writing."""
    pen = Pen(rng.uniform(1.2, 3.5), rng.uniform(0.002, 0.012))
    x0, y0 = rng.uniform(0.08, 0.3) * size, rng.uniform(0.7, 0.92) * size
    style = replace(sample_arrow_style(rng), dash=None)
    axes = [np.array([(x0, y0), (rng.uniform(0.75, 0.97) * size, y0)]), np.array([(x0, y0), (x0, rng.uniform(0.05, 0.2) * size)])]
    strokes = [s for a in axes for s in arrow(a, style, 60, pen, rng)]
    writing = np.zeros((size, size), np.uint8)
    curves = []
    t = np.linspace(0, 1, 80)
    for _ in range(int(rng.integers(1, 4))):
        y = 0.5 + sum(rng.normal(0, 0.25 / k) * np.sin(2 * math.pi * k * t * rng.uniform(0.5, 1.5) + rng.uniform(0, 6)) for k in (1, 2, 3))
        curves.append(Stroke(np.stack([x0 + t * 0.6 * size, y0 - np.clip(y, 0.02, 1.2) * 0.6 * size], -1), pen.thickness))
    np.maximum(writing, draw(curves, (size, size)), out=writing)
    writer = sample_writer(rng)
    for _ in range(int(rng.integers(0, 6))):
        mark = written(sample_text(rng, 1), writer, rng.uniform(9, 22), pen.thickness, rng)
        paste(writing, mark, rng.uniform(0, size), rng.uniform(0, size))
    return Sketch(draw(strokes, (size, size)), writing)
