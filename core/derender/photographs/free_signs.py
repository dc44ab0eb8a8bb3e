"""Signs that stand free between the strokes of a diagram: beside its arrows, and in place of shapes, as in commutative diagrams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from derender.photographs.pen_strokes import Box, Points, middle_of
from derender.photographs.skeletons import sample_habits
from derender.photographs.writing import Mask, Writer, paste, sample_writer, written

_PENNED = 0.6
"""Part of people who write with a pen's strokes: fonts have strokes of their own width, however large they are."""

_LETTERS, _DIGITS, _GREEK = "abcdefghijkmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", "αβγδεθλμπρσφψω"

_RINGS = "oO0"
"""Signs that nothing tells from circles where they stand alone; figures have more circles."""

_BESIDE, _IN_PLACE = (0.15, 0.5), (0.3, 0.8)
"""Of a shape's height: how high signs are beside arrows and in place of shapes."""

_AWAY = (0.75, 1.4)
"""Of a sign's height: how far from an arrow its middle lies."""

_TRIES = 3


def sample_signer(rng: np.random.Generator) -> Writer:
    """A person at random."""
    writer = sample_writer(rng)
    return replace(writer, font=None, habits=sample_habits(rng)) if rng.random() < _PENNED else writer


def sample_sign(rng: np.random.Generator) -> str:
    """What stands by itself: a letter, a digit, one with a subscript, two of them."""
    pool = (_LETTERS, _DIGITS, _GREEK)[int(rng.choice(3, p=[0.65, 0.2, 0.15]))]
    sign = pool[int(rng.integers(len(pool)))]
    kind = rng.random()
    if kind < 0.75 and sign not in _RINGS:
        return sign
    other = _DIGITS[int(rng.integers(10))]
    return sign + other if kind < 0.9 else f"{sign},{other}"


def write_beside(writing: Mask, geometry: Mask, paths: Sequence[Points], height: float, thickness: float, rng: np.random.Generator) -> None:
    """Signs beside some of the paths (N, 2), laid on `writing` in place where nothing else is; shapes are about `height` pixels high."""
    writer, size, often = sample_signer(rng), height * rng.uniform(*_BESIDE), rng.uniform(0.2, 0.95)
    for path in paths:
        if rng.random() >= often:
            continue
        for _ in range(_TRIES):
            leg = int(rng.integers(1, len(path)))
            along = path[leg] - path[leg - 1]
            across = np.array([-along[1], along[0]]) / max(1e-6, float(np.hypot(*along))) * rng.choice([-1, 1])
            x, y = path[leg - 1] + rng.uniform(0.3, 0.7) * along + size * rng.uniform(*_AWAY) * across
            if _write(writing, geometry, (x, y), writer, size, thickness, rng):
                break


def write_in_place(writing: Mask, geometry: Mask, boxes: Sequence[Box], height: float, thickness: float, rng: np.random.Generator) -> None:
    """Signs where shapes in these boxes would be, laid on `writing` in place."""
    writer, size = sample_signer(rng), height * rng.uniform(*_IN_PLACE)
    for box in boxes:
        _write(writing, geometry, middle_of(box), writer, size, thickness, rng)


def _write(
    writing: Mask, geometry: Mask, place: tuple[float, float], writer: Writer, size: float, thickness: float, rng: np.random.Generator
) -> bool:
    """Whether there is room for a sign at a place, where it is written then."""
    wide = min(thickness * rng.uniform(0.7, 1.1), 0.25 * size)
    mark = written(sample_sign(rng), writer, max(5.5, size * rng.uniform(0.85, 1.15)), wide, rng)
    there = np.zeros_like(writing)
    paste(there, mark, *place)
    around = cv2.dilate(there, np.ones((3, 3), np.uint8)) > 0
    if not there.any() or (around & ((geometry > 0) | (writing > 0))).any():
        return False
    np.maximum(writing, there, out=writing)
    return True
