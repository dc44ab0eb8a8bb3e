"""How much two opinions count: what a fit finds where it is known which of them is right, and what drawings it is asked about."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from derender.perception.network import LINE_CLASSES
from derender.pipeline import Pipeline
from derender.training.pool import Asked, candidates, fitted

KINDS = 1 + len(LINE_CLASSES)


def opinion(truth: NDArray[np.int64], right: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Log probabilities (N, 9) of one who is right so often, and says how sure that makes him."""
    told = np.where(rng.random(len(truth)) < right, truth, rng.integers(0, KINDS, len(truth)))
    probabilities = np.full((len(truth), KINDS), (1 - right) / KINDS)
    probabilities[np.arange(len(truth)), told] += right
    return np.log(probabilities).astype(np.float32)


@pytest.mark.parametrize(("verifier", "close_look"), [(0.9, 0.3), (0.3, 0.9)])
def test_who_is_right_counts_and_who_is_not_counts_little(verifier: float, close_look: float) -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(0, KINDS, 3000)
    weights = fitted([Asked(opinion(truth, verifier, rng), opinion(truth, close_look, rng), truth)])
    assert 0.8 < weights.verifier < 1.2
    assert 0.8 < weights.close_look < 1.2
    noise = Asked(opinion(truth, 0.9, rng), opinion(rng.permutation(truth), 0.9, rng), truth)
    assert abs(fitted([noise]).close_look) < 0.1


def test_drawings_give_both_opinions_and_the_truth(pipeline: Pipeline) -> None:
    found = list(candidates(pipeline.reader, 6, seed=3))
    assert found
    for asked in found:
        assert asked.verifier.shape == asked.close_look.shape == (len(asked.truth), KINDS)
        np.testing.assert_allclose(np.exp(asked.close_look).sum(1), 1, rtol=1e-4)
    truth = np.concatenate([asked.truth for asked in found])
    assert (truth > 0).any()
    assert (np.concatenate([asked.verifier for asked in found]).argmax(1) == truth).mean() > 0.7
