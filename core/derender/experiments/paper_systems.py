"""The systems that the paper compares on images (Figures 4 and 8), and the shipped reader beside them, loaded once in each process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from derender.experiments.study import shared_pipeline
from derender.paper.beam import beam_search
from derender.paper.captions import captions
from derender.paper.likelihoods import LearnedLikelihood, SpecLikelihood
from derender.paper.one_shot import OneShotNetwork
from derender.paper.reader import PaperReader, load_one_shot
from derender.paper.sampling import sample_specs
from derender.paper.scenes import Array
from derender.paper.sight import PriorSight, Sight
from derender.perception.reader import Reader
from derender.spec import Spec

_LAST = 1 / 13
"""Probability of the end before anything is seen: twelve commands are drawn on average, as many as training scenes have at most."""

MOST = 100
"""Specs that the paper looks at for a drawing."""

Ranked = list[tuple[Spec, float]]
"""Specs and their scores, best first."""


@dataclass(frozen=True, slots=True)
class Systems:
    """The paper's reader, and the shipped one."""

    paper: PaperReader
    own: Reader

    def sampled(self, ink: Array, likelihood: SpecLikelihood, particles: int, seed: int) -> Ranked:
        """Neurally guided SMC: the paper's full system."""
        return _sampled(self.paper.sight(ink), likelihood, particles, seed)

    def searched(self, ink: Array, width: int) -> Ranked:
        """The network alone: a beam."""
        return beam_search(self.paper.sight(ink), width)

    def read(self, ink: Array) -> Ranked:
        """The shipped reader as it ships."""
        return [(r.spec, r.likelihood + r.proposal) for r in self.own.read(ink, most=MOST)]

    def learned(self, ink: Array) -> LearnedLikelihood:
        """L_learned of a drawing."""
        return LearnedLikelihood(self.paper.likelihood, ink)


@cache
def shared_systems() -> Systems:
    """The shipped weights on the processor; raises `ModelError` where some are missing."""
    return Systems(PaperReader.load("cpu"), shared_pipeline().reader)


def told(ink: Array, width: int) -> Ranked:
    """The one-shot LSTM: a beam over its tokens."""
    return captions(_shared_one_shot(), ink, width)


@cache
def _shared_one_shot() -> OneShotNetwork:
    return load_one_shot("cpu")


def unguided(likelihood: SpecLikelihood, particles: int, seed: int) -> Ranked:
    """SMC alone: proposals of a prior that sees nothing."""
    return _sampled(PriorSight(_LAST), likelihood, particles, seed)


def _sampled(sight: Sight, likelihood: SpecLikelihood, particles: int, seed: int) -> Ranked:
    return [(found.spec, found.score) for found in sample_specs(sight, likelihood, particles, seed)]


@dataclass(frozen=True, slots=True)
class Spent:
    """What came of a time, the processor seconds that it took, and the greatest effort: particles, or the width of a beam."""

    ranked: Ranked
    seconds: float
    effort: int


def within(seconds: float, run: Callable[[int], Ranked], first: int, most: int) -> Spent:
    """The best that `run` finds with `first` effort, and then with as much as what is left of the seconds allows, `most` at most.

    The first run is always finished; a further one is only made where it can be greater than the one before.
    """
    began, effort, best = time.process_time(), first, Ranked()
    while True:
        started = time.process_time()
        best = max(best, run(effort), key=lambda ranked: ranked[0][1] if ranked else -float("inf"))
        now = time.process_time()
        affordable = min(most, int(effort * (seconds - (now - began)) / max(1e-6, now - started)))
        if affordable <= effort:
            return Spent(best, now - began, effort)
        effort = affordable
