"""Joint ranking (Eq. 7): readings and their neighbours, each with its best program, by likelihood × proposal × prior over programs.

`interpret` is an iterator: the first answer comes within a short time, with whatever is proven of it by then; the second, where
there is one, after the unproven programs were searched for longer. A caller may stop after either.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from derender.interpretation.corrections import corrections
from derender.interpretation.evidence import Candidate, Evidence, Observation
from derender.interpretation.frames import Frame, Framing
from derender.interpretation.prior import ProgramPrior
from derender.interpretation.programs import Clock, Programs
from derender.interpretation.repair import Neighbour, RepairSettings, promise, sift, together
from derender.interpretation.values import Correction, Interpretation, LogScore
from derender.spec import Spec

_MOST_DOUBT = 5.0
"""Nats; of large figures hardly anything is ever excluded."""


@dataclass(frozen=True, slots=True)
class InterpretSettings:
    """How many specs compete, and for how long."""

    readings: int = 10
    """Readings that compete, as in the paper."""
    rounds: int = 3
    """Repairs of repairs."""
    scored: int = 16
    """Neighbours in a round that are held against the picture."""
    tried: int = 6
    """Neighbours in a round whose programs are searched."""
    tried_pairs: int = 3
    """Pairs of them that are tried together."""
    unlikely: float = 10.0
    """Nats by which a spec may be behind in evidence to be worth a program."""
    first_answer: float = 0.4
    """Seconds before the first answer; what was not tried by then is left out of it."""
    each: float = 0.06
    """Seconds for a program before the first answer; the reader's own best reading gets three times as much."""
    favourite: float = 2.0
    """Nats that the reader's best reading has in advance: slips are rarer than in the drawings that the prior is learned from. As much
    caution as leaves a gain of eight points on simulated ambiguous drawings."""
    repair: RepairSettings = field(default_factory=RepairSettings)


@dataclass(frozen=True, slots=True)
class Entry:
    """A spec that competes: as read and as told, its evidence, and the evidence of all readings that are one with it."""

    frame: Frame
    evidence: Evidence
    log_evidence: float


def interpret(
    readings: Sequence[Candidate],
    observation: Observation,
    framing: Framing,
    prior: ProgramPrior,
    *,
    top: int,
    timeout: float,
    settings: InterpretSettings | None = None,
    should_stop: Callable[[], bool] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Iterator[tuple[Interpretation, ...]]:
    """The `top` best interpretations, best first; then, where programs were unproven or the time was too short, once more
    after up to 2.5 `timeout` seconds and the repairs that were not tried.

    `readings`: best first, on the lattice that the picture was read on. None give one empty answer.
    """
    settings = settings or InterpretSettings()
    stopped = should_stop or _never
    ranking = Ranking(readings, observation, framing, Programs(prior, should_stop, clock), settings)
    if not ranking.entries:
        yield ()
        return
    ranking.search_readings(top)
    rounds = settings.rounds
    while rounds and not ranking.is_late and not stopped() and ranking.repair():
        rounds -= 1
    first = ranking.answer(top)
    yield first
    if stopped() or (all(i.optimal for i in first) and not ranking.is_late):
        return
    ranking.refine(top, timeout)
    ranking.due = math.inf
    while rounds and not stopped() and ranking.repair():
        rounds -= 1
    yield ranking.answer(top)


def _never() -> bool:
    """Nobody asks for an end."""
    return False


class Ranking:
    """The specs that compete and what is known of them."""

    def __init__(
        self, readings: Sequence[Candidate], observation: Observation, framing: Framing, programs: Programs, settings: InterpretSettings
    ) -> None:
        self._observation = observation
        self._framing = framing
        self._programs = programs
        self._settings = settings
        self._clock = Clock(programs.clock)
        self.due = settings.first_answer
        """Seconds after which nothing more is tried."""
        self._repaired: set[Spec] = set()
        self.entries: dict[Spec, Entry] = {}
        """By their specs as told: readings that settle alike are one."""
        for reading in readings[: settings.readings]:
            if reading.spec.commands or len(readings) > 1:
                self._add(framing(reading.spec), reading.evidence, reading.evidence.total)
        self.own = next(iter(self.entries.values())) if self.entries else None
        """The reader's own best reading."""

    @property
    def is_late(self) -> bool:
        """Whether the answer is due."""
        return self._clock.seconds >= self.due

    def search_readings(self, top: int) -> None:
        """A program for each reading that has a chance or will be shown; those beyond the time get what a moment gives."""
        best = max(entry.log_evidence for entry in self.entries.values())
        for rank, (spec, entry) in enumerate(list(self.entries.items())):
            if rank < top or entry.log_evidence >= best - self._settings.unlikely:
                slice_ = self._settings.each * (3 if rank == 0 else 1)
                self._programs.best(spec, 0.005 if self.is_late and rank else slice_)

    def repair(self) -> bool:
        """Lets the best entry's neighbours compete; whether that changed what is best."""
        before = self.ordered()[0]
        if before.frame.told in self._repaired:
            return False
        for gain, evidence, frame in self._likely(before):
            if frame.told in self.entries:
                continue
            if self.is_late:
                return False
            self._add(frame, evidence, before.log_evidence + gain)
            self._programs.best(frame.told, self._settings.each)
        self._repaired.add(before.frame.told)
        return self.ordered()[0] is not before

    def _likely(self, entry: Entry) -> Iterator[tuple[float, Evidence, Frame]]:
        """Neighbours that may be better, the most promising first: how much evidence is gained, and all of it."""
        base = entry.frame.read
        near = sift(base, self._observation, self._settings.repair, self._settings.scored)
        singles = self._weighed(entry, near)[: self._settings.tried]
        # What went wrong twice looks no better while only one of the two is put right.
        pairs = self._weighed(entry, together(base, [neighbour for _, neighbour, _ in singles]))[: self._settings.tried_pairs]
        for gain, neighbour, evidence in (*singles, *pairs):
            yield gain, evidence, self._framing(neighbour.spec)

    def _weighed(self, entry: Entry, near: Sequence[Neighbour]) -> list[tuple[float, Neighbour, Evidence]]:
        """Neighbours that are not too unlikely, the most promising first: evidence gained over the entry, and all of it."""
        own, *others = self._observation.score([entry.frame.read, *(n.spec for n in near)])
        least = self._best_evidence - self._settings.unlikely - entry.log_evidence
        gains = [
            (evidence.total - own.total, n, _relative(entry.evidence, own, evidence)) for n, evidence in zip(near, others, strict=True)
        ]
        return sorted((g for g in gains if g[0] >= least), key=lambda g: -promise(g[0], g[1].votes))

    def refine(self, top: int, timeout: float) -> None:
        """More time for unproven programs of what is shown or close to it: `timeout` seconds for the best and for the reader's
        own, half of that for the rest."""
        shown = self.ordered()[: top + 3]
        if self.own is not None:
            self._programs.search(self.own.frame.told, timeout)
        for rank, entry in enumerate(shown):
            self._programs.search(entry.frame.told, timeout if rank == 0 else timeout / 2 / max(1, len(shown) - 1))

    def ordered(self) -> list[Entry]:
        """The entries with a program, the most probable first; among equals the reader's order."""
        known = [entry for spec, entry in self.entries.items() if self._programs.knows(spec)]
        return sorted(known, key=lambda entry: -self.log_score(entry))

    def log_score(self, entry: Entry) -> float:
        """The logarithm of Eq. 7's product, and what the reader's best reading has in advance."""
        known = entry.log_evidence + self._programs.log_prior(entry.frame.told)
        # A program that is only not found yet is no reason to overrule the reader.
        return known + self._settings.favourite + min(self._programs.doubt(entry.frame.told), _MOST_DOUBT) if entry is self.own else known

    def answer(self, top: int) -> tuple[Interpretation, ...]:
        """The `top` best interpretations, the first with its corrections."""
        ordered = self.ordered()
        best = self.log_score(ordered[0])
        weights = [math.exp(self.log_score(entry) - best) for entry in ordered]
        total = math.fsum(weights)
        shares = [weight / total for weight in weights]
        found = [self._interpretation(entry, share) for entry, share in zip(ordered[:top], shares, strict=False)]
        return tuple(found)

    def _interpretation(self, entry: Entry, probability: float) -> Interpretation:
        spec = entry.frame.told
        known = self._programs.best(spec, 0)
        score = LogScore(entry.evidence.likelihood, entry.evidence.proposal, self._programs.log_prior(spec))
        overruled: tuple[Correction, ...] = ()
        if self.own is not None and entry is not self.own and entry is self.ordered()[0]:
            overruled = corrections(
                self.own.frame.read, entry.frame, score.prior, self._observation, self._framing, self._programs, self._settings.each
            )
        return Interpretation(spec, known.program, known.cost_thirds, known.optimal, probability, score, entry.frame.lattice, overruled)

    @property
    def _best_evidence(self) -> float:
        return max(entry.log_evidence for entry in self.entries.values())

    def _add(self, frame: Frame, evidence: Evidence, log_evidence: float) -> None:
        known = self.entries.get(frame.told)
        if known is None:
            self.entries[frame.told] = Entry(frame, evidence, log_evidence)
        else:
            together = _sum_of_logs(known.log_evidence, log_evidence)
            self.entries[frame.told] = Entry(known.frame, known.evidence, together)


def _relative(base: Evidence, base_again: Evidence, other: Evidence) -> Evidence:
    """`other` on the scale of `base`: the observation's constants may differ from the reader's."""
    return Evidence(
        base.likelihood + other.likelihood - base_again.likelihood,
        base.proposal + other.proposal - base_again.proposal,
    )


def _sum_of_logs(a: float, b: float) -> float:
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))
