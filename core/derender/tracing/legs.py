"""A traced connector as commands on the lattice: its legs, level or upright where they nearly are, from outline to outline."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from derender.spec import Line
from derender.tracing.connectors import Connector
from derender.tracing.graph import Points
from derender.tracing.meeting import Meeting, aimed

_LEVEL, _LEVEL_CELLS = 0.22, 1.3
"""Legs that rise or fall by less than this part of their length, and by fewer cells, are meant level, likewise upright ones."""

Met = Sequence[Meeting | None]
"""The shapes at a connector's first and last end."""


def legs_of(connector: Connector, cells: Points, met: Met) -> Iterator[Line]:
    """A connector's legs, given its points (N, 2) in cells; those that shrink to nothing are left out."""
    carried = _carried(cells, met)
    levelled = _levelled(carried if connector.bend else _aimed(carried, met), met)
    whole = [(round(x), round(y)) for x, y in levelled.tolist()]
    for end, beside, shape in ((0, 1, met[0]), (-1, -2, met[1])):
        if shape is not None:
            level = next((axis for axis in (0, 1) if levelled[end, axis] == levelled[beside, axis]), None)
            whole[end] = shape.whole(levelled[end], level)
    if connector.bend and whole[0] == whole[-1]:
        # A small loop's ends fall together.
        dx, dy = (cells[-1] - cells[0]).tolist()
        (x, y), is_level = whole[-1], abs(dx) >= abs(dy)
        whole[-1] = (x + int(math.copysign(1, dx)), y) if is_level else (x, y + int(math.copysign(1, dy)))
    kept = [whole[0]]
    for point in whole[1:]:
        if point == kept[-1]:
            continue
        if len(kept) > 1 and _in_line(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    for number, (a, b) in enumerate(pairwise(kept), 2):
        yield Line(*a, *b, connector.head and number == len(kept), bend=connector.bend)


def _carried(cells: Points, met: Met) -> Points:
    """Points (N, 2) with the ends where the shapes that they meet have come to lie."""
    out = cells.copy()
    for end, shape in zip((0, -1), met, strict=True):
        if shape is not None:
            out[end] = shape.carried(cells[end])
    return out


def _aimed(cells: Points, met: Met) -> Points:
    """The same points, or those of a straight connector between two circles that is aimed at their middles."""
    first, last = met
    if len(cells) > 2 or first is None or last is None or first is last:
        return cells
    return aimed(cells, first, last)


def _levelled(cells: Points, met: Met) -> Points:
    """Points (N, 2) whose legs lie along an axis where they nearly do."""
    out = cells.copy()
    for k in range(len(out) - 1):
        across = np.abs(out[k + 1] - out[k])
        for axis in (0, 1):
            if across[axis] < min(_LEVEL * across[1 - axis], _LEVEL_CELLS):
                out[[k, k + 1], axis] = _level(out, k, axis, met)
    return out


def _level(points: Points, leg: int, axis: int, met: Met) -> float:
    """Where a leg lies that is level: where it meets shapes, at their middle if that is near; one that meets none goes on from the leg
    before."""
    meeting = [(shape, end) for shape, end, at in zip(met, (0, -1), (0, len(points) - 2), strict=True) if shape is not None and leg == at]
    if not meeting:
        return float(points[leg, axis] if leg else points[[0, 1], axis].mean())
    meant = float(np.mean([points[end, axis] for _, end in meeting]))
    return next((middle for shape, _ in meeting if (middle := shape.near_middle(meant, axis)) is not None), meant)


def _in_line(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    ahead = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) > 0
    return ahead and (b[0] - a[0]) * (c[1] - b[1]) == (b[1] - a[1]) * (c[0] - b[0])
