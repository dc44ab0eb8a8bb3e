"""A spiral's holes and wires: many small marks at even steps along one side of the picture, which are no strokes."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]

_BAND = 0.12
"""Of the picture's width or height: so near to a side lie the holes."""

_LARGEST = 0.05
"""Of the longer side: no mark of a hole is longer."""

_FEWEST, _SPAN = 8, 0.6
"""Holes at least, and the part of the side along which they go."""

_EVEN, _UNEVEN = 0.8, 0.25
"""The part of the steps that are even, and by how much of a step such a step may differ."""

_BESIDE = 0.35
"""Of a step: how far holes lie beside their line at most (root mean square)."""

_OWN = 0.4
"""Of the size of large marks: what is smaller is no hole of its own."""

_LONG = 1.6
"""Marks that are so many times as long along the line as across are dashes."""


class _Marks(NamedTuple):
    """Small pieces (N): along and across the side, and how far they reach either way, in pixels; their numbers."""

    along: Floats
    across: Floats
    length: Floats
    width: Floats
    number: NDArray[np.int64]


def spiral(drawn: Mask) -> Mask:
    """The pixels (H, W) of what is drawn that are marks of holes along a side; none where no side has evenly spaced ones."""
    height, width = drawn.shape
    _, pieces, stats, middles = cv2.connectedComponentsWithStats(drawn.astype(np.uint8), connectivity=8)
    number = np.flatnonzero(stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(1) <= _LARGEST * max(height, width))
    number = number[number > 0]
    x, y = middles[number].astype(np.float32).T if len(number) else np.zeros((2, 0), np.float32)
    w, h = stats[number, cv2.CC_STAT_WIDTH].astype(np.float32), stats[number, cv2.CC_STAT_HEIGHT].astype(np.float32)
    sides = (
        (_Marks(y, x, h, w, number), height, width),
        (_Marks(y, width - x, h, w, number), height, width),
        (_Marks(x, y, w, h, number), width, height),
        (_Marks(x, height - y, w, h, number), width, height),
    )
    found = [_holes(marks, long, _BAND * wide) for marks, long, wide in sides]
    return np.asarray(np.isin(pieces, np.concatenate(found)) & drawn)


def _holes(marks: _Marks, side: int, band: float) -> NDArray[np.int64]:
    """The numbers of the marks that are a spiral's, along a side of so many pixels; none where there is none."""
    none = np.zeros(0, np.int64)
    near = marks.across < band
    if near.sum() < _FEWEST:
        return none
    size = marks.length * marks.width
    # Wires and specks beside the holes are smaller.
    main = near & (size >= _OWN * np.quantile(size[near], 0.8))
    if main.sum() < _FEWEST or np.median(marks.length[main]) > _LONG * np.median(marks.width[main]):
        return none
    along, across = marks.along[main].astype(np.float64), marks.across[main].astype(np.float64)
    places = np.sort(along)
    gaps = np.diff(places)
    step = float(np.median(gaps))
    if np.ptp(places) < _SPAN * side or step <= 0:
        return none
    even = np.abs(gaps / step - np.maximum(1, np.rint(gaps / step))) < _UNEVEN
    slope, start = np.polyfit(along, across, 1)
    beside = across - slope * along - start
    if even.mean() < _EVEN or float(np.sqrt((beside**2).mean())) > _BESIDE * step:
        return none
    return marks.number[near]
