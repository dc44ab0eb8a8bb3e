"""Promises of the synthesizer: what it returns draws the spec, is legal, costs the least, and says truly what is proven."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import programs, specs

from derender.language.cost import cost_thirds
from derender.language.execute import execute
from derender.language.legality import depth, problems
from derender.language.program import For, Program, Reflect
from derender.language.text import parse_program, pretty
from derender.language.tree import walk
from derender.spec import Circle, Line, Rectangle, Spec
from derender.synthesis import SearchSpace, Synthesis, all_search_spaces, synthesize

GRID = Spec(Circle(3 * x, 2 * y) for x in range(4) for y in range(3))


def check(spec: Spec, found: Synthesis) -> None:
    """Everything that holds of any result."""
    assert execute(found.program) == spec
    assert problems(found.program) == ()
    assert cost_thirds(found.program) == found.cost_thirds
    assert 0 <= found.lower_bound_thirds <= found.cost_thirds <= 3 * len(spec)
    assert found.optimal == (found.lower_bound_thirds == found.cost_thirds)


def test_an_empty_spec_has_the_empty_program() -> None:
    found = synthesize(Spec())
    assert found.program.statements == ()
    assert (found.cost_thirds, found.lower_bound_thirds, found.optimal) == (0, 0, True)


@given(specs(max_size=7))
def test_any_spec_gets_a_proven_program_that_draws_it(spec: Spec) -> None:
    found = synthesize(spec)
    check(spec, found)
    assert found.optimal


@settings(max_examples=30)
@given(programs(labelled=False).filter(lambda program: len(execute(program)) <= 16))
def test_no_planted_program_is_cheaper(program: Program) -> None:
    spec = execute(program)
    found = synthesize(spec, timeout=20)
    check(spec, found)
    assert found.lower_bound_thirds <= cost_thirds(program)
    assert found.cost_thirds <= cost_thirds(program) or not found.optimal


@pytest.mark.parametrize(
    ("text", "thirds"),
    [
        ("for (i < 3)\n    line(i, -1*i + 6, 2*i + 2, -1*i + 6)\n    line(i, -2*i + 4, i, -1*i + 6)\n", 11),
        (
            "circle(4, 10)\nfor (i < 3)\n    circle(-3*i + 7, 5)\n    circle(-3*i + 7, 1)\n"
            "    line(-3*i + 7, 4, -3*i + 7, 2, arrow)\n    line(4, 9, -3*i + 7, 6, arrow)\n",
            18,
        ),
        (
            "for (i < 3)\n    for (j < 3)\n        if (j > 0)\n            line(-3*j + 8, -3*i + 7, -3*j + 9, -3*i + 7)\n"
            "            line(-3*i + 7, -3*j + 8, -3*i + 7, -3*j + 9)\n        circle(-3*j + 7, -3*i + 7)\n",
            15,
        ),
        ("for (i < 4)\n    for (j < 4)\n        rectangle(-3*i + 9, -2*j + 6, -3*i + 11, -2*j + 7)\n", 9),
        (
            "for (i < 3)\n    line(7, 1, 5*i + 2, 3, arrow)\n    for (j < i + 1)\n        if (j > 0)\n"
            "            line(5*j - 1, 9, 5*i, 5, arrow)\n        line(5*j + 2, 5, 5*j + 2, 9, arrow)\n"
            "    rectangle(5*i, 3, 5*i + 4, 5)\n    rectangle(5*i, 9, 5*i + 4, 10)\nrectangle(2, 0, 12, 1)\n",
            24,
        ),
        (
            "reflect(y = 8)\n    for (i < 3)\n        if (i > 0)\n            rectangle(3*i - 1, 2, 3*i, 3)\n"
            "        circle(3*i + 1, 3*i + 1)\n",
            12,
        ),
    ],
    ids=["affine lines", "tree", "Ising model", "grid of rectangles", "layered boxes", "symmetric circles"],
)
def test_table_3_is_reached(text: str, thirds: int) -> None:
    spec = execute(parse_program(text))
    found = synthesize(spec)
    check(spec, found)
    assert found.optimal
    assert found.cost_thirds == thirds


def test_a_program_reads_as_an_author_would_write_it() -> None:
    spec = Spec([*GRID, *(Rectangle(3 * x, 8, 3 * x + 1, 9) for x in range(4)), Line(0, 11, 9, 11)])
    assert pretty(synthesize(spec).program) == (
        "for (i < 4)\n    for (j < 3)\n        circle(3*i, 2*j)\n    rectangle(3*i, 8, 3*i + 1, 9)\nline(0, 11, 9, 11)\n"
    )


def test_attributes_are_told_apart() -> None:
    spec = Spec([Rectangle(2 * x, 0, 2 * x + 1, 1, rounded=x == 1) for x in range(3)] + [Circle(4 * x, 5, 2, 1) for x in range(3)])
    found = synthesize(spec)
    check(spec, found)
    # The loop that draws the circles draws the two plain rectangles under its test; the rounded one stands alone.
    assert found.cost_thirds == 12
    assert len(execute(found.program)) == 6


def test_a_mirrored_arrow_bends_to_the_other_side() -> None:
    arrows = [Line(0, 0, 2, 0, True, False, 30), Line(8, 0, 6, 0, True, False, -30)]
    spec = Spec([*arrows, Circle(0, 3), Circle(8, 3), Circle(1, 5), Circle(7, 5)])
    found = synthesize(spec)
    check(spec, found)
    assert found.cost_thirds == 12
    assert any(isinstance(statement, Reflect) for statement in walk(found.program.statements))


def test_bounds_may_follow_an_outer_loop() -> None:
    spec = Spec(Circle(i, j) for i in range(5) for j in range(2 * i + 1))
    found = synthesize(spec)
    check(spec, found)
    assert found.cost_thirds == 9


def test_two_inner_loops_of_opposite_slopes_share_a_longer_loop() -> None:
    shrinking = [Circle(3 * i, 2 * j) for i in range(4) for j in range(4 - i)]
    growing = [Rectangle(30 + 3 * i, 2 * j, 31 + 3 * i, 2 * j + 1) for i in range(3) for j in range(2 * i + 1)]
    found = synthesize(Spec([*shrinking, *growing]))
    check(Spec([*shrinking, *growing]), found)
    assert found.optimal
    assert found.cost_thirds == 15


@pytest.mark.parametrize("space", tuple(all_search_spaces()), ids=str)
def test_a_search_space_is_kept_to(space: SearchSpace) -> None:
    found = synthesize(GRID, space=space)
    check(GRID, found)
    statements = list(walk(found.program.statements))
    assert depth(found.program) <= space.depth
    assert space.loops or not any(isinstance(statement, For) for statement in statements)
    assert space.reflections or not any(isinstance(statement, Reflect) for statement in statements)
    assert found.search_space == space


def test_there_are_24_search_spaces() -> None:
    assert len(set(all_search_spaces())) == 24


def test_the_same_spec_gives_the_same_program() -> None:
    assert len({pretty(synthesize(Spec(reversed(GRID.commands))).program) for _ in range(3)}) == 1


def test_out_of_time_gives_a_program_all_the_same() -> None:
    found = synthesize(GRID, timeout=0)
    check(GRID, found)
    assert not found.optimal


@settings(max_examples=20)
@given(st.integers(0, 60))
def test_a_search_can_be_stopped_at_any_moment(looks: int) -> None:
    """However often the search looks before it is told to stop, what it returns holds."""
    counter = itertools.count()
    found = synthesize(GRID, should_stop=lambda: next(counter) >= looks)
    check(GRID, found)
