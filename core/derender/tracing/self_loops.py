"""Arrows that lead from a shape back to itself: as one curve that bends far, or as legs at right angles."""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np

from derender.rendering.strokes import bend_controls
from derender.tracing.bending import off_lines
from derender.tracing.graph import Points

BENDS = (105, 120, 135, 150)
"""Degrees: bends of loops that are told."""

_SPREADS = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5)
"""Times as far apart as they were drawn the ends may lie: as wide as a loop is, so high is its curve."""

_CORNER = 0.1
"""Of the shorter of its legs: so near to its corners is what is drawn at right angles."""

_SAMPLES = 40


class SelfLoop(NamedTuple):
    """Points (N, 2) from where it leaves the shape to where it is back: of a curve two, which bends by so many degrees."""

    points: Points
    bend: int


def self_loop_of(way: Points) -> SelfLoop:
    """What a way (N, 2) in pixels, y down, is nearest to."""
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
    curves = middle + spread[:, None, None] * (np.tile(_between_unit_ends(), (len(_SPREADS), 1, 1)) @ frame)
    off = off_lines(seen, curves)
    best = int(off.argmin())
    from_corners = max(float(np.hypot(*(way - corner).T).min()) for corner in angled[1:3])
    if off_lines(seen, angled[None])[0] < off[best] and from_corners < _CORNER * min(math.dist(*angled[:2]), math.dist(*angled[1:3])):
        return SelfLoop(angled, 0)
    return SelfLoop(curves[best][[0, -1]], side * BENDS[best % len(BENDS)])


@cache
def _between_unit_ends() -> Points:
    """Curves (B, `_SAMPLES`, 2) from (-1/2, 0) to (1/2, 0) with each of `BENDS`, y up."""
    t = np.linspace(0, 1, _SAMPLES)[:, None]
    start, end = (-0.5, 0.0), (0.5, 0.0)
    controls = np.array([[start, *bend_controls(start, end, bend), end] for bend in BENDS])
    weights = np.concatenate([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], 1)
    return np.asarray(weights @ controls)
