"""The normal form of programs: a tree of headers with slots for drawing statements.

Merging equal sibling loops or reflections never costs more, so a program is a set of *nodes*, each a header under at most one
other header, and of drawing statements in their *slots*: the body, and under a test of a loop's variable. Which turns a
statement is drawn in follows from its slot alone: in one loop a range of turns, in two loops rows of turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache

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
    """The turns of two loops: row i holds j = `start` … `start` + `lengths[i]` - 1; lengths are affine in i, or 0."""

    lengths: tuple[int, ...]
    start: int = 0

    def without_first_row(self) -> Rows:
        """The turns with i > 0."""
        return Rows((0, *self.lengths[1:]), self.start)

    def without_first_column(self) -> Rows:
        """The turns with j > 0."""
        return Rows(tuple([max(0, length - 1) for length in self.lengths]), 1)


class Turns(Enum):
    """Which variables a statement in two loops uses."""

    BOTH = "both"
    INNER = "the inner one"
    OUTER = "the outer one"


@dataclass(frozen=True, slots=True)
class Fit:
    """Statements that fit a place: those that draw `shape` (BOTH) or a progression of `shape.first` (INNER) or `shape.rows` (OUTER).

    They are drawn from row `first_row` and column `first_column` on, in rows counted `backwards` where they grow.
    """

    place: Place
    turns: Turns
    shape: Shape
    first_row: int = 0
    first_column: int = 0
    backwards: bool = False


@cache
def inner_loops(turns: int, longest: int, tested: bool) -> tuple[tuple[Loop, tuple[Fit, ...]], ...]:
    """Each inner loop that is worth having in an outer one of `turns` turns, under its test or not, and what fits its slots.

    `longest` is the length of the longest progression of like elements, beyond which no row reaches.
    Of loops with the same rows one is given. Loops that draw in one row only are loops without the outer one; the exception is
    one row of two, where that would cost more.
    """
    return tuple((loop, fits_of(loop, turns, tested)) for loop in _loops(turns, longest, tested))


def fits_of(loop: Loop, turns: int, tested: bool) -> tuple[Fit, ...]:
    """What fits the slots of an inner loop in an outer one of `turns` turns, under its test or not."""
    first = 1 if tested else 0
    rows = Rows((*(0,) * first, *(max(0, loop.coefficient * i + loop.constant) for i in range(first, turns))))
    return tuple(_fits(rows, turns, tested))


def _loops(turns: int, longest: int, tested: bool) -> Iterator[Loop]:
    first = 1 if tested else 0
    if turns - first < 2:
        return
    if turns - 1 <= longest:
        yield from (Loop(length) for length in range(2, longest + 1))
    yield from (Loop(constant, coefficient) for constant, coefficient in _slopes(turns, longest, first))


def _slopes(turns: int, longest: int, first: int) -> Iterator[tuple[int, int]]:
    if not first and longest >= 2:
        yield 2, -2
    # In an outer loop that two inner ones share, with another one of `longest` rows and perhaps a turn for the test.
    fewest_rows = max(2, turns - longest - 1)
    for largest in range(2, longest + 1):
        for slope in range(1, (largest - 1) // (fewest_rows - 1) + 1):
            # The longest row is the first or the last; the next to it is not empty.
            yield largest + slope * first, -slope
            constant = largest - slope * (turns - 1)
            if not first or constant > 0:
                # With an empty first row the test would be idle: that loop stands outside the test as well.
                yield constant, slope


def _fits(rows: Rows, turns: int, tested: bool) -> Iterator[Fit]:
    yield from _fits_of_place(Place.BODY, rows, turns)
    yield from _fits_of_place(Place.INNER_TEST, rows.without_first_column(), turns)
    if not tested and rows.lengths[0] and max(rows.lengths[1:]) > 0:
        later = rows.without_first_row()
        # What uses only the inner variable is here only if the test makes its longest row shorter.
        shorter = max(later.lengths) < max(rows.lengths)
        yield from _fits_of_place(Place.OUTER_TEST, later, turns, with_inner=shorter)


def _fits_of_place(place: Place, rows: Rows, turns: int, with_inner: bool = True) -> Iterator[Fit]:
    occupied = [i for i, length in enumerate(rows.lengths) if length]
    if not occupied:
        return
    lengths = [rows.lengths[i] for i in occupied]
    grows = len(lengths) > 1 and lengths[1] > lengths[0]
    if grows:
        lengths.reverse()
    shape = Shape(len(lengths), lengths[0], lengths[0] - lengths[1] if len(lengths) > 1 else 0)
    if shape.rows >= 2 and shape.first >= 2:
        yield Fit(place, Turns.BOTH, shape, occupied[0], rows.start, grows)
    if shape.first >= 2 and with_inner:
        yield Fit(place, Turns.INNER, shape, 0, rows.start)
    if 2 <= shape.rows < turns and not (occupied[0] == 1 and shape.rows == turns - 1):
        # In all the turns of the outer loop, or of its test, the statement would stand there instead.
        yield Fit(place, Turns.OUTER, shape, occupied[0])
