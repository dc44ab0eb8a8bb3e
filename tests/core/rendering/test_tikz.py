"""TikZ as an author would have written it: its text, options and libraries (test_tikz_ink.py holds the ink)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from strategies import programs, specs

from derender.errors import ExecutionError
from derender.language.program import Affine, Label, Program
from derender.language.text import parse_program
from derender.rendering.tikz import TikzStyle, program_to_tikz, spec_to_tikz, standalone_document, tikz_libraries
from derender.rendering.tikz_statements import position_text
from derender.spec import Circle, Line, Rectangle, Spec


def check(text: str, tikz: str) -> None:
    """The program's TikZ is this, between the environment's first and last line, without its indentation of two spaces."""
    lines = program_to_tikz(parse_program(text)).splitlines()[1:-1]
    assert "\n".join(line.removeprefix("  ") for line in lines) == tikz.strip("\n")


def test_loops_tests_and_affine_positions() -> None:
    check(
        """
for (i < 3)
    for (j < 2)
        if (j > 0)
            line(-3*j + 8, -i, -3*j + 9, -i)
        circle(-3*j + 7, 3*i - 1)
        rectangle(i, -2*j - 4, i + 1, -2*j)
""",
        r"""
\foreach \i in {0,...,2} {
  \foreach \j in {0,1} {
    \ifnum\j>0
      \draw (8-3*\j, -\i) -- (9-3*\j, -\i);
    \fi
    \draw (7-3*\j, 3*\i-1) circle[radius=1];
    \draw (\i, -2*\j-4) rectangle (\i+1, -2*\j);
  }
}
""",
    )


def test_a_triangle_needs_no_guard() -> None:
    check(
        "for (i < 3)\n    for (j < i + 1)\n        circle(i, j)",
        r"""
\foreach \i in {0,...,2} {
  \foreach \j in {0,...,\i} {
    \draw (\i, \j) circle[radius=1];
  }
}
""",
    )


def test_a_triangle_that_begins_empty_asks_as_its_program_does() -> None:
    check(
        "for (i < 3)\n    for (j < i)\n        circle(i, j)",
        r"""
\foreach \i in {0,...,2} {
  \foreach \j in {0,...,\i} {
    \ifnum\j<\i
      \draw (\i, \j) circle[radius=1];
    \fi
  }
}
""",
    )


def test_a_range_that_may_be_empty_is_guarded() -> None:
    check(
        "for (i < 3)\n    for (j < 2*i - 1)\n        circle(i, j)",
        r"""
\foreach \i in {0,...,2} {
  \pgfmathtruncatemacro{\lastj}{2*\i-2}
  \ifnum\lastj>-1
    \foreach \j in {0,...,\lastj} {
      \draw (\i, \j) circle[radius=1];
    }
  \fi
}
""",
    )


def test_what_never_draws_is_left_out() -> None:
    check("for (i < 0)\n    circle(i, 0)\nfor (i < 1)\n    if (i > 0)\n        circle(i, 0)", "")
    check("for (i < 2)\n    for (j < -i)\n        circle(i, j)\ncircle(1, 1)", r"\draw (1, 1) circle[radius=1];")


def test_short_reflections_are_written_out_and_long_ones_are_scopes() -> None:
    check(
        "reflect(x = 9)\n    circle(1, 2)\n    line(2, 2, 3, 2, arrow)",
        r"""
\draw (1, 2) circle[radius=1];
\draw (8, 2) circle[radius=1];
\draw[->] (2, 2) -- (3, 2);
\draw[->] (7, 2) -- (6, 2);
""",
    )
    check(
        "reflect(y = 9)\n    for (i < 3)\n        circle(i, 2)\n        circle(i, 0)\n        rectangle(i, 1, i + 1, 2)",
        r"""
\foreach \side in {1,-1} {
  \begin{scope}[shift={(0,4.5)}, yscale=\side, shift={(0,-4.5)}]
    \foreach \i in {0,...,2} {
      \draw (\i, 2) circle[radius=1];
      \draw (\i, 0) circle[radius=1];
      \draw (\i, 1) rectangle (\i+1, 2);
    }
  \end{scope}
}
""",
    )


def test_attributes_are_options() -> None:
    check(
        """
circle(1, 2, 1.5, double)
circle(1, 2, 2, 0.5)
rectangle(1, 2, 3, 4, rounded, double)
line(1, 2, 3, 4, dashed)
line(1, 2, 3, 4, arrow, dashed, bend=30)
line(1, 2, 3, 4, arrow, bend=-30)
line(1, 2, 3, 2, arrow, bend=105)
line(1, 2, 3, 2, arrow, bend=-135)
""",
        r"""
\draw[double] (1, 2) circle[radius=1.5];
\draw (1, 2) ellipse[x radius=2, y radius=0.5];
\draw[rounded corners, double] (1, 2) rectangle (3, 4);
\draw[dashed] (1, 2) -- (3, 4);
\draw[->, dashed] (1, 2) to[bend left=30] (3, 4);
\draw[->] (1, 2) to[bend right=30] (3, 4);
\draw[->] (1, 2) to[bend left=105, looseness=4] (3, 2);
\draw[->] (1, 2) to[bend right=135, looseness=4] (3, 2);
""",
    )


def test_labels_are_nodes() -> None:
    check('label(1.5, -2, "$x$")\nlabel(3, 4, "50%")', "\\node at (1.5, -2) {$x$};\n\\node at (3, 4) {50\\%};")


@pytest.mark.parametrize(
    ("position", "text"),
    [
        (Affine(-7), "-7"),
        (Affine(0, 1, "i"), r"\i"),
        (Affine(1, 3, "i"), r"3*\i+1"),
        (Affine(-1, 3, "i"), r"3*\i-1"),
        (Affine(7, -3, "i"), r"7-3*\i"),
        (Affine(6, -1, "i"), r"6-\i"),
        (Affine(0, -1, "i"), r"-\i"),
        (Affine(-2, -3, "i"), r"-3*\i-2"),
    ],
)
def test_positions(position: Affine, text: str) -> None:
    assert position_text(position) == text


def test_a_spec_is_its_commands_in_canonical_order() -> None:
    spec = Spec([Line(4, 3, 9, 3, arrow=True), Rectangle(9, 2, 11, 4), Circle(3, 3)])
    assert spec_to_tikz(spec, labels=(Label(3, 3, "A"),)) == (
        "\\begin{tikzpicture}[x=4mm, y=4mm, thick, >=Stealth]\n"
        "  \\draw (3, 3) circle[radius=1];\n"
        "  \\draw (9, 2) rectangle (11, 4);\n"
        "  \\draw[->] (4, 3) -- (9, 3);\n"
        "  \\node at (3, 3) {A};\n"
        "\\end{tikzpicture}\n"
    )


def options(tikz: str) -> str:
    return tikz.splitlines()[0]


def test_options_hold_the_styles_and_only_those_needed() -> None:
    assert options(spec_to_tikz(Spec())) == r"\begin{tikzpicture}[x=4mm, y=4mm, thick]"
    assert options(spec_to_tikz(Spec([Circle(1, 1, double=True)]))) == r"\begin{tikzpicture}[x=4mm, y=4mm, thick, double distance=1.5pt]"
    style = TikzStyle(cell_millimetres=5, scale=0.5, options=("baseline",))
    assert options(spec_to_tikz(Spec(), style)) == r"\begin{tikzpicture}[baseline, x=2.5mm, y=2.5mm, thick]"


def test_cells_shrink_where_tex_could_not_hold_the_coordinates() -> None:
    unit = re.search(r"x=([\d.]+)mm", options(spec_to_tikz(Spec([Circle(9000, 0)]))))
    assert unit is not None
    assert 9001 * float(unit.group(1)) * 72.27 / 25.4 < 16_383


def test_libraries_only_for_arrows() -> None:
    arrow = Spec([Line(4, 3, 9, 3, arrow=True)])
    assert tikz_libraries(Spec([Circle(1, 1), Line(4, 3, 9, 3, dashed=True)])) == ()
    assert tikz_libraries(arrow) == ("arrows.meta",)
    assert tikz_libraries(parse_program("for (i < 2)\n    line(i, 0, i, 1, arrow)")) == ("arrows.meta",)
    assert "arrows.meta" in standalone_document(spec_to_tikz(arrow))
    assert "arrows.meta" not in standalone_document(spec_to_tikz(Spec([Circle(1, 1)])))


def test_a_program_beyond_the_budget_is_refused() -> None:
    with pytest.raises(ExecutionError):
        program_to_tikz(parse_program("for (i < 1000000000)\n    circle(i, 0)"))


@given(programs())
def test_the_text_is_tidy_whatever_the_program(program: Program) -> None:
    r"""Integer coordinates, no empty line (which would end a paragraph in a macro's argument), tests closed, one environment."""
    tikz = program_to_tikz(program)
    drawing = "\n".join(line for line in tikz.splitlines() if not line.lstrip().startswith(r"\node"))
    coordinates = re.findall(r"(?<=[ ])\(([^()]*)\)", re.sub(r"\[[^]]*\]", "", drawing))
    assert all(re.fullmatch(r"[\\a-z0-9*+-]+, [\\a-z0-9*+-]+", coordinate) for coordinate in coordinates), coordinates
    assert "\n\n" not in tikz
    assert drawing.count(r"\ifnum") == drawing.count(r"\fi")
    assert tikz.count(r"\begin{tikzpicture}") == tikz.count(r"\end{tikzpicture}") == 1
    assert tikz.endswith("\\end{tikzpicture}\n")
    assert "%" not in drawing


@given(specs())
def test_a_spec_takes_one_draw_a_command(spec: Spec) -> None:
    assert spec_to_tikz(spec).count(r"\draw") == len(spec)
