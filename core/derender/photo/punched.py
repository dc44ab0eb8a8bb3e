"""Holes of a punch: two or more round marks in a row along a side of the picture, through which something else than the paper is seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

_BAND = 0.15
"""Of the picture's width or height: so near to a side lie the holes."""

_SMALLEST, _LARGEST = 0.008, 0.05
"""Of the longer side: how wide a hole is."""

_ROUND, _FULL = 0.25, 0.12
"""A hole's sides differ by no larger part of the longer one, and its outline encloses as much as an ellipse does, give or take that."""

_OPEN = 0.35
"""Of what the outline encloses: so much at least is no stroke. Dots are nothing but stroke."""

_COLOUR = 30.0
"""Levels of 255 by which what is seen through a hole differs from the paper around it at least, in one colour."""

_ALIKE, _BESIDE, _APART = 0.15, 0.6, 4.0
"""Holes of one punch differ by no larger part of their width, lie no farther beside their row than this part of it, and apart by so many
widths at least."""


class _Hole(NamedTuple):
    """What may be a hole: the number of its piece, its middle and how wide it is, in pixels."""

    number: int
    x: float
    y: float
    width: float


def punched(picture: NDArray[np.uint8], drawn: Mask) -> Mask:
    """The pixels (H, W) of what is drawn in a picture (H, W, 3) that are rims of punched holes."""
    height, width = drawn.shape
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(drawn.astype(np.uint8), connectivity=8)
    found = list(_round_ones(picture, np.asarray(pieces, dtype=np.int32), np.asarray(stats, dtype=np.int32)))
    if len(found) < 2:
        return np.zeros_like(drawn)
    number, x, y, wide = (np.array(column) for column in zip(*found, strict=True))
    sides = ((x, y, width), (width - x, y, width), (y, x, height), (height - y, x, height))
    rows = [number[_in_a_row(away, along, wide, _BAND * side)] for away, along, side in sides]
    return np.asarray(np.isin(pieces, np.concatenate(rows)) & drawn)


def _in_a_row(away: Floats, along: Floats, wide: Floats, band: float) -> NDArray[np.int64]:
    """Which (of N) marks are holes of a punch, from how far they lie from a side and along it; none where they are in no row."""
    near = np.flatnonzero(away < band)
    if not len(near):
        return near
    usual = float(np.median(wide[near]))
    alike = np.abs(wide[near] - usual) <= _ALIKE * usual
    beside = np.abs(away[near] - np.median(away[near])) <= _BESIDE * usual
    row = near[alike & beside]
    return row if len(row) > 1 and np.diff(np.sort(along[row])).min() >= _APART * usual else row[:0]


def _round_ones(picture: NDArray[np.uint8], pieces: NDArray[np.int32], stats: NDArray[np.int32]) -> Iterator[_Hole]:
    """The pieces that are round, open, and show something else than the paper in their middle."""
    longest = max(pieces.shape)
    for number in range(1, len(stats)):
        left, top, width, height, _ = stats[number].tolist()
        if not _SMALLEST * longest <= max(width, height) <= _LARGEST * longest or abs(width - height) > _ROUND * max(width, height):
            continue
        room = max(3, max(width, height) // 3)
        part = np.s_[max(0, top - room) : top + height + room, max(0, left - room) : left + width + room]
        stroke = (pieces[part] == number).astype(np.uint8)
        outlines, _ = cv2.findContours(stroke, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        whole = cv2.drawContours(np.zeros_like(stroke), outlines, -1, 1, cv2.FILLED)
        is_round = abs(float(whole.sum()) / (np.pi / 4 * width * height) - 1) < _FULL
        inside = (whole > 0) & (stroke == 0)
        if not is_round or inside.sum() < _OPEN * whole.sum():
            continue
        # A stroke's edges are neither its colour nor the paper's.
        middle = cv2.erode(inside.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        around = (cv2.dilate(whole, np.ones((5, 5), np.uint8)) == 0) & (pieces[part] == 0)
        if middle.any() and around.any() and _differ(picture[part][middle], picture[part][around]):
            yield _Hole(number, left + width / 2, top + height / 2, (width + height) / 2)


def _differ(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Whether pixels (N, 3) and others (M, 3) are of different colours."""
    apart = np.abs(np.median(one, axis=0) - np.median(other, axis=0))
    return bool(apart.max() >= _COLOUR)
