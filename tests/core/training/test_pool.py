"""How much two opinions count: what a fit finds where it is known which of them is right, and what drawings it is asked about."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from derender.perception.network import LINE_CLASSES
from derender.perception.opinions import pool
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
    truth = rng.integers(0, KINDS, 30_000)
    weights = fitted([Asked(opinion(truth, verifier, rng), opinion(truth, close_look, rng), truth)])
    for part in ("line", "heads", "dashed"):
        assert 0.8 < getattr(weights, f"{part}_verifier") < 1.2
        assert 0.8 < getattr(weights, f"{part}_close_look") < 1.2
    noise = fitted([Asked(opinion(truth, 0.9, rng), opinion(rng.permutation(truth), 0.9, rng), truth)])
    assert max(abs(w) for w in (noise.line_close_look, noise.heads_close_look, noise.dashed_close_look)) < 0.1


def test_each_part_of_an_opinion_counts_by_itself() -> None:
    """Of two who are equally sure, one knows about dashes and the other about heads."""
    rng = np.random.default_rng(2)
    truth = rng.integers(0, KINDS, 3000)
    kinds, drawn = np.maximum(truth - 1, 0), truth > 0
    dashed, heads = kinds // 4, kinds % 4
    other = rng.integers(0, 4, len(truth))
    knows_dashes = np.where(drawn, 1 + 4 * dashed + other, 0)
    knows_heads = np.where(drawn, 1 + 4 * rng.integers(0, 2, len(truth)) + heads, 0)
    weights = fitted([Asked(opinion(knows_dashes, 0.9, rng), opinion(knows_heads, 0.9, rng), truth)])
    assert weights.dashed_verifier > 0.5 > weights.dashed_close_look
    assert weights.heads_close_look > 0.5 > weights.heads_verifier


def test_without_a_second_opinion_the_first_one_stands() -> None:
    rng = np.random.default_rng(3)
    first = torch.from_numpy(opinion(rng.integers(0, KINDS, 50), 0.7, rng)).log_softmax(-1)
    second = torch.from_numpy(opinion(rng.integers(0, KINDS, 50), 0.7, rng))
    alone = torch.tensor([1.0, 0, 0, 1, 0, 1, 0])
    torch.testing.assert_close(pool(first, second, alone), first)
    torch.testing.assert_close(pool(second, first, torch.tensor([0.0, 1, 0, 0, 1, 0, 1])), first)


def test_drawings_give_both_opinions_and_the_truth(pipeline: Pipeline) -> None:
    found = list(candidates(pipeline.reader, 6, seed=3))
    assert found
    for asked in found:
        assert asked.verifier.shape == asked.close_look.shape == (len(asked.truth), KINDS)
        np.testing.assert_allclose(np.exp(asked.close_look).sum(1), 1, rtol=1e-4)
    truth = np.concatenate([asked.truth for asked in found])
    assert (truth > 0).any()
    assert (np.concatenate([asked.verifier for asked in found]).argmax(1) == truth).mean() > 0.7
