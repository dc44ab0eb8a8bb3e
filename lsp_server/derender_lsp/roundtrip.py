"""The round trip from photograph to program and back: how well the drawing lies on the ink that it was read from.

Runs in the worker process alone; it needs OpenCV.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.rendering.raster import render
from derender.rendering.strokes import drawn_box
from derender.spec import Spec, moved
from derender_lsp.worker import Agreement

_CELL = 16
"""Pixels of the canvas on which ink and drawing are compared."""

_NEAR = 5
"""Pixels, a third of a cell: a hand is no ruler."""

_MARGIN = 2
"""Cells around the drawing; ink further out is counted where it is, without a drawing."""


def agreement(ink: NDArray[np.float32], homography: Any, spec: Spec) -> Agreement | None:
    """How ink (H, W) and the drawing of `spec` agree; `homography` (3×3) maps lattice points to the ink's pixels.

    None where there is nothing to compare, or the lattice cannot be followed.
    """
    box = drawn_box(spec)
    left, bottom = (int(np.floor(value)) - _MARGIN for value in box[:2])
    columns, rows = (int(np.ceil(high)) + _MARGIN - low for high, low in ((box[2], left), (box[3], bottom)))
    if not len(spec) or max(columns, rows) > 128 or not ink.any():
        return None
    # Canvas pixels (y down) to lattice points to pixels of the picture.
    to_lattice = np.array([[1 / _CELL, 0, left], [0, -1 / _CELL, bottom + rows], [0, 0, 1]])
    canvas_to_picture = np.asarray(homography, dtype=np.float64) @ to_lattice
    size = (columns * _CELL, rows * _CELL)
    flags = cv2.INTER_AREA | cv2.WARP_INVERSE_MAP
    strokes = cv2.warpPerspective(ink, canvas_to_picture, size, flags=flags) > 0.3
    drawing = render(moved(spec, -left, -bottom), width_cells=columns, height_cells=rows, pixels_per_cell=_CELL) > 100
    if not strokes.any() or not drawing.any():
        return None
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _NEAR + 1, 2 * _NEAR + 1))
    near_drawing, near_ink = (cv2.dilate(part.astype(np.uint8), disc).astype(bool) for part in (drawing, strokes))
    covered = float((strokes & near_drawing).sum() / strokes.sum())
    return Agreement(covered * _share_inside(ink, canvas_to_picture, size), float((drawing & near_ink).sum() / drawing.sum()))


def _share_inside(ink: NDArray[np.float32], canvas_to_picture: NDArray[np.float64], size: tuple[int, int]) -> float:
    """The share of all ink that lies on the canvas."""
    corners = np.array([[[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]]], dtype=np.float64)
    mask = np.zeros(ink.shape, np.uint8)
    outline = np.clip(cv2.perspectiveTransform(corners, canvas_to_picture), -30_000, 30_000)
    cv2.fillConvexPoly(mask, outline[0].round().astype(np.int32), 1)
    strokes = ink > 0.3
    return float((strokes & mask.astype(bool)).sum() / max(1, strokes.sum()))
