"""Strokes from paper: how dark each pixel is against the paper around it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_BACKGROUND_SIDE = 400
"""The paper's brightness varies slowly: it is estimated on a copy with sides of at most this many pixels."""


def ink_of(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Ink (H, W), float32 in [0, 1], 1 = darkest, from grey (H, W), 255 = white; white strokes on black are turned over first.

    Illumination is divided out, paper noise is cut off below Otsu's threshold's lower half, and the darkest strokes come out at
    about 1. Paper without strokes gives zeros.
    """
    paper_first = 255 - grey if white_on_black(grey) else grey
    reflectance = np.clip(paper_first.astype(np.float32) / np.maximum(_background(paper_first), 1), 0, 1)
    darkness = 1 - reflectance
    peak = float(np.quantile(darkness, 0.9995)) if darkness.size else 0.0
    if peak < 0.12:
        return np.zeros(grey.shape, np.float32)
    scaled = np.asarray(np.clip(darkness / peak, 0, 1), dtype=np.float32)
    threshold = _otsu(scaled)
    low = 0.35 * threshold
    return np.asarray(np.clip((scaled - low) / (1 - low), 0, 1), dtype=np.float32)


def white_on_black(grey: NDArray[np.uint8]) -> bool:
    """Whether the strokes are the brighter part: most of the picture is dark, and what differs from it differs upwards.

    A sheet of paper on a dark desk is no stroke: it is far wider than one.
    """
    if not grey.size:
        return False
    up_to = np.bincount(grey.ravel(), minlength=256).cumsum()
    darkest, middle, brightest = (int(np.searchsorted(up_to, share * grey.size)) for share in (0.001, 0.5, 0.999))
    is_darker = middle < 96 and brightest - middle >= middle - darkest
    return is_darker and not (brightest - middle > _LEAST_BRIGHTER and _holds_sheet(grey, (middle + brightest) / 2))


_LEAST_BRIGHTER = 40
"""Steps of grey between a desk and a sheet; less is noise and uneven light."""

_WIDEST_STROKE, _LEAST_SHEET = 0.04, 0.02
"""Of a picture's longer side, and of its area: what is bright is a sheet if more than the second is left when the first goes all around."""


def _holds_sheet(grey: NDArray[np.uint8], bright: float) -> bool:
    """Whether what is brighter than `bright` holds more than strokes."""
    height, width = grey.shape
    factor = min(1.0, _BACKGROUND_SIDE / max(height, width))
    small = cv2.resize(grey, (max(1, round(width * factor)), max(1, round(height * factor))), interpolation=cv2.INTER_AREA)
    # What is drawn on the sheet is closed over.
    closed = cv2.morphologyEx((small > bright).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    reach = max(3, round(_WIDEST_STROKE * max(small.shape)))
    return float(cv2.erode(closed, np.ones((reach, reach), np.uint8)).mean()) > _LEAST_SHEET


def _background(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The paper's brightness at each pixel: strokes closed over, then smoothed."""
    height, width = grey.shape
    factor = min(1.0, _BACKGROUND_SIDE / max(height, width))
    small = cv2.resize(grey, (max(1, round(width * factor)), max(1, round(height * factor))), interpolation=cv2.INTER_AREA)
    reach = max(3, round(max(small.shape) / 16)) | 1
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    smooth = cv2.GaussianBlur(closed.astype(np.float32), (0, 0), reach / 3)
    return np.asarray(cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _otsu(scaled: NDArray[np.float32]) -> float:
    """Otsu's threshold of values in [0, 1], over the pixels that are not plain paper."""
    marked = scaled[scaled > 0.08]
    if not marked.size:
        return 1.0
    threshold, _ = cv2.threshold((marked * 255).astype(np.uint8).reshape(1, -1), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return max(0.2, float(threshold) / 255)


def quantile_of_sparse(values: NDArray[np.float32], part: float) -> float:
    """`np.quantile` of values that are at least 0, most of them 0, in a fraction of its time: zeros need no sorting."""
    marked = values[values > 0]
    place = part * (values.size - 1) - (values.size - marked.size)
    if place <= -1 or not marked.size:
        return 0.0
    below = int(np.floor(place))
    wanted = np.partition(marked, [max(0, below), min(below + 1, marked.size - 1)])
    low, high = 0.0 if below < 0 else float(wanted[below]), float(wanted[min(below + 1, marked.size - 1)])
    return low + (high - low) * (place - below)


def resample(ink: NDArray[np.float32], matrix: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Ink on another canvas of `shape` (height, width): `matrix` (2×3) maps the canvas's pixels to `ink`'s, both as continuous
    coordinates with pixel (0, 0) covering 0 … 1. Shrinking averages over what it covers."""
    factor = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if factor > 1.3:
        # Half the blur that exact area averaging would need: thin strokes must not fade.
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), 0.35 * factor), dtype=np.float32)
        ink = ink / max(0.3, quantile_of_sparse(ink, 0.9995))
    centred = matrix.copy()
    # From corner-based to centre-based pixel coordinates.
    centred[:, 2] += matrix[:, :2] @ np.array([0.5, 0.5]) - 0.5
    height, width = shape
    out = cv2.warpAffine(np.clip(ink, 0, 1), centred, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=0)
    return np.asarray(out, dtype=np.float32)
