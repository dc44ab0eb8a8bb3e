"""Everything drawn in a photograph, geometry or writing, as a mask: words at an outline must not tear it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.photo.maps import Floats, Maps
from derender.photo.views import typical_height
from derender.strokes import stroke_width

Mask = NDArray[np.bool_]

_CERTAIN, _DOUBTFUL, _FAINT = 0.5, 0.2, 0.08

_DARKEST, _AROUND = 0.5, 2
"""A faint stroke has this part at least of the most ink within so many pixels: what fades out beside a dark one is not part of it."""

_USUAL_HEIGHT = 60.0
"""Pixels of a shape's height where nothing is enclosed."""


@dataclass(frozen=True, slots=True)
class Traces:
    """Maps of what is seen (H, W), all strokes, certain and doubtful, how wide they are and how high shapes are about, in pixels.

    `away` holds how far each pixel lies from the nearest stroke that is certain, from the nearest at all, and from the nearest that is
    geometry: it does not depend on the height and is kept when another one is taken.
    """

    maps: Maps
    ink: Floats
    certain: Mask
    drawn: Mask
    width: float
    height: float
    away: tuple[Floats, Floats, Floats]


def traces_of(maps: Maps) -> Traces:
    """Strokes of the maps' geometry and writing."""
    ink = np.asarray(np.maximum(maps.geometry, maps.writing), dtype=np.float32)
    certain = ink > _CERTAIN
    width = stroke_width(certain)
    height = typical_height(certain) or _USUAL_HEIGHT
    drawn = _with_doubtful(ink, certain)
    geometry = drawn & (maps.geometry > maps.writing)
    return Traces(maps, ink, certain, drawn, width, height, (depth(~certain), depth(~drawn), depth(~geometry)))


def _with_doubtful(ink: Floats, certain: Mask) -> Mask:
    """What is certain and the doubtful that hangs together with it, also where a stroke is all but gone."""
    most = cv2.dilate(ink, np.ones((2 * _AROUND + 1, 2 * _AROUND + 1), np.uint8))
    doubtful = (ink > _DOUBTFUL) | ((ink > _FAINT) & (ink > _DARKEST * most))
    count, pieces = cv2.connectedComponents(doubtful.astype(np.uint8), connectivity=8)
    kept = np.zeros(count, np.bool_)
    kept[pieces[certain]] = True
    kept[0] = False
    return np.asarray(kept[pieces])


def depth(mask: Mask) -> Floats:
    """How far each pixel that is set lies from one that is not, in pixels: told once for all widths, where a structuring element's cost
    grows with its area."""
    return np.asarray(cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5), dtype=np.float32)
