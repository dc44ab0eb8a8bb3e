"""Scores and probabilities of candidates."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derender.perception.proposals import Choice, Group
from derender.perception.ranking import Evidence, Weights, confidences, doubt_of, log_likelihood, rank
from derender.spec import Circle, Spec

ONE, TWO, BOTH = Spec([Circle(1, 1)]), Spec([Circle(5, 5)]), Spec([Circle(1, 1), Circle(5, 5)])

amounts = st.floats(0, 8)
evidences = st.builds(Evidence, st.floats(-30, 30), amounts, amounts, amounts, amounts, amounts)


@given(st.lists(evidences, min_size=1, max_size=3), st.floats(0, 5))
def test_probabilities_are_in_order_and_leave_room_for_none(found: list[Evidence], doubt: float) -> None:
    ranked = rank(dict(zip((ONE, TWO, BOTH), found, strict=False)), doubt, Weights())
    probabilities = [r.probability for r in ranked]
    assert probabilities == sorted(probabilities, reverse=True)
    assert 0 < sum(probabilities) < 1
    assert all(0 <= c <= 1 for r in ranked for c in confidences(r.spec, ranked, Weights()))


def test_whatever_is_wrong_makes_a_spec_less_likely() -> None:
    right = log_likelihood(Evidence(0, 0, 0, 0, 0, 0), Weights())
    assert all(
        log_likelihood(Evidence(0, *wrong, 0), Weights()) < right for wrong in ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1))
    )


def test_a_command_of_every_candidate_is_surer_than_one_of_some() -> None:
    even = Evidence(0, 0, 0, 0, 0, 0)
    ranked = rank({ONE: even, BOTH: even}, 0.0, Weights())
    first, second = confidences(BOTH, ranked, Weights())
    assert first > second + 0.4


def test_doubt_makes_none_of_them_likelier() -> None:
    sure = rank({ONE: Evidence(3, 0, 0, 0, 0, 0)}, 0.0, Weights())[0].probability
    doubtful = rank({ONE: Evidence(3, 0, 0, 0, 0, 0)}, 4.0, Weights())[0].probability
    assert doubtful < sure


def test_doubt_counts_expected_mistakes() -> None:
    certain = Group((Choice((Circle(1, 1),), 1.0),), 0.0)
    open_ = Group((Choice((Circle(1, 1),), 0.5),), 0.5)
    assert doubt_of([certain, certain]) == pytest.approx(0)
    assert doubt_of([open_, open_, certain]) == pytest.approx(1)


def test_weights_survive_the_manifest_and_unknown_fields() -> None:
    weights = Weights(proposal=0.5, none=-2)
    assert Weights.from_json({**weights.to_json(), "later": 3}) == weights
    assert Weights.from_json(None) == Weights()
    assert math.isfinite(Weights().none)
