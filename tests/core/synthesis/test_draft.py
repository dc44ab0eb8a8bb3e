"""Promises of drafts: good programs of large specs at once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from strategies import specs

from derender.language.cost import cost_thirds
from derender.language.execute import execute
from derender.language.legality import depth, problems
from derender.language.program import For
from derender.language.tree import walk
from derender.policy.planted import FAMILIES, planted
from derender.spec import Circle, Line, Spec
from derender.synthesis import SearchSpace, all_search_spaces, synthesize
from derender.synthesis.draft import Drafts
from derender.synthesis.elements import elements_of
from derender.synthesis.focus import all_pairs, promising_pairs
from derender.synthesis.focused_nodes import focused_nodes_of
from derender.synthesis.nodes import Tables
from derender.synthesis.readback import program_of
from derender.synthesis.search_space import FULL
from derender.synthesis.steps import finish


def never() -> bool:
    return False


def drafts(spec: Spec) -> Drafts:
    return Drafts(finish(focused_nodes_of(Tables(elements_of(spec)), FULL, never), never), never)


@settings(max_examples=30)
@given(specs(max_size=12))
def test_a_draft_is_a_legal_program_for_the_spec_at_no_more_than_its_cost(spec: Spec) -> None:
    found = drafts(spec)
    for _ in found.steps():
        pass
    incumbent = found.incumbent()
    program = program_of(incumbent.nodes, incumbent.choices)
    assert execute(program) == spec
    assert problems(program) == ()
    assert cost_thirds(program) <= incumbent.thirds <= 3 * len(spec)


@pytest.mark.parametrize("irregular", [0.0, 0.1])
@pytest.mark.parametrize("family", FAMILIES)
def test_the_structure_of_120_commands_is_found(family: str, irregular: float) -> None:
    case = planted(family, 120, seed=3, irregular=irregular)
    found = drafts(case.spec)
    for _ in found.steps():
        pass
    assert found.best.thirds <= case.thirds


@pytest.mark.slow
@pytest.mark.parametrize("family", ["lattice with links", "layered network", "mirrored"])
def test_the_structure_of_1000_commands_is_found(family: str) -> None:
    case = planted(family, 1000, irregular=0.1)
    found = drafts(case.spec)
    next(found.steps())
    assert found.best.thirds <= case.thirds


@settings(max_examples=30)
@given(specs(max_size=12))
def test_promising_pairs_are_pairs(spec: Spec) -> None:
    elements = elements_of(spec)
    everything = all_pairs(elements)
    known = {(s, t) for s, t in zip(everything.start.tolist(), everything.second.tolist(), strict=True)}
    chosen = promising_pairs(elements, never)
    assert {(s, t) for s, t in zip(chosen.start.tolist(), chosen.second.tolist(), strict=True)} <= known


def test_the_step_of_a_pattern_is_chosen_among_its_multiples() -> None:
    chosen = promising_pairs(elements_of(Spec(Circle(3 * x, 5) for x in range(12))), never)
    assert sorted(chosen.steps[:, 0].tolist()) == [-3, 3]


def test_a_spec_of_600_unrelated_commands_is_written_out() -> None:
    """As many statements as a cover may have, and more, without a search too deep for the interpreter."""
    spec = Spec(Line(k, k * k % 997, k + 1 + k % 7, k * k * k % 991, True) for k in range(600))
    found = synthesize(spec, timeout=5)
    assert execute(found.program) == spec


@pytest.mark.parametrize("space", [space for space in all_search_spaces() if space.depth > 1], ids=str)
def test_drafts_keep_to_their_search_space(space: SearchSpace) -> None:
    case = planted("tree", 40)
    found = synthesize(case.spec, space=space, timeout=0.5)
    assert execute(found.program) == case.spec
    assert depth(found.program) <= space.depth
    assert space.loops or not any(isinstance(statement, For) for statement in walk(found.program.statements))
