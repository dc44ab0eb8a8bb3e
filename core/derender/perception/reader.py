"""Reading: from ink to the most probable specs, each with its probability (Section 2).

The network proposes; a beam and a particle filter find candidates; each is rendered and ranked by likelihood × proposal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from derender.checkpoints import load_weights
from derender.errors import ModelError, OptionError
from derender.perception.likelihood import Likelihood, LikelihoodConfig, LikelihoodNetwork
from derender.perception.looks import Look, look
from derender.perception.network import CELL, MARGIN, ReaderConfig, ReaderNetwork
from derender.perception.odds import ProposalOdds
from derender.perception.pixels import PixelEvidence
from derender.perception.proposals import Proposals, ProposalSettings, propose
from derender.perception.ranking import Evidence, Weights, confidences, doubt_of, log_likelihood, rank
from derender.perception.selection import SelectionSettings, select
from derender.perception.smc import FilterSettings, particle_filter
from derender.perception.targets import explanation_on_canvas
from derender.perception.views import ALL_VIEWS, View
from derender.spec import Spec, moved

Loaded = TypeVar("Loaded", bound=nn.Module)


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """How thoroughly to read."""

    views: int = 4
    """Flips and quarter turns that are averaged at first."""
    further_views: int = 1
    """The same for every later look, with something explained."""
    most_cells: int = 1200
    """Cells that all views together may have; larger drawings are seen in fewer views, so that time does not grow with both."""
    tolerance: int = 4
    """Pixels by which strokes may lie beside where they are drawn."""
    weighed: int = 5
    """Candidates that the learned likelihood looks at, the best by proposal and pixels."""
    seed: int = 0
    """Makes the particle filter's choices repeatable."""
    proposals: ProposalSettings = field(default_factory=ProposalSettings)
    selection: SelectionSettings = field(default_factory=SelectionSettings)
    particles: FilterSettings | None = field(default_factory=FilterSettings)
    """None: the beam alone."""


QUICK = ReaderSettings(views=1, weighed=1, selection=SelectionSettings(beam=8), particles=None)
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
        where = choose_device(device)
        network, _ = _loaded("reader", lambda sizes: ReaderNetwork(ReaderConfig(**sizes)), folder)
        likelihood, about = _loaded("likelihood", lambda sizes: LikelihoodNetwork(LikelihoodConfig(**sizes)), folder)
        return cls(network, Likelihood(likelihood, where), Weights.from_json(about.get("ranking")), where)

    def read(self, ink: NDArray[np.float32], settings: ReaderSettings | None = None, most: int = 5) -> tuple[Reading, ...]:
        """The `most` best distinct readings of a canvas, best first.

        `ink`: float32 (16·h, 16·w) in [0, 1], h × w lattice points with half a cell of margin (see `canvas_of`); specs have their
        origin at the bottom-left lattice point. Blank ink gives one reading, the empty spec.
        """
        return self.open(ink, settings).readings(most)

    def open(self, ink: NDArray[np.float32], settings: ReaderSettings | None = None) -> OpenDrawing:
        """The canvas for questions beyond its readings: what speaks for any spec."""
        return OpenDrawing(self, ink, settings or ReaderSettings())


class OpenDrawing:
    """One canvas, looked at when the first question comes; specs in questions and answers are on the whole canvas's lattice."""

    def __init__(self, reader: Reader, ink: NDArray[np.float32], settings: ReaderSettings) -> None:
        self._weights = reader.weights
        self._window = window_of(ink)
        content = np.ascontiguousarray(ink[self._window.pixels]) if self._window is not None else np.zeros((CELL, CELL), np.float32)
        self._model = cache(lambda: DrawingModel(reader, content, settings))

    def readings(self, most: int = 5) -> tuple[Reading, ...]:
        """See `Reader.read`."""
        if self._window is None:
            return (Reading(Spec(), likelihood=0.0, proposal=0.0, probability=1.0, confidences=(), unexplained_ink=0.0),)
        model = self._model()
        ranked = rank(model.candidates(), model.doubt, self._weights)
        return tuple(
            Reading(
                self._outside(r.spec),
                r.likelihood,
                r.proposal,
                r.probability,
                confidences(r.spec, ranked),
                model.pixels.unexplained_ink(r.spec),
            )
            for r in ranked[:most]
        )

    def score(self, specs: Sequence[Spec]) -> tuple[tuple[float, float], ...]:
        """Log likelihood and log proposal of each spec, up to constants of the drawing; comparable with those of its readings."""
        evidence = self._model().evidence([self._inside(s) for s in specs])
        return tuple((log_likelihood(e, self._weights), self._weights.proposal * e.proposal) for e in evidence)

    def estimate(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        """Roughly the sum of the two, much quicker."""
        return self._model().rough_score([self._inside(s) for s in specs])

    def _inside(self, spec: Spec) -> Spec:
        return moved(spec, -self._window.x, -self._window.y) if self._window is not None else spec

    def _outside(self, spec: Spec) -> Spec:
        return moved(spec, self._window.x, self._window.y) if self._window is not None else spec


class DrawingModel:
    """One drawing's proposals and likelihoods (a `smc.Model`), each spec looked at once; specs are on the canvas's lattice."""

    def __init__(self, reader: Reader, ink: NDArray[np.float32], settings: ReaderSettings) -> None:
        self.reader = reader
        self.ink = ink
        self.settings = settings
        self.pixels = PixelEvidence(ink, settings.tolerance)
        (first,) = self._look((Spec(),), settings.views)
        self._odds = ProposalOdds(first)
        self._proposed: dict[Spec, Proposals] = {Spec(): propose(first, ink, settings.proposals)}
        self._differences: dict[Spec, tuple[float, float]] = {}

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
        """log L(ink | rendering of each spec), up to a constant."""
        return tuple(log_likelihood(evidence, self.reader.weights) for evidence in self.evidence(specs))

    def evidence(self, specs: Sequence[Spec]) -> tuple[Evidence, ...]:
        """All measurements of each spec; those that are new are looked at as one batch."""
        new = [s for s in dict.fromkeys(specs) if s not in self._differences]
        if new:
            canvases = np.stack([np.stack([self.ink, explanation_on_canvas(s, self.shape)]) for s in new])
            sums = self.reader.likelihood.densities(canvases).sum((-1, -2))
            self._differences.update((s, (float(a), float(b))) for s, (a, b) in zip(new, sums, strict=True))
        return tuple(
            Evidence(odds, *self.pixels.lengths(s), *self._differences[s]) for s, odds in zip(specs, self._odds(specs), strict=True)
        )

    def rough_score(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        """The log of likelihood × proposal without the learned likelihood: quick, to tell which specs are worth a look."""
        weights = self.reader.weights
        return tuple(
            weights.proposal * odds + log_likelihood(Evidence(odds, *self.pixels.lengths(s), 0.0, 0.0), weights)
            for s, odds in zip(specs, self._odds(specs), strict=True)
        )

    def candidates(self) -> dict[Spec, Evidence]:
        """The specs that the beam and the particle filter find, with their evidence: the best of them by their rough score."""
        found = dict.fromkeys(s.spec for s in select(self._proposed[Spec()], self.settings.selection))
        if self.settings.particles is not None:
            for population in particle_filter(self, self.settings.particles, np.random.default_rng(self.settings.seed)):
                found.update(dict.fromkeys(p.spec for p in population))
        specs = list(found)
        scores = dict(zip(specs, self.rough_score(specs), strict=True))
        likely = sorted(specs, key=lambda s: -scores[s])[: self.settings.weighed]
        return dict(zip(likely, self.evidence(likely), strict=True))

    @property
    def shape(self) -> tuple[int, int]:
        """Of the canvas, in pixels."""
        return self.ink.shape[0], self.ink.shape[1]

    def _look(self, explanations: Sequence[Spec], views: int) -> tuple[Look, ...]:
        chosen = _views(self.shape, views * len(explanations), self.settings.most_cells)[:views]
        return look(self.reader.network, self.ink, explanations, chosen, self.reader.device)


def _loaded(name: str, make: Callable[[Mapping[str, Any]], Loaded], folder: Path | None) -> tuple[Loaded, Mapping[str, Any]]:
    """The shipped network of that name and its manifest entry; `make` has it from its sizes."""
    tensors, entry = load_weights(name, folder)
    try:
        network = make(entry.get("network", {}))
        network.load_state_dict(tensors)
    except (TypeError, RuntimeError) as error:
        raise ModelError(f"the weights of {name!r} were made for another version of derender; reinstall it") from error
    return network, entry


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
