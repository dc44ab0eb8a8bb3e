"""Pieces of maps sampled on a small square in a frame of their own: what networks look at that judge parts of a drawing."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 40
"""Samples along each side of a view."""

_FINEST = 3
"""Views shrink what they show by less than twice this; the maps are halved so often at most."""

Frame = NDArray[np.float64]
"""The way (2, 3) from a view's samples to pixels."""

Layers = NDArray[np.uint8]


def as_bytes(values: NDArray[np.float32]) -> Layers:
    """What is in [0, 1], 1 as 255."""
    return np.asarray(np.rint(255 * values), dtype=np.uint8)


def halved(layers: Layers) -> list[Layers]:
    """The layers (H, W, C) and each half as large as those before: strokes must not fall between samples."""
    out = [layers]
    while len(out) <= _FINEST and min(out[-1].shape[:2]) >= 2:
        height, width = out[-1].shape[:2]
        half = cv2.resize(out[-1], ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_AREA)
        out.append(np.asarray(half, dtype=np.uint8).reshape(*half.shape[:2], -1))
    return out


def sampled(layers: Sequence[Layers], frame: Frame) -> Layers:
    """A view (C, `SIDE`, `SIDE`) of halved layers in a frame."""
    step = math.sqrt(abs(float(np.linalg.det(frame[:, :2]))))
    level = min(max(0, round(math.log2(max(step, 1e-6)) - 0.3)), len(layers) - 1)
    scaled = frame / 2**level
    scaled[:, 2] += scaled[:, :2] @ np.full(2, 0.5) - 0.5
    seen = cv2.warpAffine(layers[level], scaled, (SIDE, SIDE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    # OpenCV leaves out the axis of a single layer.
    return np.asarray(seen.reshape(SIDE, SIDE, -1).transpose(2, 0, 1), dtype=np.uint8)


def placed_in(frame: Frame, points: NDArray[np.float64]) -> NDArray[np.int32]:
    """Pixels (N, 2) in samples of a frame, in eighths, as OpenCV draws them with a shift of 3."""
    return np.rint(8 * (points - frame[:, 2]) @ np.linalg.inv(frame[:, :2]).T).astype(np.int32)
