"""Promises of several programs for one spec, and of synthesis from the previous program."""

from __future__ import annotations

import itertools
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import specs

from derender.experiments.synthesis_incremental import changed_spec
from derender.language.cost import cost_thirds
from derender.language.execute import execute
from derender.language.legality import problems
from derender.language.text import parse_program, pretty
from derender.policy.planted import FAMILIES, planted
from derender.spec import Circle, Rectangle, Spec
from derender.synthesis import Synthesis, alternatives, redraft, resynthesize, synthesize

TREE = execute(
    parse_program(
        "circle(4, 10)\nfor (i < 3)\n    circle(-3*i + 7, 5)\n    circle(-3*i + 7, 1)\n"
        "    line(-3*i + 7, 4, -3*i + 7, 2, arrow)\n    line(4, 9, -3*i + 7, 6, arrow)\n"
    )
)


def check(spec: Spec, found: Synthesis) -> None:
    assert execute(found.program) == spec
    assert problems(found.program) == ()
    assert cost_thirds(found.program) == found.cost_thirds
    assert found.optimal == (found.lower_bound_thirds == found.cost_thirds)


def test_programs_of_other_structure_are_found() -> None:
    found = alternatives(TREE, most=5)
    assert len({pretty(one.program) for one in found}) == 5
    for one in found:
        check(TREE, one)
        assert 18 <= one.cost_thirds <= 21
    assert found[0].program == synthesize(TREE).program


@settings(max_examples=25)
@given(specs(max_size=6))
def test_alternatives_start_with_the_least_cost_and_stay_near_it(spec: Spec) -> None:
    best = synthesize(spec)
    found = alternatives(spec, most=4)
    assert found[0].cost_thirds == best.cost_thirds
    assert [one.cost_thirds for one in found] == sorted(one.cost_thirds for one in found)
    assert found[-1].cost_thirds <= best.cost_thirds + 3
    assert len({pretty(one.program) for one in found}) == len(found)
    for one in found:
        check(spec, one)


def test_other_structures_of_a_figure_of_thirty_are_found_without_looking_through_all() -> None:
    spec = planted("tree", 30, 4, irregular=0.1).spec
    found = alternatives(spec, most=3, patience=0.0)
    assert len({pretty(one.program) for one in found}) == 3
    for one in found:
        check(spec, one)
        assert one.cost_thirds <= found[0].cost_thirds + 3


@settings(max_examples=15)
@given(st.integers(0, 40))
def test_alternatives_can_be_stopped_at_any_moment(looks: int) -> None:
    counter = itertools.count()
    found = alternatives(TREE, should_stop=lambda: next(counter) >= looks)
    assert found
    for one in found:
        check(TREE, one)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_figure_with_a_command_more_is_read_from_its_last_program(family: str) -> None:
    spec = planted(family, 24).spec
    looks = iter(range(3000))
    previous = synthesize(spec, should_stop=lambda: next(looks, None) is None)
    changed = Spec([*spec, Circle(97, 89)])
    draft, found = redraft(changed, previous), resynthesize(changed, previous)
    for one in (draft, found):
        check(changed, one)
    assert found.cost_thirds <= draft.cost_thirds <= previous.cost_thirds + 3
    assert found.lower_bound_thirds >= draft.lower_bound_thirds


@settings(max_examples=25)
@given(specs(max_size=8), specs(max_size=8))
def test_any_change_gets_a_program_that_draws_it(before: Spec, after: Spec) -> None:
    check(after, resynthesize(after, synthesize(before)))


@settings(max_examples=25)
@given(specs(max_size=8).filter(len))
def test_what_is_proven_without_a_search_is_true(spec: Spec) -> None:
    """A spec with a command less needs at most a command less; the exact search agrees."""
    less = Spec(spec.commands[1:])
    assert resynthesize(less, synthesize(spec)).lower_bound_thirds <= synthesize(less).cost_thirds


def test_a_change_that_breaks_the_structure_gets_another_one() -> None:
    """A draft with the grid's loops alone has no triangle; the search after it finds what a search from scratch finds."""
    grid = Spec(Rectangle(4 * x, 3 * y, 4 * x + 3, 3 * y + 2) for x in range(4) for y in range(4))
    triangle = Spec(command for command in grid if isinstance(command, Rectangle) and command.x1 // 4 <= command.y1 // 3)
    previous = synthesize(grid)
    found = resynthesize(triangle, previous)
    assert found.cost_thirds == synthesize(triangle).cost_thirds < redraft(triangle, previous).cost_thirds


@pytest.mark.parametrize(("family", "seed", "choice"), [("lattice with links", 0, 1), ("tree", 4, 31)])
def test_two_commands_taken_out_of_a_figure_of_thirty_cost_no_more_than_from_scratch(family: str, seed: int, choice: int) -> None:
    spec = planted(family, 30, seed, irregular=0.1).spec
    previous = synthesize(spec, timeout=20)
    changed = changed_spec(spec, "removed", Random(choice))
    found, scratch = resynthesize(changed, previous), synthesize(changed, timeout=20)
    check(changed, found)
    assert found.cost_thirds == scratch.cost_thirds < redraft(changed, previous).cost_thirds


@pytest.mark.parametrize("looks", [0, 3, 40])
def test_resynthesis_can_be_stopped(looks: int) -> None:
    previous = synthesize(TREE)
    for way in (redraft, resynthesize):
        counter = itertools.count()
        check(TREE, way(TREE, previous, should_stop=lambda counter=counter: next(counter) >= looks))
