"""Numbers that tell of a way through strokes what its views (`way_views.py`) do not show: its size, its gaps, what it is made of."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from derender.tracing.graph import SIMPLE, bends
from derender.tracing.paths import Between, Way
from derender.tracing.strokes import Traces

WAY_FEATURES = (
    *("length", "gap", "gap share", "geometry", "ruling", "ink", "bends", "straight", "turned", "level", "loose", "at border"),
    *("longer end gap", "shorter end gap", "crossings", "beside", "longest leg", "height", "width"),
)


def way_features(way: Way, found: Between, traces: Traces) -> NDArray[np.float32]:
    """The numbers that `WAY_FEATURES` names; lengths in heights of a shape."""
    height = traces.height
    points = way.points
    x = np.rint(points[:, 0]).astype(int).clip(0, traces.ink.shape[1] - 1)
    y = np.rint(points[:, 1]).astype(int).clip(0, traces.ink.shape[0] - 1)
    drawn = found.strokes[y, x]
    drawn = drawn if drawn.any() else np.ones_like(drawn)
    geometry, writing = traces.maps.geometry[y, x][drawn], traces.maps.writing[y, x][drawn]
    corners = bends(points, SIMPLE * height)
    legs = np.diff(corners, axis=0)
    lengths = np.hypot(*legs.T)
    angles = np.arctan2(legs[:, 1], legs[:, 0])
    turned = float(np.abs((np.diff(angles) + math.pi) % math.tau - math.pi).sum())
    slant = np.abs((angles + math.pi / 4) % (math.pi / 2) - math.pi / 4)
    straight = float(np.hypot(*(points[-1] - points[0]))) / max(1.0, way.length)
    steps = np.hypot(*np.diff(points, axis=0).T)
    loose = way.second is None
    end_gaps = float(steps[0]) / height, 0.0 if loose else float(steps[-1]) / height
    crossings = sum(len(found.graph.at[n]) > 2 for e in way.edges for n in (found.graph.edges[e].first, found.graph.edges[e].second)) / 2
    row = [
        *(math.log(max(0.05, way.length / height)), way.gap / height, way.gap / max(1.0, way.length), float((geometry > writing).mean())),
        *(float(traces.maps.ruling[y, x].mean()), float(traces.ink[y, x].mean()), min(6, len(corners) - 2), straight, min(9.0, turned)),
        *(float((lengths * slant).sum() / max(1e-6, lengths.sum())), float(loose)),
        *(float(loose and found.from_border(points[-1]) < 0.25 * height), max(end_gaps), min(end_gaps), min(6.0, crossings)),
        *(_along(way, found, traces), float(min(lengths.max(initial=0.0) / height, 3.0)), math.log(height / 60), traces.width / height),
    ]
    return np.array(row, dtype=np.float32)


def _along(way: Way, found: Between, traces: Traces) -> float:
    """How much is drawn beside the middle of a way: words are full of strokes, connectors run alone."""
    points = way.points
    step = max(1, len(points) // 24)
    middle = points[len(points) // 5 : len(points) - len(points) // 5 : step]
    if not len(middle):
        return 0.0
    reach = round(0.2 * traces.height + traces.width)
    x, y = np.rint(middle).astype(int).T
    near = 0.0
    for a, b in zip(x, y, strict=True):
        part = found.strokes[max(0, b - reach) : b + reach + 1, max(0, a - reach) : a + reach + 1]
        near += float(part.mean()) if part.size else 0.0
    return near / len(middle) * (2 * reach + 1) / traces.width
