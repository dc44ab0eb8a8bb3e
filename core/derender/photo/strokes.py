"""Strokes brought to the width that the reader knows: thin against the shapes that they draw, whatever the pen.

The reader saw strokes of 1 to 3 pixels in shapes of two to five cells of 16 pixels: about a twenty-fifth of a shape's height. A felt
pen's strokes are worn down to their middles, a fine pen's on a large page are widened.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.strokes import disc, stroke_width

Floats = NDArray[np.float32]

_THICKEST, _THINNEST, _MEANT = 1 / 17, 1 / 60, 1 / 25
"""Of a shape's height: what is wider is worn down and what is finer is widened to what is meant."""


def evened(ink: Floats) -> Floats:
    """Ink (H, W) in [0, 1] with strokes of about one width; unchanged where they are already as the reader knows them."""
    drawn = ink > 0.5
    width = stroke_width(drawn)
    shape = shape_height(drawn, width)
    if not drawn.any() or shape is None:
        return ink
    meant = max(1.5, shape * _MEANT)
    if width > max(3.0, shape * _THICKEST):
        return _worn_down(drawn, width, meant)
    if width < shape * _THINNEST:
        return np.asarray(cv2.dilate(ink, disc(max(1, round((meant - width) / 2)))), dtype=np.float32)
    return ink


def shape_height(drawn: NDArray[np.bool_], width: float) -> float | None:
    """Median height of what the strokes close in, in pixels; None where they close in nothing."""
    paper = np.pad(~drawn, 1, constant_values=True).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    sides = np.minimum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    # The first component that touches the corner is the paper around everything; crumbs between strokes are no shapes.
    outside = (stats[:, cv2.CC_STAT_LEFT] == 0) | (
        stats[:, cv2.CC_STAT_AREA] < 0.3 * stats[:, cv2.CC_STAT_WIDTH] * stats[:, cv2.CC_STAT_HEIGHT]
    )
    inside = sides[~outside & (sides > max(8.0, 3 * width))]
    return float(np.median(inside)) + width if len(inside) else None


def _worn_down(drawn: NDArray[np.bool_], width: float, meant: float) -> Floats:
    """The middle lines of strokes, `meant` wide; what is much thicker than a stroke (a filled head) stays, as much smaller."""
    solid = drawn.astype(np.uint8)
    lines = cv2.dilate(thinned(solid, round(width)), disc(max(1, round((meant - 1) / 2))))
    blobs = cv2.morphologyEx(solid, cv2.MORPH_OPEN, disc(round(0.75 * width)))
    blobs = cv2.erode(blobs, disc(max(1, round((width - meant) / 2))))
    return np.asarray(cv2.GaussianBlur(np.maximum(lines, blobs).astype(np.float32), (0, 0), 0.6), dtype=np.float32)


def thinned(solid: NDArray[np.uint8], rounds: int) -> NDArray[np.uint8]:
    """Middle lines one pixel wide of 0 and 1 (H, W), in one piece where the strokes were: Zhang and Suen's thinning (1984), by tables."""
    out = np.pad(solid, 1)
    for _ in range(rounds):
        before = out
        for table in _REMOVED:
            around = cv2.filter2D(out, -1, _NEIGHBOURS, borderType=cv2.BORDER_CONSTANT)
            removed = np.asarray(cv2.LUT(around, table), dtype=np.uint8)
            out = np.asarray(out & ~removed & 1, dtype=np.uint8)
        if np.array_equal(before, out):
            break
    return out[1:-1, 1:-1]


_NEIGHBOURS = np.array([[128, 1, 2], [64, 0, 4], [32, 16, 8]], np.float32)
"""Eight neighbours as a number below 256: north 1, then clockwise."""


def _removed() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """For each number of `_NEIGHBOURS` whether its pixel goes, in the first and in the second half of a round."""
    tables = np.zeros((2, 256), np.uint8)
    for code in range(256):
        north, north_east, east, south_east, south, south_west, west, north_west = ring = [code >> k & 1 for k in range(8)]
        changes = sum(
            a == 0 and b == 1 for a, b in zip(ring, [north_east, east, south_east, south, south_west, west, north_west, north], strict=True)
        )
        if 2 <= sum(ring) <= 6 and changes == 1:
            tables[0, code] = not (north and east and south) and not (east and south and west)
            tables[1, code] = not (north and east and west) and not (north and south and west)
    return tables[0], tables[1]


_REMOVED = _removed()
