"""Promises of bias-optimal search: the least cost, whatever the policy; time in proportion to it; the space that won."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import specs

from derender.language.execute import execute
from derender.language.text import parse_program
from derender.policy.planted import planted
from derender.spec import Circle, Rectangle, Spec
from derender.synthesis import synthesize
from derender.synthesis.bias_optimal import BiasOptimalSearch, synthesize_by_policy
from derender.synthesis.elements import elements_of
from derender.synthesis.nodes import Tables
from derender.synthesis.policy import FEATURES, SPACES, UNIFORM, SearchPolicy
from derender.synthesis.search_space import FULL, SearchSpace

LOOPS = SearchSpace(reflections=False, depth=2)
ROWS = Spec([Circle(3 * x, y) for x in range(3) for y in (0, 5)] + [Rectangle(3 * x, 8, 3 * x + 1, 9) for x in range(3)])


class Ticks:
    """A clock that goes on by a second each time it is read: every step then takes the same time."""

    def __init__(self) -> None:
        self._ticks = itertools.count()

    def __call__(self) -> float:
        return float(next(self._ticks))


def preferring(space: SearchSpace, weight: float) -> SearchPolicy:
    """A policy that gives one space more than the others."""
    weights = np.zeros((len(SPACES), len(FEATURES)))
    weights[SPACES.index(space), FEATURES.index("bias")] = weight
    return SearchPolicy(weights)


@settings(max_examples=20)
@given(specs(max_size=6), st.sampled_from(SPACES), st.sampled_from((0.0, 3.0, 40.0)))
def test_the_least_cost_is_found_and_proven_whatever_the_policy(spec: Spec, space: SearchSpace, weight: float) -> None:
    found = synthesize_by_policy(spec, preferring(space, weight))
    assert execute(found.program) == spec
    assert found.optimal
    assert found.cost_thirds == synthesize(spec).cost_thirds


def test_the_space_that_won_is_told() -> None:
    found = synthesize_by_policy(ROWS, preferring(LOOPS, 30.0), clock=Ticks())
    assert found.search_space == LOOPS
    assert found.optimal


def test_time_is_shared_in_proportion_to_the_policy() -> None:
    shared = BiasOptimalSearch(planted("several motifs", 20, seed=1).spec, preferring(FULL, 2.0), lambda: False, Ticks())
    for _ in itertools.islice(shared, 600):
        pass
    taken = {turn.search.space: turn.seconds for turn in shared.turns}
    assert taken[FULL] / taken[SearchSpace(reflections=False)] == pytest.approx(np.exp(2.0), rel=0.1)


@settings(max_examples=10)
@given(st.integers(0, 80))
def test_it_can_be_stopped_at_any_moment(looks: int) -> None:
    counter = itertools.count()
    found = synthesize_by_policy(ROWS, UNIFORM, should_stop=lambda: next(counter) >= looks)
    assert execute(found.program) == ROWS
    assert found.lower_bound_thirds <= found.cost_thirds


def test_shares_are_a_distribution() -> None:
    for policy in (UNIFORM, preferring(LOOPS, 1000.0)):
        shares = policy.shares(Tables(elements_of(ROWS)))
        assert shares.sum() == pytest.approx(1.0)
        assert (shares > 0).all()


@pytest.mark.parametrize(
    ("text", "space", "expected"),
    [
        ("for (i < 3)\n    circle(3*i + 1, 5)\n", FULL, True),
        ("for (i < 3)\n    circle(3*i + 1, 5)\n", SearchSpace(loops=False), False),
        ("for (i < 3)\n    circle(3*i + 1, 5)\n", SearchSpace(reflections=False, depth=2), True),
        ("for (i < 3)\n    circle(3*i + 1, 5)\n", SearchSpace(depth=1), False),
        ("reflect(x = 8)\n    circle(1, 5)\n", SearchSpace(loops=False), True),
        ("reflect(x = 8)\n    circle(1, 5)\n", SearchSpace(reflections=False), False),
    ],
)
def test_a_space_holds_what_a_search_of_it_may_find(text: str, space: SearchSpace, expected: bool) -> None:
    assert space.holds(parse_program(text)) is expected
