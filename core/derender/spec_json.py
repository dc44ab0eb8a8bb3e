"""Specs as JSON, as the command line, the cache and the drawings' truth have them: what comes from outside is checked field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derender.errors import SpecError
from derender.spec import LARGEST_COORDINATE, Circle, Command, Line, Rectangle, Spec


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
