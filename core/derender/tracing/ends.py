"""What a way through strokes looks like, its two ends above all: the measurements by which it is told whether it is a connector, and
where its head is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from derender.tracing.graph import Points, bends
from derender.tracing.paths import Between, Way
from derender.tracing.strokes import Traces

Row = NDArray[np.float64]

WAY_FEATURES = (
    *("one", "length", "length²", "gap", "gap share", "geometry", "ruling", "ink", "bends", "straight", "turned", "level"),
    *("loose", "at border", "first end", "last end", "head", "less head", "heads", "crossings", "beside", "shorter side"),
)

_HEAD = 0.34
"""Of a shape's height: within so much of an end a head's ink is looked for."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The numbers that `WAY_FEATURES` names, what is more at the last end than at the first, and the more of both."""

    row: Row
    difference: Row
    either: Row


def way_features(way: Way, found: Between, traces: Traces) -> Measured:
    """What a way and its ends look like."""
    height = traces.height
    points = way.points
    x = np.rint(points[:, 0]).astype(int).clip(0, traces.ink.shape[1] - 1)
    y = np.rint(points[:, 1]).astype(int).clip(0, traces.ink.shape[0] - 1)
    drawn = found.strokes[y, x]
    drawn = drawn if drawn.any() else np.ones_like(drawn)
    geometry, writing = traces.maps.geometry[y, x][drawn], traces.maps.writing[y, x][drawn]
    corners = bends(points, 0.12 * height)
    legs = np.diff(corners, axis=0)
    lengths = np.hypot(*legs.T)
    angles = np.arctan2(legs[:, 1], legs[:, 0])
    turned = float(np.abs((np.diff(angles) + math.pi) % math.tau - math.pi).sum())
    slant = np.abs((angles + math.pi / 4) % (math.pi / 2) - math.pi / 4)
    straight = float(np.hypot(*(points[-1] - points[0]))) / max(1.0, way.length)
    steps = np.hypot(*np.diff(points, axis=0).T)
    first, last = (_at_end(p, found, traces) for p in (points[::-1], points))
    beside_first, beside_last = float(first[0]), float(last[0])
    loose = way.second is None
    border = found.from_border(points[-1])
    length = math.log(max(0.05, way.length / height))
    crossings = sum(len(found.graph.at[n]) > 2 for e in way.edges for n in (found.graph.edges[e].first, found.graph.edges[e].second)) / 2
    row = [
        *(1.0, length, length**2, way.gap / height, way.gap / max(1.0, way.length), float((geometry > writing).mean())),
        *(float(traces.maps.ruling[y, x].mean()), float(traces.ink[y, x].mean()), min(6, len(corners) - 2), straight, turned),
        *(float((lengths * slant).sum() / max(1e-6, lengths.sum())), float(loose), float(loose and border < 0.25 * height)),
        *(float(steps[0]) / height, 0.0 if loose else float(steps[-1]) / height),
        *(max(beside_first, beside_last), min(beside_first, beside_last), beside_first * beside_last, min(6.0, crossings)),
        *(_along(points, found, traces), float(min(lengths.max(initial=0.0) / height, 3.0))),
    ]
    one = np.ones(1)
    # A loose end is where a picture was cut off more often than where a head is.
    difference = np.concatenate([last - first, [float(loose), float(loose and border < 0.25 * height)]])
    return Measured(np.array(row), difference, np.concatenate([one, np.maximum(first, last), [float(loose)]]))


def _at_end(points: Points, found: Between, traces: Traces) -> Row:
    """Ink beside a way near its last point, against that of a head's two strokes: outside shapes, with what lies at their outlines, very
    near to the end, how wide it spreads, and how much of it looks like writing, as small heads do."""
    reach = _HEAD * traces.height + traces.width
    tip = points[-1]
    away = np.hypot(*(points - tip).T)
    far = int(np.argmax(away[::-1] > 1.5 * reach)) if (away > 1.5 * reach).any() else len(points) - 1
    back = points[len(points) - 1 - far] - tip
    back = back / max(1e-6, float(np.hypot(*back)))
    low = np.maximum(0, np.floor(tip - 1.2 * reach)).astype(int)
    high = np.minimum((traces.ink.shape[1], traces.ink.shape[0]), np.ceil(tip + 1.2 * reach) + 1).astype(int)
    if (high <= low).any():
        return np.zeros(5)
    rows, columns = np.mgrid[low[1] : high[1], low[0] : high[0]]
    dx, dy = columns - tip[0], rows - tip[1]
    along, across = dx * back[0] + dy * back[1], np.abs(dy * back[0] - dx * back[1])
    place = slice(low[1], high[1]), slice(low[0], high[0])
    # Barbs reach back from the tip, not farther to the side than back by much.
    zone = (along > -0.15 * reach) & (along < 1.1 * reach) & (across > 0.75 * traces.width + 0.5) & (across < 0.35 * reach + 0.9 * along)
    drawn = found.strokes[place] & zone
    near = traces.drawn[place] & ~found.insides[place] & zone & (along > 0.5 * traces.width)
    unit = traces.width * 1.2 * reach
    spread = float(np.minimum(across[drawn], reach).mean()) / reach if drawn.any() else 0.0
    written = (traces.maps.writing[place] > traces.maps.geometry[place]) & traces.drawn[place] & (np.hypot(dx, dy) < reach)
    written &= ~found.insides[place]
    return np.array([drawn.sum() / unit, near.sum() / unit, (near & (along < 0.5 * reach)).sum() / unit, spread, written.sum() / unit])


def _along(points: NDArray[np.float64], found: Between, traces: Traces) -> float:
    """How much is drawn beside the middle of a way: words are full of strokes, connectors run alone."""
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
