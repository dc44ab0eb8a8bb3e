"""Learning π from measured times: the policy that minimises the expected bias-optimal time (Eq. 5 and 12 to 14 of the paper)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from derender.policy.times import SpecTimes
from derender.synthesis.policy import FEATURES, SPACES, SearchPolicy, spec_features

if TYPE_CHECKING:
    from torch import Tensor

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
    import torch

    s = settings or PolicySettings()
    features = torch.tensor(np.stack([spec_features(times.spec) for times in corpus]))
    seconds = torch.tensor([[np.inf if t is None else max(t, s.least_seconds) for t in times.until_least] for times in corpus])
    seconds = seconds.double() / s.unit_seconds
    weights = torch.zeros((len(SPACES), len(FEATURES)), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([weights], lr=s.learning_rate)
    for step in range(s.steps):
        beta = s.first_beta + (s.last_beta - s.first_beta) * step / max(1, s.steps - 1)
        optimizer.zero_grad()
        loss = expected_time(weights, features, seconds, beta) + s.penalty * (weights**2).sum()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own
        optimizer.step()
    return SearchPolicy(weights.detach().numpy().copy())


def expected_time(weights: Tensor, features: Tensor, seconds: Tensor, beta: float) -> Tensor:
    """Eq. 13 without its penalty: the mean over specs of the soft minimum of t(σ|S) / π(σ|S) over BEST(S).

    `features` (N, 4); `seconds` (N, 24), infinite where σ is not in BEST(S).
    """
    import torch

    best = torch.isfinite(seconds)
    log_shares = torch.log_softmax(features @ weights.T, dim=1)
    times = torch.where(best, seconds, 1.0) * torch.exp(-log_shares.clamp(min=-50.0))
    # Eq. 14; the smallest time is subtracted in the exponent, which changes nothing but the range of numbers.
    nearness = torch.where(best, -beta * times, -torch.inf)
    return (torch.softmax(nearness, dim=1) * times).sum(dim=1).mean()


def bias_optimal_seconds(policy: SearchPolicy, times: SpecTimes) -> float:
    """Eq. 5's time for one spec: the least t(σ|S) / π(σ|S) over BEST(S)."""
    shares = policy.shares(times.spec)
    return float(min(t / share for t, share in zip(times.until_least, shares, strict=True) if t is not None))
