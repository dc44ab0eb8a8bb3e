"""Rewrites keep what they promise to keep."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from derender.errors import OptionError
from derender.language.execute import execute
from derender.language.legality import problems
from derender.language.program import Program
from derender.language.text import parse_program, pretty
from derender.language.transform import loops, translated, with_distinct_variables, with_loop_bound
from derender.spec import Circle, Spec


def test_a_bound_is_replaced_wherever_the_letter_counts() -> None:
    program = parse_program("for (i < 3)\n    for (j < i)\n        circle(i, j)\nfor (i < 2)\n    circle(i, 9)\n")
    assert pretty(with_loop_bound(program, "i", 5)) == pretty(program).replace("i < 3", "i < 5").replace("i < 2", "i < 5")
    assert pretty(with_loop_bound(program, "j", 2)) == pretty(program).replace("j < i", "j < 2")


def test_an_unknown_loop_is_named_with_those_there_are() -> None:
    program = parse_program("for (i < 3)\n    circle(i, 0)\n")
    with pytest.raises(OptionError, match=r"'k'.*i"):
        with_loop_bound(program, "k", 5)
    with pytest.raises(OptionError, match="no loops"):
        with_loop_bound(Program(), "i", 5)


@given(programs())
def test_distinct_letters_draw_the_same_and_are_distinct(program: Program) -> None:
    renamed = with_distinct_variables(program)
    assert execute(renamed) == execute(program)
    assert problems(renamed) == ()
    letters = [loop.variable for loop in loops(renamed)]
    assert len(set(letters)) == len(letters)


@given(programs(), st.integers(-5, 5), st.integers(-5, 5))
def test_translation_moves_every_command(program: Program, dx: int, dy: int) -> None:
    circles = [c for c in execute(program) if isinstance(c, Circle)]
    moved = execute(translated(program, dx, dy))
    assert Spec(c for c in moved if isinstance(c, Circle)) == Spec(replace(c, x=c.x + dx, y=c.y + dy) for c in circles)
    assert translated(translated(program, dx, dy), -dx, -dy) == program
