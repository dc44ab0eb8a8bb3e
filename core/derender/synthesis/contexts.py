"""The normal form of programs: a tree of headers with slots for drawing statements.

Merging equal sibling loops or reflections never costs more, so a program is a set of *nodes*, each a header under at most one
other header, and of drawing statements in their *slots*: the body, and under a test of a loop's variable. Which turns a
statement is drawn in follows from its slot alone: in one loop a range of turns, in two loops rows of turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from derender.synthesis.elements import Reflection
from derender.synthesis.leaves import Shape


@dataclass(frozen=True, slots=True)
class Loop:
    """`for (v < coefficient * i + constant)`; the coefficient is 0 save in inner loops."""

    constant: int
    coefficient: int = 0

    @property
    def thirds(self) -> int:
        """What the header costs (A.5)."""
        return 6 if self.constant == 2 and not self.coefficient else 3


@dataclass(frozen=True, slots=True)
class Mirror:
    """`reflect(axis = position)`."""

    reflection: Reflection

    @property
    def thirds(self) -> int:
        """What the header costs (A.5)."""
        return 3


Header = Loop | Mirror


class Place(Enum):
    """Where in a node's body a statement stands."""

    BODY = "body"
    OUTER_TEST = "under a test of the outer, or only, loop's variable"
    INNER_TEST = "under a test of the inner loop's variable"


@dataclass(frozen=True, slots=True)
class Rows:
    """The turns of two loops, or one: row i holds j = `start` … `start` + `lengths[i]` - 1; of one loop, rows of length 1."""

    lengths: tuple[int, ...]
    start: int = 0

    @property
    def occupied(self) -> range:
        """The rows that are not empty: consecutive, since lengths are affine in i."""
        rows = [i for i, length in enumerate(self.lengths) if length > 0]
        return range(rows[0], rows[-1] + 1) if rows else range(0)

    def without_first_row(self) -> Rows:
        """The turns with i > 0."""
        return Rows((0, *self.lengths[1:]), self.start)

    def without_first_column(self) -> Rows:
        """The turns with j > 0."""
        return Rows(tuple(max(0, length - 1) for length in self.lengths), 1)

    @property
    def shape(self) -> tuple[Shape, bool]:
        """The shape of the occupied rows, and whether it is to be run through from its last row."""
        lengths = [self.lengths[i] for i in self.occupied]
        grows = len(lengths) > 1 and lengths[1] > lengths[0]
        if grows:
            lengths.reverse()
        return Shape(len(lengths), lengths[0], lengths[0] - lengths[1] if len(lengths) > 1 else 0), grows


def inner_loops(turns: int, longest: int, tested: bool) -> Iterator[tuple[Loop, Rows]]:
    """Each inner loop that is worth having in an outer one of `turns` turns, under its test or not, with its rows.

    `longest` is the longest progression of like elements, beyond which no row reaches. Of loops with the same rows one is given.
    Loops that draw in one row only are loops without the outer one; the exception is one row of two, where that would cost more.
    """
    first = 1 if tested else 0
    if turns - first < 2:
        return
    for length in range(2, longest + 1):
        yield Loop(length), Rows((0,) * first + (length,) * (turns - first))
    for constant, coefficient in _slopes(turns, longest, first):
        lengths = tuple(max(0, coefficient * i + constant) if i >= first else 0 for i in range(turns))
        yield Loop(constant, coefficient), Rows(lengths)


def _slopes(turns: int, longest: int, first: int) -> Iterator[tuple[int, int]]:
    if not first and longest >= 2:
        yield 2, -2
    for largest in range(2, longest + 1):
        for slope in range(1, largest):
            # The longest row is the first or the last; the next to it is not empty.
            if not first or largest + slope > 0:
                yield largest + slope * first, -slope
            constant = largest - slope * (turns - 1)
            if not first or constant > 0:
                # With an empty first row the test would be idle: that loop stands outside the test as well.
                yield constant, slope
