"""Subscripts as hands write them: small, close to the foot of their letter, around the line that it stands on; and what they count."""

from __future__ import annotations

import numpy as np

from derender.labels.signs import BASES, SCRIPTS
from derender.photographs.writing import Mask, paste

_HANGING = "gjpqyβμρφψ"
"""Letters that reach below the line that they stand on."""

_DEPTH = 0.28
"""How deep they do, in heights of a letter."""

_OVERHANGING = "FPTVWYfrγτψ"
"""Letters whose feet are narrower than they are, under which a subscript may stand."""

_INKED = 60


_ORDERS = ("0123456789", "ijk", "mn", "abcdef")
"""Subscripts that follow each other."""


def sign_of(rng: np.random.Generator, kinds: tuple[tuple[str, float], ...]) -> str:
    """A sign of kinds with their shares."""
    pool = kinds[int(rng.choice(len(kinds), p=[share for _, share in kinds]))][0]
    return pool[int(rng.integers(len(pool)))]


def sample_run(rng: np.random.Generator) -> list[tuple[str, str]]:
    """One to four signs and their subscripts, as a figure has them: a sequence, one place of several sequences, or no such thing."""
    count, kind = int(rng.integers(1, 5)), rng.random()
    base, script = sign_of(rng, BASES), sign_of(rng, SCRIPTS)
    order = next((order for order in _ORDERS if script in order), script)
    start = min(order.index(script), max(0, len(order) - count))
    if kind < 0.6:
        return [(base, following) for following in order[start : start + count]]
    if kind < 0.8:
        return [(sign_of(rng, BASES), script) for _ in range(count)]
    return [(sign_of(rng, BASES), sign_of(rng, SCRIPTS)) for _ in range(count)]


def with_script(large: Mask, small: Mask, base: str, height: float, rng: np.random.Generator) -> Mask:
    """Strokes of the sign `base` in letters `height` pixels high, and those of its subscript at its foot, with some paper around both."""
    large, small = _cut(large), _cut(small)
    line = large.shape[0] - (_DEPTH * height if base in _HANGING else 0.0)
    middle = line + float(rng.uniform(-0.12, 0.25)) * height
    nearest = -0.2 if base in _OVERHANGING else -0.05
    left = large.shape[1] + float(rng.uniform(nearest, 0.3)) * height
    room = 3 + small.shape[0]
    layer = np.zeros((large.shape[0] + 2 * room, round(left) + small.shape[1] + 6), np.uint8)
    paste(layer, large, 3 + large.shape[1] / 2, room + large.shape[0] / 2)
    paste(layer, small, 3 + left + small.shape[1] / 2, room + middle)
    return np.pad(_cut(layer), 3)


def _cut(mask: Mask) -> Mask:
    """What is inked of a mask, without the paper around it."""
    rows, columns = np.flatnonzero(mask.max(1) > _INKED), np.flatnonzero(mask.max(0) > _INKED)
    if not len(rows):
        return mask
    return mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
