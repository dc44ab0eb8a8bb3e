"""A traced connector as commands on the lattice: its legs, level or upright where they nearly are, from outline to outline."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise, product

import numpy as np

from derender.spec import Line
from derender.tracing.connectors import Connector
from derender.tracing.graph import Points
from derender.tracing.meeting import Meeting, aimed

_LEVEL, _LEVEL_CELLS = 0.22, 1.3
"""Legs that rise or fall by less than this part of their length, and by fewer cells, are meant level, likewise upright ones."""

Place = tuple[int, int]

Met = Sequence[Meeting | None]
"""The shapes at a connector's first and last end."""


def legs_of(connector: Connector, cells: Points, met: Met) -> Iterator[Line]:
    """A connector's legs, given its points (N, 2) in cells; what shrinks to nothing is left out, unless it joins two shapes."""
    carried = _carried(cells, met)
    points, level = _levelled(carried if connector.bend else _aimed(carried, met), met)
    whole = _whole(points, level, met, np.diff(cells, axis=0))
    if whole[0] == whole[-1]:
        if not connector.bend and (None in met or met[0] is met[1]):
            return
        # A small loop's ends, or those of a short arrow, fall together.
        whole[-1] = _beside(whole[-1], cells[-1] - cells[0])
    kept = [whole[0]]
    for point in whole[1:]:
        if point == kept[-1]:
            continue
        if len(kept) > 1 and _in_line(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    for number, (a, b) in enumerate(pairwise(kept), 2):
        yield Line(*a, *b, connector.head and number == len(kept), bend=connector.bend)


def _whole(points: Points, level: Sequence[int | None], met: Met, drawn: Points) -> list[Place]:
    """The lattice points for points (N, 2) of legs that are `level` (N - 1) on an axis: ends at outlines, no leg turned round against how
    it was `drawn` (N - 1, 2) unless nothing else is possible."""
    inner = [(round(x), round(y)) for x, y in points[1:-1].tolist()]
    firsts, lasts = (
        [(0.0, (round(x), round(y)))] if shape is None else shape.choices(points[end], level[end])
        for shape, end, (x, y) in zip(met, (0, -1), points[[0, -1]].tolist(), strict=True)
    )

    def cost(pair: tuple[tuple[float, Place], tuple[float, Place]]) -> tuple[int, float]:
        (first, start), (last, end) = pair
        legs = [(start, inner[0], drawn[0]), (inner[-1], end, drawn[-1])] if inner else [(start, end, drawn[0])]
        return sum(_turned(a, b, along) for a, b, along in legs), first + last

    (_, start), (_, end) = min(product(firsts, lasts), key=cost)
    return [start, *inner, end]


def _turned(a: Place, b: Place, along: Points) -> bool:
    """Whether a leg from a to b does not lead where it did."""
    return float((b[0] - a[0]) * along[0] + (b[1] - a[1]) * along[1]) <= 0


def _beside(place: Place, along: Points) -> Place:
    """The next lattice point in a direction (2)."""
    (x, y), (dx, dy) = place, along.tolist()
    return (x + int(math.copysign(1, dx)), y) if abs(dx) >= abs(dy) else (x, y + int(math.copysign(1, dy)))


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


def _levelled(cells: Points, met: Met) -> tuple[Points, list[int | None]]:
    """Points (N, 2) whose legs lie along an axis where they nearly do, and on which axis each (N - 1) is level."""
    level = list[int | None]()
    flat = cells.copy()
    for k in range(len(cells) - 1):
        across = np.abs(flat[k + 1] - flat[k])
        level.append(next((axis for axis in (0, 1) if across[axis] < min(_LEVEL * across[1 - axis], _LEVEL_CELLS)), None))
        if (axis := level[-1]) is not None:
            # What wavers goes on level.
            flat[[k, k + 1], axis] = flat[k, axis] if k else flat[[k, k + 1], axis].mean()
    out = cells.copy()
    for axis, legs in groupby(range(len(level)), key=level.__getitem__):
        if axis is not None:
            run = list(legs)
            first, last = run[0], run[-1]
            out[first : last + 2, axis] = _lies_at(out, first, last, axis, met)
    return out, level


def _lies_at(points: Points, first: int, last: int, axis: int, met: Met) -> float:
    """Where legs lie, from the first to the last, that are level: where they meet shapes, at their middle if that is near; what meets none
    goes on from the leg before."""
    meeting = [(met[0], 0)] if first == 0 else []
    meeting += [(met[1], -1)] if last == len(points) - 2 else []
    shapes = [(shape, end) for shape, end in meeting if shape is not None]
    if not shapes:
        return float(points[first, axis] if first else points[: last + 2, axis].mean())
    meant = float(np.mean([points[end, axis] for _, end in shapes]))
    return next((middle for shape, _ in shapes if (middle := shape.near_middle(meant, axis)) is not None), meant)


def _in_line(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    ahead = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) > 0
    return ahead and (b[0] - a[0]) * (c[1] - b[1]) == (b[1] - a[1]) * (c[0] - b[0])
