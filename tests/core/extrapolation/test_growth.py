"""Figures that go on: more turns draw more of the same, and nothing moves below zero."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from derender.errors import ExecutionError, InputError, OptionError
from derender.extrapolation import extrapolate, growable, parse_bound, proposals
from derender.language.execute import execute
from derender.language.legality import problems
from derender.language.program import Program
from derender.language.text import parse_program, pretty
from derender.spec import Circle, Spec, bounding_box

ROW = "for (i < 3)\n    circle(3*i + 1, 1)\n"
GRID = "for (i < 3)\n    for (j < 2)\n        circle(3*i + 1, 3*j + 1)\n"
STAIRS = "for (i < 3)\n    for (j < i + 1)\n        circle(3*i + 1, 3*j + 1)\n"
TWO = "for (i < 2)\n    circle(3*i + 1, 1)\nfor (i < 3)\n    circle(3*i + 1, 5)\n"


def program(text: str) -> Program:
    return parse_program(text)


def test_more_turns_draw_more_of_the_same() -> None:
    found = extrapolate(program(ROW), {"i": 5})
    assert found.spec == Spec([Circle(3 * i + 1, 1) for i in range(5)])
    assert found.bounds == (("i", 5),)
    assert found.title == "i < 5"
    assert pretty(found.program) == ROW.replace("3)", "5)", 1)


def test_a_loop_that_depends_on_another_follows_it() -> None:
    assert growable(program(STAIRS)) == (("i", 3),)
    assert len(extrapolate(program(STAIRS), {"i": 5}).spec) == 15


def test_loops_of_one_letter_are_told_apart() -> None:
    assert growable(program(TWO)) == (("i", 2), ("j", 3))
    assert len(extrapolate(program(TWO), {"j": 7}).spec) == 9


def test_what_grows_downwards_is_moved_up() -> None:
    found = extrapolate(program("for (i < 2)\n    circle(1, -3*i + 4)\n"), {"i": 4})
    assert found.spec == Spec([Circle(1, y) for y in (1, 4, 7, 10)])


def test_what_began_below_zero_stays_there() -> None:
    source = program("for (i < 2)\n    circle(3*i + 1, -2)\n")
    assert bounding_box(extrapolate(source, {"i": 4}).spec)[1] == -3


def test_proposals_give_each_loop_one_more_turn_then_all_together() -> None:
    assert [p.bounds for p in proposals(program(GRID))] == [(("i", 4),), (("j", 3),), (("i", 4), ("j", 3))]
    assert [p.bounds for p in proposals(program(ROW))] == [(("i", 4),)]
    assert proposals(program("circle(1, 1)\n")) == ()


@given(programs())
def test_every_proposal_is_a_legal_program_that_draws_what_it_says(source: Program) -> None:
    for found in proposals(source):
        assert execute(found.program) == found.spec
        assert problems(found.program) == ()
        assert all(new >= min(0, old) for new, old in zip(bounding_box(found.spec)[:2], bounding_box(execute(source))[:2], strict=True))


@given(programs())
def test_the_present_bounds_change_nothing(source: Program) -> None:
    same = extrapolate(source, dict(growable(source)))
    assert same.spec == execute(source)


@given(programs(), st.sampled_from("ijkx"), st.integers(-2, 40))
def test_any_bound_is_carried_out_or_refused(source: Program, variable: str, bound: int) -> None:
    try:
        found = extrapolate(source, {variable: bound})
    except InputError:
        return
    assert execute(found.program) == found.spec


def test_no_turns_draw_nothing() -> None:
    assert extrapolate(program(ROW), {"i": 0}).spec == Spec()


@pytest.mark.parametrize(("bounds", "words"), [({"k": 4}, "'k'"), ({"i": -1}, "-1 turns")])
def test_impossible_bounds(bounds: dict[str, int], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        extrapolate(program(ROW), bounds)


def test_a_figure_that_would_be_too_large() -> None:
    with pytest.raises(ExecutionError):
        extrapolate(program(ROW), {"i": 999_999_999})


def test_a_loop_that_cannot_grow_does_not_hide_the_others() -> None:
    full = "for (i < 2000)\n    for (j < 5)\n        circle(3*i + 1, 3*j + 1)\nfor (i < 2)\n    circle(3*i + 1, -9)\n"
    with pytest.raises(ExecutionError):
        extrapolate(program(full), {"i": 2001})
    assert proposals(program(full)) == ()
    almost = full.replace("2000", "1999")
    assert [p.bounds for p in proposals(program(almost))] == [(("k", 3),)]


@pytest.mark.parametrize(("text", "bound"), [("i=5", ("i", 5)), (" j = 12 ", ("j", 12)), ("i=-3", ("i", -3)), ("i=0", ("i", 0))])
def test_bounds_as_they_are_written(text: str, bound: tuple[str, int]) -> None:
    assert parse_bound(text) == bound


@pytest.mark.parametrize("text", ["", "i", "i=", "=5", "ij=5", "i=five", "i=--5", "i=5.0", "i=٣", "3=3", "i==5", "i=" + "9" * 5000])
def test_bounds_that_are_none(text: str) -> None:
    with pytest.raises(OptionError, match="like i=5"):
        parse_bound(text)


@given(st.text(max_size=8))
def test_any_text_is_a_bound_or_is_refused(text: str) -> None:
    try:
        variable, bound = parse_bound(text)
    except OptionError:
        return
    assert len(variable) == 1
    assert abs(bound) < 10**9
