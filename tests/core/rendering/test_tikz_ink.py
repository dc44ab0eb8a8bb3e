"""TeX sets every TikZ output, and its page shows the ink that Cairo draws."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import Phase, given, settings
from numpy.typing import NDArray
from strategies import programs, specs
from tex import compile_document, needs_tex, tikz_ink

from derender.language.execute import execute
from derender.language.program import Program, Reflect
from derender.language.text import parse_program
from derender.language.transform import flat_program, translated
from derender.language.tree import walk
from derender.rendering.raster import render
from derender.rendering.tikz import program_to_tikz, spec_to_tikz, standalone_document
from derender.spec import Circle, Line, Rectangle, Spec, bounding_box

pytestmark = [pytest.mark.tex, needs_tex]

CELLS = 24
GENERATED_CELLS = 40

BY_HAND = {path.stem: path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parent / "programs").glob("*.dr"))}


def coverage(ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> float:
    """The smaller share of either picture's ink that lies within one pixel of the other's; 1 for two empty pictures."""
    a, b = ours >= 128, theirs >= 128
    near_a, near_b = (cv2.dilate(ink.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool) for ink in (a, b))
    return min(_share(a, near_b), _share(b, near_a))


def _share(part: NDArray[np.bool_], near: NDArray[np.bool_]) -> float:
    return float((part & near).sum() / part.sum()) if part.any() else 1.0


def check(drawn: list[Program], cells: int, pixels_per_cell: int = 16) -> None:
    size = {"width_cells": cells, "height_cells": cells, "pixels_per_cell": pixels_per_cell}
    pictures = tikz_ink([program_to_tikz(program) for program in drawn], **size)
    for program, picture in zip(drawn, pictures, strict=True):
        ours = render(execute(program), **size)
        assert ours.any() == bool(execute(program).commands)
        assert coverage(ours, picture) >= 0.98, program


def test_programs_by_hand_show_the_same_ink_in_both() -> None:
    drawn = [parse_program(text) for text in BY_HAND.values()]
    assert len(drawn) >= 40
    check(drawn, CELLS)
    check(drawn, CELLS, pixels_per_cell=32)


def within(program: Program, cells: int) -> Program | None:
    """The program moved into the canvas, or None where it does not fit."""
    x1, y1, x2, y2 = bounding_box(execute(program))
    return translated(program, math.ceil(1 - x1), math.ceil(1 - y1)) if max(x2 - x1, y2 - y1) <= cells - 2 else None


def test_generated_programs_show_the_same_ink_in_both() -> None:
    drawn: list[Program] = []

    @settings(max_examples=70, derandomize=True, database=None, phases=[Phase.generate])
    @given(programs(labelled=False))
    def collect(program: Program) -> None:
        moved = within(program, GENERATED_CELLS)
        if moved is not None:
            drawn.append(moved)

    collect()
    assert len(drawn) >= 40
    assert sum(any(isinstance(statement, Reflect) for statement in walk(program.statements)) for program in drawn) >= 8
    check(drawn, GENERATED_CELLS)


def test_generated_specs_show_the_same_ink_in_both() -> None:
    drawn: list[Program] = []

    @settings(max_examples=60, derandomize=True, database=None, phases=[Phase.generate])
    @given(specs())
    def collect(spec: Spec) -> None:
        drawn.append(flat_program(spec))

    collect()
    check(drawn, CELLS)


def test_loops_show_the_same_ink_in_both() -> None:
    states = [Circle(4, 4, 2, 2), Rectangle(1, 8, 5, 10)]
    loops = [Line(3, 6, 5, 6, arrow=True, bend=bend) for bend in (95, 120, 150)] + [Line(5, 8, 5, 10, True, True, -105)]
    check([flat_program(Spec([*states, loop])) for loop in loops], CELLS)


def test_the_measure_notices_what_it_must() -> None:
    """A missing command, another dash, a head at the wrong end, a bend to the wrong side and a second outline each fall short."""
    pairs = [
        ([Circle(2, 2)], []),
        ([Line(1, 3, 9, 3, dashed=True)], [Line(1, 3, 9, 3)]),
        ([Line(1, 3, 9, 8, arrow=True)], [Line(9, 8, 1, 3, arrow=True)]),
        ([Line(1, 3, 9, 8, arrow=True, dashed=True)], [Line(9, 8, 1, 3, arrow=True, dashed=True)]),
        ([Line(1, 3, 9, 8, arrow=True, bend=30)], [Line(1, 3, 9, 8, arrow=True, bend=-30)]),
        ([Line(4, 3, 6, 3, arrow=True, bend=120)], [Line(4, 3, 6, 3, arrow=True, bend=-120)]),
        ([Circle(2, 2, double=True)], [Circle(2, 2)]),
        ([Rectangle(2, 2, 5, 4, rounded=True)], [Rectangle(2, 2, 5, 4)]),
    ]
    for one, two in pairs:
        rest = Line(1, 9, 9, 9)
        a, b = (render(Spec([rest, *commands]), width_cells=10, height_cells=10, pixels_per_cell=32) for commands in (one, two))
        assert coverage(a, b) < 0.98


SURROUNDINGS = {
    "resizebox": r"\resizebox{0.5\linewidth}{!}{%s}",
    "tabular": "\\begin{tabular}{c|c}\na & %s \\\\ b & c\n\\end{tabular}",
    "figure": r"\begin{figure}\centering %s\caption{A figure}\end{figure}",
    "minipage": r"\begin{minipage}{0.4\textwidth}%s\end{minipage}",
    "footnote": r"Text\footnote{%s}",
    "in a line": "before %s after",
    "in a formula": r"\[ A = \vcenter{\hbox{%s}} \]",
    "macro argument": r"\newcommand\framed[1]{\fbox{#1}} \framed{%s}",
}


@pytest.mark.parametrize("document_class", ["article", "beamer"])
def test_a_picture_compiles_anywhere(document_class: str, tmp_path: Path) -> None:
    names = ("triangle-with-an-empty-row", "test", "reflection-as-a-scope", "dashes-reflected-twice", "bent-arrows")
    pictures = "".join(program_to_tikz(parse_program(BY_HAND[name] + '\nlabel(2, 2, "50% $x_1$")')) for name in names)
    bodies = [around.replace("%s", "\n" + pictures) for around in SURROUNDINGS.values()]
    if document_class == "beamer":
        in_frames = [body for body in bodies if "newcommand" not in body and "footnote" not in body]
        bodies = [f"\\begin{{frame}}\n\\only<1->{{{body}}}\n\\end{{frame}}" for body in in_frames]
    header = rf"\documentclass{{{document_class}}}\usepackage{{tikz}}\usetikzlibrary{{arrows.meta}}\begin{{document}}"
    compile_document("\n\n".join([header, *bodies, r"\end{document}"]), tmp_path)


def test_a_picture_adds_no_space_of_its_own(tmp_path: Path) -> None:
    """Among loops, tests and macros no line end may become a space: the picture is as wide as its outline."""
    text = BY_HAND["steep-bound-with-empty-rows"] + BY_HAND["test"]
    outline = r"\pgfresetboundingbox\path (1, 2) rectangle (20, 13);"
    picture = program_to_tikz(parse_program(text)).replace(r"\end{tikzpicture}", outline + r"\end{tikzpicture}").strip()
    measure = rf"\sbox0{{{picture}}}\sbox2{{\tikz[x=4mm, y=4mm]\path (1, 2) rectangle (20, 13);}}"
    judge = r"\ifdim\wd0=\wd2 \else\errmessage{spurious space}\fi x"
    header = r"\documentclass{article}\usepackage{tikz}\usetikzlibrary{arrows.meta}\begin{document}"
    compile_document("\n".join([header, measure, judge, r"\end{document}"]), tmp_path)


def test_a_standalone_document_compiles(tmp_path: Path) -> None:
    spec = Spec([Circle(3, 3), Line(4, 3, 9, 3, arrow=True)])
    compile_document(standalone_document(spec_to_tikz(spec)), tmp_path)
