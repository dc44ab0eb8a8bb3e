"""Networks as people draw them: round shapes in layers, each joined to those of the next, or scattered; straight lines join and cross."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np

from derender.photographs.pen_strokes import Box, Points
from derender.photographs.routes import Link

_LAYERED, _DOWNWARDS = 0.6, 0.4
"""Part of networks in layers, and part of these whose layers follow each other downwards."""

_SIZE, _FIT = (0.5, 0.8), 5
"""Of other diagrams' shapes: how wide nodes are; so many fit in a row and in a column."""

_PITCH, _LEAST_APART = (1.35, 2.2), 1.7
"""Of a node's width: from one to the next of a layer, and how far apart the middles of scattered ones are at least."""

_MOST_LAYERS, _MOST_NODES = 4, 5
_SCATTERED = (4, 11)
"""Nodes of networks without layers, from and below."""

_NEAR = (0.8, 2.0)
"""Times as far apart as scattered nodes are on average: those so far apart are joined about a third as often as the nearest."""

_COMPLETE = 0.5
"""Part of networks in layers where each node is joined to all of the next layer."""

_STRAYED = 0.05
"""Of a node's width: the standard deviation of a line's end from where it is aimed."""


class Network(NamedTuple):
    """Boxes of nodes, all as wide as high, and the links between them."""

    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    width: float


def random_network(rng: np.random.Generator, shape: tuple[int, int], height: float) -> Network:
    """A network that fits a canvas of `shape` (height, width) where other diagrams have shapes of that height."""
    width = min(height * rng.uniform(*_SIZE), min(shape) / _FIT)
    layered = rng.random() < _LAYERED
    middles, pairs = _layers(rng, shape, width) if layered else _scattered(rng, shape, width)
    widths = width * rng.uniform(0.93, 1.07, len(middles))
    links = tuple(_link(rng, middles[[a, b]], widths[[a, b]]) for a, b in pairs if not _is_hit(middles, widths, a, b))
    boxes = tuple((x - w / 2, y - w / 2, x + w / 2, y + w / 2) for (x, y), w in zip(middles.tolist(), widths.tolist(), strict=True))
    return Network(boxes, links, width)


def _layers(rng: np.random.Generator, shape: tuple[int, int], width: float) -> tuple[Points, list[tuple[int, int]]]:
    """Middles (N, 2), and which nodes are joined, those of a layer to those of the next one."""
    downwards = rng.random() < _DOWNWARDS
    along, across = shape if downwards else shape[::-1]
    pitch = width * rng.uniform(*_PITCH)
    most = max(1, min(_MOST_NODES, int(across / pitch)))
    layers = int(np.clip(along / (width * rng.uniform(2, 3.5)), 2, _MOST_LAYERS))
    sizes = rng.integers(1, max(2, most) + 1, layers).tolist()
    places, numbers, first = list[tuple[float, float]](), list[range](), 0
    for layer, size in enumerate(sizes):
        for k in range(size):
            places.append((along * (layer + 0.5) / layers, across / 2 + pitch * (k - (size - 1) / 2)))
        numbers.append(range(first, first + size))
        first += size
    middles = np.array(places) + rng.normal(0, 0.06 * width, (len(places), 2))
    often = 1.0 if rng.random() < _COMPLETE else rng.uniform(0.35, 0.9)
    pairs = [(a, b) for here, there in pairwise(numbers) for a in here for b in there if rng.random() < often]
    return middles[:, ::-1] if downwards else middles, pairs


def _scattered(rng: np.random.Generator, shape: tuple[int, int], width: float) -> tuple[Points, list[tuple[int, int]]]:
    """Middles (N, 2), and which nodes are joined, near ones more often."""
    wanted, middles = int(rng.integers(*_SCATTERED)), list[Points]()
    for _ in range(20 * wanted):
        at = rng.uniform((width, width), np.maximum(width + 1, np.array(shape[::-1]) - width))
        if all(math.dist(at, other) >= _LEAST_APART * width for other in middles):
            middles.append(at)
        if len(middles) == wanted:
            break
    often, far = rng.uniform(0.5, 1.0), rng.uniform(*_NEAR) * math.sqrt(math.prod(shape) / wanted)
    return np.array(middles), list(_joined(rng, middles, often, far))


def _joined(rng: np.random.Generator, middles: list[Points], often: float, far: float) -> Iterator[tuple[int, int]]:
    for a, b in combinations(range(len(middles)), 2):
        if rng.random() < often * math.exp(-((math.dist(middles[a], middles[b]) / far) ** 2)):
            yield (a, b) if rng.random() < 0.5 else (b, a)


def _link(rng: np.random.Generator, middles: Points, widths: Points) -> Link:
    """The straight line between the outlines of two nodes (middles (2, 2), widths (2)), aimed at their middles."""
    along = (middles[1] - middles[0]) / math.dist(*middles)
    ends = middles + widths[:, None] / 2 * np.array([along, -along])
    return Link(ends + rng.normal(0, _STRAYED, (2, 2)) * widths[:, None])


def _is_hit(middles: Points, widths: Points, a: int, b: int) -> bool:
    """Whether the line between two nodes runs through or along a third."""
    along = middles[b] - middles[a]
    t = ((middles - middles[a]) @ along / (along @ along)).clip(0, 1)
    apart = np.hypot(*(middles[a] + t[:, None] * along - middles).T)
    apart[[a, b]] = np.inf
    return bool((apart < 0.65 * widths).any())
