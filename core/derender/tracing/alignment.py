"""Shapes as regular as they were meant: of a size, in line and evenly spaced where hands draw them nearly so and rounding each side by
itself would leave them uneven. All in cells; no shape is moved far.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from derender.tracing.graph import Points

_ALIKE, _ALIKE_CELLS = 0.2, 1.4
"""Sides of shapes of a kind that differ by no more than this part of the longest, or so many cells, are equal."""

_IN_LINE, _IN_LINE_CELLS = 0.15, 0.7
"""Part of its side, and cells, by which a middle is moved at most to lie in line with others, beside half a cell to where it may lie."""

_EVEN, _EVEN_CELLS = 0.2, 1.0
"""The same where that makes spaces even."""

_SPACED = 0.15
"""Part by which spaces, from middle to middle, differ at most from what they become."""

_OFF_LINE = 0.25
"""Square cells for each shape that is half a cell off the line that others lie on."""

_FEWEST = 3
"""Shapes of a row or a column that are evenly spaced."""

Group = list[int]


def equal_sides(sides: Points, kinds: Sequence[object]) -> Points:
    """Whole sides (N) in place of those that were drawn, equal within a kind where they are about equal."""
    out = np.empty_like(sides)
    for kind in dict.fromkeys(kinds):
        members = [k for k in np.argsort(sides, kind="stable").tolist() if kinds[k] == kind]
        for group in _grouped(members, lambda part: float(np.ptp(sides[part])) <= max(_ALIKE_CELLS, _ALIKE * float(sides[part].max()))):
            out[group] = max(1, round(float(sides[group].mean())))
    return out


def regular_middles(middles: Points, sides: Points, is_centred: NDArray[np.bool_]) -> Points:
    """Middles (N, 2) of shapes with whole sides (N, 2), in line with others and evenly spaced in rows and columns where they nearly are.

    Each is where a shape of its sides may lie: between lattice lines if a side is odd, unless its middle `is_centred` (N) on one.
    """
    axes = [_Axis(middles[:, k], sides[:, k], np.where(is_centred | (sides[:, k] % 2 == 0), 0.0, 0.5)) for k in (0, 1)]
    for axis, other in (axes, axes[::-1]):
        for line in other.lines:
            axis.space_evenly(line)
    return np.stack([axis.placed for axis in axes], 1)


def even_spaces(middles: Points, sides: Points) -> list[list[tuple[float, int]]]:
    """Along each axis the spaces between neighbours that are about even in rows and columns, and how many of each there are.

    Middles and sides (N, 2) are of shapes as they were drawn, in cells or in anything that is about as large.
    """
    axes = [_Axis(middles[:, k], sides[:, k], np.zeros(len(middles))) for k in (0, 1)]
    return [[even for line in other.lines for even in axis.even_spaces(line)] for axis, other in (axes, axes[::-1])]


class _Axis:
    """Shapes along one axis: where their middles (N) were drawn and are placed, and the groups of them that are in line."""

    def __init__(self, drawn: Points, sides: Points, half: Points) -> None:
        """`half` (N): how far off lattice lines middles lie."""
        self._drawn, self._sides, self._half = drawn, sides, half
        self._near = np.minimum(_IN_LINE_CELLS, _IN_LINE * sides)
        order = np.argsort(drawn, kind="stable").tolist()
        self.lines = list(_grouped(order, lambda part: float(np.ptp(drawn[part])) <= 2 * float(self._near[part].min())))
        self._drawn_lines = np.array([drawn[line].mean() for line in self.lines])
        self._line_of = {member: number for number, line in enumerate(self.lines) for member in line}
        self.placed = np.empty_like(drawn)
        for line in self.lines:
            self.placed[line] = self._in_line(line)
        self._even = set[int]()

    def space_evenly(self, members: Group) -> None:
        """Give these shapes, with all that are in line with them, even spaces where that moves none far; as many as can be."""
        for run in self._runs(members):
            if self._even.isdisjoint(run) and (spaced := self._spaced(run)) is not None:
                self._even.update(run)
                self.placed[np.concatenate([self.lines[k] for k in run])] = spaced

    def even_spaces(self, members: Group) -> Iterator[tuple[float, int]]:
        """The mean of each row of spaces between these shapes that are about even, and how many there are."""
        seen = set[int]()
        for run in self._runs(members):
            if seen.isdisjoint(run):
                seen.update(run)
                spaces = self._spaces(run)
                yield float(spaces.mean()), len(spaces)

    def _runs(self, members: Group) -> Iterator[list[int]]:
        """Neighbouring lines that these shapes lie on whose spaces are about even, the longest first."""
        numbers = sorted({self._line_of[member] for member in members})
        for length in range(len(numbers), _FEWEST - 1, -1):
            for start in range(len(numbers) - length + 1):
                spaces = self._spaces(run := numbers[start : start + length])
                if spaces.max() * (1 - _SPACED) <= spaces.min() * (1 + _SPACED):
                    yield run

    def _spaces(self, run: Sequence[int]) -> Points:
        """From each of these lines to the next."""
        return np.diff(self._drawn_lines[run])

    def _in_line(self, line: Group) -> Points:
        middle = round(2 * float(self._drawn[line].mean())) / 2
        choices = [(self._nearest(line, at), at) for at in middle + np.array([-1, -0.5, 0, 0.5, 1])]
        return min(choices, key=lambda c: self._cost(line, *c))[0]

    def _cost(self, line: Group, placed: Points, at: float) -> tuple[bool, float]:
        """Whether a shape is moved far, and square cells by which they all are moved and off the line."""
        moved = np.abs(placed - self._drawn[line])
        return bool((moved > self._near[line] + 0.5).any()), float(np.square(moved).sum() + _OFF_LINE * (placed != at).sum())

    def _spaced(self, run: Sequence[int]) -> Points | None:
        """The middles of shapes on lines with about even spaces that are even, nearest to where they were drawn; None where one would be
        moved far."""
        lines, spaces = [self.lines[k] for k in run], self._spaces(run)
        members = [member for line in lines for member in line]
        number = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
        drawn, far = self._drawn[members], np.minimum(_EVEN_CELLS, _EVEN * self._sides[members])
        pitch, first = np.polyfit(number, drawn, 1)
        middle = (len(lines) - 1) / 2
        best: tuple[float, Points] | None = None
        for more, beside in itertools.product((-0.5, 0.0, 0.5), (-1.0, -0.5, 0.0, 0.5, 1.0)):
            step = round(2 * pitch) / 2 + more
            at = round(2 * (first + (pitch - step) * middle)) / 2 + beside + step * number
            placed = self._nearest(members, at)
            # A shape that cannot lie on its line would not be evenly spaced.
            if (placed == at).all() and (np.abs(placed - drawn) <= far).all() and (np.abs(spaces - step) <= _SPACED * step).all():
                cost = float(np.square(placed - drawn).sum())
                best = (cost, placed) if best is None or cost < best[0] else best
        return None if best is None else best[1]

    def _nearest(self, members: Group, at: Points | float) -> Points:
        """Where shapes may lie that is nearest to a line, and of two such places to where they were drawn."""
        half, drawn = self._half[members], self._drawn[members]
        below, above = np.floor(at - half) + half, np.ceil(at - half) + half
        return np.asarray(np.where(np.abs(below - drawn) <= np.abs(above - drawn), below, above))


def _grouped(ordered: Sequence[int], fits: Callable[[Group], bool]) -> Iterator[Group]:
    """Members in groups that fit together, each as long as can be."""
    group: Group = []
    for member in ordered:
        if group and not fits([*group, member]):
            yield group
            group = []
        group.append(member)
    if group:
        yield group
