"""Weights of evidence: what a fit finds in competitions whose rule is known."""

from __future__ import annotations

import numpy as np

from derender.perception.ranking import Evidence, Weights
from derender.spec import Circle, Spec
from derender.training.ranking import Competition, competition, fitted


def invented(rng: np.random.Generator, weights: Weights, *, informative: bool) -> Competition:
    """Four candidates and an answer drawn at random by the scores that `weights` give them."""
    evidence = tuple(Evidence(*rng.uniform(0, 3, 6).tolist()) for _ in range(4))
    measured = np.array([[e.proposal, -e.unexplained, -e.unsupported, -e.missing, -e.spurious, -e.ambiguous] for e in evidence])
    known = np.array([weights.proposal, weights.unexplained, weights.unsupported, weights.missing, weights.spurious, weights.ambiguous])
    scores = measured @ known if informative else np.zeros(4)
    best = evidence[int(scores.argmax())]
    refusal = scores.max() + weights.none + weights.none_by_difference * (best.missing + best.spurious)
    chances = np.exp([*scores, refusal] - np.logaddexp.reduce([*scores, refusal]))
    answer = int(rng.choice(5, p=chances / chances.sum()))
    return Competition(evidence, 0.0, answer if answer < 4 else None, commands_right=0.75)


def test_a_fit_finds_what_counts_and_what_does_not() -> None:
    rng = np.random.default_rng(2)
    true = Weights(proposal=1.5, unexplained=0.2, unsupported=2.0, missing=3.0, spurious=0.4, none=-3.0, none_by_difference=0.2)
    found = fitted([invented(rng, true, informative=True) for _ in range(1500)])
    assert 1.0 < found.proposal < 2.0
    assert found.missing > 2 > found.unexplained
    assert found.unsupported > 1 > found.spurious
    assert -4 < found.none < -2
    assert found.right_otherwise == 0.75


def test_candidates_are_held_against_the_truth() -> None:
    one, two, other = (Spec([Circle(k, 1)]) for k in range(3))
    even = Evidence(0, 0, 0, 0, 0, 0)
    assert competition({one: even, two: even}, 1.0, two).truth == 1
    assert competition({one: even, two: even}, 1.0, other).truth is None
    assert competition({one | two: even, one: even}, 1.0, two).commands_right == 0.5
