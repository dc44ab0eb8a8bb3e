"""What a region looks like, cut out of the maps: its own box, stretched to a square, and what lies around it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.samples import SIDE, Frame, as_bytes, halved, placed_in, sampled
from derender.tracing.regions import Region
from derender.tracing.strokes import Traces

CHANNELS = ("ink", "geometry", "ruling", "region")
"""What is seen in a view: all strokes, those that are geometry, ruling, the region itself."""

VIEWS = ("close", "around")

_MARGIN = 0.2
"""Of the box's sides: what is seen around it in the close view."""

_AROUND = 2.4
"""Of the box's longer side: the side of what is seen around the region."""


def region_views(regions: Sequence[Region], traces: Traces) -> NDArray[np.uint8]:
    """Views (N, 2, 4, `SIDE`, `SIDE`) of N regions: `VIEWS` with `CHANNELS`, 255 = certain."""
    maps = np.stack([traces.ink, traces.maps.geometry, traces.maps.ruling], -1)
    layers = halved(as_bytes(maps))
    views = np.zeros((len(regions), len(VIEWS), len(CHANNELS), SIDE, SIDE), np.uint8)
    for number, region in enumerate(regions):
        width, height = region.sides
        around = _AROUND * max(width, height)
        close = (1 + 2 * _MARGIN) * width, (1 + 2 * _MARGIN) * height
        for view, frame in enumerate((_frame(region, *close), _frame(region, around, around))):
            inside = np.zeros((SIDE, SIDE), np.uint8)
            cv2.fillPoly(inside, [placed_in(frame, region.outline.astype(np.float64))], 255, cv2.LINE_AA, 3)
            views[number, view] = np.concatenate([sampled(layers, frame), inside[None]])
    return views


def _frame(region: Region, width: float, height: float) -> Frame:
    """Around a region's middle, so many pixels wide and high."""
    left, top, right, bottom = region.box
    return np.array([[width / SIDE, 0, (left + right - width) / 2], [0, height / SIDE, (top + bottom - height) / 2]])
