"""Strokes of a label as the photograph itself shows them: the map of writing says where they are, the pen's darkness what they are like.

The map is made for telling writing from geometry and fills what small letters enclose; the photograph, which has more pixels than
the view that the map was made of, still shows it.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.labels.regions import WrittenRegion
from derender.photo.light import darkest, even_light

Floats = NDArray[np.float32]
Matrix = NDArray[np.float64]

_ROOM = 12
"""Pixels of the view around a label, of which the paper's colour is told."""

_EDGE = 2
"""Pixels of the view around a label that may show strokes of it: the map of writing is a little narrower than they are."""

_MOST_ZOOM = 3.0
"""A letter that was looked at closely needs no more pixels."""

_LEAST_DARK = 0.06
"""A pen that is darker than its paper by less than this part leaves no strokes to look at."""

_PEN = 0.85
"""The share of the written pixels that are paler than the pen is taken to be."""

_PALEST, _RAMP = 0.3, 0.4
"""Parts of the pen's darkness: from the first on a pixel is inked, and fully so above both together."""


def lettering(region: WrittenRegion, writing: Floats, picture: NDArray[np.uint8], to_picture: Matrix) -> Floats:
    """The region's strokes in [0, 1] with a narrow edge around them, one to three pixels for each of the view's.

    `writing` (H, W) is the map of the view, `picture` (h, w, 3) RGB the photograph, dark on pale, and `to_picture` (3 × 3) leads from
    the view's pixels to the photograph's. Where the pen is as pale as the paper the strokes are those of the map.
    """
    left, top = math.floor(region.left) - _ROOM, math.floor(region.top) - _ROOM
    right, bottom = math.ceil(region.right) + _ROOM, math.ceil(region.bottom) + _ROOM
    zoom = min(_MOST_ZOOM, max(1.0, _pixels_across(to_picture, (left + right) / 2, (top + bottom) / 2)))
    size = (round((right - left) * zoom), round((bottom - top) * zoom))
    # Middles of pixels onto middles of pixels.
    to_view = np.array([[1 / zoom, 0, left + 0.5 / zoom - 0.5], [0, 1 / zoom, top + 0.5 / zoom - 0.5], [0, 0, 1]])
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    mapped = np.asarray(cv2.warpAffine(writing, to_view[:2], size, flags=how), dtype=np.float32)
    closer = cv2.warpPerspective(picture, to_picture @ to_view, size, flags=how, borderMode=cv2.BORDER_REPLICATE)
    dark = darkest(1 - even_light(np.asarray(closer, dtype=np.uint8)))
    certain = mapped > 0.5
    pen = float(np.quantile(dark[certain], _PEN)) if certain.any() else 0.0
    strokes = mapped if pen < _LEAST_DARK else np.clip((dark / pen - _PALEST) / _RAMP, 0, 1) * (mapped > 0.05)
    room = round((_ROOM - _EDGE) * zoom)
    return np.asarray(strokes[room : size[1] - room, room : size[0] - room], dtype=np.float32)


def _pixels_across(matrix: Matrix, x: float, y: float) -> float:
    """How many pixels wide a pixel at (x, y) is under a homography."""
    points = np.array([(x, y, 1.0), (x + 1, y, 1.0), (x, y + 1, 1.0)]) @ matrix.T
    here, across, down = points[:, :2] / points[:, 2:]
    return math.sqrt(abs(float(np.linalg.det(np.stack([across - here, down - here])))))
