"""Reading: from ink to the most probable specs, each with its probability (Section 2).

The network proposes; a beam and a particle filter find candidates; each is rendered and ranked by likelihood × proposal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from derender.checkpoints import load_weights
from derender.errors import ModelError, OptionError
from derender.perception.likelihood import Likelihood, LikelihoodConfig, LikelihoodNetwork
from derender.perception.network import CELL, MARGIN, ReaderConfig, ReaderNetwork
from derender.perception.pixels import PixelEvidence
from derender.perception.proposals import Proposals, ProposalSettings, propose
from derender.perception.ranking import Evidence, ProposalOdds, Weights, confidences, doubt_of, log_likelihood, rank
from derender.perception.selection import SelectionSettings, select
from derender.perception.smc import FilterSettings, particle_filter
from derender.perception.targets import explanation_on_canvas
from derender.perception.views import ALL_VIEWS, View
from derender.spec import Spec, moved


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """How thoroughly to read."""

    views: int = 8
    """Flips and quarter turns that are averaged at first."""
    further_views: int = 2
    """The same for every later look, with something explained."""
    most_cells: int = 1200
    """Cells that all views together may have; larger drawings are seen in fewer views, so that time does not grow with both."""
    tolerance: int = 4
    """Pixels by which strokes may lie beside where they are drawn."""
    weighed: int = 8
    """Candidates that the learned likelihood looks at, the best by proposal and pixels."""
    seed: int = 0
    """Makes the particle filter's choices repeatable."""
    proposals: ProposalSettings = field(default_factory=ProposalSettings)
    selection: SelectionSettings = field(default_factory=SelectionSettings)
    particles: FilterSettings | None = field(default_factory=FilterSettings)
    """None: the beam alone."""


QUICK = ReaderSettings(views=1, weighed=1, particles=None)
"""The first answer: one view, the beam alone."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A spec on the canvas's lattice, with its scores: logarithms of likelihood and proposal (up to constants), its probability,
    each command's own (in the spec's order), and the fraction of ink that it leaves unexplained."""

    spec: Spec
    likelihood: float
    proposal: float
    probability: float
    confidences: tuple[float, ...]
    unexplained_ink: float


class Reader:
    """Loaded networks on a device; `read` may be called from one thread at a time."""

    def __init__(self, network: ReaderNetwork, likelihood: Likelihood, weights: Weights, device: torch.device) -> None:
        self.device = device
        self.network = network.fused().to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in the stubs
        self.likelihood = likelihood
        self.weights = weights

    @classmethod
    def load(cls, device: str = "auto", folder: Path | None = None) -> Reader:
        """The shipped networks; `device` is auto, cpu, cuda or mps."""
        tensors, entry = load_weights("reader", folder)
        learned, about = load_weights("likelihood", folder)
        where = choose_device(device)
        try:
            network = ReaderNetwork(ReaderConfig(**entry.get("network", {})))
            network.load_state_dict(tensors)
            likelihood = LikelihoodNetwork(LikelihoodConfig(**about.get("network", {})))
            likelihood.load_state_dict(learned)
        except (TypeError, RuntimeError) as error:
            raise ModelError("the weights of 'reader' were made for another version of derender; reinstall it") from error
        return cls(network, Likelihood(likelihood, where), Weights.from_json(about.get("ranking")), where)

    def read(self, ink: NDArray[np.float32], settings: ReaderSettings | None = None, most: int = 5) -> tuple[Reading, ...]:
        """The `most` best distinct readings of a canvas, best first.

        `ink`: float32 (16·h, 16·w) in [0, 1], h × w lattice points with half a cell of margin (see `canvas_of`); specs have their
        origin at the bottom-left lattice point. Blank ink gives one reading, the empty spec.
        """
        settings = settings or ReaderSettings()
        window = window_of(ink)
        if window is None:
            return (Reading(Spec(), likelihood=0.0, proposal=0.0, probability=1.0, confidences=(), unexplained_ink=0.0),)
        content = np.ascontiguousarray(ink[window.pixels])
        drawing = DrawingModel(self, content, settings)
        ranked = rank(drawing.candidates(), drawing.doubt, self.weights)
        return tuple(
            Reading(
                moved(r.spec, window.x, window.y),
                r.likelihood,
                r.proposal,
                r.probability,
                confidences(r.spec, ranked),
                drawing.pixels.unexplained_ink(r.spec),
            )
            for r in ranked[:most]
        )


class DrawingModel:
    """One drawing's proposals and likelihoods (a `smc.Model`), each spec looked at once."""

    def __init__(self, reader: Reader, ink: NDArray[np.float32], settings: ReaderSettings) -> None:
        self.reader = reader
        self.ink = ink
        self.settings = settings
        self.pixels = PixelEvidence(ink, settings.tolerance)
        self._first = self._look((Spec(),), settings.views)[0]
        self._odds = ProposalOdds(self._first)
        self._differences: dict[Spec, tuple[float, float]] = {}
        self._later: dict[Spec, Proposals] = {Spec(): self._first}

    @property
    def doubt(self) -> float:
        """See `ranking.doubt_of`."""
        return doubt_of(self._first)

    def propose(self, explanations: Sequence[Spec]) -> tuple[Proposals, ...]:
        """What else is drawn beside each of the explanations."""
        new = [s for s in dict.fromkeys(explanations) if s not in self._later]
        if new:
            self._later.update(zip(new, self._look(new, self.settings.further_views), strict=True))
        return tuple(self._later[s] for s in explanations)

    def log_likelihood(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        """log L(ink | rendering of each spec)."""
        return tuple(log_likelihood(self.evidence(s), self.reader.weights) for s in self._differing(specs))

    def evidence(self, spec: Spec) -> Evidence:
        """All measurements of a spec."""
        self._differing((spec,))
        unexplained, unsupported = self.pixels.lengths(spec)
        return Evidence(self._odds(spec), unexplained, unsupported, *self._differences[spec])

    def candidates(self) -> dict[Spec, Evidence]:
        """The specs that the beam and the particle filter find, with their evidence: the best by proposal and pixels of all."""
        found = [s.spec for s in select(self._first, self.settings.selection)]
        if self.settings.particles is not None:
            rng = np.random.default_rng(self.settings.seed)
            for population in particle_filter(self, self.settings.particles, rng):
                found.extend(p.spec for p in population)
        likely = sorted(dict.fromkeys(found), key=self._cheap_score, reverse=True)[: self.settings.weighed]
        self._differing(likely)
        return {spec: self.evidence(spec) for spec in likely}

    def _cheap_score(self, spec: Spec) -> float:
        unexplained, unsupported = self.pixels.lengths(spec)
        without = Evidence(self._odds(spec), unexplained, unsupported, 0.0, 0.0)
        return self.reader.weights.proposal * without.proposal + log_likelihood(without, self.reader.weights)

    def _differing(self, specs: Sequence[Spec]) -> Sequence[Spec]:
        """`specs`, once the learned likelihood has looked at all of them."""
        new = [s for s in dict.fromkeys(specs) if s not in self._differences]
        if new:
            canvases = np.stack([np.stack([self.ink, explanation_on_canvas(s, self.shape)]) for s in new])
            sums = self.reader.likelihood.densities(canvases).sum((-1, -2))
            self._differences.update((s, (float(a), float(b))) for s, (a, b) in zip(new, sums, strict=True))
        return specs

    @property
    def shape(self) -> tuple[int, int]:
        """Of the canvas, in pixels."""
        return self.ink.shape[0], self.ink.shape[1]

    def _look(self, explanations: Sequence[Spec], views: int) -> tuple[Proposals, ...]:
        chosen = _views(self.shape, views * len(explanations), self.settings.most_cells)[:views]
        return propose(self.reader.network, self.ink, explanations, chosen, self.settings.proposals, self.reader.device)


def choose_device(name: str) -> torch.device:
    """The device of that name; 'auto' takes CUDA, then MPS, then the CPU. Raises `OptionError` for one that is not there."""
    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(device for device, there in present.items() if there))
    if not present.get(name, False):
        raise OptionError(f"the device {name} is not available here; use auto or cpu")
    return torch.device(name)


def canvas_of(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Registered ink (16·rows, 16·columns) with the half cell of margin that the network expects."""
    return np.pad(ink, MARGIN)


class Window(NamedTuple):
    """A part of a canvas: its pixels, and the lattice coordinates of its bottom left point."""

    pixels: tuple[slice, slice]
    x: int
    y: int


def _views(shape: tuple[int, int], views: int, most_cells: int) -> tuple[View, ...]:
    """As many views as are asked for and as the time allows: half as many while they are too many, but always one."""
    cells = shape[0] * shape[1] // CELL**2
    while views > 1 and views * cells > most_cells:
        views = (views + 1) // 2
    return ALL_VIEWS[:views]


def window_of(ink: NDArray[np.float32]) -> Window | None:
    """The cells around everything drawn, one to spare on each side: empty paper costs time and tells nothing; None for blank ink."""
    rows, columns = (n // CELL for n in ink.shape)
    marked = ink > 0.2
    across, down = np.flatnonzero(marked.any(0)), np.flatnonzero(marked.any(1))
    if not len(across):
        return None
    left, right = max(0, across[0] // CELL - 1), min(columns, across[-1] // CELL + 2)
    top, bottom = max(0, down[0] // CELL - 1), min(rows, down[-1] // CELL + 2)
    return Window((slice(top * CELL, bottom * CELL), slice(left * CELL, right * CELL)), int(left), int(rows - bottom))
