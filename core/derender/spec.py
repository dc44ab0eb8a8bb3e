"""What is drawn: drawing commands and the sets of them (the paper's specs, Table 1).

Coordinates are lattice cells, origin bottom left, y up. Positions are integers, radii may be halves. Every value here is
canonical from its construction on (a rectangle's corners sorted, the ends of a line without a head sorted), so equality of
values is equality of drawings. Attributes beyond the paper (`rounded`, `double`, `bend`, ellipses) take part in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

LARGEST_COORDINATE = 10_000
"""Positions beyond ± this are refused: no drawing has them, and they would make canvases that no memory holds."""

MOST_BENT = 90
"""Degrees: an arrow that bends more is a loop, as from a shape back to itself."""

_LOOP_LOOSENESS = 4
"""A loop leads about as far out as its ends are apart."""


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle, or an ellipse where `rx` ≠ `ry`, around (x, y); radii in cells, multiples of one half."""

    x: int
    y: int
    rx: float = 1
    ry: float = 1
    double: bool = False

    name: ClassVar[str] = "circle"


@dataclass(frozen=True, slots=True)
class Rectangle:
    """An axis-parallel rectangle; constructed from any two opposite corners, kept with x1 < x2 and y1 < y2."""

    x1: int
    y1: int
    x2: int
    y2: int
    rounded: bool = False
    double: bool = False

    name: ClassVar[str] = "rectangle"

    def __post_init__(self) -> None:
        if self.x1 > self.x2:
            x1, x2 = self.x2, self.x1
            object.__setattr__(self, "x1", x1)
            object.__setattr__(self, "x2", x2)
        if self.y1 > self.y2:
            y1, y2 = self.y2, self.y1
            object.__setattr__(self, "y1", y1)
            object.__setattr__(self, "y2", y2)


@dataclass(frozen=True, slots=True)
class Line:
    """A segment; with `arrow` its head is at (x2, y2), without one its ends are kept sorted. `bend` in degrees, arrows only: to the left
    as TikZ has it, and beyond `MOST_BENT` with handles as long as `looseness` says."""

    x1: int
    y1: int
    x2: int
    y2: int
    arrow: bool = False
    dashed: bool = False
    bend: int = 0

    name: ClassVar[str] = "line"

    def __post_init__(self) -> None:
        if not self.arrow and (self.x1, self.y1) > (self.x2, self.y2):
            x1, y1, x2, y2 = self.x2, self.y2, self.x1, self.y1
            for field, value in (("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)):
                object.__setattr__(self, field, value)


Command = Circle | Rectangle | Line


def looseness(bend: int) -> int:
    """How many times as long as usual TikZ makes the handles of an arrow's curve."""
    return _LOOP_LOOSENESS if abs(bend) > MOST_BENT else 1


def is_loop(command: Command) -> bool:
    """Whether it is an arrow that bends beyond a right angle."""
    return isinstance(command, Line) and abs(command.bend) > MOST_BENT


_KINDS: tuple[type[Command], ...] = (Circle, Rectangle, Line)


def canonical_key(command: Command) -> tuple[Any, ...]:
    """Sort key of the paper's footnote 1: circles, rectangles, lines; each left to right, then top to bottom."""
    match command:
        case Circle(x, y, rx, ry, double):
            return (0, x, -y, rx, ry, double)
        case Rectangle(x1, y1, x2, y2, rounded, double):
            return (1, x1, -y2, x2, -y1, rounded, double)
        case Line(x1, y1, x2, y2, arrow, dashed, bend):
            return (2, x1, -y1, x2, -y2, arrow, dashed, bend)


@dataclass(frozen=True, slots=True)
class Spec:
    """A set of drawing commands, kept in canonical order; built from any iterable, in any order, with repetitions."""

    commands: tuple[Command, ...] = ()

    def __init__(self, commands: Iterable[Command] = ()) -> None:
        object.__setattr__(self, "commands", tuple(sorted(set(commands), key=canonical_key)))

    def __iter__(self) -> Iterator[Command]:
        return iter(self.commands)

    def __len__(self) -> int:
        return len(self.commands)

    def __contains__(self, command: object) -> bool:
        return command in self.commands

    def __or__(self, other: Spec) -> Spec:
        return Spec((*self.commands, *other.commands))

    def __sub__(self, other: Spec) -> Spec:
        return Spec(set(self.commands) - set(other.commands))


def symmetric_difference(a: Spec, b: Spec) -> tuple[Spec, Spec]:
    """(|a - b|, |b - a|) as specs: what only `a` has and what only `b` has (Eq. 3)."""
    return a - b, b - a


def intersection_over_union(a: Spec, b: Spec) -> float:
    """|a ∩ b| / |a ∪ b| in [0, 1]; 1 for two empty specs (Figure 8)."""
    union = len(a | b)
    return 1.0 if not union else len(set(a.commands) & set(b.commands)) / union


def bounding_box(spec: Spec) -> tuple[float, float, float, float]:
    """(x1, y1, x2, y2) in cells around all places, radii included; zeros for an empty spec. Curves may bow beyond it, see
    `rendering.strokes.drawn_box`."""
    if not spec.commands:
        return (0, 0, 0, 0)
    boxes = [_extent(command) for command in spec]
    return (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))


def moved(spec: Spec, dx: int, dy: int) -> Spec:
    """`spec`, `dx` cells further right and `dy` further up."""
    return Spec(_moved(command, dx, dy) for command in spec)


def _moved(command: Command, dx: int, dy: int) -> Command:
    match command:
        case Circle(x, y):
            return replace(command, x=x + dx, y=y + dy)
        case Rectangle(x1, y1, x2, y2) | Line(x1, y1, x2, y2):
            return replace(command, x1=x1 + dx, y1=y1 + dy, x2=x2 + dx, y2=y2 + dy)


def _extent(command: Command) -> tuple[float, float, float, float]:
    match command:
        case Circle(x, y, rx, ry):
            return (x - rx, y - ry, x + rx, y + ry)
        case Rectangle(x1, y1, x2, y2):
            return (x1, y1, x2, y2)
        case Line(x1, y1, x2, y2):
            return (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
