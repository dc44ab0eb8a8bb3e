"""What lies around a sheet of another colour: wood under white paper, say.

The ink network sees a picture with its light taken out, where a desk is as bright as paper and its grain looks like strokes. Whether
something is the sheet can be told by its colour where that is clearly another one than the desk's, and the sheet's outline is simple.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

_SIDE = 240
"""Pixels of the longer side of the copy that is looked at."""

_WARMER = 0.75
"""The desk's blue over its red is at most so many times the sheet's."""

_PALER = 1.05
"""The sheet is at least so many times as bright as the desk."""

_LEAST, _MOST = 0.12, 0.95
"""Parts of a picture that a sheet may take which lies on something."""

_FULL = 0.93
"""The part of its convex hull that a sheet fills, pens and fingers on it allowed for."""

_CORNERS = 6
"""Corners of its outline at most: four, and those where the picture cuts some off."""


def beside_desk(picture: NDArray[np.uint8]) -> Mask | None:
    """The pixels (H, W) of the sheet's convex hull in a picture (H, W, 3) RGB; None where no sheet stands out by its colour."""
    height, width = picture.shape[:2]
    factor = min(1.0, _SIDE / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    # Strokes and grain go.
    small = cv2.medianBlur(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), 7).astype(np.float32)
    red, green, blue = (small[..., k] + 1 for k in range(3))
    cold, light = blue / red, (red + green + blue) / 3
    level, _ = cv2.threshold(np.clip(127 * cold, 0, 255).astype(np.uint8), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    paper = cold > (level + 0.5) / 127
    if not 0.05 < paper.mean() < _MOST:
        return None
    if np.median(cold[~paper]) > _WARMER * np.median(cold[paper]) or np.median(light[paper]) < _PALER * np.median(light[~paper]):
        return None
    contours, _ = cv2.findContours(paper.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    sheet = np.asarray(cv2.fillConvexPoly(np.zeros(paper.shape, np.uint8), hull, 1), dtype=np.uint8)
    inside = sheet > 0
    corners = cv2.approxPolyDP(hull, 0.02 * cv2.arcLength(hull, True), True)
    is_simple = paper[inside].mean() > _FULL and len(corners) <= _CORNERS
    if not is_simple or not _LEAST < inside.mean() < _MOST or paper[~inside].mean() > 1 - _FULL:
        return None
    return np.asarray(cv2.resize(sheet, (width, height), interpolation=cv2.INTER_NEAREST) > 0)
