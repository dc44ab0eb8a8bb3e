"""Which likelihood prefers the truth."""

from __future__ import annotations

import pytest

from derender.experiments.likelihood import learned_distance, pixel_distance, preferred, trial
from derender.perception.ranking import Evidence
from derender.perception.reader import Reader


def test_the_truth_is_preferred_where_its_distance_is_least() -> None:
    first, pairs = preferred([[0.0, 1.0, 2.0], [1.0, 0.0, 2.0], [1.0, 1.0]])
    assert first == pytest.approx((1 + 0 + 0.5) / 3)
    assert pairs == pytest.approx((2 + 1 + 0.5) / 5)


def test_distances_are_of_strokes_and_of_commands() -> None:
    evidence = Evidence(proposal=-3, unexplained=0.5, unsupported=0.25, missing=2, spurious=1, ambiguous=0)
    assert pixel_distance(evidence) == 0.75
    assert learned_distance(evidence) == 3


@pytest.mark.slow
def test_the_learned_likelihood_prefers_the_truth_more_often_than_pixels_do() -> None:
    reader = Reader.load("cpu")
    found = [trial(reader, number, rivals=8, seed=77) for number in range(40)]
    rates = [preferred([[distance(e) for e in (t.truth, *t.rivals)] for t in found])[0] for distance in (pixel_distance, learned_distance)]
    assert rates[1] > rates[0] + 0.05
