"""Neurally guided Sequential Monte Carlo as in the paper (Section 2): each particle draws one command a round, or is finished.

The rounds, weights and resampling are those of `perception.smc`; its proposals here are samples of the paper's network, the likelihood
is by pixels or learned. Since a proposal's own probability is part of the target L(I | render(S)) P[S | I], weights are likelihoods.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from derender.paper.beam import MOST_COMMANDS
from derender.paper.decoding import sampled
from derender.paper.likelihoods import SpecLikelihood
from derender.paper.sight import Sight
from derender.perception.proposals import Choice, Group, Proposals
from derender.perception.smc import FilterSettings, particle_filter
from derender.spec import Spec

_MOST_SAMPLES = 16
"""Commands that are drawn for one spec in a round; particles that share the spec take one of them each."""


@dataclass(frozen=True, slots=True)
class Found:
    """A spec, log L(I | render(S)) up to a constant, and log P[S | I] of the way in which it was drawn."""

    spec: Spec
    log_likelihood: float
    log_probability: float

    @property
    def score(self) -> float:
        """The sampler's target."""
        return self.log_likelihood + self.log_probability


class SampledModel:
    """One drawing as a `smc.Model`; remembers every spec that it was asked about."""

    def __init__(self, sight: Sight, likelihood: SpecLikelihood, samples: int, random: torch.Generator) -> None:
        self._sight = sight
        self._likelihood = likelihood
        self._samples = samples
        self._random = random
        self._drawn: dict[Spec, float] = {Spec(): 0.0}
        """For each spec the log probability of its likeliest way."""
        self._stop: dict[Spec, float] = {}
        self._log_likelihoods: dict[Spec, float] = {}

    def propose(self, explanations: Sequence[Spec]) -> list[Proposals]:
        """For each explanation samples of the next command, each as probable as the others, and the end."""
        answers = sampled(self._sight.tokens, self._sight.features(explanations), self._samples, self._random)
        proposals: list[Proposals] = []
        for spec, (stop, samples) in zip(explanations, answers, strict=True):
            self._stop[spec] = stop
            commands = [(command, p) for command, p in samples if command is not None]
            for command, p in commands:
                child = spec | Spec([command])
                if command not in spec:
                    self._drawn[child] = max(self._drawn[spec] + p, self._drawn.get(child, -math.inf))
            share = -math.expm1(stop) / len(commands)
            proposals.append((Group(tuple(Choice((command,), share) for command, _ in commands), math.exp(stop)),))
        return proposals

    def log_likelihood(self, specs: Sequence[Spec]) -> list[float]:
        """log L(I | render(S)) of each spec."""
        new = [spec for spec in specs if spec not in self._log_likelihoods]
        self._log_likelihoods.update(zip(new, self._likelihood(new), strict=True))
        return [self._log_likelihoods[spec] for spec in specs]

    def explained(self, _: Spec) -> bool:
        """Never known from outside: as in the paper the network alone says when a drawing is complete."""
        return False

    def found(self) -> list[Found]:
        """Every spec that could have been finished, the best first."""
        specs = list(self._stop)
        likelihoods = self.log_likelihood(specs)
        found = [Found(s, at, self._drawn[s] + self._stop[s]) for s, at in zip(specs, likelihoods, strict=True)]
        return sorted(found, key=lambda f: -f.score)


def sample_specs(sight: Sight, likelihood: SpecLikelihood, particles: int, seed: int) -> list[Found]:
    """The specs that `particles` particles find, the best first."""
    model = SampledModel(sight, likelihood, min(particles, _MOST_SAMPLES), torch.Generator().manual_seed(seed))
    settings = FilterSettings(particles, (0.0,) * MOST_COMMANDS, particles)
    for _ in particle_filter(model, settings, np.random.default_rng(seed)):
        pass
    return model.found()
