"""The program that the values of a sketch's holes stand for."""

from __future__ import annotations

from collections.abc import Mapping

from derender.language.program import Affine, Draw, DrawCircle, DrawLine, DrawRectangle, For, If, Program, Reflect, Statement
from derender.spec import Circle, Line, Rectangle
from derender.synthesis.sketch_drawing import FIELDS
from derender.synthesis.sketch_encoding import Encoding
from derender.synthesis.sketch_program import LOOP, MIRROR_X

OUTER, INNER = "i", "j"


def program_of_holes(values: Mapping[str, int], encoding: Encoding) -> Program:
    """The program that the values of the holes stand for."""
    return Program(tuple(_Reader(values, encoding).top()))


class _Reader:
    def __init__(self, values: Mapping[str, int], encoding: Encoding) -> None:
        self._values = values
        self._encoding = encoding

    def _get(self, name: str) -> int:
        return self._values.get(name, 0) - self._encoding.offset(name)

    def top(self) -> list[Statement]:
        """The statements of the program."""
        headers = [made for number in range(self._encoding.table.outer) if (made := self._outer(number)) is not None]
        return [*headers, *(self._draw(s, ()) for s in self._under(0))]

    def _under(self, header: int, guarded: int | None = None) -> list[int]:
        return [
            s
            for s in range(self._encoding.table.statements)
            if self._get(f"kind{s}") and self._get(f"header{s}") == header and guarded in (None, self._get(f"guarded{s}"))
        ]

    def _outer(self, number: int) -> Statement | None:
        variables = (OUTER,) if self._get(f"otype{number}") == LOOP else ("",)
        body: dict[bool, list[Statement]] = {False: [], True: []}
        for i in range(self._encoding.table.inner):
            if self._get(f"parent{i}") == number and (made := self._inner(i, variables)) is not None:
                body[self._get(f"tested{i}") == 1].append(made)
        for s in self._under(number + 1):
            body[self._get(f"guarded{s}") == 1].append(self._draw(s, variables))
        return self._header(self._get(f"otype{number}"), Affine(self._get(f"ovalue{number}")), OUTER, OUTER, body)

    def _inner(self, number: int, variables: tuple[str, ...]) -> Statement | None:
        kind = self._get(f"itype{number}")
        inside = (*variables, INNER if kind == LOOP else "")
        body: dict[bool, list[Statement]] = {False: [], True: []}
        for s in self._under(self._encoding.table.outer + number + 1):
            body[self._get(f"guarded{s}") == 1].append(self._draw(s, inside))
        slope = self._get(f"islope{number}")
        bound = Affine(self._get(f"ivalue{number}"), slope, OUTER) if kind == LOOP and slope else Affine(self._get(f"ivalue{number}"))
        tested = self._get(f"testvar{number}")
        return self._header(kind, bound, INNER, inside[tested - 1] if tested else "", body)

    def _header(self, kind: int, value: Affine, variable: str, tested: str, body: dict[bool, list[Statement]]) -> Statement | None:
        inside = (*((If(tested, tuple(body[True])),) if body[True] else ()), *body[False])
        if not inside:
            return None
        if kind == LOOP:
            return For(variable, value, inside)
        return Reflect("x" if kind == MIRROR_X else "y", value.constant + 2 * self._encoding.origin, inside)

    def _draw(self, s: int, variables: tuple[str, ...]) -> Draw:
        positions = []
        for field in FIELDS:
            variable, coefficient = self._get(f"var_{field}_{s}"), self._get(f"coef_{field}_{s}")
            base = self._get(f"base_{field}_{s}") + self._encoding.origin
            positions.append(Affine(base, coefficient, variables[variable - 1]) if variable and coefficient else Affine(base))
        x1, y1, x2, y2 = positions
        match self._encoding.kinds[self._get(f"kind{s}") - 1]:
            case Circle(_, _, rx, ry, double):
                return DrawCircle(x1, y1, rx, ry, double)
            case Rectangle(_, _, _, _, rounded, double):
                return DrawRectangle(x1, y1, x2, y2, rounded, double)
            case Line(_, _, _, _, arrow, dashed, bend):
                return DrawLine(x1, y1, x2, y2, arrow, dashed, bend)
