"""β of the prior over programs, and the odds of slips, by maximum likelihood (Eq. 8), from drawings whose truth is known.

For each drawing the candidates are those that interpretation ranks: the reader's readings and their neighbours, with their best
programs, each by the best of its explanations. β maximises the probability of the truth among them. Drawings whose truth is not among
them teach nothing and are left out.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from derender.interpretation.contenders import Contenders, InterpretSettings
from derender.interpretation.evidence import Observation
from derender.interpretation.features import NAMES, features, vector
from derender.interpretation.frames import Framing
from derender.interpretation.prior import BY_COST, ProgramPrior, prior_of, weights_of
from derender.interpretation.programs import Programs
from derender.interpretation.reader_evidence import as_candidates
from derender.interpretation.slips import SlipOdds, slip_features
from derender.perception.reader import Reading
from derender.spec import Spec

START = replace(BY_COST, slips=SlipOdds(-4.0, -4.0, -4.0, -0.25))
"""What candidates are gathered by, and where learning starts from: the cost, and slips as rare as they are in few hands."""


@dataclass(frozen=True, slots=True)
class Competition:
    """A drawing's candidates, a row for each explanation of each: features of program and slips (R, F), log evidence (R), the candidate
    that it explains (R, in ascending order); the number of the true candidate or None, that of the reader's best."""

    features: NDArray[np.float64]
    evidence: NDArray[np.float64]
    candidate: NDArray[np.int64]
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
    programs = Programs(START, clock=time.process_time)
    contenders = Contenders(as_candidates(readings), observation, framing, programs, settings.gathering, lambda: False)
    contenders.search_readings(top=settings.gathering.readings)
    contenders.repair()
    known = [(spec, entry) for spec, entry in contenders.entries.items() if programs.knows(spec)]
    specs = [spec for spec, _ in known]
    own = contenders.own.frame.told if contenders.own is not None else None
    rows = [
        ((*vector(features(programs.best(spec).program, spec)), *slip_features(why.slips, why.lack)), why.log_evidence, number)
        for number, (spec, entry) in enumerate(known)
        for why in contenders.explanations(entry)
    ]
    return Competition(
        np.array([row for row, _, _ in rows]),
        np.array([evidence for _, evidence, _ in rows]),
        np.array([number for _, _, number in rows]),
        specs.index(truth) if truth in specs else None,
        specs.index(own) if own is not None else 0,
    )


def learn(competitions: Iterable[Competition], settings: LearningSettings = LearningSettings()) -> ProgramPrior:
    """β*, by gradient ascent from the cost prior; the penalty keeps features that hardly vary from taking large weights."""
    usable = [c for c in competitions if c.truth is not None and c.candidate[-1] > 0]
    if not usable:
        return BY_COST
    start = np.array(weights_of(START))
    weights = start.copy()
    # All explanations of all drawings in one array, those of a candidate from `firsts` on, candidates of a drawing from `starts` on.
    counts = np.array([c.candidate[-1] + 1 for c in usable])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    rows, evidence = np.concatenate([c.features for c in usable]), np.concatenate([c.evidence for c in usable])
    candidate = np.concatenate([c.candidate + start_of for c, start_of in zip(usable, starts, strict=True)])
    firsts = np.flatnonzero(np.diff(candidate, prepend=-1))
    truths = starts + np.array([c.truth for c in usable])
    # Adam with a full batch: few weights and, but for which explanation is best, a convex problem.
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, settings.steps + 1):
        by_row = evidence + rows @ weights
        scores = np.maximum.reduceat(by_row, firsts)
        best = rows[_first_where(by_row == scores[candidate], firsts)]
        shares = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), counts))
        posterior = shares / np.repeat(np.add.reduceat(shares, starts), counts)
        gradient = (best[truths].sum(0) - posterior @ best) / len(usable) - 2 * settings.penalty * (weights - start)
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        weights = weights + 0.05 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        # A slip is never worth anything, and the ink speaks neither doubly nor for its opposite.
        weights[len(NAMES) :] = np.clip(weights[len(NAMES) :], [*[-np.inf] * 3, -1.0], 0.0)
    return prior_of(weights.tolist())


def _first_where(true: NDArray[np.bool_], firsts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first row of each candidate for which it is true."""
    numbers = np.where(true, np.arange(len(true)), len(true))
    return np.minimum.reduceat(numbers, firsts)


def chosen(c: Competition, prior: ProgramPrior, favourite: float = InterpretSettings().favourite) -> int | None:
    """The number of the candidate that Eq. 7 takes, `favourite` nats being the advance of the reader's best; None where there is none."""
    if not len(c.evidence):
        return None
    scores = c.evidence + c.features @ np.array(weights_of(prior))
    scores[c.candidate == c.own] += favourite
    return int(c.candidate[np.argmax(scores)])


def folds(competitions: Sequence[Competition], count: int) -> Iterator[tuple[list[Competition], list[Competition]]]:
    """Cross-validation: each part held out once, with the rest."""
    for k in range(count):
        yield [c for n, c in enumerate(competitions) if n % count != k], [c for n, c in enumerate(competitions) if n % count == k]
