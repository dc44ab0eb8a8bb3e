"""What a way through strokes looks like, cut out of the maps in the way's own frame: both of its ends, and the whole of it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.samples import SIDE, Frame, as_bytes, halved, placed_in, sampled
from derender.tracing.graph import Points
from derender.tracing.paths import Between, Way
from derender.tracing.strokes import Traces

CHANNELS = ("ink", "geometry", "shapes", "way")
"""What is seen in a view: all strokes, those that are geometry, the insides of shapes, the way itself."""

VIEWS = ("first end", "last end", "whole")

_AROUND = 1.1
"""Of a shape's height: the side of what is seen around an end."""

_BEHIND = 0.3
"""Of a view of an end: what lies beyond the end."""

_ARRIVING = 0.4
"""Of a shape's height: the last part of a way tells from where it arrives."""

_MARGIN = 0.4
"""Of a shape's height: what is seen around the whole way."""


def way_views(ways: Sequence[Way], found: Between, traces: Traces) -> NDArray[np.uint8]:
    """Views (N, 3, 4, `SIDE`, `SIDE`) of N ways: `VIEWS` with `CHANNELS`, the end or the first end to the left, 255 = certain."""
    layers = halved(_layers(found, traces))
    views = np.zeros((len(ways), len(VIEWS), len(CHANNELS), SIDE, SIDE), np.uint8)
    for number, way in enumerate(ways):
        frames = _end_frame(way.points[::-1], traces.height), _end_frame(way.points, traces.height), _whole_frame(way.points, traces.height)
        for view, frame in enumerate(frames):
            views[number, view] = _cut(layers, frame, way.points)
    return views


def _layers(found: Between, traces: Traces) -> NDArray[np.uint8]:
    """All channels (H, W, 3) but the way."""
    seen = traces.ink, traces.maps.geometry, found.insides.astype(np.float32)
    return as_bytes(np.stack(seen, -1))


def _end_frame(points: Points, height: float) -> Frame:
    """The way from a view's samples to pixels for what lies around the last point of a line, that end to the left."""
    tip, side = points[-1], _AROUND * height
    back = _direction(points[::-1], _ARRIVING * height)
    return _frame(tip + (0.5 - _BEHIND) * side * back, back, side)


def _whole_frame(points: Points, height: float) -> Frame:
    """The same for the whole of a line, from its first point to its last."""
    apart = points[-1] - points[0]
    along = apart / max(1e-6, float(np.hypot(*apart))) if np.hypot(*apart) > 1 else np.array([1.0, 0.0])
    across = np.array([-along[1], along[0]])
    places = np.stack([points @ along, points @ across])
    low, high = places.min(1), places.max(1)
    middle = (low + high) / 2
    return _frame(middle[0] * along + middle[1] * across, along, float((high - low).max()) + 2 * _MARGIN * height)


def _direction(points: Points, reach: float) -> Points:
    """Where a line leads from its first point within `reach` pixels, of length 1."""
    away = np.hypot(*(points - points[0]).T)
    far = int(np.argmax(away > reach)) if (away > reach).any() else len(points) - 1
    ahead = points[far] - points[0]
    length = float(np.hypot(*ahead))
    return np.asarray(ahead / length) if length > 1e-6 else np.array([1.0, 0.0])


def _frame(middle: Points, along: Points, side: float) -> Frame:
    step = side / SIDE
    matrix = step * np.array([[along[0], -along[1]], [along[1], along[0]]])
    return np.column_stack([matrix, middle - matrix @ np.full(2, SIDE / 2)])


def _cut(layers: Sequence[NDArray[np.uint8]], frame: Frame, points: Points) -> NDArray[np.uint8]:
    """A view (4, `SIDE`, `SIDE`) in a frame."""
    line = np.zeros((SIDE, SIDE), np.uint8)
    cv2.polylines(line, [placed_in(frame, points)], False, 255, 1, cv2.LINE_AA, 3)
    return np.concatenate([sampled(layers, frame), line[None]])
