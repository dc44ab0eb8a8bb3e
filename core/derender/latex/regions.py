r"""Generated regions of a LaTeX document: found and judged.

A region is self-sufficient: its program, its form and the size asked for give its body again, without photograph or network.
Its last line holds two checksums. That of the body tells whether somebody edited the generated LaTeX: then nothing is
regenerated over it. That of the source (program, form, options) tells whether the author asks for another body. Both ignore
indentation, so that tools that re-indent change nothing.

Whatever is wrong with a document's markers is a value, never an exception, and nothing is guessed: a region whose markers are
not whole is no region.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from derender.language.text import Problem, parse, pretty
from derender.latex.figures import Options, parse_options
from derender.latex.markers import MARKER_LINE, PROGRAM_LINE, read_fields
from derender.latex.origin import Origin
from derender.latex.scanner import line_start, scan

VERSION = "1"

_FIELDS = frozenset(("photo", "sha256", "form", "overlay", "options", "lattice", "version"))
_SUMS = frozenset(("body", "source"))
_MENTION = re.compile("derender:")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")

_KEPT = 2000
"""Regions whose checksums are remembered: a document is asked about after each letter that its author types."""


class Form(StrEnum):
    """What the body is made of."""

    PROGRAM = "program"
    """Loops as `\\foreach`."""
    COMMANDS = "commands"
    """A command for each thing drawn."""
    DSL = "dsl"
    """The graphics program is what is read and edited; its TikZ, loops included, stands on a single line."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a body is generated from."""

    program: str
    """Text of the graphics program."""
    form: Form = Form.PROGRAM
    options: Options = field(default_factory=Options)


@dataclass(frozen=True, slots=True)
class Region:
    """A region whose markers are whole. Offsets in characters of the document; `end` is before the last marker's line end."""

    start: int
    end: int
    indent: str
    origin: Origin
    source: Source
    program_offsets: tuple[int, ...]
    """Where the text of each program line begins in the document."""
    body_start: int
    body_end: int
    body: str
    body_checksum: str
    """As recorded when the body was generated."""
    source_checksum: str

    def moved(self, by: int) -> Region:
        """The region in a text in which it stands so many characters further on."""
        offsets = tuple(offset + by for offset in self.program_offsets)
        read = (self.indent, self.origin, self.source, offsets, self.body_start + by, self.body_end + by, self.body)
        return Region(self.start + by, self.end + by, *read, self.body_checksum, self.source_checksum)

    @property
    def is_edited(self) -> bool:
        """Whether the body is no longer what was generated."""
        return checksum(self.body) != self.body_checksum

    @property
    def is_outdated(self) -> bool:
        """Whether the program, the form or the size was changed since the body was generated."""
        return source_checksum(self.source) != self.source_checksum

    def place(self, problem: Problem) -> int:
        """The document's offset of a problem in the program's text."""
        if not self.program_offsets:
            return self.start
        line = min(problem.line, len(self.program_offsets)) - 1
        return self.program_offsets[line] + problem.column - 1


@dataclass(frozen=True, slots=True)
class Fault:
    """Markers that make no region, and what is wrong with them, in a sentence."""

    start: int
    end: int
    message: str

    def moved(self, by: int) -> Fault:
        """The fault in a text in which it stands so many characters further on."""
        return Fault(self.start + by, self.end + by, self.message)


@dataclass(frozen=True, slots=True)
class Regions:
    """The regions of a document in order, and the faults of its markers."""

    regions: tuple[Region, ...] = ()
    faults: tuple[Fault, ...] = ()


def find_regions(text: str) -> Regions:
    """The regions of a document; never raises. Markers in verbatim text are none."""
    if not _MENTION.search(text):
        return Regions()
    scanned = scan(text)
    places = dict.fromkeys(line_start(text, match.start()) for match in _MENTION.finditer(text))
    found = [line for place in places if (line := MARKER_LINE.match(text, place))]
    lines = [line for line in found if not scanned.in_verbatim(line.start())]
    regions: list[Region] = []
    faults: list[Fault] = []
    begin: re.Match[str] | None = None
    for line in lines:
        if line["kind"] == "begin":
            if begin is not None:
                faults.append(_fault(begin, "This region has no end before the next one begins; put its '% derender: end' line back."))
            begin = line
        elif begin is None:
            faults.append(_fault(line, "This end of a region has no beginning; put its '% derender: begin' line back or remove this line."))
        else:
            match _region(text[begin.start() : line.end()], line.start() - begin.start()):
                case Region() as region:
                    regions.append(region.moved(begin.start()))
                case fault:
                    faults.append(fault.moved(begin.start()))
            begin = None
    if begin is not None:
        faults.append(_fault(begin, "This region has no end; put its '% derender: end' line back or remove this line."))
    return Regions(tuple(regions), tuple(faults))


@lru_cache(maxsize=_KEPT)
def checksum(body: str) -> str:
    """Eight hexadecimal digits of a text whose indentation, trailing space and line ends do not count."""
    lines = [line.strip() for line in body.splitlines()]
    return hashlib.sha256("\n".join(lines).strip("\n").encode("utf-8", "surrogatepass")).hexdigest()[:8]


@lru_cache(maxsize=_KEPT)
def source_checksum(source: Source) -> str:
    """Eight hexadecimal digits of what a body is generated from; the way a program is laid out does not count."""
    program = parse(source.program).program
    text = pretty(program) if program is not None else source.program
    return checksum("\n".join([text, source.form, source.options.overlay, str(source.options)]))


@lru_cache(maxsize=_KEPT)
def _region(text: str, last: int) -> Region | Fault:
    """The region of a text that begins with its first marker's line and ends with its last one's, which begins at `last`."""
    begin, end = MARKER_LINE.match(text), MARKER_LINE.match(text, last)
    assert begin is not None
    assert end is not None
    fields, sums = read_fields(begin["rest"]), read_fields(end["rest"])
    if fields is None:
        return _fault(begin, "The settings on this line cannot be read; undo what was changed on it.")
    if sums is None or _SUMS - sums.keys():
        return _fault(end, "The checksums on this line cannot be read; undo what was changed on it.")
    if fields.get("version") != VERSION:
        return _fault(begin, f"This region is of version {fields.get('version', 'unknown')}; this Derender knows version {VERSION}.")
    # What is not known here would be lost with the next body.
    if unknown := [*(fields.keys() - _FIELDS), *(sums.keys() - _SUMS)]:
        return _fault(begin, f"The setting {min(unknown)!r} of this region is not known; remove it.")
    if fields.get("form") not in set(Form):
        return _fault(begin, f"The form must be one of {', '.join(Form)}, not {fields.get('form', 'nothing')!r}.")
    program, offsets, body_start = _program(text, _next_line(text, begin.end()), end.start())
    indent = begin.group()[: len(begin.group()) - len(begin.group().lstrip())]
    source = Source(program, Form(fields["form"]), parse_options(fields.get("options", ""), fields.get("overlay", "")))
    origin = Origin(fields.get("photo", ""), fields.get("sha256", ""), fields.get("lattice", ""))
    start = begin.start() + len(indent)
    body = text[body_start : end.start()]
    place = (start, end.end(), indent, origin, source, offsets, body_start, end.start())
    return Region(*place, body, sums["body"], sums["source"])


def _program(text: str, start: int, limit: int) -> tuple[str, tuple[int, ...], int]:
    """The program's text, the offset of each of its lines, and where the body begins."""
    lines: list[str] = []
    offsets: list[int] = []
    while start < limit and (line := PROGRAM_LINE.match(text, start)):
        lines.append(line["text"])
        offsets.append(line.start("text"))
        start = _next_line(text, line.end())
    return "".join(f"{line}\n" for line in lines), tuple(offsets), min(start, limit)


def _next_line(text: str, offset: int) -> int:
    line = _LINE.match(text, offset)
    return line.end() if line else len(text)


def _fault(line: re.Match[str], message: str) -> Fault:
    start = line.start() + len(line.group()) - len(line.group().lstrip())
    return Fault(start, line.end(), message)
