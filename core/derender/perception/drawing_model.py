"""One drawing as a probabilistic model: what may be drawn beside what is explained, and how well specs explain the ink (Section 2)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from derender.perception.ambiguity import Ambiguities
from derender.perception.likelihood import Likelihood
from derender.perception.looks import Look, look
from derender.perception.moves import Climbed, Move, climb
from derender.perception.network import CELL, ReaderNetwork
from derender.perception.odds import ProposalOdds
from derender.perception.opinions import CloseUps, Opinions
from derender.perception.pixels import PixelEvidence
from derender.perception.proposals import Proposals, ProposalSettings, propose
from derender.perception.ranking import Evidence, Weights, doubt_of, log_likelihood, log_proposal, rank
from derender.perception.selection import SelectionSettings, select
from derender.perception.smc import FilterSettings, particle_filter
from derender.perception.targets import explanation_on_canvas
from derender.perception.views import ALL_VIEWS, View
from derender.spec import Spec


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """How thoroughly to read."""

    views: int = 3
    """Flips and quarter turns that are averaged at first."""
    further_views: int = 1
    """The same for every later look, with something explained."""
    most_cells: int = 5000
    """Cells that all views together may have; larger drawings are seen in fewer views, so that time does not grow with both."""
    tolerance: int = 4
    """Pixels by which strokes may lie beside where they are drawn."""
    left_over: float = 1.0
    """Cells of unexplained stroke under which nothing more is looked for."""
    weighed: int = 5
    """Candidates that the learned likelihood looks at, the best by proposal and pixels."""
    margin: float = math.inf
    """Nats by which a candidate may be less likely than the best before the learned likelihood has looked, to be looked at."""
    climbs: int = 3
    """Rounds of moves from the best candidate to better neighbours; none: the candidates are what was sampled."""
    further: int = 1
    """Times that the neighbours of what the learned likelihood likes best are weighed as well."""
    least_move: float = 0.02
    """The least probability that the network gives what a move decides."""
    close_looks: bool = True
    """Whether candidate lines are looked at from near as well."""
    seed: int = 0
    """Makes the particle filter's choices repeatable."""
    proposals: ProposalSettings = field(default_factory=ProposalSettings)
    selection: SelectionSettings = field(default_factory=SelectionSettings)
    particles: FilterSettings | None = field(default_factory=FilterSettings)
    """None: the beam alone."""


QUICK = ReaderSettings(
    views=1,
    weighed=2,
    margin=6.0,
    climbs=0,
    close_looks=False,
    proposals=ProposalSettings(least_end=0.04, least_support=0.55, reach=3),
    selection=SelectionSettings(beam=8),
    particles=None,
)
"""The first answer: one view, the likeliest proposals, the beam alone."""


@dataclass(frozen=True, slots=True)
class Networks:
    """What reading needs, loaded: proposals and close looks, likelihood, the weights of their evidence, and the device that they are on."""

    reader: ReaderNetwork
    close_ups: CloseUps
    likelihood: Likelihood
    weights: Weights
    device: torch.device


class DrawingModel:
    """One drawing's proposals and likelihoods (a `smc.Model`), each spec looked at once; specs are on the canvas's lattice."""

    def __init__(self, networks: Networks, ink: NDArray[np.float32], settings: ReaderSettings) -> None:
        self.networks = networks
        self.ink = ink
        self.settings = settings
        self.pixels = PixelEvidence(ink, settings.tolerance)
        self._opinions = Opinions(networks.close_ups, ink) if settings.close_looks else None
        (first,) = self._look((Spec(),), settings.views)
        self.first = first
        """What the network sees with nothing explained."""
        self._odds = ProposalOdds(first)
        self._proposed: dict[Spec, Proposals] = {Spec(): propose(first, ink, settings.proposals)}
        self._differences: dict[Spec, tuple[float, float]] = {}
        self._ambiguities = Ambiguities()

    @property
    def doubt(self) -> float:
        """See `ranking.doubt_of`."""
        return doubt_of(self._proposed[Spec()])

    def propose(self, explanations: Sequence[Spec]) -> tuple[Proposals, ...]:
        """What else is drawn beside each of the explanations."""
        new = [s for s in dict.fromkeys(explanations) if s not in self._proposed]
        if new:
            seen = self._look(new, self.settings.further_views)
            self._proposed.update((s, propose(at, self.ink, self.settings.proposals)) for s, at in zip(new, seen, strict=True))
        return tuple(self._proposed[s] for s in explanations)

    def log_likelihood(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        """log L(ink | rendering of each spec) by pixels alone, up to a constant: the learned likelihood judges the candidates at the end,
        where it tells more for its time."""
        return tuple(log_likelihood(Evidence(0.0, *self.pixels.lengths(s), 0.0, 0.0, 0.0), self.networks.weights) for s in specs)

    def explained(self, spec: Spec) -> bool:
        """Whether less is left over than the shortest line has."""
        return self.pixels.lengths(spec)[0] < self.settings.left_over

    def evidence(self, specs: Sequence[Spec]) -> tuple[Evidence, ...]:
        """All measurements of each spec; those that are new are looked at as one batch."""
        new = [s for s in dict.fromkeys(specs) if s not in self._differences]
        if new:
            canvases = np.stack([np.stack([self.ink, explanation_on_canvas(s, self.shape)]) for s in new])
            sums = self.networks.likelihood.densities(canvases).sum((-1, -2))
            self._differences.update((s, (float(a), float(b))) for s, (a, b) in zip(new, sums, strict=True))
        return tuple(
            Evidence(odds, *self.pixels.lengths(s), *self._differences[s], self._ambiguities(s))
            for s, odds in zip(specs, self._odds(specs), strict=True)
        )

    def rough_score(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        """The log of likelihood × proposal without the learned likelihood: quick, to tell which specs are worth a look."""
        return tuple(
            self._rough(Evidence(odds, *self.pixels.lengths(s), 0.0, 0.0, self._ambiguities(s)))
            for s, odds in zip(specs, self._odds(specs), strict=True)
        )

    def gains(self, spec: Spec, moves: Sequence[Move]) -> tuple[float, ...]:
        """By how much each move raises `rough_score`."""
        odds = self._odds([Spec(commands) for move in moves for commands in (move.new, move.gone)])
        lengths, ambiguous = self.pixels.changes(spec, moves), self._ambiguities.changes(spec, moves)
        return tuple(
            self._rough(Evidence(new - gone, *length, 0.0, 0.0, more))
            for new, gone, length, more in zip(odds[::2], odds[1::2], lengths, ambiguous, strict=True)
        )

    def _rough(self, evidence: Evidence) -> float:
        return log_proposal(evidence, self.networks.weights) + log_likelihood(evidence, self.networks.weights)

    def candidates(self) -> dict[Spec, Evidence]:
        """The specs that the beam, the particle filter and moves from their best ones find, with their evidence."""
        found = dict.fromkeys(s.spec for s in select(self._proposed[Spec()], self.settings.selection))
        if self.settings.particles is not None:
            for population in particle_filter(self, self.settings.particles, np.random.default_rng(self.settings.seed)):
                found.update(dict.fromkeys(p.spec for p in population))
        if not self.settings.climbs:
            return self._weighed(self._likely(found, self.settings.weighed))
        (start,) = self._likely(found, 1)
        top = self._climbed(start)
        most = self.settings.weighed
        known = self._weighed(self._likely((*found, top.spec, *top.neighbours[:most]), most))
        # What the learned likelihood makes the best may have better neighbours again.
        for _ in range(self.settings.further):
            best = rank(known, self.doubt, self.networks.weights)[0].spec
            around = top if best == top.spec else self._climbed(best, rounds=0)
            further = [s for s in around.neighbours if s not in known][:most]
            known.update(self._weighed(further))
            if rank(known, self.doubt, self.networks.weights)[0].spec == best:
                break
        return known

    def _climbed(self, start: Spec, rounds: int | None = None) -> Climbed:
        """See `moves.climb`."""
        return climb(self, start, self._everything_proposed(), self.settings.least_move, self.settings.climbs if rounds is None else rounds)

    def _everything_proposed(self) -> Proposals:
        """The groups of the first look, and those of later ones that have nothing of theirs."""
        first, *later = self._proposed.values()
        known = {command for group in first for choice in group.choices for command in choice.commands}
        further = (group for groups in later for group in groups)
        return first + tuple(g for g in further if known.isdisjoint(command for choice in g.choices for command in choice.commands))

    def _weighed(self, specs: Sequence[Spec]) -> dict[Spec, Evidence]:
        return dict(zip(specs, self.evidence(specs), strict=True))

    def _likely(self, specs: Iterable[Spec], most: int) -> tuple[Spec, ...]:
        """The best of the specs by their rough score."""
        distinct = tuple(dict.fromkeys(specs))
        if len(distinct) <= most and self.settings.margin == math.inf:
            return distinct
        scores = dict(zip(distinct, self.rough_score(distinct), strict=True))
        best = max(scores.values())
        return tuple(s for s in sorted(distinct, key=lambda s: -scores[s])[:most] if scores[s] >= best - self.settings.margin)

    @property
    def shape(self) -> tuple[int, int]:
        """Of the canvas, in pixels."""
        return self.ink.shape[0], self.ink.shape[1]

    def _look(self, explanations: Sequence[Spec], views: int) -> tuple[Look, ...]:
        chosen = _views(self.shape, views * len(explanations), self.settings.most_cells)[:views]
        return look(self.networks.reader, self.ink, explanations, chosen, self.networks.device, self._opinions)


def _views(shape: tuple[int, int], views: int, most_cells: int) -> tuple[View, ...]:
    """As many views as are asked for and as the time allows: half as many while they are too many, but always one."""
    cells = shape[0] * shape[1] // CELL**2
    while views > 1 and views * cells > most_cells:
        views = (views + 1) // 2
    return ALL_VIEWS[:views]
