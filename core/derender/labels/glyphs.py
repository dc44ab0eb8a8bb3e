"""Glyphs of a label: its strokes parted into signs from left to right, each brought to the size that the recognizer looks at."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

GLYPH_SIDE = 32
"""Pixels of the square picture of a glyph; its strokes fill all but a margin of its longer side."""

_MARGIN = 3

_INKED = 0.35
"""How dark pixels of a label's strokes are at least."""

MOST_GLYPHS = 4
"""Longer labels are words, which are not read."""


class Box(NamedTuple):
    """left, top, right, bottom in pixels."""

    left: int
    top: int
    right: int
    bottom: int

    def around(self, other: Box) -> Box:
        """The box around both."""
        return Box(min(self.left, other.left), min(self.top, other.top), max(self.right, other.right), max(self.bottom, other.bottom))

    def is_in_one_sign_with(self, other: Box) -> bool:
        """Whether a piece stands above or below what is further left: not at its foot, and not beside it under an overhang."""
        width, height = self.right - self.left, self.bottom - self.top
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        is_right = other.left > self.left + 0.4 * width and other.right > self.right - 0.1 * width
        is_at_foot = is_right and other.top > self.top + 0.35 * height
        is_beside = down > 0.6 * max(height, other.bottom - other.top)
        return across > 0.5 * min(width, other.right - other.left) and not is_at_foot and not is_beside


@dataclass(frozen=True, slots=True)
class Glyph:
    """One sign: left, top, right, bottom in pixels of the label, and its strokes (`GLYPH_SIDE`, `GLYPH_SIDE`) in [0, 1]."""

    left: int
    top: int
    right: int
    bottom: int
    picture: Floats

    @property
    def height(self) -> int:
        """Pixels."""
        return self.bottom - self.top

    @property
    def is_wide(self) -> bool:
        """Whether it is wider than a digit: rather two that touch each other."""
        return self.right - self.left > 0.9 * self.height

    def is_script_of(self, base: Glyph) -> bool:
        """Whether it stands at the foot of `base`: low letters' subscripts are about as high as they are."""
        lower = (self.top - base.top) / base.height, ((self.top + self.bottom) / 2 - base.bottom) / base.height
        near = self.left - base.right < 0.8 * base.height and self.height < 1.35 * base.height
        return near and 0.3 < lower[0] < 1.25 and lower[1] > -0.32

    def is_beside(self, first: Glyph) -> bool:
        """Whether it stands on one line with `first` and is about as high."""
        near = 0.3 * max(self.height, first.height)
        return abs(self.bottom - first.bottom) < near and abs(self.top - first.top) < near


def glyphs_of(strokes: Floats) -> tuple[Glyph, ...]:
    """The glyphs of a label's strokes (H, W) in [0, 1], from left to right; none for more than `MOST_GLYPHS`, a word.

    Pieces that stand one above the other (i, j, =) are one glyph; specks are none.
    """
    count, pieces, stats, _ = cv2.connectedComponentsWithStats((strokes > _INKED).astype(np.uint8), connectivity=8)
    tallest = int(stats[1:, cv2.CC_STAT_HEIGHT].max(initial=0))
    least = max(3.0, 0.01 * max(tallest, int(stats[1:, cv2.CC_STAT_WIDTH].max(initial=0))) ** 2)
    groups: list[list[int]] = []
    boxes: list[Box] = []
    for piece in sorted(range(1, count), key=lambda p: (stats[p, cv2.CC_STAT_LEFT], p)):
        left, top, width, height, area = (int(v) for v in stats[piece])
        if area < least:
            continue
        box = Box(left, top, left + width, top + height)
        for n, before in enumerate(boxes):
            if before.is_in_one_sign_with(box):
                groups[n].append(piece)
                boxes[n] = before.around(box)
                break
        else:
            groups.append([piece])
            boxes.append(box)
    if not boxes or len(groups) > MOST_GLYPHS or _goes_on(strokes, boxes):
        return ()
    found = [_glyph(strokes, np.logical_or.reduce([pieces == piece for piece in group])) for group in groups]
    return tuple(sorted(found, key=lambda glyph: glyph.left))


def _goes_on(strokes: Floats, boxes: Sequence[Box]) -> bool:
    """Whether there is ink to the right of all boxes: what is left of a subscript that was too fine for the photograph."""
    whole = functools.reduce(Box.around, boxes)
    beyond = whole.right + round(0.12 * (whole.bottom - whole.top))
    return bool((strokes[whole.top :, beyond + 1 :] > _INKED).any())


def _glyph(strokes: Floats, own: NDArray[np.bool_]) -> Glyph:
    """The glyph of the pixels `own` and the grey ones at them."""
    rows, columns = np.flatnonzero(own.any(1)), np.flatnonzero(own.any(0))
    near = cv2.dilate(own.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    left, top, right, bottom = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    part = np.where(near, strokes, 0)[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1]
    return Glyph(left, top, right, bottom, _sized(np.asarray(part, dtype=np.float32)))


def _sized(part: Floats) -> Floats:
    """Strokes in the middle of the glyph's square."""
    height, width = part.shape
    factor = (GLYPH_SIDE - 2 * _MARGIN) / max(height, width)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    scaled = cv2.resize(part, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    out = np.zeros((GLYPH_SIDE, GLYPH_SIDE), np.float32)
    x, y = (GLYPH_SIDE - size[0]) // 2, (GLYPH_SIDE - size[1]) // 2
    out[y : y + size[1], x : x + size[0]] = scaled
    return np.asarray(np.clip(out, 0, 1), dtype=np.float32)
