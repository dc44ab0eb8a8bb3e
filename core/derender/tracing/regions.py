"""Regions that strokes enclose: what may be the inside of a shape, from strokes closed over gaps of several sizes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.tracing.strokes import Mask, Traces, disc

Contour = NDArray[np.float32]
"""Points (N, 2) in pixels, closed."""

_GAPS = (0.0, 0.04, 0.09, 0.15)
"""Of a shape's height: by so much strokes are widened before regions are looked for."""

_LEAST, _MOST = 0.22, 8.0
"""Of a shape's height: the least shorter and the most longer side of a region."""

_SAME = 0.9
"""Regions whose boxes overlap by more are one."""


@dataclass(frozen=True, slots=True)
class Region:
    """A convex outline in the middle of the strokes around a region, its box (left, top, right, bottom), how much of the outline's area
    the region itself fills, and by how much strokes were widened to enclose it, in parts of a shape's height."""

    outline: Contour
    box: tuple[float, float, float, float]
    solidity: float
    gap: float

    @property
    def sides(self) -> tuple[float, float]:
        """Width and height."""
        return self.box[2] - self.box[0], self.box[3] - self.box[1]


def regions(traces: Traces) -> list[Region]:
    """All regions, those of smaller gaps first."""
    geometry = traces.drawn & (traces.maps.geometry > traces.maps.writing)
    found: list[Region] = []
    for gap in _GAPS:
        for strokes in (traces.certain, traces.drawn, geometry):
            wide = round(gap * traces.height)
            closed = np.asarray(cv2.dilate(strokes.astype(np.uint8), disc(wide)), dtype=np.uint8)
            for region in (*_holes(closed, wide, gap, traces), *_blobs(closed, wide, gap, traces)):
                if not any(overlap(region.box, other.box) > _SAME and region.solidity <= other.solidity + 0.03 for other in found):
                    found.append(region)
    return found


def _holes(closed: NDArray[np.uint8], wide: int, gap: float, traces: Traces) -> Iterator[Region]:
    """What is paper and enclosed."""
    paper = np.pad(1 - closed, 1, constant_values=1)
    yield from _grown(paper, wide + traces.width / 2, gap, traces)


def _blobs(closed: NDArray[np.uint8], wide: int, gap: float, traces: Traces) -> Iterator[Region]:
    """What is enclosed together with all that lies in it, where lines that lead to it are cut off."""
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    filled = np.zeros_like(closed)
    cv2.drawContours(filled, contours, -1, 1, -1)
    # Wider than any stroke, also than a widened one.
    opened = cv2.morphologyEx(filled, cv2.MORPH_OPEN, disc(wide + 0.8 * traces.width + 1))
    yield from _grown(np.pad(opened, 1), -wide - traces.width / 2, gap, traces)


def _grown(marked: NDArray[np.uint8], by: float, gap: float, traces: Traces) -> Iterator[Region]:
    """The pieces of fitting size of what is marked, one pixel wider at each side than the picture, that do not touch the border, each
    grown by so many pixels."""
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(marked, connectivity=4)
    rows, columns = pieces.shape
    for piece in range(1, len(stats)):
        left, top, width, height = (int(v) for v in stats[piece, :4])
        sides = width + 2 * by, height + 2 * by
        if left == 0 or top == 0 or left + width == columns or top + height == rows:
            continue
        if min(sides) < _LEAST * traces.height or max(sides) > _MOST * traces.height or min(width, height) < 3:
            continue
        own = np.asarray(pieces[top : top + height, left : left + width] == piece, dtype=np.uint8)
        contours, _ = cv2.findContours(own, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        contour = max(contours, key=cv2.contourArea)
        hull = cv2.convexHull(contour)[:, 0].astype(np.float32)
        if len(hull) < 3:
            continue
        full = cv2.contourArea(hull)
        solidity = cv2.contourArea(contour) / max(1.0, full)
        # Less the pixel of padding, to the pixels' middles.
        hull += np.array([left - 0.5, top - 0.5], dtype=np.float32)
        outline = _offset(hull, by)
        low, high = outline.min(0), outline.max(0)
        yield Region(outline, (float(low[0]), float(low[1]), float(high[0]), float(high[1])), solidity, gap)


def _offset(hull: Contour, by: float) -> Contour:
    """A convex outline moved outwards by so many pixels at every side, about."""
    low, high = hull.min(0), hull.max(0)
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, 1)
    return np.asarray(middle + (hull - middle) * (1 + by / half), dtype=np.float32)


def overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> float:
    """Intersection over union of two boxes."""
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    common = max(0.0, width) * max(0.0, height)
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - common
    return common / union if union > 0 else 0.0


def inside(outline: Contour, shape: tuple[int, int]) -> Mask:
    """The pixels of a picture of `shape` in an outline."""
    out = np.zeros(shape, np.uint8)
    cv2.fillPoly(out, [np.rint(outline).astype(np.int32)], 1)
    return out > 0
