"""The specs that compete for a picture (Eq. 7): readings and their neighbours, what speaks for each, and the best program known of each.

Within a time: readings get programs first, then the leading specs' neighbours are held against the picture, and those that are likely
get a program that is much like their base's. Full searches, which also prove, fill the rest of the time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from derender.interpretation.evidence import Candidate, Evidence, Observation
from derender.interpretation.frames import Frame, Framing
from derender.interpretation.programs import Programs
from derender.interpretation.repair import Neighbour, RepairSettings, promise, sift, together
from derender.spec import Spec

_MOST_DOUBT = 2.0
"""Nats; of large figures hardly anything is ever excluded."""
_MOMENT = 0.005
"""Seconds that a search gets at least: the first program of a spec is found in less."""


@dataclass(frozen=True, slots=True)
class InterpretSettings:
    """How many specs compete, and for how long."""

    readings: int = 10
    """Readings that compete, as in the paper."""
    rounds: int = 5
    """How often the neighbours of a spec are looked at."""
    searched: int = 5
    """Specs whose programs are searched for, at least, however many are shown."""
    leading: int = 3
    """Specs whose neighbours may compete: those of the best ones."""
    scored: int = 16
    """Neighbours in a round that are held against the picture."""
    tried: int = 8
    """Neighbours in a round that get a program."""
    tried_pairs: int = 6
    """Pairs of them that are tried together."""
    unlikely: float = 10.0
    """Nats by which a spec may be behind in evidence, or in what slips explain, to be worth a program."""
    first_answer: float = 0.3
    """Seconds before the first answer; what was not tried by then is left out of it."""
    each: float = 0.06
    """Seconds for a search before the first answer; that for the reader's own best reading gets twice as much."""
    likened: float = 0.03
    """Seconds for a program that is made from another spec's."""
    favourite: float = 2.0
    """Nats that the reader's best reading has in advance: slips are rarer than in the drawings that the prior is learned from. As much
    caution as spoils no ambiguous drawing that the reader gets right, cross-validated on simulated ones."""
    repair: RepairSettings = field(default_factory=RepairSettings)


@dataclass(frozen=True, slots=True)
class Entry:
    """A spec that competes: as read and as told, its evidence, and the evidence of all readings that are one with it."""

    frame: Frame
    evidence: Evidence
    log_evidence: float


class Contenders:
    """The specs that compete and what is known of them, for one picture."""

    def __init__(
        self,
        readings: Sequence[Candidate],
        observation: Observation,
        framing: Framing,
        programs: Programs,
        settings: InterpretSettings,
        should_stop: Callable[[], bool],
    ) -> None:
        self.observation = observation
        self.framing = framing
        self.programs = programs
        self.settings = settings
        self._should_stop = should_stop
        self._due = programs.clock() + settings.first_answer
        self._repaired: set[Spec] = set()
        self._rounds = settings.rounds
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
        return self.programs.clock() >= self._due or self._should_stop()

    def take_time(self) -> None:
        """No answer is due any more."""
        self._due = math.inf

    def search_readings(self, top: int) -> None:
        """A program for each reading that has a chance or will be shown."""
        if self.own is None:
            return
        best = max(entry.log_evidence for entry in self.entries.values())
        own = self.own.frame.told
        self.programs.search(own, self._slice(2 * self.settings.each))
        for rank, (spec, entry) in enumerate(list(self.entries.items())):
            if rank < top or entry.log_evidence >= best - self.settings.unlikely:
                self.programs.liken(spec, own, self._slice(self.settings.likened))

    def repair(self) -> None:
        """Lets neighbours of the leading specs compete, the best spec's first, until the answer is due."""
        while self._rounds and not self.is_late:
            leading = [e for e in self.ordered()[: self.settings.leading] if e.frame.told not in self._repaired]
            if not leading:
                return
            if not self._repair(leading[0]):
                return
            self._rounds -= 1

    def _repair(self, base: Entry) -> bool:
        """Lets one spec's neighbours compete; False where there was no time for all of them."""
        for gain, evidence, frame in self._likely(base):
            if frame.told not in self.entries:
                if self.is_late:
                    return False
                self._add(frame, evidence, base.log_evidence + gain)
                self.programs.liken(frame.told, base.frame.told, self._slice(self.settings.likened))
        self._repaired.add(base.frame.told)
        return True

    def polish(self, top: int) -> None:
        """The reader's own reading with the structure of what overrules it; then searches of what is shown, until the answer is due."""
        if self.own is None:
            return
        best = self.ordered()[0]
        if best is not self.own:
            self.programs.liken(self.own.frame.told, best.frame.told, self._slice(self.settings.likened))
        for entry in self.ordered()[:top]:
            if not self.is_late:
                self.programs.search(entry.frame.told, self._slice(self.settings.each))

    def refine(self, top: int, timeout: float) -> None:
        """More time for unproven programs of what is shown or close to it: `timeout` seconds for the best and for the reader's
        own, half of that for the rest."""
        shown = self.ordered()[: top + 3]
        if self.own is not None:
            self.programs.search(self.own.frame.told, timeout)
        for rank, entry in enumerate(shown):
            self.programs.search(entry.frame.told, timeout if rank == 0 else timeout / 2 / max(1, len(shown) - 1))

    def ordered(self) -> list[Entry]:
        """The entries with a program, the most probable first; among equals the reader's order."""
        known = [entry for spec, entry in self.entries.items() if self.programs.knows(spec)]
        return sorted(known, key=lambda entry: -self.log_score(entry))

    def log_score(self, entry: Entry) -> float:
        """The logarithm of Eq. 7's product, and what the reader's best reading has in advance."""
        known = entry.log_evidence + self.programs.log_prior(entry.frame.told)
        # A program that is only not found yet is no reason to overrule the reader.
        return known + self.settings.favourite + min(self.programs.doubt(entry.frame.told), _MOST_DOUBT) if entry is self.own else known

    def _likely(self, entry: Entry) -> Iterator[tuple[float, Evidence, Frame]]:
        """Neighbours that may be better, the most promising first: how much evidence is gained, and all of it."""
        base = entry.frame.read
        near = sift(base, self.observation, self.settings.repair, self.settings.scored)
        singles = self._weighed(entry, near)[: self.settings.tried]
        for gain, neighbour, evidence in singles:
            yield gain, evidence, self.framing(neighbour.spec)
        if self.is_late:
            return
        # What went wrong twice looks no better while only one of the two is put right.
        for gain, neighbour, evidence in self._weighed(entry, together(base, [n for _, n, _ in singles]))[: self.settings.tried_pairs]:
            yield gain, evidence, self.framing(neighbour.spec)

    def _weighed(self, entry: Entry, near: Sequence[Neighbour]) -> list[tuple[float, Neighbour, Evidence]]:
        """Neighbours that are not too unlikely, the most promising first: evidence gained over the entry, and all of it."""
        own, *others = self.observation.score([entry.frame.read, *(n.spec for n in near)])
        least = max(other.log_evidence for other in self.entries.values()) - self.settings.unlikely - entry.log_evidence
        found = [(e.total - own.total, n, _relative(entry.evidence, own, e)) for n, e in zip(near, others, strict=True)]
        hopes = [(n.hope(gain, self.settings.repair.slips), (gain, n, evidence)) for gain, n, evidence in found]
        ordered = sorted((h for h in hopes if h[0] >= least), key=lambda h: -promise(h[0], h[1][1].votes))
        return [weighed for _, weighed in ordered]

    def _slice(self, seconds: float) -> float:
        """So many seconds, or what is left until the answer is due."""
        return max(_MOMENT, min(seconds, self._due - self.programs.clock()))

    def _add(self, frame: Frame, evidence: Evidence, log_evidence: float) -> None:
        known = self.entries.get(frame.told)
        if known is not None:
            self.entries[frame.told] = replace(known, log_evidence=_sum_of_logs(known.log_evidence, log_evidence))
            return
        self.entries[frame.told] = Entry(frame, evidence, log_evidence)


def _relative(base: Evidence, base_again: Evidence, other: Evidence) -> Evidence:
    """`other` on the scale of `base`: the observation's constants may differ from the reader's."""
    return Evidence(
        base.likelihood + other.likelihood - base_again.likelihood,
        base.proposal + other.proposal - base_again.proposal,
    )


def _sum_of_logs(a: float, b: float) -> float:
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))
