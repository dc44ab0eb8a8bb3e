"""Regions that strokes enclose: what may be the inside of a shape, from strokes closed over gaps of several sizes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.photo.maps import Floats
from derender.plane import overlap
from derender.tracing.strokes import Mask, Traces, depth

Contour = NDArray[np.float32]
"""Points (N, 2) in pixels, closed."""

Pixels = NDArray[np.int32]
"""A contour as it is found, (N, 1, 2)."""

_GAPS = (0.0, 0.04, 0.09, 0.15, 0.24, 0.36)
"""Of a shape's height: by so much strokes are widened before regions are looked for."""

_LEAST, _MOST = 0.22, 8.0
"""Of a shape's height: the least shorter and the most longer side of a region."""

_SAME = 0.9
"""Regions whose boxes overlap by more are one."""

_HEAVIEST = 2.5
"""Of the usual stroke's width: so far out the middle of a heavy stroke is looked for."""

_LOOKED_AT = 64
"""Points of a piece's border."""


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


def nearest_on(outline: Contour, points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The points (N, 2) of a closed outline that are nearest to others (N, 2), and how far they are (N)."""
    corners = outline.astype(np.float64)
    along = np.roll(corners, -1, 0) - corners
    t = (((points[:, None] - corners) * along).sum(-1) / np.maximum(1e-9, (along**2).sum(-1))).clip(0, 1)
    feet = corners + t[..., None] * along
    away = np.hypot(*np.moveaxis(feet - points[:, None], -1, 0))
    nearest = away.argmin(1)
    every = np.arange(len(points))
    return feet[every, nearest], away[every, nearest]


def regions(traces: Traces) -> list[Region]:
    """All regions, those of smaller gaps first."""
    found: list[Region] = []
    if not traces.drawn.any():
        return found
    rows, columns = (_extent(np.asarray(traces.drawn.any(axis))) for axis in (1, 0))
    # Nothing is drawn outside; what strokes are widened by must lie within.
    margin = round(_GAPS[-1] * traces.height) + 2
    top, left = max(0, rows[0] - margin), max(0, columns[0] - margin)
    drawn_part = np.s_[top : rows[1] + margin, left : columns[1] + margin]
    inked = np.pad(depth(traces.drawn[drawn_part]), 1)
    for gap in _GAPS:
        wide = round(gap * traces.height)
        for away in traces.away:
            # A pixel of padding: what touches the picture's edge is not enclosed by it.
            closed = np.pad((away[drawn_part] <= wide).astype(np.uint8), 1)
            for piece, by in chain(_holes(closed, wide, inked, traces), _blobs(closed, wide, traces)):
                region = _grown(piece, by, gap, (left - 1, top - 1))
                if region is None:
                    continue
                # What is as solid is compared first: it costs less than overlap.
                if not any(region.solidity <= other.solidity + 0.03 and _are_one(region, other) for other in found):
                    found.append(region)
    return found


def _holes(closed: NDArray[np.uint8], wide: int, inked: Floats, traces: Traces) -> Iterator[tuple[Pixels, float]]:
    """The outermost pixels of each piece of paper of fitting size that is enclosed, and by how much it is to grow."""
    usual = wide + traces.width / 2
    contours, hierarchy = cv2.findContours(closed, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    for contour, parent in zip(contours, hierarchy[0, :, 3] if contours else (), strict=True):
        left, top, width, height = cv2.boundingRect(contour)
        # Around the paper lie the strokes' pixels, of which the contour is.
        if parent < 0 or not _fits(width - 2, height - 2, usual, traces.height):
            continue
        around = np.asarray(contour - (left, top), dtype=np.int32)
        own = np.zeros((height, width), np.uint8)
        cv2.fillPoly(own, [around], 1)
        own[around[:, 0, 1], around[:, 0, 0]] = 0
        pieces, _ = cv2.findContours(own, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        piece = np.asarray(max(pieces, key=cv2.contourArea) + np.array((left, top)), dtype=np.int32)
        yield piece, wide + _half_width(piece, wide, inked, traces)


def _half_width(piece: Pixels, wide: int, inked: Floats, traces: Traces) -> float:
    """How many pixels strokes reach to both sides of their middle around a piece: some shapes are drawn heavier than others. `inked`
    tells how far each pixel of a stroke lies from paper."""
    points = piece[:: max(1, len(piece) // _LOOKED_AT), 0].astype(np.float32)
    outwards = points - points.mean(0)
    outwards /= np.maximum(1e-6, np.hypot(*outwards.T))[:, None]
    away = wide + np.arange(1.0, max(2.0, _HEAVIEST * traces.width), dtype=np.float32)
    x, y = (points[:, None] + away[None, :, None] * outwards[:, None]).transpose(2, 0, 1)
    return float(np.median(cv2.remap(inked, x, y, cv2.INTER_NEAREST).max(1)))


def _blobs(closed: NDArray[np.uint8], wide: int, traces: Traces) -> Iterator[tuple[Pixels, float]]:
    """The same of what is enclosed together with all that lies in it, where lines that lead to it are cut off."""
    by = -wide - traces.width / 2
    # Wider than any stroke, also than a widened one.
    cut = round(wide + 0.8 * traces.width + 1)
    thinnest = max(2 * cut + 1, _LEAST * traces.height - 2 * by)
    opened = np.zeros_like(closed)
    for contour in cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
        left, top, width, height = cv2.boundingRect(contour)
        # Most are lone strokes and letters, of which nothing is left that fits.
        if min(width, height) >= thinnest:
            opened[top : top + height, left : left + width] |= _opened(np.asarray(contour, dtype=np.int32), cut)
    for contour in cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]:
        _, _, width, height = cv2.boundingRect(contour)
        if _fits(width, height, by, traces.height):
            yield np.asarray(contour, dtype=np.int32), by


def _opened(contour: Pixels, cut: int) -> Mask:
    """What a contour encloses, in its bounding box, without what is thinner than twice `cut`."""
    left, top, width, height = cv2.boundingRect(contour)
    filled = np.zeros((height + 2, width + 2), np.uint8)
    cv2.drawContours(filled, [contour], -1, 1, -1, offset=(1 - left, 1 - top))
    kept = depth(filled > 0) > cut
    return (depth(~kept) <= cut if kept.any() else kept)[1:-1, 1:-1]


def _extent(some: NDArray[np.bool_]) -> tuple[int, int]:
    """The first that is set and the one after the last."""
    at = np.flatnonzero(some)
    return int(at[0]), int(at[-1]) + 1


def _fits(width: int, height: int, by: float, usual: float) -> bool:
    """Whether what has these sides may be a shape once it is grown by so many pixels."""
    sides = width + 2 * by, height + 2 * by
    return min(sides) >= _LEAST * usual and max(sides) <= _MOST * usual and min(width, height) >= 3


def _grown(piece: Pixels, by: float, gap: float, origin: tuple[int, int]) -> Region | None:
    """A piece's region, the piece grown by so many pixels; None where it is no more than a line."""
    hull = cv2.convexHull(piece)[:, 0].astype(np.float32)
    if len(hull) < 3:
        return None
    solidity = cv2.contourArea(piece) / max(1.0, cv2.contourArea(hull))
    outline = _offset(hull + np.array(origin, dtype=np.float32) + np.float32(0.5), by)
    low, high = outline.min(0), outline.max(0)
    return Region(outline, (float(low[0]), float(low[1]), float(high[0]), float(high[1])), solidity, gap)


def _offset(hull: Contour, by: float) -> Contour:
    """A convex outline moved outwards by so many pixels at every side, about."""
    low, high = hull.min(0), hull.max(0)
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, 1)
    return np.asarray(middle + (hull - middle) * (1 + by / half), dtype=np.float32)


def _are_one(a: Region, b: Region) -> bool:
    """Whether two regions' boxes overlap so much that they are one; most lie apart, which is told from one side."""
    return a.box[0] < b.box[2] and b.box[0] < a.box[2] and overlap(a.box, b.box) > _SAME


def inside(outline: Contour, shape: tuple[int, int]) -> Mask:
    """The pixels of a picture of `shape` in an outline."""
    out = np.zeros(shape, np.uint8)
    cv2.fillPoly(out, [np.rint(outline).astype(np.int32)], 1)
    return out > 0
