"""Promises of learning a policy: the loss is the paper's, learning lowers it, and the baseline searches as it should."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from derender.policy.deep_coder import components_needed, learn_deep_coder, sort_and_add_seconds
from derender.policy.learning import PolicySettings, bias_optimal_seconds, learn_policy, mean_log_time
from derender.policy.times import SpaceTimes, SpecTimes
from derender.spec import Circle, Line, Spec
from derender.synthesis.elements import elements_of
from derender.synthesis.nodes import Tables
from derender.synthesis.policy import SPACES, UNIFORM
from derender.synthesis.search_space import FULL, SearchSpace

LOOPS = SearchSpace(reflections=False, depth=2)
MIRRORS = SearchSpace(loops=False, depth=2)


def times(spec: Spec, best: dict[SearchSpace, float]) -> SpecTimes:
    """Times of a spec whose least cost is found in the spaces of `best` alone, after so many seconds; all others end after 0.1 s."""
    written = (0.0, 3 * len(spec))
    spaces = [
        SpaceTimes((written, (best[space], 6)), best[space], True) if space in best else SpaceTimes((written,), 0.1, True)
        for space in SPACES
    ]
    return SpecTimes(spec, tuple(spaces), True)


CIRCLES = [times(Spec(Circle(3 * x, y) for x in range(n)), {LOOPS: 0.002, FULL: 0.02}) for n in (3, 5, 8) for y in range(4)]
LINES = [times(Spec(Line(3 * x, y, 3 * x, y + 2) for x in range(n)), {MIRRORS: 0.003, FULL: 0.05}) for n in (3, 5, 8) for y in range(4)]
CORPUS = [*CIRCLES, *LINES]


ENDLESS = np.full((1, len(SPACES)), np.inf)


def test_without_ends_the_loss_is_that_of_the_paper() -> None:
    """The logarithm of Eq. 13 and 14, written out for one spec and two spaces."""
    seconds = np.full((1, len(SPACES)), np.inf)
    seconds[0, 3], seconds[0, 7] = 2.0, 3.0
    weights = np.zeros((len(SPACES), 4))
    weights[7, 3] = 1.0
    shares = np.exp([0.0, 1.0]) / (23 + np.e)
    x = np.array([2.0, 3.0]) / shares
    beta = 0.05
    expected = (x * np.exp(-beta * x)).sum() / np.exp(-beta * x).sum()
    found, _ = mean_log_time(weights, np.array([[0.1, 0.2, 0.3, 1.0]]), seconds, ENDLESS, beta)
    assert found == pytest.approx(np.log(expected))


def test_a_large_beta_is_the_least_time() -> None:
    seconds = np.array([[1.0] + [5.0] * 23])
    found, _ = mean_log_time(np.zeros((len(SPACES), 4)), np.ones((1, 4)), seconds, ENDLESS, 100.0)
    assert found == pytest.approx(np.log(24.0))


def test_searches_that_end_take_no_more_time() -> None:
    seconds = np.array([[1.0, *(np.inf,) * 23]])
    ends = np.array([[9.0, 0.25, *(4.0,) * 22]])
    found, _ = mean_log_time(np.zeros((len(SPACES), 4)), np.ones((1, 4)), seconds, ends, 1.0)
    assert found == pytest.approx(np.log(1.0 + 0.25 + 22.0))


def test_the_gradient_is_that_of_the_loss() -> None:
    random = np.random.default_rng(0)
    weights, features = random.normal(size=(len(SPACES), 4)), random.random((5, 4))
    seconds = np.where(random.random((5, len(SPACES))) < 0.3, random.random((5, len(SPACES))), np.inf)
    seconds[:, 0] = 1.0
    ends = random.random((5, len(SPACES))) * 3
    _, gradient = mean_log_time(weights, features, seconds, ends, 0.1)
    for row, column in [(int(random.integers(len(SPACES))), int(random.integers(4))) for _ in range(10)]:
        step = np.zeros_like(weights)
        step[row, column] = 1e-6
        after, before = (mean_log_time(weights + sign * step, features, seconds, ends, 0.1)[0] for sign in (1, -1))
        assert (after - before) / 2e-6 == pytest.approx(gradient[row, column], rel=1e-3, abs=1e-6)


def test_what_is_learned_tells_specs_apart_and_beats_equal_shares() -> None:
    policy = learn_policy(CORPUS, replace(PolicySettings(), steps=300))
    for corpus, space in ((CIRCLES, LOOPS), (LINES, MIRRORS)):
        for one in corpus:
            assert bias_optimal_seconds(policy, one) < bias_optimal_seconds(UNIFORM, one) / 2
            assert SPACES[int(policy.shares(Tables(elements_of(one.spec))).argmax())] == space


def test_learning_repeats_itself() -> None:
    first, second = (learn_policy(CORPUS, replace(PolicySettings(), steps=20)) for _ in range(2))
    assert (first.weights == second.weights).all()


def test_sort_and_add_tries_the_likeliest_component_first() -> None:
    model = learn_deep_coder(CORPUS)
    assert components_needed(CIRCLES[0]) == {"loops"}
    assert components_needed(LINES[0]) == {"reflections"}
    assert sort_and_add_seconds(model, CIRCLES[0]) == pytest.approx(0.002)
    assert sort_and_add_seconds(model, LINES[0]) == pytest.approx(0.003)


def test_what_sort_and_add_searches_in_vain_counts() -> None:
    model = learn_deep_coder(CIRCLES)
    odd = times(Spec([Circle(0, 0), Circle(9, 0), Circle(4, 4)]), {MIRRORS: 0.003, FULL: 0.02})
    assert [SearchSpace(reflections=False, depth=2), FULL] == [model.order(odd.spec)[0], model.order(odd.spec)[-1]]
    seconds = sort_and_add_seconds(model, odd)
    assert seconds is not None
    assert seconds > 0.1
