r"""Generated regions of a LaTeX document: found, judged, written and regenerated.

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
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from derender.errors import DerenderError
from derender.language.execute import execute
from derender.language.program import Program
from derender.language.text import Problem, parse, parse_program, pretty
from derender.latex.figures import Options, parse_options
from derender.latex.markers import BEGIN, END, MARKER_LINE, PROGRAM, PROGRAM_LINE, marker, read_fields
from derender.latex.scanner import line_start, newline_of, scan
from derender.latex.sizing import wrapping
from derender.rendering.tikz import TikzStyle, program_to_tikz, spec_to_tikz
from derender.spec import Spec, bounding_box

VERSION = "1"

_MENTION = re.compile("derender:")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


class Form(StrEnum):
    """What the body is made of."""

    PROGRAM = "program"
    """Loops as `\\foreach`."""
    COMMANDS = "commands"
    """A command for each thing drawn."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a region's drawing was read: the photograph's path as seen from the document, its content, the drawing's lattice."""

    photo: str = ""
    sha256: str = ""
    lattice: str = ""
    """The homography from lattice to pixels, nine numbers with commas."""


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
            match _region(text, begin, line):
                case Region() as region:
                    regions.append(region)
                case fault:
                    faults.append(fault)
            begin = None
    if begin is not None:
        faults.append(_fault(begin, "This region has no end; put its '% derender: end' line back or remove this line."))
    return Regions(tuple(regions), tuple(faults))


def generate(source: Source, origin: Origin, *, indent: str = "", newline: str = "\n", glued: bool = False) -> str:
    """A whole region, both markers included, without a line end after it and without an indent before its first line.

    `glued`: the text that follows touches the picture, so the body's last line end must not become a space. Raises
    `ProgramError`, `ExecutionError` or `DocumentError`.
    """
    body = _body(source)
    if not glued:
        body[-1] = body[-1].removesuffix("%")
    fields = {
        "photo": origin.photo,
        "sha256": origin.sha256,
        "form": source.form.value,
        "overlay": source.options.overlay,
        "options": str(source.options),
        "lattice": origin.lattice,
        "version": VERSION,
    }
    sums = {"body": checksum("\n".join(body)), "source": source_checksum(source)}
    program = [f"{PROGRAM} {line}".rstrip() for line in source.program.splitlines()]
    lines = [marker(BEGIN, fields), *program, *body, marker(END, sums)]
    return (newline + indent).join(lines)


def regenerate(text: str, region: Region, *, form: Form | None = None) -> str:
    """The region's new text, from its program alone, in place of `text[region.start:region.end]`.

    The program's lines stay as their author wrote them. Raises `ProgramError` or `ExecutionError`.
    """
    source = region.source if form is None else Source(region.source.program, form, region.source.options)
    glued = region.body.rstrip().endswith("%")
    return generate(source, region.origin, indent=region.indent, newline=newline_of(text), glued=glued)


def detached(text: str, region: Region) -> str:
    """The region's body alone, for an author who wants to keep it by hand."""
    return text[region.body_start : region.body_end].rstrip("\r\n").removeprefix(region.indent)


def checksum(body: str) -> str:
    """Eight hexadecimal digits of a text whose indentation, trailing space and line ends do not count."""
    lines = [line.strip() for line in body.splitlines()]
    return hashlib.sha256("\n".join(lines).strip("\n").encode("utf-8", "surrogatepass")).hexdigest()[:8]


def source_checksum(source: Source) -> str:
    """Eight hexadecimal digits of what a body is generated from; the way a program is laid out does not count."""
    program = parse(source.program).program
    text = pretty(program) if program is not None else source.program
    return checksum("\n".join([text, source.form, source.options.overlay, str(source.options)]))


def _body(source: Source) -> list[str]:
    """The lines of a body; the last ends in `%`."""
    program = parse_program(source.program)
    around = wrapping(_applicable(source.options, execute(program)))
    lines = [*around.before, *drawing(program, source.form).splitlines()]
    lines[-1] += "%"
    return [*lines, *around.after]


def _applicable(options: Options, spec: Spec) -> Options:
    """The options without sizes in directions that the drawing has no extent in: TeX would divide by next to nothing."""
    x1, y1, x2, y2 = bounding_box(spec)
    flat = {key for key, extent in (("width", x2 - x1), ("height", y2 - y1), ("totalheight", y2 - y1)) if not extent}
    return replace(options, keys=tuple((key, value) for key, value in options.keys if key not in flat))


def drawing(program: Program, form: Form) -> str:
    """The tikzpicture of a program; raises `ExecutionError`."""
    style = TikzStyle()
    if form is Form.COMMANDS:
        return spec_to_tikz(execute(program), style, program.labels)
    return program_to_tikz(program, style)


def _region(text: str, begin: re.Match[str], end: re.Match[str]) -> Region | Fault:
    fields, sums = read_fields(begin["rest"]), read_fields(end["rest"])
    if fields is None:
        return _fault(begin, "The settings on this line cannot be read; undo what was changed on it.")
    if sums is None or not {"body", "source"} <= sums.keys():
        return _fault(end, "The checksums on this line cannot be read; undo what was changed on it.")
    if fields.get("version") != VERSION:
        return _fault(begin, f"This region is of version {fields.get('version', 'unknown')}; this Derender knows version {VERSION}.")
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


def program_problems(region: Region) -> Iterator[tuple[int, str]]:
    """Offset and sentence for each reason why the region's program gives no drawing."""
    parsed = parse(region.source.program)
    for problem in parsed.problems:
        yield region.place(problem), problem.message
    if parsed.program is not None:
        try:
            execute(parsed.program)
        except DerenderError as error:
            yield region.program_offsets[0] if region.program_offsets else region.start, str(error)
