"""A program draws what its text says, within a budget."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from strategies import programs, specs

from derender.errors import ExecutionError
from derender.language.execute import Budget, execute
from derender.language.program import Program
from derender.language.text import parse_program
from derender.language.transform import flat_program
from derender.spec import Circle, Line, Rectangle, Spec


def check(text: str, expected: list[Circle | Rectangle | Line]) -> None:
    assert execute(parse_program(text)) == Spec(expected)


def test_nothing_draws_nothing() -> None:
    assert execute(Program()) == Spec()


def test_a_loop_counts_from_zero_to_below_its_bound() -> None:
    check("for (i < 3)\n    circle(3*i + 1, -i + 4)\n", [Circle(1, 4), Circle(4, 3), Circle(7, 2)])


def test_a_bound_may_follow_an_outer_variable_and_be_empty() -> None:
    check("for (i < 3)\n    for (j < i)\n        circle(i, j)\n", [Circle(1, 0), Circle(2, 0), Circle(2, 1)])
    check("for (i < 3)\n    for (j < 2*i - 3)\n        circle(i, j)\n", [Circle(2, 0)])
    check("for (i < 0)\n    circle(i, 0)\n", [])


def test_an_if_may_test_an_outer_variable() -> None:
    text = "for (i < 2)\n    for (j < 2)\n        if (i > 0)\n            circle(i, j)\n        circle(5, j)\n"
    check(text, [Circle(1, 0), Circle(1, 1), Circle(5, 0), Circle(5, 1)])


def test_a_reflection_draws_both_sides_in_canonical_form() -> None:
    check("reflect(x = 7)\n    circle(1, 2)\n", [Circle(1, 2), Circle(6, 2)])
    check("reflect(y = 7)\n    rectangle(1, 1, 2, 3)\n", [Rectangle(1, 1, 2, 3), Rectangle(1, 4, 2, 6)])
    check("reflect(x = 6)\n    line(0, 1, 2, 3)\n", [Line(0, 1, 2, 3), Line(4, 3, 6, 1)])


def test_a_reflected_arrow_keeps_its_direction_and_bends_to_the_other_side() -> None:
    check("reflect(x = 6)\n    line(0, 1, 2, 3, arrow, bend=30)\n", [Line(0, 1, 2, 3, True, bend=30), Line(6, 1, 4, 3, True, bend=-30)])


def test_nested_reflections_draw_four_and_meet_on_their_axes() -> None:
    check("reflect(x = 6)\n    reflect(y = 4)\n        circle(1, 1)\n", [Circle(1, 1), Circle(5, 1), Circle(1, 3), Circle(5, 3)])
    check("reflect(x = 6)\n    circle(3, 1)\n", [Circle(3, 1)])


@given(specs())
def test_a_flat_program_draws_its_spec(spec: Spec) -> None:
    assert execute(flat_program(spec)) == spec


@given(programs())
def test_drawing_twice_is_harmless(program: Program) -> None:
    assert execute(Program(program.statements * 2)) == execute(program)


@pytest.mark.parametrize(
    "text",
    [
        "for (i < 1000000000)\n    circle(i, 0)\n",
        "for (i < 1000000000)\n    for (j < -i)\n        circle(i, j)\n",
        "for (i < 99999)\n    for (j < 99999)\n        circle(i, j)\n",
        "".join(f"{' ' * 4 * n}reflect(x = {n})\n" for n in range(18)) + f"{' ' * 72}circle(0, 0)\n",
    ],
)
def test_too_much_is_refused_at_once(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(ExecutionError):
        execute(parse_program(text))
    assert time.perf_counter() - start < 1


def test_the_budget_is_the_callers() -> None:
    program = parse_program("for (i < 10)\n    circle(i, 0)\n")
    assert len(execute(program, Budget(commands=10, turns=10))) == 10
    for small in (Budget(commands=9), Budget(turns=9)):
        with pytest.raises(ExecutionError, match="more than 9"):
            execute(program, small)


@pytest.mark.parametrize("text", ["rectangle(1, 1, 1, 4)", "line(2, 2, 2, 2, arrow)", "for (i < 3)\n    circle(9000*i, 0)"])
def test_shapes_without_extent_or_far_away_are_refused(text: str) -> None:
    with pytest.raises(ExecutionError):
        execute(parse_program(text))
