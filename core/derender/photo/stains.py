"""Coffee and the like: strokes that are brown and far paler than the pen are its rims, and no ink.

Pencils are pale and grey, crayons have a colour and are strong; only what is both warm and pale beside stronger strokes is a stain.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.photo.light import darkest, even_light

Floats = NDArray[np.float32]

_PALE = 0.7
"""A stain is darker than the paper by less than this part of what the pen is, each in the colour in which it is darkest."""

_PEN = 0.8
"""The share of the certain strokes that are paler than the pen is taken to be: their edges are."""

_RED, _GREEN = 0.6, 0.85
"""It takes at most so many times as much of the red and of the green light as of the blue; red pens take as much of the green."""

_NEAR = 5
"""Pixels of the copy in which nothing stronger may lie: a stroke's own edges are pale."""

_FAINTEST = 0.04
"""What is paler has no colour that could be told."""


def stained(picture: NDArray[np.uint8], geometry: Floats) -> NDArray[np.bool_]:
    """The pixels (H, W) of a picture (H, W, 3) RGB that are a stain's rim; the pen is told by the map of geometry (H, W) in [0, 1]."""
    height, width = geometry.shape
    size = (max(1, width // 2), max(1, height // 2))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    drawn = cv2.resize(geometry, size, interpolation=cv2.INTER_AREA)
    dark = cv2.blur(np.clip(1 - even_light(np.asarray(small, dtype=np.uint8)), 0, 1), (3, 3))
    strength = darkest(np.asarray(dark, dtype=np.float32))
    certain = drawn > 0.7
    if not certain.any():
        return np.zeros((height, width), np.bool_)
    pen = float(np.quantile(strength[certain], _PEN))
    strongest = cv2.dilate(strength, np.ones((_NEAR, _NEAR), np.uint8))
    rim = (strongest < _PALE * pen) & (dark[..., 0] < _RED * dark[..., 2]) & (dark[..., 1] < _GREEN * dark[..., 2]) & (strength > _FAINTEST)
    # Between the rim's own pixels and the paper there is a doubtful one.
    grown = (cv2.dilate(rim.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & (strongest < _PALE * pen)
    return np.asarray(cv2.resize(grown.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0)
