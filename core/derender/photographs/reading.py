"""What developing leaves of photographs, on the reader's canvas, with what is drawn: the reader's training on photographs.

Half of the drawings are the reader's own scenes, on a lattice, some with attributes; half are diagrams without one. A drawing is
photographed from straight above, developed by the shipped networks as any photograph is, and laid on the canvas where it is known
to lie, give or take what a lattice's fit leaves.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from derender.labels import Recognizer
from derender.perception.network import CELL, MARGIN
from derender.perception.scenes import random_scene
from derender.perception.targets import Drawing, KeyPoint, Located, key_points_of
from derender.photo.develop import develop
from derender.photo.ink import resample
from derender.photo.separation import Separator
from derender.photographs.attributed import attributed
from derender.photographs.diagrams import Sketch, draw_diagram, random_diagram, sample_height
from derender.photographs.examples import photograph_straight
from derender.photographs.free_truth import rounded_to_lattice
from derender.photographs.sketch import draw_scene_with_words
from derender.rendering.pencil import Placement, aligned_placement, jittered
from derender.spec import Circle, Command, Spec, moved

Floats = NDArray[np.float32]

CELL_PIXELS = (11.0, 21.0)
"""Of a photograph, between which a cell's size lies."""

_LONGEST_SIDE = 780
"""Pixels of a photograph at most: developing looks at no more of it than this at once."""

_LEAST_SEEN = 0.55
"""The part of the strokes that must be left: what is lost to more than that says nothing about what was drawn."""

_LEAST_OF_ONE = 0.35
"""The part of a line or a box that must be left for it to count as drawn; what is left of others is residue."""


class _Drawn(NamedTuple):
    """A sketch, its scene and where the lattice and each key point lie in the sketch's pixels; `straight` are the lines and boxes that
    are drawn as such."""

    sketch: Sketch
    scene: Spec
    placement: Placement
    located: Located
    straight: frozenset[Command]


def photographed_drawing(rng: np.random.Generator, columns: int, rows: int) -> Drawing:
    """A drawing of `columns` × `rows` cells as its photograph leaves it; one that is hardly seen any more is drawn anew."""
    while True:
        cell = min(math.exp(rng.uniform(*np.log(CELL_PIXELS))), _LONGEST_SIDE / (max(columns, rows) + 4))
        drawn = _on_lattice(rng, cell, columns, rows) if rng.random() < 0.5 else _free(rng, cell, columns, rows)
        found = _photographed(rng, drawn, columns, rows)
        if found is not None:
            return found


def _on_lattice(rng: np.random.Generator, cell: float, columns: int, rows: int) -> _Drawn:
    """A scene of the reader's, in a quarter of cases with attributes."""
    margin = 1 if rng.random() < 0.8 else 0
    scene = moved(random_scene(rng, columns - 2 * margin, rows - 2 * margin), margin, margin)
    kind = int(rng.integers(3)) if rng.random() < 0.25 else None
    special = scene if kind is None else Spec(attributed(command, kind, rng) for command in scene)
    shape = _sketch_shape(cell, columns, rows)
    placement = Placement(np.array([[cell, 0, cell / 2], [0, -cell, shape[0] - cell / 2]]))
    located = {command: key_points_of(command, placement) for command in scene}
    straight = frozenset(c for c in scene if not isinstance(c, Circle) and c in special)
    return _Drawn(draw_scene_with_words(rng, special, placement, shape), scene, placement, located, straight)


def _free(rng: np.random.Generator, cell: float, columns: int, rows: int) -> _Drawn:
    """A diagram without a lattice, of shapes of about two to six cells."""
    shape = _sketch_shape(cell, columns, rows)
    height = sample_height(rng, 2.3 * cell, min(5.5 * cell, 0.45 * min(shape)))
    found = rounded_to_lattice(rng, random_diagram(rng, shape, height), cell, columns, rows)
    return _Drawn(draw_diagram(rng, found.diagram, shape), found.scene, found.placement, found.located, found.straight)


def _sketch_shape(cell: float, columns: int, rows: int) -> tuple[int, int]:
    """Height and width in pixels of a lattice with half a cell around it."""
    return round((rows + 1) * cell), round((columns + 1) * cell)


def _photographed(rng: np.random.Generator, drawn: _Drawn, columns: int, rows: int) -> Drawing | None:
    """The drawing on its canvas after photograph and development; None where too little of it is left."""
    cell = float(drawn.placement.matrix[0, 0])
    room = round(rng.uniform(0.3, 1.5) * cell)
    sketch = drawn.sketch
    squares = sketch.squares and sketch.squares.moved(-room, -room)
    layers = Sketch(np.pad(sketch.geometry, room), np.pad(sketch.writing, room), squares)
    separator, recognizer = _networks()
    development = develop(photograph_straight(rng, layers).picture, separator, keep_frame=True)
    ink, _ = recognizer.set_apart(development.ink, development.writing)
    aligned = aligned_placement((rows + 1) * CELL, MARGIN)
    placement = jittered(aligned, rng, shift=2.0, scale=0.015, turn=0.01, middle=(columns / 2, rows / 2))
    to_sketch = _square(drawn.placement.matrix) @ np.linalg.inv(_square(placement.matrix))
    to_view = np.linalg.inv(development.to_picture) @ np.array([[1, 0, room], [0, 1, room], [0, 0, 1]]) @ to_sketch
    shape = ((rows + 1) * CELL, (columns + 1) * CELL)
    on_canvas = resample(ink, to_view[:2], shape)
    meant = resample(np.asarray(drawn.sketch.geometry / np.float32(255), dtype=np.float32), to_sketch[:2], shape) > 0.5
    near = cv2.dilate(on_canvas, np.ones((7, 7), np.uint8)) > 0.3
    if drawn.scene and not near[meant].mean() >= _LEAST_SEEN:
        return None
    to_canvas = np.linalg.inv(to_sketch)
    scale = math.sqrt(abs(float(np.linalg.det(to_canvas[:2, :2]))))
    located = {
        command: tuple((kind, *(to_canvas[:2] @ np.array([x, y, 1.0])).tolist(), scale * radius) for kind, x, y, radius in points)
        for command, points in drawn.located.items()
    }
    seen = Spec(c for c in drawn.scene if c not in drawn.straight or _seen_part(located[c], near) >= _LEAST_OF_ONE)
    return Drawing(seen, on_canvas, placement, aligned, located)


def _seen_part(points: tuple[KeyPoint, ...], near: NDArray[np.bool_]) -> float:
    """The part of a line's or a box's strokes, given by its ends or corners, that has ink near."""
    ends = np.array([(x, y) for _, x, y, _ in points])
    t = np.linspace(0.05, 0.95, 24)[:, None, None]
    following = np.roll(ends, -1, 0) if len(ends) > 2 else ends[::-1]
    columns, rows = np.rint(ends * (1 - t) + following * t).astype(np.int64).reshape(-1, 2).T
    return float(near[rows.clip(0, near.shape[0] - 1), columns.clip(0, near.shape[1] - 1)].mean())


def _square(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.vstack([matrix, [0.0, 0.0, 1.0]])


@cache
def _networks() -> tuple[Separator, Recognizer]:
    """What the shipped pipeline develops with, loaded once in a process."""
    return Separator.load(torch.device("cpu")), Recognizer.load()
