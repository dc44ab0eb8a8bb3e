r"""Programs and specs as TikZ that an author would have written.

The result is one `tikzpicture` with the coordinates of the lattice, loops as `\foreach`, and all styles in the picture's options.
It needs TikZ and the libraries that `tikz_libraries` names, no shell-escape and no preamble of its own, so that it compiles in
any document.
"""

from __future__ import annotations

from dataclasses import dataclass

from derender.language.execute import execute
from derender.language.program import DrawCircle, DrawLine, DrawRectangle, Label, Program
from derender.language.text import decimal_text
from derender.language.transform import flat_program
from derender.language.tree import walk
from derender.rendering.pen import POINTS_PER_MILLIMETRE
from derender.rendering.tikz_statements import statement_lines
from derender.rendering.tikz_text import node_text
from derender.spec import Spec, bounding_box

_LARGEST_LENGTH = 16_000
"""TeX points; TeX itself stops at 16,383."""


@dataclass(frozen=True, slots=True)
class TikzStyle:
    """How big a picture is and what else its options say."""

    cell_millimetres: float = 4.0
    """Width and height of a lattice cell at scale 1. Lines are `thick` whatever the size."""
    scale: float = 1.0
    """Multiplies the size of the cells."""
    options: tuple[str, ...] = ()
    """More options of the tikzpicture, such as `baseline=(current bounding box.center)`, put before Derender's own."""


def program_to_tikz(program: Program, style: TikzStyle = TikzStyle()) -> str:
    """A tikzpicture that draws the program, line by line; raises `ExecutionError` for a program over the execution's budget."""
    body = [*statement_lines(program.statements), *(_label_line(label) for label in program.labels)]
    options = ", ".join([*style.options, *_options(program, _cell(program, style))])
    return "\n".join([f"\\begin{{tikzpicture}}[{options}]", *(f"  {line}" for line in body), "\\end{tikzpicture}", ""])


def spec_to_tikz(spec: Spec, style: TikzStyle = TikzStyle(), labels: tuple[Label, ...] = ()) -> str:
    """A tikzpicture that draws the spec command by command, in canonical order."""
    return program_to_tikz(flat_program(spec, labels), style)


def tikz_libraries(drawing: Program | Spec) -> tuple[str, ...]:
    r"""The arguments of `\usetikzlibrary` that the drawing's TikZ needs."""
    program = flat_program(drawing) if isinstance(drawing, Spec) else drawing
    return ("arrows.meta",) if _has_arrow(program) else ()


def standalone_document(tikz: str) -> str:
    """A whole document around a tikzpicture: cropped to it where the standalone class is installed, a plain page where not."""
    libraries = ["\\usetikzlibrary{arrows.meta}"] if "Stealth" in tikz else []
    return "\n".join(
        [
            "\\IfFileExists{standalone.cls}",
            "  {\\documentclass[border=2mm]{standalone}}",
            "  {\\documentclass{article}\\pagestyle{empty}}",
            "\\usepackage{tikz}",
            *libraries,
            "\\begin{document}",
            tikz.rstrip("\n"),
            "\\end{document}",
            "",
        ]
    )


def _options(program: Program, cell: float) -> list[str]:
    """Size and styles, only those that the drawing needs."""
    shapes = [draw for draw in walk(program.statements) if isinstance(draw, DrawCircle | DrawRectangle)]
    unit = f"{cell:.6g}mm"
    return [
        f"x={unit}",
        f"y={unit}",
        "thick",
        *([">=Stealth"] if _has_arrow(program) else []),
        *(["double distance=1.5pt"] if any(shape.double for shape in shapes) else []),
    ]


def _cell(program: Program, style: TikzStyle) -> float:
    """The cell's size in millimetres, less than asked for where TeX could not hold the coordinates."""
    box = bounding_box(execute(program))
    places = [*box, *(value for label in program.labels for value in (label.x, label.y)), 1]
    largest = max(map(abs, places))
    return min(style.cell_millimetres * style.scale, _LARGEST_LENGTH / POINTS_PER_MILLIMETRE / largest)


def _has_arrow(program: Program) -> bool:
    return any(isinstance(statement, DrawLine) and statement.arrow for statement in walk(program.statements))


def _label_line(label: Label) -> str:
    return f"\\node at ({decimal_text(label.x)}, {decimal_text(label.y)}) {{{node_text(label.text)}}};"
