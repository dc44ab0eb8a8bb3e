"""Program text where it stands: in a file of its own, or in the comment lines of a region.

A listing knows the offset of each of its lines in the document, so that what is said of a line and a column of the program is said of
a place of the document. Loops and their letters are found in half-typed text, too: by their headings and the indentation below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from derender.language.text import Parsed, Problem, parse
from derender.latex.regions import Region

LINE_END = re.compile(r"\r\n|\n|\r")
_LOOP = re.compile(r"(?P<margin>[ \t]*)for\s*\(\s*(?P<variable>[a-z])\s*<\s*(?P<bound>[^)]*)\)?")
_LETTER = re.compile(r'"(?:\\.|[^"\\])*"?|(?<![A-Za-z_])(?P<letter>[a-z])(?![A-Za-z_0-9])')
_AXIS = re.compile(r"[ \t]*reflect\s*\(\s*")


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop's heading: which line, counted from 0, which letter, its bound as written, and the last line of its body."""

    line: int
    variable: str
    bound: str
    last: int


@dataclass(frozen=True)
class Listing:
    """A program's text, and where each of its lines begins in the document."""

    text: str
    offsets: tuple[int, ...]
    region: Region | None = None
    """The region that it is the program of."""

    @cached_property
    def lines(self) -> tuple[str, ...]:
        return _lines(self.text, len(self.offsets))

    @cached_property
    def parsed(self) -> Parsed:
        return parse(self.text)

    @cached_property
    def loops(self) -> tuple[Loop, ...]:
        """The loops in the order of the text, readable bodies or not."""
        return _loops(self.lines)

    def place(self, problem: Problem) -> tuple[int, int]:
        """The document's offsets of a problem: from its column to the end of its line."""
        if not self.offsets:
            return (0, 0)
        line = min(problem.line, len(self.offsets)) - 1
        end = self.offsets[line] + len(self.lines[line].rstrip())
        return min(self.offsets[line] + problem.column - 1, end), end

    def line_at(self, offset: int) -> int | None:
        """The number of the line on which an offset lies, from 0; None for what is not in the program."""
        for number, (start, line) in enumerate(zip(self.offsets, self.lines, strict=True)):
            if start <= offset <= start + len(line):
                return number
        return None

    def loop_at(self, offset: int) -> tuple[Loop, int] | None:
        """The loop whose letter stands at the offset, and where the letter begins."""
        line = self.line_at(offset)
        if line is None:
            return None
        for start, letter in self.letters(line):
            if start <= offset <= start + 1:
                around = [loop for loop in self.loops if loop.variable == letter and loop.line <= line <= loop.last]
                return (around[-1], start) if around else None
        return None

    def uses(self, loop: Loop) -> Iterator[int]:
        """Where in the document the letter of a loop stands: in its heading and in its body."""
        inner = [other for other in self.loops if other.variable == loop.variable and loop.line < other.line <= loop.last]
        for line in range(loop.line, loop.last + 1):
            if not any(other.line <= line <= other.last for other in inner):
                yield from (start for start, letter in self.letters(line) if letter == loop.variable)

    def letters(self, line: int) -> Iterator[tuple[int, str]]:
        """The single letters of a line that can be variables, with their offsets: not in quoted text, no axis of a reflection."""
        text = self.lines[line]
        axis = _AXIS.match(text)
        for match in _LETTER.finditer(text, axis.end() + 1 if axis else 0):
            if match["letter"]:
                yield self.offsets[line] + match.start(), match["letter"]

    def body_end(self, number: int) -> int:
        """The last line that is indented below a line; the line itself where none is."""
        return _body_end(self.lines, number)


def whole_text(text: str) -> Listing:
    """The listing of a file that is a program and nothing else."""
    return Listing(text, (0, *(match.end() for match in LINE_END.finditer(text))))


def region_listing(region: Region) -> Listing:
    """The listing of a region's program."""
    return Listing(region.source.program, region.program_offsets, region)


# Programs stay while the document around them is typed in: what they hold is found once.


@lru_cache(maxsize=1000)
def _lines(text: str, number: int) -> tuple[str, ...]:
    return tuple(LINE_END.split(text))[:number]


@lru_cache(maxsize=1000)
def _loops(lines: tuple[str, ...]) -> tuple[Loop, ...]:
    headings = ((number, heading) for number, line in enumerate(lines) if (heading := _LOOP.match(line)))
    return tuple(Loop(number, found["variable"], found["bound"].strip(), _body_end(lines, number)) for number, found in headings)


def _body_end(lines: tuple[str, ...], number: int) -> int:
    width = _width(lines[number])
    last = number
    for below in range(number + 1, len(lines)):
        line = lines[below]
        if line.strip():
            if _width(line) <= width:
                break
            last = below
    return last


def _width(line: str) -> int:
    """The columns that a line is indented by."""
    return len(line[: len(line) - len(line.lstrip(" \t"))].expandtabs(4))
