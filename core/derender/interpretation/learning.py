"""β of the prior over programs by maximum likelihood (Eq. 8), from drawings whose truth is known.

For each drawing the candidates are those that interpretation ranks: the reader's readings and their neighbours, with their best
programs. β maximises the probability of the truth among them. Drawings whose truth is not among them teach nothing and are left out.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from derender.interpretation.contenders import Contenders, InterpretSettings
from derender.interpretation.evidence import Observation
from derender.interpretation.features import features, vector
from derender.interpretation.frames import Framing
from derender.interpretation.prior import BY_COST, ProgramPrior
from derender.interpretation.programs import Programs
from derender.interpretation.reader_evidence import as_candidates
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

    gathering: InterpretSettings = field(default_factory=lambda: InterpretSettings(first_answer=math.inf, rounds=4, favourite=0.0))
    """The time for each program is processor time: what is learned must not depend on how busy the machine is."""
    penalty: float = 0.005
    """Times the squared distance of β from the cost prior, for each drawing."""
    steps: int = 400


def competition(
    readings: Sequence[Reading], observation: Observation, framing: Framing, truth: Spec, settings: LearningSettings
) -> Competition:
    """The candidates of one drawing; `truth` is told as `framing` tells it."""
    programs = Programs(BY_COST, clock=time.process_time)
    contenders = Contenders(as_candidates(readings), observation, framing, programs, settings.gathering, lambda: False)
    contenders.search_readings(top=settings.gathering.readings)
    contenders.repair()
    known = [(spec, entry) for spec, entry in contenders.entries.items() if programs.knows(spec)]
    specs = [spec for spec, _ in known]
    own = contenders.own.frame.told if contenders.own is not None else None
    return Competition(
        np.array([vector(features(programs.best(spec).program, spec)) for spec in specs]),
        np.array([entry.log_evidence for _, entry in known]),
        specs.index(truth) if truth in specs else None,
        specs.index(own) if own is not None else 0,
    )


def learn(competitions: Iterable[Competition], settings: LearningSettings = LearningSettings()) -> ProgramPrior:
    """β*, by gradient ascent from the cost prior; the penalty keeps features that hardly vary from taking large weights."""
    usable = [c for c in competitions if c.truth is not None and len(c.evidence) > 1]
    start = np.array(BY_COST.weights)
    weights = start.copy()
    if not usable:
        return ProgramPrior(tuple(weights.tolist()))
    # All candidates of all drawings in one array, those of a drawing from `starts` on.
    sizes = np.array([len(c.evidence) for c in usable])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    rows, evidence = np.concatenate([c.features for c in usable]), np.concatenate([c.evidence for c in usable])
    truth = np.sum([c.features[c.truth] for c in usable], axis=0)
    # Adam with a full batch: twelve weights and a convex problem.
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, settings.steps + 1):
        scores = evidence + rows @ weights
        shares = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        posterior = shares / np.repeat(np.add.reduceat(shares, starts), sizes)
        gradient = (truth - posterior @ rows) / len(usable) - 2 * settings.penalty * (weights - start)
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        weights = weights + 0.05 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return ProgramPrior(tuple(weights.tolist()))


def chosen(c: Competition, prior: ProgramPrior, favourite: float = InterpretSettings().favourite) -> int | None:
    """The number of the candidate that Eq. 7 takes, `favourite` nats being the advance of the reader's best; None where there is none."""
    if not len(c.evidence):
        return None
    scores = c.evidence + c.features @ np.array(prior.weights)
    scores[c.own] += favourite
    return int(np.argmax(scores))


def folds(competitions: Sequence[Competition], count: int) -> Iterator[tuple[list[Competition], list[Competition]]]:
    """Cross-validation: each part held out once, with the rest."""
    for k in range(count):
        yield [c for n, c in enumerate(competitions) if n % count != k], [c for n, c in enumerate(competitions) if n % count == k]
