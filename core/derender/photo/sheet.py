"""The sheet of paper in a photograph: its corners, what lies on it, and how the camera leans over it."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.photo.maps import Floats, Maps
from derender.photo.parallel import side_by_side
from derender.photo.rectify import NO_SEGMENTS, Segments, along_axes, joined, segments_of
from derender.plane import Matrix

Corners = tuple[tuple[float, float], ...]
"""Four corners, each x and y in pixels."""

_DRAWN_LEVEL = math.radians(12)
"""What is drawn within so much of level is meant level: arrows slant as they like."""

_FRAME = 3
"""Pixels along the picture's own border where strokes are none, in views that show more than the picture: what was smeared beyond it by
turning it upright begins there."""


def page_corners(page: Floats) -> Corners | None:
    """Four corners of the sheet where some of its border is seen; None where the picture shows nothing else, or no clear sheet."""
    height, width = page.shape
    small = cv2.resize(page, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    marked = cv2.morphologyEx((small > 0.5).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    # Holes and fingers do not make the sheet smaller.
    framed = cv2.copyMakeBorder(marked, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    marked = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))[1:-1, 1:-1]
    share = float(marked.mean()) if marked.size else 1.0
    if share > 0.985 or share < 0.2:
        return None
    contours, _ = cv2.findContours(marked, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    outline = cv2.arcLength(hull, True)
    for tolerance in (0.015, 0.03, 0.05, 0.08):
        quad = cv2.approxPolyDP(hull, tolerance * outline, True).reshape(-1, 2)
        if len(quad) == 4:
            area = cv2.contourArea(quad.astype(np.float32))
            if area > 0.2 * marked.size and 0.85 < marked.sum() / max(1.0, area) < 1.2:
                return tuple((4.0 * float(x) + 2, 4.0 * float(y) + 2) for x, y in quad)
            break
    return None


def on_sheet(maps: Maps, inside: NDArray[np.bool_] | None = None) -> Maps:
    """The maps with strokes only on the sheet, not at its very edges, and where the picture is (`inside`)."""
    height, width = maps.page.shape
    reach = max(2, round(0.012 * max(height, width)))
    sheet: NDArray[np.uint8] = np.ones((height, width), np.uint8)
    marked = (cv2.blur(maps.page, (5, 5)) > 0.5).astype(np.uint8)
    if 0.2 < marked.mean() < 0.995:
        contours, _ = cv2.findContours(marked, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        sheet[:] = 0
        # The hull: holes, fingers and dark shadows do not cut the sheet.
        cv2.fillConvexPoly(sheet, cv2.convexHull(max(contours, key=cv2.contourArea)), 1)
        framed = np.asarray(cv2.copyMakeBorder(sheet, reach, reach, reach, reach, cv2.BORDER_REPLICATE), dtype=np.uint8)
        sheet = _shrunk(framed, reach)[reach:-reach, reach:-reach]
    if inside is not None:
        sheet = sheet & _shrunk(inside.astype(np.uint8), _FRAME)
    if sheet.all():
        return maps
    kept = sheet.astype(np.float32)
    return Maps(maps.geometry * kept, maps.writing * kept, maps.ruling * kept, maps.page)


def _shrunk(marked: NDArray[np.uint8], by: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.erode(marked, np.ones((2 * by + 1, 2 * by + 1), np.uint8)), dtype=np.uint8)


def leaning(maps: Maps, page: Corners | None) -> Segments:
    """Segments that tell how the camera leans."""
    longest = max(maps.page.shape)
    ruling, strokes = side_by_side(
        lambda: segments_of(maps.ruling, 1.5, 0.06 * longest), lambda: segments_of(maps.geometry, 1.0, 0.035 * longest)
    )
    drawn = along_axes(strokes, _DRAWN_LEVEL)
    edges = NO_SEGMENTS
    if page is not None:
        corners = np.array(page)
        ends = np.concatenate([corners, np.roll(corners, -1, 0)], 1)
        height, width = maps.page.shape
        inside = [not _on_frame(e, width, height) for e in ends]
        edges = Segments(ends[inside], np.full(sum(inside), 12.0))
    return joined(ruling, drawn, edges)


def _on_frame(ends: Matrix, width: int, height: int) -> bool:
    """Whether a side of the page is only where the picture ends."""
    near = 0.012 * max(width, height)
    x1, y1, x2, y2 = ends
    return bool(max(x1, x2) < near or max(y1, y2) < near or min(x1, x2) > width - 1 - near or min(y1, y2) > height - 1 - near)
