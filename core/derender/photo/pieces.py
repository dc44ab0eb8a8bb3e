"""Pieces of strokes that the ink network takes for writing: dashes, an arrow's head, a line's end, an arrow that stands alone.

The network looks at each place for itself. Whether a connected piece is a letter can be told better from what it is as a whole and from
what lies around it: letters stand beside others or within a shape and fill the place that they take, pieces of strokes are thin, stand
free, and lie in a row with others where they are dashes.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.photo.maps import Maps
from derender.photo.views import typical_height
from derender.strokes import stroke_width

Rows = NDArray[np.float64]
Mask = NDArray[np.bool_]

_LEAST = 0.4
"""What is less likely writing and less likely geometry is neither."""

_USUAL_HEIGHT = 60.0
"""Pixels of a shape's height, where nothing is closed in."""

_SMALL = 0.6
"""Of a shape's height: longer pieces are no dashes."""

_NEAR, _ROW = 0.4, 1.5
"""Of a shape's height: how near other writing is near, and how far a row of dashes is followed."""

_STRAIGHT, _BESIDE = 0.04, 1.2
"""How far beside a piece's direction others of its row may lie: a part of how far they lie ahead, and widths of the pen."""

_LONG = 1.6
"""Pieces so many times as long as wide have a direction."""

_THIN, _ALONG = 2.0, 0.4
"""Dashes are at most so many times as wide as the pen, and point along their row: the sine of the angle between."""

_DIRECTIONS = np.arange(12) * math.pi / 12

_MOST = 400
"""Where there are more pieces than these, they are pages of writing, which takes long to look at and holds few strokes."""

_WEIGHTS = (-5.52, 8.38, 4.23, -1.9, 1.15, -0.53, -1.41)
"""Of `Pieces.measurements`, in nats, fitted on 750 simulated photographs, two of three of drawings on a lattice, in the way of
`training/pieces.py`; before diagrams were drawn along squares, of which half of that module's photographs are now."""

_ENOUGH = 1.0
"""Log odds from which on a piece of writing is held to be geometry. In those photographs, each told by weights fitted on four fifths of the
others, that moves 15 % of the strokes that are taken for writing, by pixels, and 0.3 % of the writing."""


class _Extents(NamedTuple):
    """Of pieces (N): middles (N, 2), length and width in pixels as of rectangles of the same moments, and the direction of the length."""

    middle: Rows
    length: Rows
    width: Rows
    direction: Rows

    @property
    def is_long(self) -> Mask:
        """Whether each has a direction."""
        return self.length > _LONG * self.width


class _Connected(NamedTuple):
    """Pieces (N) of what is marked: the number of each pixel's piece (H, W), from 1, 0 elsewhere; areas in pixels, boxes (left, top, width,
    height), and extents."""

    number: NDArray[np.int32]
    area: Rows
    boxes: Rows
    extents: _Extents


class Pieces(NamedTuple):
    """Connected pieces (N) of what is rather writing: the number of each pixel's piece (H, W), from 1, 0 elsewhere; measurements (N, 7)."""

    number: NDArray[np.int32]
    measurements: Rows


def with_pieces(maps: Maps) -> Maps:
    """The maps (H, W) with those pieces as geometry that were taken for writing."""
    pieces = pieces_of(maps)
    chosen = np.flatnonzero(pieces.measurements @ _WEIGHTS > _ENOUGH) + 1
    if not len(chosen):
        return maps
    marked = np.isin(pieces.number, chosen)
    geometry = np.where(marked, np.maximum(maps.geometry, maps.writing), maps.geometry)
    return Maps(geometry, np.where(marked, np.minimum(maps.geometry, maps.writing), maps.writing), maps.ruling, maps.page)


def pieces_of(maps: Maps) -> Pieces:
    """What is rather writing in pieces, and for each: 1, its mean probability of geometry and of writing, the part of it within what
    geometry closes in, the logarithms of how many lie in a row with it and of how much other writing is near, and how much of a line
    of its length it fills. None where there are too many."""
    writing = (maps.writing > maps.geometry) & (maps.writing > _LEAST)
    geometry = (maps.geometry >= maps.writing) & (maps.geometry > _LEAST)
    written, drawn = _connected(writing), _connected(geometry)
    count = len(written.area)
    if not 0 < count <= _MOST:
        return Pieces(np.zeros_like(written.number), np.zeros((0, len(_WEIGHTS))))
    height = typical_height(writing | geometry) or _USUAL_HEIGHT
    pen = stroke_width(writing | geometry)
    inside = writing.ravel()
    of = written.number.ravel()[inside] - 1

    def mean(values: NDArray[np.float32] | Mask) -> Rows:
        return np.asarray(np.bincount(of, values.ravel()[inside], count) / written.area)

    row = _row(written.extents, _Extents(*(np.concatenate(both) for both in zip(written.extents, drawn.extents, strict=True))), height, pen)
    beside = _near(written.boxes, written.area, _NEAR * height) / (height * pen)
    columns = [
        np.ones(count),
        mean(maps.geometry),
        mean(maps.writing),
        mean(_closed_in(geometry)),
        np.log(row),
        np.log(beside + 0.1),
        np.log(written.area / (written.extents.length * pen) + 0.1),
    ]
    return Pieces(written.number, np.stack(columns, 1))


def _connected(marked: Mask) -> _Connected:
    """The pieces of what is marked (H, W)."""
    _, number, stats, middles = (np.asarray(found) for found in cv2.connectedComponentsWithStats(marked.astype(np.uint8), connectivity=8))
    area, middles = stats[1:, cv2.CC_STAT_AREA].astype(np.float64), middles[1:].astype(np.float64)
    y, x = np.nonzero(marked)
    of = number[y, x] - 1
    dx, dy = x - middles[of, 0], y - middles[of, 1]
    xx, yy, xy = (np.bincount(of, m, len(area)) / area for m in (dx * dx, dy * dy, dx * dy))
    half, spread = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    length, width = (1 + np.sqrt(12 * np.maximum(0, m)) for m in (half + spread, half - spread))
    extents = _Extents(middles, length, width, np.asarray(np.arctan2(2 * xy, xx - yy) / 2))
    return _Connected(number.astype(np.int32, copy=False), area, stats[1:, :4].astype(np.float64), extents)


def _row(pieces: _Extents, all_pieces: _Extents, height: float, pen: float) -> Rows:
    """How many dashes lie in a row with each of the pieces, itself counted."""
    kept = (all_pieces.length < _SMALL * height) & (all_pieces.width < _THIN * pen)
    dashes = _Extents(*(values[kept] for values in all_pieces))
    # Few pairs lie near each other: only those are looked at.
    of, dash = np.nonzero((np.abs(dashes.middle[None] - pieces.middle[:, None]) < _ROW * height).all(-1))
    (dx, dy), lies, is_long = (dashes.middle[dash] - pieces.middle[of]).T, dashes.direction[dash], dashes.is_long[dash]
    most = np.ones(len(pieces.length))
    for angle in (None, *_DIRECTIONS):
        turned = pieces.direction[of] if angle is None else np.full(len(of), angle)
        c, s = np.cos(turned), np.sin(turned)
        ahead, beside = dx * c + dy * s, dy * c - dx * s
        along = np.abs(np.sin(lies - turned)) < _ALONG
        found = (along | ~is_long) & (np.abs(beside) < _BESIDE * pen + _STRAIGHT * np.abs(ahead))
        counts = np.bincount(of, found, len(most))
        most = np.where((angle is None) | ~pieces.is_long, np.maximum(most, counts), most)
    return most


def _near(boxes: Rows, area: Rows, reach: float) -> Rows:
    """Pixels of other pieces whose boxes (left, top, width, height) are within reach of each one's."""
    low, high = boxes[:, :2], boxes[:, :2] + boxes[:, 2:]
    gap = np.maximum(low[:, None] - high[None], low[None] - high[:, None]).clip(0)
    return np.asarray((np.hypot(gap[..., 0], gap[..., 1]) < reach) @ area - area)


def _closed_in(geometry: Mask) -> Mask:
    """What strokes close in (H, W)."""
    paper = np.pad(1 - cv2.dilate(geometry.astype(np.uint8), np.ones((3, 3), np.uint8)), 1, constant_values=1)
    _, regions = cv2.connectedComponents(paper, connectivity=4)
    return np.asarray(regions[1:-1, 1:-1] != regions[0, 0])
