"""The tokens of a line of program text, read from left to right.

A `TokenReader` holds one line and a place in it; it takes marks and numbers and raises `Unreadable` with a column where they are
not what the grammar expects. Quoted text stands here too, with its two escapes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r'(?P<space>[ \t]+)|(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<word>[A-Za-z_]+)|(?P<string>"(?:\\.|[^"\\])*")|(?P<mark>.)')
_LONGEST_NUMBER = 12

LINE_BREAK = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
"""What some reader of the text might take for a line's end; labels print it as a space."""


class Unreadable(Exception):  # noqa: N818 - not an error of the program, a step of reading it
    """A line that cannot be read, from `column` (counted from 1) on."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.column = column


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a line and the column, from 1, at which it begins; `kind` is number, word, string, mark or end."""

    kind: str
    text: str
    column: int


class TokenReader:
    """One line's tokens and the place of the next one."""

    def __init__(self, line: str) -> None:
        tokens = [Token(m.lastgroup or "mark", m.group(), m.start() + 1) for m in _TOKEN.finditer(line)]
        self._tokens = [token for token in tokens if token.kind != "space"]
        self._end = Token("end", "", len(line.rstrip()) + 1)
        self._next = 0

    def peek(self) -> Token:
        """The next token, which stays; an empty one at the line's end."""
        return self._tokens[self._next] if self._next < len(self._tokens) else self._end

    def take(self) -> Token:
        """The next token, which is behind us then."""
        token = self.peek()
        self._next += 1
        return token

    def skip(self, mark: str) -> bool:
        """Whether the next token is this mark, which is behind us then."""
        if self.peek().text != mark:
            return False
        self._next += 1
        return True

    def expect(self, mark: str) -> None:
        """Takes this mark or raises `Unreadable`."""
        if not self.skip(mark):
            raise Unreadable(f"expected '{mark}', found {shown(self.peek())}", self.peek().column)

    def follows(self, kind: str) -> bool:
        """Whether a comma and then a token of this kind (or a minus, so that its sign is complained about) come next."""
        after = self._tokens[self._next + 1] if self._next + 1 < len(self._tokens) else self._end
        return self.peek().text == "," and (after.kind == kind or after.text == "-")

    def integer(self, what: str) -> int:
        """Takes an integer without a sign; `what` names it in the message."""
        token = self.take()
        if token.kind != "number":
            raise Unreadable(f"{what} is expected, found {shown(token)}", token.column)
        if "." in token.text:
            raise Unreadable(f"{what} is made of integers, found {shown(token)}", token.column)
        if len(token.text) > _LONGEST_NUMBER:
            raise Unreadable("the number is too large", token.column)
        return int(token.text)

    def decimal(self) -> float:
        """Takes a number, perhaps with a minus and a fraction."""
        sign = -1 if self.skip("-") else 1
        token = self.take()
        if token.kind != "number":
            raise Unreadable(f"a number is expected, found {shown(token)}", token.column)
        if len(token.text.split(".")[0]) > _LONGEST_NUMBER:
            raise Unreadable("the number is too large", token.column)
        return sign * (float(token.text) if "." in token.text else int(token.text))


def quoted(text: str) -> str:
    r"""The text in quotation marks. Only `\"` and `\\` are escapes, so that TeX such as `\theta` stays as its author wrote it."""
    escaped = re.sub(r'\\(?=["\\]|$)|"', lambda m: "\\" + m.group(), LINE_BREAK.sub(" ", text))
    return f'"{escaped}"'


def unquoted(string: str) -> str:
    """The text that `quoted` printed; a line break that got into a string by other ways is read as a space, too."""
    return re.sub(r'\\(["\\])', r"\1", LINE_BREAK.sub(" ", string[1:-1]))


def shown(token: Token) -> str:
    """The token as a message quotes it."""
    if token.kind == "end":
        return "the end of the line"
    return f"'{token.text if len(token.text) <= 24 else token.text[:21] + '...'}'"
