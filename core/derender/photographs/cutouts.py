"""Pieces cut out of larger diagrams, as people photograph or crop the part that they mean: arrows lead in and out at the borders, shapes
and words are cut off there, and small shapes have words of several lines below them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from derender.photographs.along_squares import along_squares
from derender.photographs.diagrams import Diagram, Shape, Sketch, draw_diagram, random_diagram
from derender.photographs.pen_strokes import Box, Points, middle_of
from derender.photographs.polylines import in_box, length, parts
from derender.photographs.routes import Link
from derender.photographs.writing import Mask, paste, sample_text, written

_AROUND = 1.6
"""Of a shape's height: so much of the larger diagram lies beyond each side of what is cut out of it."""

_PARTLY = 0.35
"""A shape of which a larger part is seen, and not all, would be no shape of the cutout and yet be taken for one."""

_LEAST_HEIGHT = 28.0
"""Pixels of a shape: nobody crops to fewer."""

_UPRIGHT = 0.25
"""Part of cutouts that are higher than wide."""

_TRIES = 40


@dataclass(frozen=True, slots=True)
class Cutout:
    """What a picture of `shape` (height, width) shows, and which whole shapes and which links, as far as they are seen."""

    sketch: Sketch
    diagram: Diagram
    shape: tuple[int, int]


def random_cutout(rng: np.random.Generator) -> Cutout:
    """A few whole shapes of a larger diagram."""
    while True:
        width = int(rng.integers(400, 1300))
        shape = (round(width * rng.uniform(0.22, 0.9)), width)
        shape = shape[::-1] if rng.random() < _UPRIGHT else shape
        height = max(_LEAST_HEIGHT, min(shape) * math.exp(rng.uniform(math.log(0.16), math.log(0.5))))
        around = round(_AROUND * height)
        whole = (shape[0] + 2 * around, shape[1] + 2 * around)
        diagram = replace(random_diagram(rng, whole, height), words=float(rng.choice([0.3, 0.95], p=[0.3, 0.7])))
        diagram, squares = along_squares(rng, diagram)
        for _ in range(_TRIES):
            left, top = (int(v) for v in rng.integers(0, 2 * around, 2))
            window = (float(left), float(top), float(left + shape[1]), float(top + shape[0]))
            if _is_telling(diagram, window):
                sketch = draw_diagram(rng, diagram, whole)
                _write_below(sketch.writing, diagram, rng)
                part = np.s_[top : top + shape[0], left : left + shape[1]]
                squares = squares and squares.moved(left, top)
                seen = Sketch(sketch.geometry[part].copy(), sketch.writing[part].copy(), squares)
                return Cutout(seen, cut(diagram, window), shape)


def cut(diagram: Diagram, window: Box) -> Diagram:
    """The shapes that lie in a window whole, and of links the longest piece that is seen, in the window's pixels."""
    origin = np.array(window[:2])
    shapes = tuple(replace(s, box=_moved(s.box, -origin)) for s in diagram.shapes if _share(s.box, window) == 1)
    seen = (_longest_piece(link.path, window) for link in diagram.links)
    links = tuple(
        Link(piece - origin, link.curved, returns=link.returns)
        for link, piece in zip(diagram.links, seen, strict=True)
        if piece is not None and length(piece) > 0.25 * diagram.height
    )
    return replace(diagram, shapes=shapes, links=links)


def _is_telling(diagram: Diagram, window: Box) -> bool:
    """Whether a window shows two shapes at least, and none cut off of which much is seen; and no link that only passes through."""
    shares = [_share(s.box, window) for s in diagram.shapes]
    if sum(share == 1 for share in shares) < 2 or any(_PARTLY < share < 1 for share in shares):
        return False
    return all(in_box(link.path[[0, -1]], window).any() or _longest_piece(link.path, window) is None for link in diagram.links)


def _share(box: Box, window: Box) -> float:
    """The part of a box that lies in a window; 1 only with two pixels to spare."""
    across = min(box[2], window[2] - 2) - max(box[0], window[0] + 2)
    down = min(box[3], window[3] - 2) - max(box[1], window[1] + 2)
    whole = (box[2] - box[0], box[3] - box[1])
    return max(0.0, across) * max(0.0, down) / (whole[0] * whole[1]) if across < whole[0] or down < whole[1] else 1.0


def _longest_piece(path: Points, window: Box) -> Points | None:
    """The longest part of a path (N, 2) in a window; None where nothing of it is seen."""
    return max(parts(path, window, inside=True), key=length, default=None)


def _moved(box: Box, by: Points) -> Box:
    return box[0] + float(by[0]), box[1] + float(by[1]), box[2] + float(by[0]), box[3] + float(by[1])


def _write_below(writing: Mask, diagram: Diagram, rng: np.random.Generator) -> None:
    """Words below the small shapes, as large as those in others and as wide as they come; they may touch what is there."""
    letter = diagram.height * rng.uniform(0.12, 0.28)
    for part in diagram.shapes:
        if not _is_small(part, diagram) or rng.random() > 0.7 * diagram.words:
            continue
        text = "\n".join(sample_text(rng, 2) for _ in range(int(rng.integers(1, 3))))
        mark = written(text, diagram.writer, max(5.5, letter), min(diagram.pen.thickness, 0.28 * letter), rng)
        x, _ = middle_of(part.box)
        gap = diagram.height * rng.uniform(-0.03, 0.25)
        above = rng.random() < 0.2
        y = part.box[1] - gap - mark.shape[0] / 2 if above else part.box[3] + gap + mark.shape[0] / 2
        paste(writing, mark, x + rng.normal(0, 0.15) * diagram.height, y)


def _is_small(part: Shape, diagram: Diagram) -> bool:
    return part.kind in ("circle", "diamond") and part.box[3] - part.box[1] < 0.85 * diagram.height
