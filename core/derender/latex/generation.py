r"""Regions written: from a program to its region, and from a region to what it is now.

The body is plain LaTeX that TikZ alone can set: a tikzpicture, in the boxes that give it the size asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derender.errors import DerenderError
from derender.language.execute import execute
from derender.language.program import Program
from derender.language.text import parse, parse_program
from derender.latex.figures import Options
from derender.latex.markers import BEGIN, END, PROGRAM, marker
from derender.latex.origin import Origin
from derender.latex.regions import VERSION, Form, Region, Source, checksum, source_checksum
from derender.latex.scanner import newline_of
from derender.latex.sizing import wrapping
from derender.rendering.tikz import TikzStyle, program_to_tikz, spec_to_tikz
from derender.spec import Spec, bounding_box


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
    program = [f"{PROGRAM} {line}".rstrip() for line in _lines(source.program)]
    lines = [marker(BEGIN, fields), *program, *body, marker(END, sums)]
    return (newline + indent).join(lines)


def regenerate(text: str, region: Region, *, source: Source | None = None, origin: Origin | None = None) -> str:
    """The region's new text, from its program or from another source, in place of `text[region.start:region.end]`.

    The program's lines stay as their author wrote them. Raises `ProgramError`, `ExecutionError` or `DocumentError`.
    """
    glued = region.body.rstrip().endswith("%")
    newline = newline_of(text)
    return generate(source or region.source, origin or region.origin, indent=region.indent, newline=newline, glued=glued)


def detached(text: str, region: Region) -> str:
    """The region's body alone, for an author who wants to keep it by hand."""
    return text[region.body_start : region.body_end].rstrip("\r\n").removeprefix(region.indent)


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


def drawing(program: Program, form: Form) -> str:
    """The tikzpicture of a program; raises `ExecutionError`."""
    style = TikzStyle()
    if form is Form.COMMANDS:
        return spec_to_tikz(execute(program), style, program.labels)
    return program_to_tikz(program, style)


def _body(source: Source) -> list[str]:
    """The lines of a body; the last ends in `%`."""
    program = parse_program(source.program)
    around = wrapping(_applicable(source.options, execute(program)))
    picture = _lines(drawing(program, source.form))
    if source.form is Form.DSL:
        picture = [" ".join(line.strip() for line in picture)]  # TikZ skips spaces between its statements
    lines = [*around.before, *picture]
    lines[-1] += "%"
    return [*lines, *around.after]


def _lines(text: str) -> list[str]:
    """The lines as TeX has them; `str.splitlines` also parts them at characters that a label may hold."""
    return text.removesuffix("\n").split("\n") if text else []


def _applicable(options: Options, spec: Spec) -> Options:
    """The options without sizes in directions that the drawing has no extent in: TeX would divide by next to nothing."""
    x1, y1, x2, y2 = bounding_box(spec)
    flat = {key for key, extent in (("width", x2 - x1), ("height", y2 - y1), ("totalheight", y2 - y1)) if not extent}
    return replace(options, keys=tuple((key, value) for key, value in options.keys if key not in flat))
