"""Views of a picture for the network: at which size, and which part of it, seen from above."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.photo.cleaning import without_specks
from derender.photo.maps import Maps
from derender.photo.sheet import Corners
from derender.plane import Box, Matrix, moved_to
from derender.strokes import stroke_width

Picture = NDArray[np.uint8]
"""left, top, right, bottom."""

FIRST_LOOK = 800
"""Pixels of the longer side in the first look."""

SECOND_LOOK = 1216
"""Pixels of the longer side in the second look at most."""

LEAST_SIDE = 360
"""Smaller photographs are enlarged to this (by three at most) before they are looked at."""

LEAST_WIDTH = 32
"""Pixels: no view is narrower."""

LARGEST_SHAPES, BEST_SHAPES = 95.0, 75.0
"""Pixels: where shapes are higher than the first, they are shown to the network as high as the second. On simulated diagrams it finds
98 % of the geometry of shapes 50 to 75 pixels high, and of what it takes for geometry in shapes twice as high a third is none."""

FINEST_STROKES = 2.2
"""Pixels: strokes are not shown finer because shapes are large."""


def sized(picture: Picture, side: int) -> tuple[Picture, float]:
    """The picture with its longer side at most `side` (and not too small), and the factor."""
    height, width = picture.shape[:2]
    longest = max(height, width)
    factor = min(1.0, side / longest) if longest >= LEAST_SIDE else min(3.0, LEAST_SIDE / longest)
    if factor == 1.0:
        return picture, 1.0
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=how), dtype=np.uint8), factor


def content_box(maps: Maps, page: Corners | None, sight: Matrix) -> Box | None:
    """left, top, right, bottom, in the upright view, around geometry and the writing at it, with some room; None for nothing drawn."""
    drawn = maps.geometry > 0.5
    if page is not None:
        inside = np.zeros(drawn.shape, np.uint8)
        cv2.fillConvexPoly(inside, np.rint(np.array(page)).astype(np.int32), 1)
        drawn &= inside > 0
    kept = without_specks(drawn, 0.02)
    if not kept.any():
        return None
    rows, columns = np.nonzero(kept)
    near = np.zeros(drawn.shape, np.uint8)
    room = round(0.12 * max(np.ptp(rows), np.ptp(columns))) + 4
    near[max(0, rows.min() - room) : rows.max() + room, max(0, columns.min() - room) : columns.max() + room] = 1
    rows, columns = np.nonzero(kept | ((maps.writing > 0.5) & (near > 0)))
    points = moved_to(sight, np.stack([columns, rows], -1).astype(np.float64))
    (left, top), (right, bottom) = points.min(0), points.max(0)
    margin = 0.03 * max(right - left, bottom - top) + 6
    return left - margin, top - margin, right + margin, bottom + margin


def second_factor(maps: Maps, shrunk: float, box: Box) -> float:
    """By how much the picture's pixels are enlarged for a view of `box`, given the maps of a look at `shrunk` times its size."""
    full = max(box[2] - box[0], box[3] - box[1]) / shrunk
    factor = min(1.0, SECOND_LOOK / full) if full >= LEAST_SIDE else min(3.0, LEAST_SIDE / full)
    drawn = np.maximum(maps.geometry, maps.writing) > 0.4
    height = typical_height(drawn)
    if height is not None and (seen := height / shrunk * factor) > LARGEST_SHAPES:
        # A frame around everything is high, too, and must not make the strokes in it vanish.
        finest = min(1.0, FINEST_STROKES / (stroke_width(drawn) / shrunk * factor))
        return factor * max(finest, BEST_SHAPES / seen)
    return factor


def typical_height(drawn: NDArray[np.bool_], below: float = math.inf) -> float | None:
    """About how high shapes are in pixels: half of the area that strokes close in lies in higher ones; None where they close in nothing.

    What is as high as `below` does not count. Words count as strokes, since pieces of outlines are often taken for writing; what letters
    close in is small and weighs little.
    """
    paper = np.pad(~drawn, 1, constant_values=True).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    left, _, width, height, area = stats.T
    least, most = np.minimum(width, height), np.maximum(width, height)
    inside = (
        (left > 0) & (area > 0.3 * width * height) & (least > max(10.0, 4 * stroke_width(drawn))) & (most < 6 * least) & (least < below)
    )
    if not inside.any():
        return None
    order = np.argsort(least[inside])
    so_far = np.cumsum(area[inside][order])
    return float(least[inside][order][np.searchsorted(so_far, so_far[-1] / 2)])


def closer(picture: Picture, sight: Matrix, shrunk: float, box: Box, factor: float) -> tuple[Picture, NDArray[np.bool_], Matrix]:
    """The part of the upright view in `box`, from the picture's own pixels times `factor`, where it shows any of them, and the way back
    to them; `sight` and `box` are those of a look at `shrunk` times the picture's size."""
    left, top, right, bottom = box
    zoom = factor / shrunk
    width, height = max(LEAST_WIDTH, round((right - left) * zoom)), max(LEAST_WIDTH, round((bottom - top) * zoom))
    to_view = np.array([[zoom, 0, -left * zoom], [0, zoom, -top * zoom], [0, 0, 1]]) @ sight @ np.diag([shrunk, shrunk, 1])
    source, pre = picture, 1.0
    if factor < 0.6:
        # Warping alone would skip pixels: shrink by averaging first.
        pre = min(1.0, 1.6 * factor)
        size = (max(1, round(picture.shape[1] * pre)), max(1, round(picture.shape[0] * pre)))
        source = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    warp = to_view @ np.diag([1 / pre, 1 / pre, 1])
    view = cv2.warpPerspective(source, warp, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpPerspective(np.ones(source.shape[:2], np.uint8), warp, (width, height), flags=cv2.INTER_NEAREST) > 0
    return np.asarray(view, dtype=np.uint8), np.asarray(inside), np.asarray(np.linalg.inv(to_view), dtype=np.float64)
