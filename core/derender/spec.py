"""What is drawn: drawing commands and the sets of them (the paper's specs, Table 1).

Coordinates are lattice cells, origin bottom left, y up. Positions are integers, radii may be halves. Every value here is
canonical from its construction on (a rectangle's corners sorted, the ends of a line without a head sorted), so equality of
values is equality of drawings. Attributes beyond the paper (`rounded`, `double`, `bend`, ellipses) take part in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from derender.errors import SpecError

LARGEST_COORDINATE = 10_000
"""Positions beyond ± this are refused: no drawing has them, and they would make canvases that no memory holds."""


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
    """A segment; with `arrow` its head is at (x2, y2), without one its ends are kept sorted. `bend` in degrees, arrows only."""

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
    """(x1, y1, x2, y2) in cells around everything drawn, radii included; zeros for an empty spec."""
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


# JSON


def command_to_json(command: Command) -> dict[str, Any]:
    """One command as the contract's JSON object; attributes at their default are left out, `arrow` and `dashed` are not."""
    match command:
        case Circle(x, y, rx, ry, double):
            radii = {"rx": _number(rx), "ry": _number(ry)} if rx != ry else {"r": _number(rx)} if rx != 1 else {}
            return {"command": "circle", "x": x, "y": y, **radii, **({"double": True} if double else {})}
        case Rectangle(x1, y1, x2, y2, rounded, double):
            words = {word: True for word, on in (("rounded", rounded), ("double", double)) if on}
            return {"command": "rectangle", "x1": x1, "y1": y1, "x2": x2, "y2": y2, **words}
        case Line(x1, y1, x2, y2, arrow, dashed, bend):
            ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
            return {"command": "line", **ends, "arrow": arrow, "dashed": dashed, **({"bend": bend} if bend else {})}


def spec_to_json(spec: Spec) -> list[dict[str, Any]]:
    """The spec as a JSON list in canonical order."""
    return [command_to_json(command) for command in spec]


def spec_from_json(data: object) -> Spec:
    """The spec of a parsed JSON list of commands, in any order; raises `SpecError` naming the command and the field."""
    if not isinstance(data, list):
        raise SpecError(f"a spec is a list of commands, not {_kind(data)}")
    return Spec(command_from_json(item, number) for number, item in enumerate(data, start=1))


def command_from_json(data: object, number: int) -> Command:
    """One command of the contract's JSON; `number` counts from 1 and is for the error's sentence."""
    if not isinstance(data, Mapping):
        raise SpecError(f"command {number}: expected an object, found {_kind(data)}")
    reader = _FieldReader(data, number)
    kind = data.get("command")
    match kind:
        case "circle":
            x, y = reader.position("x"), reader.position("y")
            if "r" in data and ("rx" in data or "ry" in data):
                raise SpecError(f"command {number} (circle): give either 'r' or 'rx' and 'ry', not both")
            rx, ry = (reader.radius("r"),) * 2 if not ("rx" in data or "ry" in data) else (reader.radius("rx"), reader.radius("ry"))
            command: Command = Circle(x, y, rx, ry, reader.flag("double"))
        case "rectangle":
            x1, y1, x2, y2 = reader.positions("x1", "y1", "x2", "y2")
            if x1 == x2 or y1 == y2:
                raise SpecError(
                    f"command {number} (rectangle): the fields {'x1 and x2' if x1 == x2 else 'y1 and y2'} are equal, so it has no area"
                )
            command = Rectangle(x1, y1, x2, y2, reader.flag("rounded"), reader.flag("double"))
        case "line":
            x1, y1, x2, y2 = reader.positions("x1", "y1", "x2", "y2")
            if (x1, y1) == (x2, y2):
                raise SpecError(f"command {number} (line): the ends (x1, y1) and (x2, y2) are equal, so it has no length")
            command = Line(x1, y1, x2, y2, reader.flag("arrow"), reader.flag("dashed"), reader.bend())
        case None:
            raise SpecError(f"command {number}: the field 'command' is missing")
        case _:
            raise SpecError(f"command {number}: the field 'command' is {kind!r}; known are circle, rectangle and line")
    reader.refuse_unknown()
    return command


class _FieldReader:
    """Reads and checks the fields of one command, remembering which were asked for."""

    def __init__(self, data: Mapping[str, object], number: int) -> None:
        self._data = data
        self._where = f"command {number} ({data.get('command')})"
        self._known = {"command"}

    def position(self, field: str) -> int:
        self._known.add(field)
        value = self._data.get(field)
        if field not in self._data:
            raise SpecError(f"{self._where}: the field '{field}' is missing")
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise SpecError(f"{self._where}: the field '{field}' must be an integer, not {_shown(value)}")
        if abs(value) > LARGEST_COORDINATE:
            raise SpecError(f"{self._where}: the field '{field}' must lie within ±{LARGEST_COORDINATE}, not {value}")
        return value

    def positions(self, *fields: str) -> tuple[int, ...]:
        return tuple(self.position(field) for field in fields)

    def radius(self, field: str) -> float:
        self._known.add(field)
        value = self._data.get(field, 1)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not 0 < value <= LARGEST_COORDINATE
            or 2 * value != int(2 * value)
        ):
            raise SpecError(f"{self._where}: the field '{field}' must be a positive multiple of 0.5, not {_shown(value)}")
        return float(value)

    def flag(self, field: str) -> bool:
        self._known.add(field)
        value = self._data.get(field, False)
        if not isinstance(value, bool):
            raise SpecError(f"{self._where}: the field '{field}' must be true or false, not {_shown(value)}")
        return value

    def bend(self) -> int:
        self._known.add("bend")
        value = self._data.get("bend", 0)
        if isinstance(value, bool) or not isinstance(value, int) or not -180 < value < 180:
            raise SpecError(f"{self._where}: the field 'bend' must be a whole number of degrees between -180 and 180, not {_shown(value)}")
        if value and not self._data.get("arrow"):
            raise SpecError(f"{self._where}: the field 'bend' is for arrows only")
        return value

    def refuse_unknown(self) -> None:
        for field in self._data:
            if field not in self._known:
                raise SpecError(f"{self._where}: the field {field!r} is unknown")


def _number(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", int: "a number", float: "a number", type(None): "null"}
    return names.get(type(value), type(value).__name__)
