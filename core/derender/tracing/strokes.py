"""Everything drawn in a photograph, geometry or writing, as a mask: words at an outline must not tear it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.photo.separation import Floats, Maps
from derender.photo.strokes import stroke_width
from derender.photo.views import typical_height

Mask = NDArray[np.bool_]

_CERTAIN, _DOUBTFUL = 0.5, 0.2
_USUAL_HEIGHT = 60.0
"""Pixels of a shape's height where nothing is enclosed."""


@dataclass(frozen=True, slots=True)
class Traces:
    """Maps of what is seen (H, W), all strokes, certain and doubtful, how wide they are and how high shapes are about, in pixels."""

    maps: Maps
    ink: Floats
    certain: Mask
    drawn: Mask
    width: float
    height: float


def traces_of(maps: Maps) -> Traces:
    """Strokes of the maps' geometry and writing."""
    ink = np.asarray(np.maximum(maps.geometry, maps.writing), dtype=np.float32)
    certain = ink > _CERTAIN
    width = stroke_width(certain)
    height = typical_height(certain) or _USUAL_HEIGHT
    return Traces(maps, ink, certain, _with_doubtful(ink, certain), width, height)


def _with_doubtful(ink: Floats, certain: Mask) -> Mask:
    """What is certain and the doubtful that hangs together with it."""
    _, pieces = cv2.connectedComponents((ink > _DOUBTFUL).astype(np.uint8), connectivity=8)
    kept = np.unique(pieces[certain])
    return np.asarray(np.isin(pieces, kept[kept > 0]), dtype=np.bool_)


def disc(radius: float) -> NDArray[np.uint8]:
    """A structuring element, at least one pixel."""
    side = 2 * max(0, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), dtype=np.uint8)
