"""What every reader of strokes measures them with: how wide they are, and the disc that makes them wider or wears them down."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def stroke_width(drawn: NDArray[np.bool_]) -> float:
    """Typical thickness of strokes in pixels: twice their area over their outline's length; 1 for none."""
    area = int(drawn.sum())
    if not area:
        return 1.0
    inner = int(cv2.erode(drawn.astype(np.uint8), np.ones((3, 3), np.uint8)).sum())
    return max(1.0, 2.0 * area / max(1, area - inner))


def disc(radius: float) -> NDArray[np.uint8]:
    """A structuring element, at least one pixel."""
    side = 2 * max(0, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), dtype=np.uint8)
