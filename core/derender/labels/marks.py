"""Marks of a drawing that touch nothing: a letter in its shape, or a shape in another one, and what stands alone beside all others."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_MARKED = 0.3
"""How dark pixels are, at least, among which marks are looked for."""

_LEAST_MARK = 10
"""Pixels of a letter's height."""

_NEXT = 1.2
"""Heights of a letter up to the next one in its line."""


class Mark(NamedTuple):
    """Strokes that hang together: their place, rows and columns of a picture, there the strokes, zero elsewhere; how wide and how high they
    are in pixels; and whether they lie within another piece, which is at least 1.5 times as wide and as high."""

    place: tuple[slice, slice]
    strokes: Floats
    width: int
    height: int
    is_enclosed: bool

    def is_beside(self, letters: NDArray[np.int32]) -> bool:
        """Whether it stands in a line with some of the pieces of writing (N, 4: left, top, width, height), which are about as high."""
        left, top, width, height = letters.T
        right, foot = self.place[1].stop - 1, self.place[0].stop - 1
        down = np.minimum(foot, top + height) - np.maximum(foot - self.height, top)
        across = np.maximum(self.place[1].start + 1 - (left + width), left - right)
        in_line = (down > 0.5 * np.minimum(self.height, height)) & (across < _NEXT * np.maximum(self.height, height))
        return bool((in_line & (across > -0.3 * self.height) & (height > 0.4 * self.height) & (height < 2.5 * self.height)).any())


def marks_of(strokes: Floats) -> tuple[Mark, ...]:
    """Pieces of strokes (H, W) in [0, 1] as high as a letter at least that touch nothing."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats((strokes > _MARKED).astype(np.uint8), connectivity=8)
    left, top, width, height = (stats[:, s] for s in (cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP, cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT))
    # The first piece is the paper; specks are neither letters nor around one.
    numbers = np.flatnonzero((height >= _LEAST_MARK) & (np.arange(count) > 0))
    left, top, width, height = (extent[numbers] for extent in (left, top, width, height))
    found = []
    for piece, x, y, w, h in zip(*(values.tolist() for values in (numbers, left, top, width, height)), strict=True):
        larger = (width >= 1.5 * w) & (height >= 1.5 * h) & (left < x) & (top < y) & (left + width > x + w) & (top + height > y + h)
        place = slice(max(0, y - 1), y + h + 1), slice(max(0, x - 1), x + w + 1)
        # With the pale edge of the strokes.
        own = cv2.dilate((pieces[place] == piece).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        found.append(Mark(place, np.asarray(np.where(own, strokes[place], 0), dtype=np.float32), w, h, bool(larger.any())))
    return tuple(found)


def pieces_of_writing(writing: Floats, ink: Floats) -> NDArray[np.int32]:
    """Boxes (N, 4: left, top, width, height) of the connected pieces of what is rather writing than geometry (H, W)."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(((writing > 0.5) & (writing > ink)).astype(np.uint8), connectivity=8)
    return np.asarray(stats[1:, :4], dtype=np.int32)
