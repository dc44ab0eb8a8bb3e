"""Arrows that lead from a shape back to itself: as one curve that bends far, or as legs at right angles."""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np

from derender.rendering.strokes import bend_curve
from derender.tracing.bending import off_lines
from derender.tracing.graph import Points

BENDS = (105, 120, 135, 150)
"""Degrees: bends of loops that are told."""

_SPREADS = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5)
"""Times as far apart as they were drawn the ends may lie: as wide as a loop is, so high is its curve."""

_CORNER = 0.1
"""Of the shorter of its legs: so near to its corners is what is drawn at right angles."""

_LEAST_APART = 0.2
"""Of how far a loop leads out: nearer ends lie where heads and leaps brought them."""

_SAMPLES = 40


class SelfLoop(NamedTuple):
    """Points (N, 2) from where it leaves the shape to where it is back: of a curve two, which bends by so many degrees."""

    points: Points
    bend: int


def self_loop_of(way: Points) -> SelfLoop:
    """What a way (N, 2) in pixels, y down, is nearest to."""
    way = _apart(way)
    along = way[-1] - way[0]
    beside = (way - way[0]) @ np.array([-along[1], along[0]]) / max(1e-9, float(along @ along))
    farthest = float(beside[np.abs(beside).argmax()])
    seen = way[np.linspace(0, len(way) - 1, _SAMPLES).round().astype(int)]
    out = farthest * np.array([-along[1], along[0]])
    angled = np.stack([way[0], way[0] + out, way[-1] + out, way[-1]])
    # Where y runs down, what lies beside the way on that side lies to its right.
    side = -1 if farthest > 0 else 1
    middle, spread = (way[0] + way[-1]) / 2, np.repeat(_SPREADS, len(BENDS))
    frame = np.stack([along, side * np.array([along[1], -along[0]])])
    curves = middle + spread[:, None, None] * (np.tile(_around_middle(), (len(_SPREADS), 1, 1)) @ frame)
    off = off_lines(seen, curves)
    best = int(off.argmin())
    from_corners = max(float(np.hypot(*(way - corner).T).min()) for corner in angled[1:3])
    if off_lines(seen, angled[None])[0] < off[best] and from_corners < _CORNER * min(math.dist(*angled[:2]), math.dist(*angled[1:3])):
        return SelfLoop(angled, 0)
    return SelfLoop(curves[best][[0, -1]], side * BENDS[best % len(BENDS)])


def _apart(way: Points) -> Points:
    """The way with ends that do not meet: across the direction in which it leads, on the sides where it comes from and goes to."""
    far = way[int(np.hypot(*(way - way[0]).T).argmax())] - way[0]
    if math.dist(way[0], way[-1]) > _LEAST_APART * float(np.hypot(*far)):
        return way
    across = _LEAST_APART * np.array([-far[1], far[0]])
    quarter = max(1, len(way) // 4)
    if float((way[-quarter:].mean(0) - way[:quarter].mean(0)) @ across) < 0:
        across = -across
    return np.concatenate([way[:1] - across / 2, way[1:-1], way[-1:] + across / 2])


@cache
def _around_middle() -> Points:
    """Curves (B, `_SAMPLES`, 2) from (-1/2, 0) to (1/2, 0) with each of `BENDS`, y up."""
    return np.stack([bend_curve((-0.5, 0.0), (0.5, 0.0), bend, _SAMPLES) for bend in BENDS])
