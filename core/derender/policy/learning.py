"""Learning π from measured times: the policy that minimises the expected bias-optimal time (Eq. 5 and 12 to 14 of the paper)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from derender.policy.times import SpecTimes
from derender.synthesis.policy import FEATURES, SPACES, Floats, SearchPolicy, spec_features

CORPUS = Path(".cache/training/policy.jsonl")
"""Where the times lie unless it is said otherwise."""


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """As in A.6, but for the unit of time: the native engine takes milliseconds where the paper's took seconds."""

    steps: int = 2000
    """Steps of Adam."""
    learning_rate: float = 0.02
    """Adam's."""
    penalty: float = 0.1
    """λ of Eq. 12."""
    first_beta: float = 1.0
    """β of Eq. 13 at the first step."""
    last_beta: float = 2.0
    """β at the last step; it grows linearly."""
    unit_seconds: float = 1e-3
    """What a time of 1 means in Eq. 12."""
    least_seconds: float = 1e-4
    """Shorter times count as this: below it they are noise."""


def learn_policy(corpus: Sequence[SpecTimes], settings: PolicySettings | None = None) -> SearchPolicy:
    """θ that minimises Eq. 13 over the corpus, starting from the uniform policy; the same corpus gives the same policy."""
    s = settings or PolicySettings()
    features = np.stack([spec_features(times.spec) for times in corpus])
    seconds = np.array([[np.inf if t is None else max(t, s.least_seconds) for t in times.until_least] for times in corpus])
    weights = np.zeros((len(SPACES), len(FEATURES)))
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(s.steps):
        beta = s.first_beta + (s.last_beta - s.first_beta) * step / max(1, s.steps - 1)
        _, slope = expected_time(weights, features, seconds / s.unit_seconds, beta)
        slope += 2 * s.penalty * weights
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        # Adam, whose averages begin at 0.
        weights -= s.learning_rate * (mean / (1 - 0.9 ** (step + 1))) / (np.sqrt(square / (1 - 0.999 ** (step + 1))) + 1e-8)
    return SearchPolicy(weights)


def expected_time(weights: Floats, features: Floats, seconds: Floats, beta: float) -> tuple[float, Floats]:
    """Eq. 13 without its penalty, the mean over specs of the soft minimum of t(σ|S) / π(σ|S) over BEST(S); and its gradient (24, 4).

    `features` (N, 4); `seconds` (N, 24), infinite where σ is not in BEST(S).
    """
    best = np.isfinite(seconds)
    scores = features @ weights.T
    log_shares = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    times = np.where(best, seconds, 1.0) * np.exp(np.minimum(-log_shares, 50.0))
    # Eq. 14; the smallest time is subtracted in the exponent, which changes nothing but the range of numbers.
    later = np.where(best, times - np.where(best, times, np.inf).min(axis=1, keepdims=True), np.inf)
    nearness = np.exp(-beta * later)
    nearness /= nearness.sum(axis=1, keepdims=True)
    soft = (nearness * times).sum(axis=1, keepdims=True)
    by_time = nearness * (1 - beta * (times - soft)) * times
    by_score = np.exp(log_shares) * by_time.sum(axis=1, keepdims=True) - by_time
    gradient: Floats = by_score.T @ features / len(features)
    return float(soft.mean()), gradient


def bias_optimal_seconds(policy: SearchPolicy, times: SpecTimes) -> float:
    """Eq. 5's time for one spec: the least t(σ|S) / π(σ|S) over BEST(S)."""
    shares = policy.shares(times.spec)
    return float(min(t / share for t, share in zip(times.until_least, shares, strict=True) if t is not None))
