"""Program text reads back as printed, and any text at all gets an answer with places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from derender.errors import ProgramError
from derender.language.program import Affine, DrawCircle, DrawLine, DrawRectangle, For, Label, Program
from derender.language.text import Parsed, expression_text, parse, parse_program, pretty


@given(programs())
def test_printing_then_parsing_is_identity(program: Program) -> None:
    assert parse(pretty(program)) == Parsed(program, ())


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (Affine(7), "7"),
        (Affine(-7), "-7"),
        (Affine(0, 1, "i"), "i"),
        (Affine(0, -1, "i"), "-i"),
        (Affine(1, 3, "i"), "3*i + 1"),
        (Affine(-4, -2, "i"), "-2*i - 4"),
    ],
)
def test_expressions_are_printed_as_an_author_writes_them(expression: Affine, text: str) -> None:
    assert expression_text(expression) == text


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("-1*i+6", Affine(6, -1, "i")),
        ("6 - i", Affine(6, -1, "i")),
        ("i*3 - 2 + 1", Affine(-1, 3, "i")),
        ("0 + i", Affine(0, 1, "i")),
        ("  -  2 * i", Affine(0, -2, "i")),
    ],
)
def test_expressions_are_read_in_any_order(text: str, expression: Affine) -> None:
    program = parse_program(f"for (i < 3)\n    circle({text}, 0)")
    assert program == Program((For("i", Affine(3), (DrawCircle(expression, Affine(0)),)),))


def test_every_form_of_statement() -> None:
    text = """\
circle(1, 2, 1.5, double)
circle(1, 2, 2, 0.5)
rectangle(1, 2, 3, 4, rounded, double)
line(1, 2, 3, 4, arrow, dashed, bend=-30)
label(1.25, -2, "$\\theta$ is \\"here\\"")
"""
    one, two, three, four = (Affine(n) for n in (1, 2, 3, 4))
    program = Program(
        (
            DrawCircle(one, two, 1.5, 1.5, True),
            DrawCircle(one, two, 2, 0.5),
            DrawRectangle(one, two, three, four, True, True),
            DrawLine(one, two, three, four, True, True, -30),
        ),
        (Label(1.25, -2, '$\\theta$ is "here"'),),
    )
    assert parse_program(text) == program
    assert pretty(program) == text


def test_layout_is_free_where_it_is_harmless() -> None:
    text = "\r\nfor(i<3)\r\n\tif ( i > 0 )\r\n\t\tcircle( 3*i+1 ,2 )\r\n\r\n\tcircle(i,0)  \r\n"
    assert pretty(parse_program(text)) == "for (i < 3)\n    if (i > 0)\n        circle(3*i + 1, 2)\n    circle(i, 0)\n"
    assert parse_program("for (i < 3)\n  circle(i, 0)\n") == parse_program("for (i < 3)\n    circle(i, 0)\n")
    assert parse_program("") == parse_program("\n \t\n") == Program()


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("circle(1, 2", [(1, 12, "expected ')'")]),
        ("circle(1)", [(1, 9, "expected ','")]),
        ("circle(1, 2) circle(3, 4)", [(1, 14, "nothing may follow")]),
        ("sphere(1, 2)", [(1, 1, "unknown statement 'sphere'")]),
        ("circle(1.5, 2)", [(1, 8, "integers")]),
        ("circle(1, 2, 0.3)", [(1, 14, "multiple of 0.5")]),
        ("circle(1, 2, -1)", [(1, 14, "multiple of 0.5")]),
        ("circle(1, 2, 1, 1, 1)", [(1, 20, "two radii")]),
        ("circle(1, 2, dashed)", [(1, 14, "double")]),
        ("line(1, 2, 3, 4, arrow, arrow)", [(1, 25, "twice")]),
        ("line(1, 2, 3, 4, bend=30)", [(1, 18, "only an arrow")]),
        ("line(1, 2, 3, 4, arrow, bend=180)", [(1, 30, "between")]),
        ("circle(9999999999999, 2)", [(1, 8, "too large")]),
        ("circle(i, 2)", [(1, 8, "no enclosing loop counts 'i'")]),
        ("for (i < 3)\n    circle(j, 0)", [(2, 12, "loops here count i")]),
        ("for (i < 3)\n    circle(0*i, 0)", [(2, 12, "coefficient 0")]),
        ("for (i < 3)\n    for (j < 3)\n        circle(i + j, 0)", [(3, 20, "one variable")]),
        ("for (i < 3)\n    for (i < 3)\n        circle(i, 0)", [(2, 10, "already counts")]),
        ("for (foo < 3)\n    circle(1, 0)", [(1, 6, "one small letter")]),
        ("for (i < 3)", [(1, 1, "empty")]),
        ("for (i < 3)\ncircle(1, 1)", [(1, 1, "empty")]),
        ("if (i > 0)\n    circle(1, 1)", [(1, 5, "no enclosing loop")]),
        ("for (i < 3)\n    circle(i, 0)\n    if (i > 1)\n        circle(i, 2)", [(3, 13, "compares with 0")]),
        ("for (i < 3)\n    reflect(x = 3)\n        if (i > 0)\n            circle(i, 0)", [(3, 9, "'if'")]),
        ("reflect(z = 3)\n    circle(1, 1)", [(1, 9, "across x or y")]),
        ("  circle(1, 1)", [(1, 3, "indentation")]),
        ("circle(1, 1)\n    circle(2, 2)", [(2, 5, "unexpected indentation")]),
        ("for (i < 3)\n    circle(i, 1)\n  circle(i, 2)", [(3, 3, "indentation")]),
        ('for (i < 3)\n    circle(i, 1)\n    label(1, 1, "a")', [(3, 5, "top level")]),
        ('label(1, 1, "a)', [(1, 13, "closing quotation mark")]),
        ("label(1, 1, a)", [(1, 13, "quotation marks")]),
        ("circle(1, 1)\ncircle(1, é)", [(2, 11, "'é'")]),
        ("circle(1, \n\ncircle(2)", [(1, 10, "end of the line"), (3, 9, "expected ','")]),
        ("circle(1, 2)\n  line(i, 1, 2, 3)", [(2, 3, "unexpected indentation"), (2, 8, "'i'")]),
        ("for (i < )\n    circle(i, j)\n    if (i > 0)\n        circle(i, 1)", [(1, 10, "bound"), (2, 15, "'j'")]),
    ],
)
def test_problems_have_places(text: str, places: list[tuple[int, int, str]]) -> None:
    parsed = parse(text)
    assert parsed.program is None
    assert [(problem.line, problem.column) for problem in parsed.problems] == [place[:2] for place in places], parsed.problems
    assert all(word in problem.message for problem, (_, _, word) in zip(parsed.problems, places, strict=True)), parsed.problems


def test_parse_program_raises_the_first_problem() -> None:
    with pytest.raises(ProgramError, match="line 2, column 8") as caught:
        parse_program("circle(1, 1)\ncircle(i, 1)\ncircle()")
    assert (caught.value.line, caught.value.column) == (2, 8)


def check_answer(text: str) -> None:
    """An answer is a program or problems, each at a place within the text, and never an exception."""
    parsed = parse(text)
    assert (parsed.program is None) == bool(parsed.problems)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in parsed.problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
    if parsed.program is not None:
        assert parse_program(pretty(parsed.program)) == parsed.program


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    check_answer(text)


HEADINGS = ("for (i < 3)", "if (i > 0)", "reflect(x = 3)")
FRAGMENTS = st.sampled_from(
    (*HEADINGS, "circle(", "i", "3*i", ", ", ")", "\n", "    ", "        ", '"', "\\", "label(1, 2, ", "line(0, 0, 1, 1")
)


@given(st.lists(FRAGMENTS, max_size=30).map("".join))
def test_any_mixture_of_fragments_gets_an_answer(text: str) -> None:
    check_answer(text)


@given(programs(), st.data())
def test_a_mutated_program_gets_an_answer(program: Program, data: st.DataObject) -> None:
    text = pretty(program)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    check_answer(text[:start] + data.draw(st.text(max_size=3) | FRAGMENTS) + text[end:])


def test_exotic_line_breaks_in_labels_become_spaces() -> None:
    check_answer('label(1, 2, "a\x85b\u2028c")')
    assert parse_program('label(1, 2, "a\x85b")').labels == (Label(1, 2, "a b"),)


def test_hostile_nesting_and_length_get_an_answer() -> None:
    check_answer("".join(f"{' ' * n}reflect(x = 3)\n" for n in range(2000)))
    check_answer("(" * 100_000)
    check_answer("circle(" + "1 + " * 50_000 + "1, 2)")
    check_answer("for (i < " + "9" * 10_000 + ")\n    circle(i, 0)")
