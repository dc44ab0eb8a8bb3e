"""How much in a spec nobody could tell once it is drawn: the prior over drawings that people make.

People avoid such figures, so that of two readings which explain the ink alike the one that could be told is likelier. Training scenes
hold none of them (`telling`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from derender.perception.legibility import clash
from derender.perception.moves import Move
from derender.perception.telling import Point, confused, crowd, ends
from derender.spec import Command, Line, Spec, bounding_box

_NEAR = 0.5
"""Cells between the surroundings of two commands beyond which neither hides anything of the other."""

_CROWD = 3
"""The fewest lines that crowd a point."""


class Ambiguities:
    """Counts pairs of commands that could be taken for others, and points where heads are lost among lines.

    Pairs are judged once. Commands have numbers and sets of them are bit masks: many specs share most of their commands.
    """

    def __init__(self) -> None:
        self._numbers: dict[Command, int] = {}
        self._commands: list[Command] = []
        self._boxes: list[tuple[float, float, float, float]] = []
        self._partners: list[int] = []
        """For each command those that are confused with it, among `_judged`."""
        self._judged: list[int] = []

    def __call__(self, spec: Spec) -> int:
        """How many there are in `spec`."""
        drawn = self._mask(spec)
        pairs = sum(self._confused(number, drawn).bit_count() for number in _bits(drawn)) // 2
        return pairs + sum(_is_crowd(point, lines) for point, lines in _meeting(spec).items())

    def changes(self, spec: Spec, moves: Sequence[Move]) -> tuple[int, ...]:
        """By how much each move would change that number."""
        drawn, meeting = self._mask(spec), _meeting(spec)
        return tuple(self._pairs_gained(drawn, move) + _crowds_gained(meeting, move) for move in moves)

    def _pairs_gained(self, drawn: int, move: Move) -> int:
        gone, new = self._mask(move.gone), self._mask(move.new)
        return self._touched(new, drawn & ~gone) - self._touched(gone, drawn & ~gone)

    def _touched(self, some: int, others: int) -> int:
        """The pairs of `some` with `others`, and among themselves."""
        among = sum(self._confused(number, some).bit_count() for number in _bits(some)) // 2
        return among + sum(self._confused(number, others).bit_count() for number in _bits(some))

    def _mask(self, commands: Iterable[Command]) -> int:
        mask = 0
        for command in commands:
            mask |= 1 << self._number(command)
        return mask

    def _number(self, command: Command) -> int:
        number = self._numbers.get(command)
        if number is None:
            number = self._numbers[command] = len(self._commands)
            self._commands.append(command)
            self._boxes.append(bounding_box(Spec([command])))
            self._partners.append(0)
            self._judged.append(1 << number)
        return number

    def _confused(self, number: int, others: int) -> int:
        """Which of the others are confused with the command of that number."""
        for other in _bits(others & ~self._judged[number]):
            self._judged[number] |= 1 << other
            self._judged[other] |= 1 << number
            if self._pair(number, other):
                self._partners[number] |= 1 << other
                self._partners[other] |= 1 << number
        return self._partners[number] & others

    def _pair(self, one: int, other: int) -> bool:
        (left, low, right, high), (x1, y1, x2, y2) = self._boxes[one], self._boxes[other]
        if left > x2 + _NEAR or x1 > right + _NEAR or low > y2 + _NEAR or y1 > high + _NEAR:
            return False
        a, b = self._commands[one], self._commands[other]
        return clash(a, b, touching=True) or confused(a, b)


def _bits(mask: int) -> Iterator[int]:
    """The numbers in a set."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _meeting(spec: Spec) -> dict[Point, list[Line]]:
    """The lines that end at each point."""
    at: dict[Point, list[Line]] = defaultdict(list)
    for command in spec:
        if isinstance(command, Line):
            for point in ends(command):
                at[point].append(command)
    return at


def _is_crowd(point: Point, lines: Sequence[Line]) -> bool:
    return len(lines) >= _CROWD and crowd(point, lines)


def _crowds_gained(meeting: Mapping[Point, Sequence[Line]], move: Move) -> int:
    """The crowds that the move makes, less those that it ends."""
    points = {point for c in (*move.gone, *move.new) if isinstance(c, Line) for point in ends(c)}
    gained = 0
    for point in points:
        before = meeting.get(point, ())
        new = [c for c in move.new if isinstance(c, Line) and point in ends(c)]
        gained += _is_crowd(point, [*(c for c in before if c not in move.gone), *new]) - _is_crowd(point, before)
    return gained
