"""Gaps made equal: where a hand spaces unevenly, how many cells each gap was meant to have is told by all of them together.

A gap drawn 2.6 cells wide was meant to be two or three. The commands decide: with few distinct shapes and few distinct distances
between equal ones a figure has a short program, and each gap made narrower or wider than it is drawn speaks against that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from derender.interpretation.regularity import irregularity
from derender.perception.spacing import Stretch, UnevenLattice, laid_out
from derender.spec import Circle, Command, Line, Rectangle, Spec

_SPREAD = 0.17
"""The standard deviation of a gap's width as a part of what was meant, where gaps are known to be off."""

_FARTHEST = 0.45
"""Nobody draws a gap farther off, as a part of it."""

_WORTH = 1.5
"""Nats that each distinct shape and each distinct distance costs, about as much as a number in a program."""

_BROKEN = 0.15
"""Cells by which the two sides of a box are too near or too far, where the lattice is broken between them."""


class Gap(NamedTuple):
    """From which position to which along an axis, on the lattice that was read on, and how wide it is drawn, all in cells."""

    low: float
    high: float
    drawn: float

    @property
    def width(self) -> float:
        """As it was read."""
        return self.high - self.low


def made_even(spec: Spec, uneven: UnevenLattice) -> tuple[Spec, UnevenLattice]:
    """A spec read on a lattice with breaks, with gaps that are as equal as they can have been meant; and that lattice with such gaps."""
    stretches = [uneven.across, uneven.up]
    for axis in (0, 1):
        gaps = _gaps(spec, axis, stretches[axis])
        widths = _likeliest(spec, axis, gaps)
        stretches[axis] = _widened(stretches[axis], gaps, widths)
        spec = respaced(spec, axis, gaps, widths)
    even = laid_out(uneven._replace(across=stretches[0], up=stretches[1]))
    # The lattice begins elsewhere: its positions are renumbered, whatever is drawn there.
    dx, dy = (round(float(new.meant[0] - old.meant[0])) for new, old in zip((even.across, even.up), stretches, strict=True))
    return _placed(_placed(spec, 0, lambda x: x + dx), 1, lambda y: y + dy), even


def respaced(spec: Spec, axis: int, gaps: Sequence[Gap], widths: Sequence[float]) -> Spec:
    """The spec with other gaps along an axis (0 across, 1 up): what lies beyond one is moved, what spans it is stretched."""

    def moved(at: int) -> int:
        return at + round(sum(width - gap.width for gap, width in zip(gaps, widths, strict=True) if gap.high <= at))

    return _placed(spec, axis, moved)


def _gaps(spec: Spec, axis: int, stretch: Stretch) -> list[Gap]:
    """Where nothing but lines leads from one position to the next, or where the lattice is broken within a box."""
    solid = [
        (low, high, isinstance(command, Circle))
        for command in spec
        for low, high in [_span(command, axis)]
        if not isinstance(command, Line)
    ]
    at = sorted({side for command in spec for side in _span(command, axis)})
    drawn = stretch.to_drawn(np.array(at, dtype=np.float64))
    rigid = [any(low <= a and b <= high for low, high, _ in solid) for a, b in pairwise(at)]
    round_ = [any(low <= a and b <= high for low, high, is_round in solid if is_round) for a, b in pairwise(at)]
    wide = np.diff(drawn)
    meant = np.diff(np.array(at, dtype=np.float64))
    # Shapes tell how large a cell is drawn.
    cell = float(np.median((wide / meant)[rigid])) if any(rigid) else 1.0
    return [
        Gap(a, b, float(w / cell))
        for (a, b), w, is_rigid, is_round in zip(pairwise(at), wide, rigid, round_, strict=True)
        if not is_round and (not is_rigid or abs(w / cell - (b - a)) > _BROKEN)
    ]


def _likeliest(spec: Spec, axis: int, gaps: Sequence[Gap]) -> tuple[float, ...]:
    """Widths of the gaps, improved one by one and all alike ones together for as long as that makes them likelier."""

    def cost(widths: tuple[float, ...]) -> float:
        off = sum(((gap.drawn / width - 1) / _SPREAD) ** 2 / 2 for gap, width in zip(gaps, widths, strict=True))
        return off + _WORTH * irregularity(respaced(spec, axis, gaps, widths))

    best = tuple(gap.width for gap in gaps)
    least = cost(best)
    while True:
        tried = {widths: cost(widths) for widths in _steps(best, gaps)}
        likeliest = min(tried, key=tried.__getitem__, default=best)
        if tried.get(likeliest, least) >= least:
            return best
        best, least = likeliest, tried[likeliest]


def _steps(widths: tuple[float, ...], gaps: Sequence[Gap]) -> Iterator[tuple[float, ...]]:
    for number, width in enumerate(widths):
        for other in (width - 1, width + 1):
            if _may_be(gaps[number], other):
                yield (*widths[:number], other, *widths[number + 1 :])
    for common in sorted({w + more for w in widths for more in (-1, 0, 1)}):
        yield tuple(common if _may_be(g, common) else w for g, w in zip(gaps, widths, strict=True))


def _may_be(gap: Gap, width: float) -> bool:
    return width > 0 and (width - gap.width) % 1 == 0 and abs(gap.drawn / width - 1) <= _FARTHEST


def _widened(stretch: Stretch, gaps: Sequence[Gap], widths: Sequence[float]) -> Stretch:
    """What is drawn where it was, meant elsewhere."""
    sides = np.array(sorted({side for gap in gaps for side in (gap.low, gap.high)}), dtype=np.float64)
    at = np.union1d(stretch.meant, sides)
    wider = np.array([width - gap.width for gap, width in zip(gaps, widths, strict=True)])
    moved = at + sum((np.clip((at - g.low) / g.width, 0, 1) * more for g, more in zip(gaps, wider, strict=True)), np.zeros(len(at)))
    return Stretch(moved, stretch.to_drawn(at))


def _span(command: Command, axis: int) -> tuple[float, float]:
    match command:
        case Circle(x, y, rx, ry):
            return (x - rx, x + rx) if axis == 0 else (y - ry, y + ry)
        case Rectangle(x1, y1, x2, y2) | Line(x1, y1, x2, y2):
            low, high = sorted((x1, x2) if axis == 0 else (y1, y2))
            return low, high


def _placed(spec: Spec, axis: int, to: Callable[[int], int]) -> Spec:
    """With all positions along an axis elsewhere."""

    def placed(command: Command) -> Command:
        match command:
            case Circle(x, y):
                return replace(command, x=to(x)) if axis == 0 else replace(command, y=to(y))
            case Rectangle(x1, y1, x2, y2) | Line(x1, y1, x2, y2):
                return replace(command, x1=to(x1), x2=to(x2)) if axis == 0 else replace(command, y1=to(y1), y2=to(y2))

    return Spec(placed(command) for command in spec)
