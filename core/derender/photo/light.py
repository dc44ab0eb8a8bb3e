"""Light taken out of photographs: each pixel against the paper around it, in each colour."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_SHRUNK = 4
_REACH = 13
"""The paper's colour is looked for within this many pixels of a copy shrunk by `_SHRUNK`: strokes are narrower, shadows wider."""

BRIGHTEST = 1.25
"""Pixels that are brighter than their surroundings are cut off here."""


def even_light(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(H, W, 3) RGB as float32 where paper is about 1 and strokes are darker, whatever the light; at most `BRIGHTEST`."""
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (max(1, -(-width // _SHRUNK)), max(1, -(-height // _SHRUNK))), interpolation=cv2.INTER_AREA)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (_REACH, _REACH))
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    smooth = cv2.blur(closed, (_REACH // 2 | 1,) * 2).astype(np.float32)
    paper = cv2.resize(np.maximum(smooth, 8), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.minimum(picture / paper, BRIGHTEST), dtype=np.float32)


def darkest(darkness: NDArray[np.float32]) -> NDArray[np.float32]:
    """How dark each pixel (H, W) is in that of its three colours (H, W, 3) in which it is darkest: numpy's `max`, but quicker."""
    red, green, blue = cv2.split(darkness)
    return np.asarray(cv2.max(cv2.max(red, green), blue), dtype=np.float32)
