"""Each rule of the language is held up by a program that breaks it and one beside it that does not."""

from __future__ import annotations

import pytest

from derender.language.legality import depth, problems
from derender.language.program import Affine, DrawCircle, DrawLine, For, If, Label, Program, Reflect
from derender.language.text import parse_program

CIRCLE = DrawCircle(Affine(0, 1, "i"), Affine(0))


def program(*lines: str) -> Program:
    return parse_program("\n".join(lines))


@pytest.mark.parametrize(
    "legal",
    [
        program(),
        program("circle(1, 1)"),
        program("for (i < 2)", "    circle(i, 0)"),
        program("for (i < 3)", "    for (j < i)", "        circle(0, j)"),
        program(
            "for (i < 3)", "    for (j < 3)", "        if (i > 0)", "            circle(i, j)", "        circle(9, j)", "    circle(i, 0)"
        ),
        program("for (i < 3)", "    for (j < 3)", "        if (i > 0)", "            circle(i, j)", "        circle(9, j)"),
        program("for (i < 3)", "    reflect(x = 9)", "        circle(i, 0)"),
        program("for (i < 3)", "    rectangle(i, 0, 2*i + 1, 2)"),
        program("for (i < 3)", "    line(i, 5, i, 0, arrow)"),
        program("reflect(x = 4)", "    line(0, 0, 2, 1)"),
    ],
)
def test_legal_programs(legal: Program) -> None:
    assert problems(legal) == ()


@pytest.mark.parametrize(
    ("illegal", "word"),
    [
        (program("for (i < 3)", "    if (i > 0)", "        circle(i, 0)", "    circle(5, 5)"), "uses 'i'"),
        (program("for (i < 3)", "    circle(5, 5)"), "uses 'i'"),
        (program("for (i < 3)", "    for (j < 3)", "        circle(0, j)"), "uses 'i'"),
        (program("for (i < 1)", "    circle(i, 0)"), "at least 2"),
        (program("for (i < -1)", "    circle(i, 0)"), "at least 2"),
        (program("for (i < 3)", "    rectangle(i, 0, 2*i, 2)"), "x1 < x2"),
        (program("rectangle(3, 0, 1, 2)"), "x1 < x2"),
        (program("rectangle(1, 2, 3, 0)"), "y1 < y2"),
        (program("line(3, 0, 1, 2)"), "before"),
        (program("line(3, 2, 3, 0)"), "before"),
        (program("for (i < 3)", "    line(i, 0, 2*i, 0, arrow)"), "different ends"),
        (program("for (i < 3)", "    for (j < 3)", "        reflect(x = 9)", "            circle(i, j)"), "deep"),
        (program("for (i < 1000000000)", "    circle(i, 0)"), "turns"),
        (Program((For("i", Affine(3), ()),)), "empty"),
        (Program((If("i", (CIRCLE,)),)), "'if'"),
        (Program((CIRCLE,)), "no enclosing loop"),
        (Program((For("i", Affine(0, 1, "j"), (CIRCLE,)),)), "no enclosing loop"),
        (Program((For("i", Affine(3), (For("i", Affine(3), (CIRCLE,)),)),)), "already"),
        (Program((For("i", Affine(3), (CIRCLE, If("i", (CIRCLE,)), If("i", (CIRCLE,)))),)), "at most one"),
        (Program((For("i", Affine(3), (CIRCLE, If("i", (If("i", (CIRCLE,)),)))),)), "'if'"),
        (Program((For("i", Affine(3), (CIRCLE, Reflect("x", 3, (If("i", (CIRCLE,)),)))),)), "'if'"),
        (Program((For("index", Affine(3), (DrawCircle(Affine(0, 1, "index"), Affine(0)),)),)), "small letter"),
        (Program((DrawCircle(Affine(0), Affine(0), 0.3),)), "radius"),
        (Program((DrawLine(Affine(0), Affine(0), Affine(1), Affine(0), bend=3),)), "bends"),
        (Program((), (Label(0, 0, "a\nb"),)), "line break"),
    ],
)
def test_illegal_programs(illegal: Program, word: str) -> None:
    assert any(word in problem for problem in problems(illegal)), problems(illegal)


@pytest.mark.parametrize(
    ("nested", "expected"),
    [
        (program(), 0),
        (program("circle(1, 1)"), 1),
        (program("for (i < 3)", "    circle(i, 0)", "    if (i > 0)", "        circle(i, 1)"), 2),
        (program("for (i < 3)", "    reflect(x = 9)", "        circle(i, 0)", "circle(0, 0)"), 3),
    ],
)
def test_depth(nested: Program, expected: int) -> None:
    assert depth(nested) == expected
