"""Programs as values of a sketch's holes: the way back from what `derender.synthesis.sketch_holes` reads."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from derender.errors import OptionError
from derender.language.program import Affine, Draw, DrawCircle, DrawLine, DrawRectangle, For, If, Program, Reflect, Statement
from derender.spec import Circle, Command, Line, Rectangle
from derender.synthesis.sketch_drawing import FIELDS
from derender.synthesis.sketch_encoding import Encoding
from derender.synthesis.sketch_program import LOOP, MIRROR_X, MIRROR_Y


def holes_of(program: Program, encoding: Encoding) -> dict[str, int]:
    """The values of the holes that make the sketch this program; raises `OptionError` where its table is too small."""
    writer = _Writer(encoding)
    for statement in program.statements:
        match statement:
            case For() | Reflect():
                writer.outer(statement)
            case DrawCircle() | DrawRectangle() | DrawLine():
                writer.draw(statement, 0, False, ())
            case If():
                raise OptionError("an 'if' stands directly in a loop's body and nowhere else")
            case _:
                assert_never(statement)
    unknown = set(writer.values) - set(encoding.holes)
    if unknown:
        raise OptionError("the program has more statements or headers than the sketch's table has room for")
    return writer.values


class _Writer:
    def __init__(self, encoding: Encoding) -> None:
        self.values: dict[str, int] = {}
        self._encoding = encoding
        self._statements = self._outer = self._inner = 0

    def outer(self, header: For | Reflect) -> None:
        """A header at the top level, with all that stands in it."""
        number, self._outer = self._outer, self._outer + 1
        variables: tuple[str, ...]
        match header:
            case For(variable, bound, _):
                self._put(f"otype{number}", LOOP)
                self._put(f"ovalue{number}", bound.constant)
                variables = (variable,)
            case Reflect(axis, position, _):
                self._put(f"otype{number}", MIRROR_X if axis == "x" else MIRROR_Y)
                self._put(f"ovalue{number}", position - 2 * self._encoding.origin)
                variables = ("",)
        for tested, statement in _flat(header.body):
            if isinstance(statement, For | Reflect):
                self._inner_header(statement, number, tested is not None, variables)
            elif isinstance(statement, DrawCircle | DrawRectangle | DrawLine):
                self.draw(statement, number + 1, tested is not None, variables)

    def _inner_header(self, header: For | Reflect, parent: int, tested: bool, variables: tuple[str, ...]) -> None:
        number, self._inner = self._inner, self._inner + 1
        self._put(f"parent{number}", parent)
        self._put(f"tested{number}", int(tested))
        slope = 0
        match header:
            case For(variable, bound, _):
                self._put(f"itype{number}", LOOP)
                self._put(f"ivalue{number}", bound.constant)
                slope = bound.coefficient
                variables = (*variables, variable)
            case Reflect(axis, position, _):
                self._put(f"itype{number}", MIRROR_X if axis == "x" else MIRROR_Y)
                self._put(f"ivalue{number}", position - 2 * self._encoding.origin)
        self._put(f"islope{number}", slope)
        for tested_variable, statement in _flat(header.body):
            if tested_variable is not None:
                self._put(f"testvar{number}", variables.index(tested_variable) + 1)
            if isinstance(statement, DrawCircle | DrawRectangle | DrawLine):
                place = self._encoding.table.outer + number + 1
                self.draw(statement, place, tested_variable is not None, variables)

    def draw(self, draw: Draw, header: int, guarded: bool, variables: tuple[str, ...]) -> None:
        """A drawing statement under a header, 0 for none."""
        number, self._statements = self._statements, self._statements + 1
        like, positions = _command_like(draw)
        kind = next(k for k, command in enumerate(self._encoding.kinds, 1) if _moved_to_origin(command) == like)
        self._put(f"kind{number}", kind)
        self._put(f"header{number}", header)
        self._put(f"guarded{number}", int(guarded))
        for field, position in zip(FIELDS, (*positions, None, None), strict=False):
            variable = 0 if position is None or position.variable is None else variables.index(position.variable) + 1
            self._put(f"var_{field}_{number}", variable)
            self._put(f"coef_{field}_{number}", position.coefficient if position else 0)
            self._put(f"base_{field}_{number}", position.constant - self._encoding.origin if position else 0)

    def _put(self, name: str, value: int) -> None:
        self.values[name] = value + self._encoding.offset(name)


def _flat(body: tuple[Statement, ...]) -> list[tuple[str | None, Statement]]:
    """The statements of a body with the variable that the test around them names, or None."""
    found: list[tuple[str | None, Statement]] = []
    for statement in body:
        if isinstance(statement, If):
            found += [(statement.variable, inside) for inside in statement.body]
        else:
            found.append((None, statement))
    return found


def _command_like(draw: Draw) -> tuple[Command, tuple[Affine, ...]]:
    match draw:
        case DrawCircle(x, y, rx, ry, double):
            return Circle(0, 0, rx, ry, double), (x, y)
        case DrawRectangle(x1, y1, x2, y2, rounded, double):
            return Rectangle(0, 0, 0, 0, rounded, double), (x1, y1, x2, y2)
        case DrawLine(x1, y1, x2, y2, arrow, dashed, bend):
            return Line(0, 0, 0, 0, arrow, dashed, bend), (x1, y1, x2, y2)
        case _:
            assert_never(draw)


def _moved_to_origin(command: Command) -> Command:
    match command:
        case Circle():
            return replace(command, x=0, y=0)
        case Rectangle() | Line():
            return replace(command, x1=0, y1=0, x2=0, y2=0)
