"""β of the prior over programs by maximum likelihood (Eq. 8), from drawings whose truth is known.

For each drawing the candidates are those that interpretation would rank: the reader's readings and their neighbours, with their best
programs. β maximises the probability of the truth among them. Drawings whose truth is not among them teach nothing and are left out.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from derender.interpretation.evidence import Candidate, Evidence, Observation
from derender.interpretation.features import features, vector
from derender.interpretation.frames import Framing
from derender.interpretation.prior import BY_COST, ProgramPrior
from derender.interpretation.programs import Programs
from derender.interpretation.repair import RepairSettings, promise, sift
from derender.perception.reader import Reading
from derender.spec import Spec


@dataclass(frozen=True, slots=True)
class Competition:
    """A drawing's candidates: features (N, F), log evidence (N), the number of the true one or None, that of the reader's best."""

    features: NDArray[np.float64]
    evidence: NDArray[np.float64]
    truth: int | None
    own: int


@dataclass(frozen=True, slots=True)
class LearningSettings:
    """How candidates are gathered, and how far β may go."""

    readings: int = 10
    unlikely: float = 12.0
    neighbours: int = 8
    rounds: int = 2
    seconds: float = 0.1
    """Processor time for each program."""
    penalty: float = 0.005
    """Times the squared distance of β from the cost prior, for each drawing."""
    steps: int = 400


def competition(
    readings: Sequence[Reading], observation: Observation, framing: Framing, truth: Spec, settings: LearningSettings
) -> Competition:
    """The candidates of one drawing: readings, and the likeliest neighbours of the best ones, in rounds."""
    found: dict[Spec, float] = {}
    for reading in readings[: settings.readings]:
        found.setdefault(reading.spec, reading.likelihood + reading.proposal)
    best = max(found.values())
    found = {spec: log for spec, log in found.items() if log >= best - settings.unlikely}
    own = next(iter(found))
    frontier = [own]
    for _ in range(settings.rounds):
        grown: dict[Spec, float] = {}
        for base in frontier:
            grown.update(_grown(base, found[base], best, observation, settings))
        frontier = sorted((s for s in grown if s not in found), key=lambda s: -grown[s])[: settings.neighbours // 2]
        found = {**grown, **found}
    # Processor time: what is learned must not depend on how busy the machine is.
    programs = Programs(BY_COST, clock=time.process_time)
    rows = []
    for spec in found:
        told = framing(spec).told
        rows.append(vector(features(programs.best(told, settings.seconds).program, told)))
    specs = list(found)
    number = specs.index(truth) if truth in found else None
    return Competition(np.array(rows), np.array(list(found.values())), number, specs.index(own))


def _grown(base: Spec, log: float, best: float, observation: Observation, settings: LearningSettings) -> dict[Spec, float]:
    near = sift(base, observation, RepairSettings(), 2 * settings.neighbours)
    own, *others = observation.score([base, *(n.spec for n in near)])
    gains = sorted(zip(near, others, strict=True), key=lambda pair: -promise(pair[1].total, pair[0].votes))
    likely = [(n.spec, log + e.total - own.total) for n, e in gains if log + e.total - own.total >= best - settings.unlikely]
    return dict(likely[: settings.neighbours])


def learn(competitions: Iterable[Competition], settings: LearningSettings = LearningSettings()) -> ProgramPrior:
    """β*, by gradient ascent from the cost prior; the penalty keeps features that hardly vary from taking large weights."""
    usable = [c for c in competitions if c.truth is not None and len(c.evidence) > 1]
    start = np.array(BY_COST.weights)
    weights = start.copy()
    # Adam with a full batch: twelve weights and a convex problem.
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, settings.steps + 1):
        gradient = -2 * settings.penalty * (weights - start)
        for c in usable:
            gradient += (c.features[c.truth] - _posterior(c, weights) @ c.features) / max(1, len(usable))
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        weights = weights + 0.05 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return ProgramPrior(tuple(float(weight) for weight in weights))


def chosen(c: Competition, prior: ProgramPrior) -> int:
    """The number of the candidate that Eq. 7 takes."""
    return int(np.argmax(c.evidence + c.features @ np.array(prior.weights)))


def _posterior(c: Competition, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    scores = c.evidence + c.features @ weights
    shares = np.exp(scores - scores.max())
    return np.asarray(shares / shares.sum())


def folds(competitions: Sequence[Competition], count: int) -> Iterator[tuple[list[Competition], list[Competition]]]:
    """Cross-validation: each part held out once, with the rest."""
    for k in range(count):
        yield [c for n, c in enumerate(competitions) if n % count != k], [c for n, c in enumerate(competitions) if n % count == k]


def as_candidates(readings: Sequence[Reading]) -> list[Candidate]:
    """Readings as interpretation takes them."""
    return [Candidate(reading.spec, Evidence(reading.likelihood, reading.proposal)) for reading in readings]
