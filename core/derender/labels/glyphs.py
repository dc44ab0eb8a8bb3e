"""Glyphs of a label: its strokes parted into signs from left to right, each brought to the size that the recognizer looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

GLYPH_SIDE = 32
"""Pixels of the square picture of a glyph; its strokes fill all but a margin of its longer side."""

_MARGIN = 3

MOST_GLYPHS = 4
"""Longer labels are words, which are not read."""


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

    def is_script_of(self, base: Glyph) -> bool:
        """Whether it stands at the foot of `base`, lower and smaller."""
        lower = self.top > base.top + 0.35 * base.height and self.bottom > base.bottom - 0.2 * base.height
        return lower and self.height < 0.85 * base.height and self.top < base.bottom + 0.35 * base.height

    def is_beside(self, first: Glyph) -> bool:
        """Whether it stands on one line with `first` and is about as high."""
        near = 0.3 * max(self.height, first.height)
        return abs(self.bottom - first.bottom) < near and abs(self.top - first.top) < near


def glyphs_of(strokes: Floats) -> tuple[Glyph, ...]:
    """The glyphs of a label's strokes (H, W) in [0, 1], from left to right; none for more than `MOST_GLYPHS`, a word.

    Pieces that stand one above the other (i, j, =) are one glyph; specks are none.
    """
    count, pieces, stats, _ = cv2.connectedComponentsWithStats((strokes > 0.5).astype(np.uint8), connectivity=8)
    tallest = int(stats[1:, cv2.CC_STAT_HEIGHT].max(initial=0))
    least = max(3.0, 0.01 * max(tallest, int(stats[1:, cv2.CC_STAT_WIDTH].max(initial=0))) ** 2)
    groups: list[list[int]] = []
    spans: list[tuple[int, int]] = []
    for piece in sorted(range(1, count), key=lambda p: (stats[p, cv2.CC_STAT_LEFT], p)):
        left, width = int(stats[piece, cv2.CC_STAT_LEFT]), int(stats[piece, cv2.CC_STAT_WIDTH])
        if stats[piece, cv2.CC_STAT_AREA] < least:
            continue
        for n, (first, last) in enumerate(spans):
            shared = min(last, left + width) - max(first, left)
            if shared > 0.5 * min(last - first, width):
                groups[n].append(piece)
                spans[n] = (min(first, left), max(last, left + width))
                break
        else:
            groups.append([piece])
            spans.append((left, left + width))
    if len(groups) > MOST_GLYPHS:
        return ()
    found = [_glyph(strokes, np.logical_or.reduce([pieces == piece for piece in group])) for group in groups]
    return tuple(sorted(found, key=lambda glyph: glyph.left))


class Mark(NamedTuple):
    """Strokes that hang together: their place, rows and columns of a picture, and there the strokes, zero elsewhere."""

    place: tuple[slice, slice]
    strokes: Floats


def enclosed_marks(strokes: Floats) -> tuple[Mark, ...]:
    """Pieces of strokes (H, W) in [0, 1] that touch nothing and lie within another piece at least 1.5 times as wide and as high."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats((strokes > 0.3).astype(np.uint8), connectivity=8)
    left, top, width, height = (stats[:, s] for s in (cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP, cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT))
    # The first piece is the paper; specks are neither letters nor around one.
    numbers = np.flatnonzero((height >= _LEAST_MARK) & (np.arange(count) > 0))
    left, top, width, height = (extent[numbers] for extent in (left, top, width, height))
    found = []
    for piece, x, y, w, h in zip(*(values.tolist() for values in (numbers, left, top, width, height)), strict=True):
        larger = (width >= 1.5 * w) & (height >= 1.5 * h) & (left < x) & (top < y) & (left + width > x + w) & (top + height > y + h)
        if larger.any():
            place = slice(y - 1, y + h + 1), slice(x - 1, x + w + 1)
            # With the pale edge of the strokes.
            own = cv2.dilate((pieces[place] == piece).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
            found.append(Mark(place, np.asarray(np.where(own, strokes[place], 0), dtype=np.float32)))
    return tuple(found)


_LEAST_MARK = 10
"""Pixels of a letter's height."""


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
