"""Where a lattice starts anew: along each axis hands draw shapes about as large as they should be, and the gaps between them less exactly.

The key points' positions along an axis are the observations of a hidden Markov model whose state is where the lattice lies: it stays as
it is or, at a price, is any other from the next gap on. Viterbi's algorithm finds these breaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from derender.perception.lattice import Copy, LatticeSettings, log_near, turned_by

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]

_PHASES = 16
"""Places of the lattice in a cell that are told apart."""

_BREAK = 5.0
"""Nats that a break costs: as much as a place of the lattice is worth, and that one gap in ten is off."""

_BREAK_IN_BOX = 20.0
"""The same between the sides of a box."""

_LEAST_GAP = 0.35
"""Cells; positions that are closer are one column."""

_LEVEL, _SLOPE = 3.0, 0.08
"""Pixels, and part of its length, by which a side of a box may not be level or upright."""

_DARK, _MOSTLY = 0.3, 0.9
"""How dark a side is, and along which part of it."""


class Axis(NamedTuple):
    """Key points along one axis: positions (N) in pixels, increasing; confidence (N); radii (N) in pixels, 0 for what is no circle; and
    the price in nats of a break between each two neighbours (N - 1)."""

    positions: Floats
    confidence: Floats
    radii: Floats
    prices: Floats


class Segment(NamedTuple):
    """What lies between two breaks, near points alone: positions (N) and radii (N) in pixels, and the lattice points' numbers (N)."""

    positions: Floats
    radii: Floats
    numbers: Floats


def axes_of(copy: Copy, turn: float) -> tuple[Axis, Axis]:
    """A copy's key points along a lattice that is turned by so many radians: across, and up."""
    turned = (copy.points.positions @ turned_by(turn).T).T * np.array([[1.0], [-1.0]])
    found = []
    for axis, along in enumerate(turned):
        order = np.argsort(along)
        positions = along[order]
        low, high = np.sort(along[_sides(copy, axis)], axis=1).T
        middle = (positions[1:] + positions[:-1])[:, None] / 2
        prices = np.where(((low < middle) & (middle < high)).any(1), _BREAK_IN_BOX, _BREAK)
        found.append(Axis(positions, copy.points.confidence[order], copy.points.radii[order], prices))
    return found[0], found[1]


def log_evidence(axis: Axis, cells: Floats, settings: LatticeSettings) -> Floats:
    """The log probability of an axis's points for each cell size (C,), with the likeliest breaks, in nats."""
    return np.asarray(_decoded(axis, cells, settings)[0].max(1))


def segments(axis: Axis, cell: float, settings: LatticeSettings) -> Iterator[Segment]:
    """The axis between its likeliest breaks, in order."""
    ends, steps = _decoded(axis, np.array([cell]), settings)
    phase = int(ends[0].argmax())
    phases, breaks = [phase], []
    for starts, before in reversed(steps):
        breaks.append(bool(starts[0, phase]))
        phase = int(before[0]) if breaks[-1] else phase
        phases.append(phase)
    beside = axis.positions - np.array(phases[::-1]) / _PHASES * cell
    numbers = np.rint(beside / cell)
    near = np.abs(beside - numbers * cell) < 3 * settings.spread
    segment = np.concatenate([[0], np.cumsum(breaks[::-1])])
    for inside in (near & (segment == number) for number in range(int(segment[-1]) + 1)):
        if inside.any():
            yield Segment(axis.positions[inside], axis.radii[inside], numbers[inside])


def _decoded(axis: Axis, cells: Floats, settings: LatticeSettings) -> tuple[Floats, list[tuple[Flags, Numbers]]]:
    """Viterbi's algorithm for each cell (C,): the log probabilities (C, phases) at the end; and for each position but the first, in which
    phases (C, phases) the lattice starts anew there, and after which phase (C,)."""
    phases = np.arange(_PHASES) / _PHASES * cells[:, None]
    distance = axis.positions[:, None, None] - phases
    distance -= np.rint(distance / cells[:, None]) * cells[:, None]
    seen = axis.confidence[:, None, None] * log_near(distance, cells[:, None], settings)
    known, steps = seen[0], []
    for gap, price, here in zip(np.diff(axis.positions), axis.prices, seen[1:], strict=True):
        before = known.argmax(1)
        anew = np.where(gap >= _LEAST_GAP * cells, known.max(1) - price, -np.inf)[:, None]
        starts = anew > known
        known = np.where(starts, anew, known) + here
        steps.append((starts, before))
    return known, steps


def _sides(copy: Copy, axis: int) -> Numbers:
    """Pairs (M, 2) of corners that a side of a box joins, along an axis of the picture."""
    corners = np.flatnonzero(copy.points.kinds == 1)
    places = copy.points.positions[corners]
    apart = places[None] - places[:, None]
    length, beside = apart[..., axis], np.abs(apart[..., 1 - axis])
    joined = [
        (a, b) for a, b in np.argwhere((length > 0) & (beside < _LEVEL + _SLOPE * length)) if _is_drawn(copy.ink, places[a], places[b])
    ]
    return corners[np.array(joined, dtype=np.int64).reshape(-1, 2)]


def _is_drawn(ink: NDArray[np.float32], start: Floats, stop: Floats) -> bool:
    """Whether a stroke leads from one place to the other."""
    x, y = (start + np.linspace(0.1, 0.9, 24)[:, None] * (stop - start)).T
    rows, columns = (np.clip(v.astype(np.int64), 1, size - 2) for v, size in zip((y, x), ink.shape, strict=True))
    darkest = np.max([ink[rows + dy, columns + dx] for dy in (-1, 0, 1) for dx in (-1, 0, 1)], axis=0)
    return bool((darkest > _DARK).mean() > _MOSTLY)
