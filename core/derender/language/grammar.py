"""One line of program text: what it opens or draws.

`read_line` gives a `Heading` (a loop, a test or a reflection, whose body follows indented), a drawing statement or a label, or
raises `Unreadable` with the column of what cannot be read. Which lines belong together is text.py's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from derender.language.program import Affine, Draw, DrawCircle, DrawLine, DrawRectangle, Label

_TOKEN = re.compile(r'(?P<space>[ \t]+)|(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<word>[A-Za-z_]+)|(?P<string>"(?:\\.|[^"\\])*")|(?P<mark>.)')
_LONGEST_NUMBER = 12
LINE_BREAK = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
"""What some reader of the text might take for a line's end; labels print it as a space."""
_WORDS = {"circle": ("double",), "rectangle": ("rounded", "double"), "line": ("arrow", "dashed", "bend")}


class Unreadable(Exception):  # noqa: N818 - not an error of the program, a step of reading it
    """A line that cannot be read, from `column` (counted from 1) on."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.column = column


@dataclass(frozen=True, slots=True)
class ForHeading:
    variable: str
    bound: Affine


@dataclass(frozen=True, slots=True)
class IfHeading:
    variable: str


@dataclass(frozen=True, slots=True)
class ReflectHeading:
    axis: Literal["x", "y"]
    position: int


Heading = ForHeading | IfHeading | ReflectHeading


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


def read_line(line: str, scope: tuple[str, ...]) -> Heading | Draw | Label:
    """What the line (without its line end) says; raises `Unreadable`. `scope` holds the variables of the loops around it."""
    return _LineReader(line, scope).line()


def opens_body(line: str) -> bool:
    """Whether the line begins like a heading, readable or not."""
    return re.match(r"[ \t]*(for|if|reflect)\b", line) is not None


class _LineReader:
    def __init__(self, line: str, scope: tuple[str, ...]) -> None:
        tokens = [_Token(m.lastgroup or "mark", m.group(), m.start() + 1) for m in _TOKEN.finditer(line)]
        self._tokens = [token for token in tokens if token.kind != "space"]
        self._end = _Token("end", "", len(line.rstrip()) + 1)
        self._scope = scope
        self._next = 0

    def line(self) -> Heading | Draw | Label:
        first = self._take()
        if first.kind != "word":
            raise Unreadable(f"expected a statement, found {_shown(first)}", first.column)
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
                raise Unreadable(f"unknown statement {_shown(first)}; known are {known}", first.column)
        if self._peek() is not self._end:
            raise Unreadable(f"nothing may follow here, found {_shown(self._peek())}", self._peek().column)
        return result

    # Headings

    def _for(self) -> ForHeading:
        self._expect("(")
        token = self._take()
        variable = _letter(token)
        if variable in self._scope:
            raise Unreadable(f"'{variable}' already counts an enclosing loop; take another letter", token.column)
        self._expect("<")
        bound = self._affine("a bound")
        self._expect(")")
        return ForHeading(variable, bound)

    def _if(self) -> IfHeading:
        self._expect("(")
        variable = self._known_variable(self._take())
        self._expect(">")
        zero = self._take()
        if zero.text != "0":
            raise Unreadable(f"a test compares with 0, found {_shown(zero)}", zero.column)
        self._expect(")")
        return IfHeading(variable)

    def _reflect(self) -> ReflectHeading:
        self._expect("(")
        axis = self._take()
        if axis.text not in ("x", "y"):
            raise Unreadable(f"a reflection is across x or y, found {_shown(axis)}", axis.column)
        self._expect("=")
        sign = -1 if self._skip("-") else 1
        position = sign * self._integer("an axis' position")
        self._expect(")")
        return ReflectHeading("x" if axis.text == "x" else "y", position)

    # Drawing

    def _circle(self, name: _Token) -> DrawCircle:
        self._expect("(")
        x = self._affine("a position")
        self._expect(",")
        y = self._affine("a position")
        radii: list[float] = []
        while self._follows("number"):
            self._expect(",")
            radii.append(self._radius())
            if len(radii) > 2:
                raise Unreadable("a circle has at most two radii", self._tokens[self._next - 1].column)
        words = self._attributes(name)
        rx, ry = (radii[0], radii[-1]) if radii else (1, 1)
        return DrawCircle(x, y, rx, ry, "double" in words)

    def _rectangle(self, name: _Token) -> DrawRectangle:
        x1, y1, x2, y2 = self._four_positions()
        words = self._attributes(name)
        return DrawRectangle(x1, y1, x2, y2, "rounded" in words, "double" in words)

    def _line(self, name: _Token) -> DrawLine:
        x1, y1, x2, y2 = self._four_positions()
        words = self._attributes(name)
        bend, column = words.get("bend", (0, 0))
        if bend and "arrow" not in words:
            raise Unreadable("only an arrow bends", column)
        return DrawLine(x1, y1, x2, y2, "arrow" in words, "dashed" in words, bend)

    def _four_positions(self) -> tuple[Affine, Affine, Affine, Affine]:
        self._expect("(")
        positions = [self._affine("a position")]
        for _ in range(3):
            self._expect(",")
            positions.append(self._affine("a position"))
        return (positions[0], positions[1], positions[2], positions[3])

    def _attributes(self, name: _Token) -> dict[str, tuple[int, int]]:
        """The attribute words up to the closing parenthesis, each with its number (bend only) and column."""
        found: dict[str, tuple[int, int]] = {}
        while self._skip(","):
            token = self._take()
            if token.text not in _WORDS[name.text]:
                raise Unreadable(f"a {name.text} has the attributes {', '.join(_WORDS[name.text])}; found {_shown(token)}", token.column)
            if token.text in found:
                raise Unreadable(f"'{token.text}' is given twice", token.column)
            found[token.text] = (self._bend() if token.text == "bend" else 0, token.column)
        self._expect(")")
        return found

    def _bend(self) -> int:
        self._expect("=")
        column = self._peek().column
        sign = -1 if self._skip("-") else 1
        bend = sign * self._integer("a bend")
        if not -180 < bend < 180:
            raise Unreadable("a bend lies between -180 and 180 degrees", column)
        return bend

    def _label(self) -> Label:
        self._expect("(")
        x = self._decimal()
        self._expect(",")
        y = self._decimal()
        self._expect(",")
        token = self._take()
        if token.text == '"':
            raise Unreadable("the label's text has no closing quotation mark", token.column)
        if token.kind != "string":
            raise Unreadable(f"a label's text stands in quotation marks, found {_shown(token)}", token.column)
        self._expect(")")
        return Label(x, y, unquoted(token.text))

    # Numbers and expressions

    def _affine(self, what: str) -> Affine:
        """A sum of integers and multiples of one variable, in any order: `3*i + 1`, `-i`, `6 - 2*i`."""
        start = self._peek()
        constant, coefficient, variable = 0, 0, None
        sign = -1 if self._skip("-") else 1
        while True:
            number, name = self._term(what)
            if name is None:
                constant += sign * number
            elif variable not in (None, name.text):
                raise Unreadable(f"{what} has one variable at most, found '{variable}' and '{name.text}'", name.column)
            else:
                variable = self._known_variable(name)
                coefficient += sign * number
            if self._skip("+"):
                sign = 1
            elif self._skip("-"):
                sign = -1
            else:
                break
        if variable is not None and coefficient == 0:
            raise Unreadable(f"'{variable}' has the coefficient 0 and can be left out", start.column)
        return Affine(constant, coefficient, variable)

    def _term(self, what: str) -> tuple[int, _Token | None]:
        """A number, a variable, or their product: (factor, variable's token)."""
        token = self._peek()
        if token.kind == "word":
            self._take()
            return (self._integer(what), token) if self._skip("*") else (1, token)
        number = self._integer(what)
        return (number, self._take()) if self._skip("*") else (number, None)

    def _integer(self, what: str) -> int:
        token = self._take()
        if token.kind != "number":
            raise Unreadable(f"{what} is expected, found {_shown(token)}", token.column)
        if "." in token.text:
            raise Unreadable(f"{what} is made of integers, found {_shown(token)}", token.column)
        if len(token.text) > _LONGEST_NUMBER:
            raise Unreadable("the number is too large", token.column)
        return int(token.text)

    def _decimal(self) -> float:
        sign = -1 if self._skip("-") else 1
        token = self._take()
        if token.kind != "number":
            raise Unreadable(f"a number is expected, found {_shown(token)}", token.column)
        if len(token.text.split(".")[0]) > _LONGEST_NUMBER:
            raise Unreadable("the number is too large", token.column)
        return sign * (float(token.text) if "." in token.text else int(token.text))

    def _radius(self) -> float:
        column = self._peek().column
        radius = self._decimal()
        if radius <= 0 or 2 * radius != int(2 * radius):
            raise Unreadable("a radius is a positive multiple of 0.5", column)
        return radius

    def _known_variable(self, token: _Token) -> str:
        variable = _letter(token)
        if variable not in self._scope:
            counted = f"; loops here count {', '.join(self._scope)}" if self._scope else ""
            raise Unreadable(f"no enclosing loop counts '{variable}'{counted}", token.column)
        return variable

    # Tokens

    def _peek(self) -> _Token:
        return self._tokens[self._next] if self._next < len(self._tokens) else self._end

    def _take(self) -> _Token:
        token = self._peek()
        self._next += 1
        return token

    def _skip(self, mark: str) -> bool:
        if self._peek().text != mark:
            return False
        self._next += 1
        return True

    def _expect(self, mark: str) -> None:
        if not self._skip(mark):
            raise Unreadable(f"expected '{mark}', found {_shown(self._peek())}", self._peek().column)

    def _follows(self, kind: str) -> bool:
        """Whether a comma and then a token of this kind (or a minus, so that its sign is complained about) come next."""
        after = self._tokens[self._next + 1] if self._next + 1 < len(self._tokens) else self._end
        return self._peek().text == "," and (after.kind == kind or after.text == "-")


def quoted(text: str) -> str:
    r"""The text in quotation marks. Only `\"` and `\\` are escapes, so that TeX such as `\theta` stays as its author wrote it."""
    escaped = re.sub(r'\\(?=["\\]|$)|"', lambda m: "\\" + m.group(), LINE_BREAK.sub(" ", text))
    return f'"{escaped}"'


def unquoted(string: str) -> str:
    """The text that `quoted` printed."""
    return re.sub(r'\\(["\\])', r"\1", string[1:-1])


def _letter(token: _Token) -> str:
    if token.kind != "word" or len(token.text) != 1 or not token.text.islower():
        raise Unreadable(f"a variable is one small letter, found {_shown(token)}", token.column)
    return token.text


def _shown(token: _Token) -> str:
    if token.kind == "end":
        return "the end of the line"
    return f"'{token.text if len(token.text) <= 24 else token.text[:21] + '...'}'"
