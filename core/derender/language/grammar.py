"""One line of program text: what it opens or draws.

`read_line` gives a `Heading` (a loop, a test or a reflection, whose body follows indented), a drawing statement or a label, or
raises `Unreadable` with the column of what cannot be read. Which lines belong together is text.py's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from derender.language.program import Affine, Draw, DrawCircle, DrawLine, DrawRectangle, Label
from derender.language.tokens import Token, TokenReader, Unreadable, shown, unquoted

_WORDS = {"circle": ("double",), "rectangle": ("rounded", "double"), "line": ("arrow", "dashed", "bend")}


@dataclass(frozen=True, slots=True)
class ForHeading:
    """`for (variable < bound)`."""

    variable: str
    bound: Affine


@dataclass(frozen=True, slots=True)
class IfHeading:
    """`if (variable > 0)`."""

    variable: str


@dataclass(frozen=True, slots=True)
class ReflectHeading:
    """`reflect(axis = position)`."""

    axis: Literal["x", "y"]
    position: int


Heading = ForHeading | IfHeading | ReflectHeading


def read_line(line: str, scope: tuple[str, ...]) -> Heading | Draw | Label:
    """What the line (without its line end) says; raises `Unreadable`. `scope` holds the variables of the loops around it."""
    return _LineReader(line, scope).line()


def opens_body(line: str) -> bool:
    """Whether the line begins like a heading, readable or not."""
    return re.match(r"[ \t]*(for|if|reflect)\b", line) is not None


class _LineReader(TokenReader):
    def __init__(self, line: str, scope: tuple[str, ...]) -> None:
        super().__init__(line)
        self._scope = scope

    def line(self) -> Heading | Draw | Label:
        first = self.take()
        if first.kind != "word":
            raise Unreadable(f"expected a statement, found {shown(first)}", first.column)
        match first.text:
            case "for":
                result: Heading | Draw | Label = self._for()
            case "if":
                result = self._if()
            case "reflect":
                result = self._reflect()
            case "circle":
                result = self._circle(first)
            case "rectangle":
                result = self._rectangle(first)
            case "line":
                result = self._line(first)
            case "label":
                result = self._label()
            case _:
                known = "circle, rectangle, line, for, if, reflect and label"
                raise Unreadable(f"unknown statement {shown(first)}; known are {known}", first.column)
        if self.peek().kind != "end":
            raise Unreadable(f"nothing may follow here, found {shown(self.peek())}", self.peek().column)
        return result

    # Headings

    def _for(self) -> ForHeading:
        self.expect("(")
        token = self.take()
        variable = _letter(token)
        if variable in self._scope:
            raise Unreadable(f"'{variable}' already counts an enclosing loop; take another letter", token.column)
        self.expect("<")
        bound = self._affine("a bound")
        self.expect(")")
        return ForHeading(variable, bound)

    def _if(self) -> IfHeading:
        self.expect("(")
        variable = self._known_variable(self.take())
        self.expect(">")
        zero = self.take()
        if zero.text != "0":
            raise Unreadable(f"a test compares with 0, found {shown(zero)}", zero.column)
        self.expect(")")
        return IfHeading(variable)

    def _reflect(self) -> ReflectHeading:
        self.expect("(")
        axis = self.take()
        if axis.text not in ("x", "y"):
            raise Unreadable(f"a reflection is across x or y, found {shown(axis)}", axis.column)
        self.expect("=")
        sign = -1 if self.skip("-") else 1
        position = sign * self.integer("an axis' position")
        self.expect(")")
        return ReflectHeading("x" if axis.text == "x" else "y", position)

    # Drawing

    def _circle(self, name: Token) -> DrawCircle:
        self.expect("(")
        x = self._affine("a position")
        self.expect(",")
        y = self._affine("a position")
        radii: list[float] = []
        while self.follows("number"):
            self.expect(",")
            radii.append(self._radius())
            if len(radii) > 2:
                raise Unreadable("a circle has at most two radii", self._tokens[self._next - 1].column)
        words = self._attributes(name)
        rx, ry = (radii[0], radii[-1]) if radii else (1, 1)
        return DrawCircle(x, y, rx, ry, "double" in words)

    def _rectangle(self, name: Token) -> DrawRectangle:
        x1, y1, x2, y2 = self._four_positions()
        words = self._attributes(name)
        return DrawRectangle(x1, y1, x2, y2, "rounded" in words, "double" in words)

    def _line(self, name: Token) -> DrawLine:
        x1, y1, x2, y2 = self._four_positions()
        words = self._attributes(name)
        bend, column = words.get("bend", (0, 0))
        if bend and "arrow" not in words:
            raise Unreadable("only an arrow bends", column)
        return DrawLine(x1, y1, x2, y2, "arrow" in words, "dashed" in words, bend)

    def _four_positions(self) -> tuple[Affine, Affine, Affine, Affine]:
        self.expect("(")
        positions = [self._affine("a position")]
        for _ in range(3):
            self.expect(",")
            positions.append(self._affine("a position"))
        return (positions[0], positions[1], positions[2], positions[3])

    def _attributes(self, name: Token) -> dict[str, tuple[int, int]]:
        """The attribute words up to the closing parenthesis, each with its number (bend only) and column."""
        found: dict[str, tuple[int, int]] = {}
        while self.skip(","):
            token = self.take()
            if token.text not in _WORDS[name.text]:
                raise Unreadable(f"a {name.text} has the attributes {', '.join(_WORDS[name.text])}; found {shown(token)}", token.column)
            if token.text in found:
                raise Unreadable(f"'{token.text}' is given twice", token.column)
            found[token.text] = (self._bend() if token.text == "bend" else 0, token.column)
        self.expect(")")
        return found

    def _bend(self) -> int:
        self.expect("=")
        column = self.peek().column
        sign = -1 if self.skip("-") else 1
        bend = sign * self.integer("a bend")
        if not -180 < bend < 180:
            raise Unreadable("a bend lies between -180 and 180 degrees", column)
        return bend

    def _label(self) -> Label:
        self.expect("(")
        x = self.decimal()
        self.expect(",")
        y = self.decimal()
        self.expect(",")
        token = self.take()
        if token.text == '"':
            raise Unreadable("the label's text has no closing quotation mark", token.column)
        if token.kind != "string":
            raise Unreadable(f"a label's text stands in quotation marks, found {shown(token)}", token.column)
        self.expect(")")
        return Label(x, y, unquoted(token.text))

    # Numbers and expressions

    def _affine(self, what: str) -> Affine:
        """A sum of integers and multiples of one variable, in any order: `3*i + 1`, `-i`, `6 - 2*i`."""
        start = self.peek()
        constant, coefficient, variable = 0, 0, None
        sign = -1 if self.skip("-") else 1
        while True:
            number, name = self._term(what)
            if name is None:
                constant += sign * number
            elif variable not in (None, name.text):
                raise Unreadable(f"{what} has one variable at most, found '{variable}' and '{name.text}'", name.column)
            else:
                variable = self._known_variable(name)
                coefficient += sign * number
            if self.skip("+"):
                sign = 1
            elif self.skip("-"):
                sign = -1
            else:
                break
        if variable is not None and coefficient == 0:
            raise Unreadable(f"'{variable}' has the coefficient 0 and can be left out", start.column)
        return Affine(constant, coefficient, variable)

    def _term(self, what: str) -> tuple[int, Token | None]:
        """A number, a variable, or their product: (factor, variable's token)."""
        token = self.peek()
        if token.kind == "word":
            self.take()
            return (self.integer(what), token) if self.skip("*") else (1, token)
        number = self.integer(what)
        return (number, self.take()) if self.skip("*") else (number, None)

    def _radius(self) -> float:
        column = self.peek().column
        radius = self.decimal()
        if radius <= 0 or 2 * radius != int(2 * radius):
            raise Unreadable("a radius is a positive multiple of 0.5", column)
        return radius

    def _known_variable(self, token: Token) -> str:
        variable = _letter(token)
        if variable not in self._scope:
            counted = f"; loops here count {', '.join(self._scope)}" if self._scope else ""
            raise Unreadable(f"no enclosing loop counts '{variable}'{counted}", token.column)
        return variable


def _letter(token: Token) -> str:
    if token.kind != "word" or len(token.text) != 1 or not token.text.islower():
        raise Unreadable(f"a variable is one small letter, found {shown(token)}", token.column)
    return token.text
