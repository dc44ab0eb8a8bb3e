"""Which pixels of a canvas are drawn on, one answer for all that ask; and strokes too fine or too blurred to be read as they are."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_LEAST = 0.1
"""Paper's noise stays below."""

_FINE = 0.3
"""Share of the ink that is left after a pixel is worn off, below which strokes are fine; chosen on simulated drawings."""

_PIXEL = np.ones((2, 2), np.uint8)

_SOFT = 0.28
"""Share of grey in the ink (0 where all is black or white, a quarter where all is half grey) from which on strokes are blurred: at a
sixteenth of a cell and more nearly all simulated drawings have as much, a quarter of those that are sharp have."""

_BLUR = 1.5
"""Pixels by which strokes are sharpened against their surroundings."""


def sharpened(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Ink (H, W) in [0, 1] as it is, or with blurred strokes set off from what lies around them (an unsharp mask): heads and dashes come
    apart again."""
    marked = ink[ink > _LEAST]
    if not marked.size:
        return ink
    share = np.clip(ink / max(_LEAST, float(np.quantile(marked, 0.9))), 0, 1)
    if float((share * (1 - share)).sum()) <= _SOFT * float(share.sum()):
        return ink
    return np.asarray(np.clip(2 * ink - cv2.GaussianBlur(ink, (0, 0), _BLUR), 0, 1), dtype=np.float32)


def thickened(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Ink (H, W) in [0, 1] as it is, or with strokes a pixel wider where most are so fine that they break at the least wear.

    Gaps of a pixel close by it, and faint strokes keep their darkness.
    """
    total = float(ink.sum())
    if not total or float(cv2.erode(ink, _PIXEL).sum()) > _FINE * total:
        return ink
    return np.asarray(cv2.dilate(ink, _PIXEL))


def drawn_on(ink: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The pixels of ink (H, W) in [0, 1] that are strokes, also those that are faint beside others."""
    marked = ink[ink > _LEAST]
    dark = float(np.quantile(marked, 0.9)) if marked.size else 0.0
    return np.asarray(ink > max(_LEAST, 0.25 * dark))
