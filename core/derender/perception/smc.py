"""Inference by Sequential Monte Carlo over specs (Section 2).

A particle is a set of drawing commands. In each round every particle

- proposes: the network sees the ink and the particle's rendering, and says what else is drawn; the particle takes a sample,
- is rendered and weighed by the likelihood of the ink given its rendering,
- is resampled: particles that explain the drawing better have more offspring.

Where the paper's particles add one command a round, these add blocks: first what the network is sure of, which nearly all
particles share and which costs one look of the network, then, seeing it explained, the rest. Particles with one spec are
looked at once, all distinct ones as one batch.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from derender.perception.legibility import Drawn
from derender.perception.proposals import Group, Proposals, sureness
from derender.spec import Command, Spec


@dataclass(frozen=True, slots=True)
class FilterSettings:
    """The particle filter: how many particles, and how sure the network must be of what each round may add."""

    particles: int = 4
    rounds: tuple[float, ...] = (0.8, 0.0)
    """For each round the probability that a group of candidates must at least have; the last rounds let everything in."""
    most_distinct: int = 1
    """Distinct specs that are looked at in one round; others' weight goes to these."""


@dataclass(frozen=True, slots=True)
class Particle:
    """A set of commands; the log likelihood of the ink given it; its log weight since the last resampling; whether it may grow."""

    spec: Spec
    log_likelihood: float
    log_weight: float = 0.0
    growing: bool = True


class Model(Protocol):
    """What the filter asks about one drawing."""

    def propose(self, explanations: Sequence[Spec]) -> Sequence[Proposals]:
        """q(· | ink, explanation) for each explanation."""

    def log_likelihood(self, specs: Sequence[Spec]) -> Sequence[float]:
        """log L(ink | rendering) for each spec, up to a constant."""

    def explained(self, spec: Spec) -> bool:
        """Whether its rendering leaves nothing on the paper that a further command could explain."""


def particle_filter(model: Model, settings: FilterSettings, rng: np.random.Generator) -> Iterator[tuple[Particle, ...]]:
    """The population after each round, weighed and resampled; ends when no particle grows any more."""
    # All begin alike, so that what the ink says of an empty spec makes no difference.
    population = (Particle(Spec(), 0.0),) * settings.particles
    for least in settings.rounds:
        proposed = _proposals(model, population)
        population = _weighed(model, [_grown(p, proposed[p.spec], least, rng) if p.growing else p for p in population])
        population = _resting(model, resampled(population, settings.most_distinct, rng))
        yield population
        if not any(p.growing for p in population):
            return


def _proposals(model: Model, population: Sequence[Particle]) -> dict[Spec, Proposals]:
    growing = list(dict.fromkeys(p.spec for p in population if p.growing))
    return dict(zip(growing, model.propose(growing), strict=True)) if growing else {}


def _grown(particle: Particle, proposals: Proposals, least: float, rng: np.random.Generator) -> Particle:
    """The particle with a sample of what is proposed; one that finds nothing to add at all has stopped growing."""
    sample: list[Command] = []
    drawn = Drawn(particle.spec)
    for group in sorted(proposals, key=sureness, reverse=True):
        if sureness(group) < least:
            break
        commands = _chosen(group, rng)
        if commands and not any(drawn.clashes(c) for c in commands):
            sample.extend(commands)
            for command in commands:
                drawn.add(command)
    return replace(particle, spec=particle.spec | Spec(sample), growing=least > 0 or bool(sample))


def _chosen(group: Group, rng: np.random.Generator) -> tuple[Command, ...]:
    """The commands of one of the group's alternatives, at random by their probabilities."""
    at = rng.random() * (group.nothing + sureness(group)) - group.nothing
    if at < 0:
        return ()
    for choice in group.choices:
        at -= choice.probability
        if at < 0:
            return choice.commands
    return group.choices[-1].commands


def _resting(model: Model, particles: Sequence[Particle]) -> tuple[Particle, ...]:
    """Particles that explain the whole drawing grow no more: the network need not look for what is not there."""
    done = {spec: model.explained(spec) for spec in {p.spec for p in particles if p.growing}}
    return tuple(replace(p, growing=False) if p.growing and done[p.spec] else p for p in particles)


def _weighed(model: Model, particles: Sequence[Particle]) -> tuple[Particle, ...]:
    """Each particle's weight changes by the likelihood that its sample gained: the sample came from the network's own distribution,
    so that what is left of target over proposal is the likelihood."""
    known = {p.spec: None for p in particles}
    likelihoods = dict(zip(known, model.log_likelihood(list(known)), strict=True))
    return tuple(
        replace(p, log_likelihood=likelihoods[p.spec], log_weight=p.log_weight + likelihoods[p.spec] - p.log_likelihood) for p in particles
    )


def resampled(particles: Sequence[Particle], most_distinct: int, rng: np.random.Generator) -> tuple[Particle, ...]:
    """As many particles, drawn by weight (systematic resampling) among the `most_distinct` heaviest specs; weights are even again."""
    top = max(p.log_weight for p in particles)
    mass = Counter[Spec]()
    for p in particles:
        mass[p.spec] += math.exp(p.log_weight - top)  # type: ignore[assignment]  # a Counter of floats
    kept = {spec for spec, _ in mass.most_common(most_distinct)}
    weights = np.array([math.exp(p.log_weight - top) if p.spec in kept else 0.0 for p in particles])
    places = (rng.random() + np.arange(len(particles))) / len(particles)
    chosen = np.searchsorted(np.cumsum(weights) / weights.sum(), places, side="right").clip(0, len(particles) - 1)
    return tuple(replace(particles[int(k)], log_weight=0.0) for k in chosen)
