"""Learning π from measured times: the policy that minimises the bias-optimal time (Eq. 5 and 12 to 14 of the paper).

Two things are added to the paper's loss. A search that has come to its end takes no more time, so what it takes from the others is
bounded; and the time until the whole language's search has its proof counts beside the time to the least cost. The logarithms of
both are minimised, so that it counts by what factor a spec takes longer, whether it is a small or a large one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from derender.policy.times import SpecTimes
from derender.synthesis.elements import elements_of
from derender.synthesis.nodes import Tables
from derender.synthesis.policy import FEATURES, SPACES, WHOLE, Floats, SearchPolicy, spec_features

CORPUS = Path(".cache/training/policy.jsonl")
"""Where the times lie unless it is said otherwise."""


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """As in A.6, but for the unit of time: the native engine takes milliseconds where the paper's took seconds."""

    features: int = len(FEATURES)
    """How many of the `FEATURES` it may look at; the first four are the paper's."""
    steps: int = 1000
    """Steps of Adam."""
    learning_rate: float = 0.03
    """Adam's."""
    penalty: float = 1e-3
    """λ of Eq. 12."""
    proof: float = 1.0
    """What the time to the proof counts beside the time to the least cost."""
    first_beta: float = 1.0
    """β of Eq. 13 at the first step."""
    last_beta: float = 2.0
    """β at the last step; it grows linearly."""
    unit_seconds: float = 1e-3
    """What a time of 1 means in Eq. 12."""
    least_seconds: float = 1e-4
    """Shorter times count as this: below it they are noise."""


def learn_policy(corpus: Sequence[SpecTimes], settings: PolicySettings | None = None) -> SearchPolicy:
    """θ that minimises the loss over the corpus, starting from the uniform policy; the same corpus gives the same policy."""
    s = settings or PolicySettings()
    features = np.stack([spec_features(Tables(elements_of(times.spec))) for times in corpus])[:, : s.features]
    least = np.array([[np.inf if t is None else max(t, s.least_seconds) for t in times.until_least] for times in corpus])
    ends = np.array([[max(space.seconds, s.least_seconds) for space in times.spaces] for times in corpus])
    proofs = np.where(np.arange(len(SPACES)) == WHOLE, ends, np.inf)
    weights = np.zeros((len(SPACES), s.features))
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(s.steps):
        beta = s.first_beta + (s.last_beta - s.first_beta) * step / max(1, s.steps - 1)
        slope = 2 * s.penalty * weights
        for needed, weight in ((least, 1.0), (proofs, s.proof)):
            slope += weight * mean_log_time(weights, features, needed / s.unit_seconds, ends / s.unit_seconds, beta)[1]
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        # Adam, whose averages begin at 0.
        weights -= s.learning_rate * (mean / (1 - 0.9 ** (step + 1))) / (np.sqrt(square / (1 - 0.999 ** (step + 1))) + 1e-8)
    return SearchPolicy(np.pad(weights, ((0, 0), (0, len(FEATURES) - s.features))))


def mean_log_time(weights: Floats, features: Floats, seconds: Floats, ends: Floats, beta: float) -> tuple[float, Floats]:
    """The mean over specs of the logarithm of Eq. 13's soft minimum over BEST(S), and its gradient (24, F).

    `features` (N, F); `seconds` (N, 24), what each search needs by itself, infinite where σ is not in BEST(S); `ends` (N, 24).
    """
    best = np.isfinite(seconds)
    scores = features @ weights.T
    times, parts = shared_times(scores, np.where(best, seconds, 1.0), ends)
    # Eq. 14; the smallest time is subtracted in the exponent, which changes nothing but the range of numbers.
    later = np.where(best, times - np.where(best, times, np.inf).min(axis=1, keepdims=True), np.inf)
    nearness = np.exp(-beta * later)
    nearness /= nearness.sum(axis=1, keepdims=True)
    soft = (nearness * times).sum(axis=1, keepdims=True)
    by_time = np.where(best, nearness * (1 - beta * np.where(best, times - soft, 0.0)), 0.0) / soft
    by_score = (by_time[:, :, None] * parts).sum(axis=1) - by_time * parts.sum(axis=2)
    gradient: Floats = by_score.T @ features / len(features)
    return float(np.log(soft).mean()), gradient


def shared_times(scores: Floats, seconds: Floats, ends: Floats) -> tuple[Floats, Floats]:
    """(N, 24): when each search has had its `seconds`, all sharing the time; (N, 24, 24): how that grows with the others' log shares.

    Meanwhile each of the others has had time in proportion to its share, up to its end. Without ends this is t(σ|S) / π(σ|S), Eq. 5.
    """
    others = seconds[:, :, None] * np.exp(np.clip(scores[:, None, :] - scores[:, :, None], -50.0, 50.0))
    alone = np.eye(scores.shape[1], dtype=bool)
    growing = np.where(alone | (others >= ends[:, None, :]), 0.0, others)
    times: Floats = seconds + np.where(alone, 0.0, np.minimum(others, ends[:, None, :])).sum(axis=2)
    return times, growing


def bias_optimal_seconds(policy: SearchPolicy, times: SpecTimes) -> float:
    """Eq. 5's time for one spec, with searches that end: the least over BEST(S)."""
    scores = np.log(policy.shares(Tables(elements_of(times.spec))))[None]
    least = np.array([[np.inf if t is None else t for t in times.until_least]])
    ends = np.array([[space.seconds for space in times.spaces]])
    found = np.isfinite(least)
    shared, _ = shared_times(scores, np.where(found, least, 1.0), ends)
    return float(shared[found].min())
