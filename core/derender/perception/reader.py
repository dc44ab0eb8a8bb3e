"""Reading: from ink to the most probable specs, each with its probability (Section 2).

The network proposes; a beam and a particle filter find candidates; each is rendered and ranked by likelihood × proposal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from derender.checkpoints import load_weights
from derender.errors import ModelError, OptionError
from derender.networks import on_device
from derender.perception.closeup import CloseUpConfig, CloseUpNetwork
from derender.perception.drawing_model import DrawingModel, Networks, ReaderSettings
from derender.perception.ink import drawn_on, sharpened, thickened
from derender.perception.likelihood import Likelihood, LikelihoodConfig, LikelihoodNetwork
from derender.perception.network import CELL, MARGIN, ReaderConfig, ReaderNetwork
from derender.perception.opinions import CloseUps, PoolWeights
from derender.perception.ranking import Weights, confidences, log_likelihood, log_proposal, rank
from derender.spec import Spec, moved

Loaded = TypeVar("Loaded", bound=nn.Module)


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


class Drawing(Protocol):
    """A canvas that questions can be asked about; specs in questions and answers are on its lattice. See `OpenDrawing`."""

    def readings(self, most: int = 5) -> tuple[Reading, ...]:
        """The `most` best distinct readings, best first."""

    def score(self, specs: Sequence[Spec]) -> tuple[tuple[float, float], ...]:
        """Log likelihood and log proposal of each spec."""

    def estimate(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        """Roughly their sum, much quicker."""


class SpecReader(Protocol):
    """Whoever reads specs from canvases."""

    def open(self, ink: NDArray[np.float32], settings: ReaderSettings | None = None) -> Drawing:
        """The canvas (16·h, 16·w), open for questions."""


class Reader:
    """Loaded networks on a device; `read` may be called from one thread at a time."""

    def __init__(self, networks: Networks) -> None:
        self.networks = networks

    @classmethod
    def load(cls, device: str = "auto", folder: Path | None = None) -> Reader:
        """The shipped networks; `device` is auto, cpu, cuda or mps."""
        where = choose_device(device)
        network, _ = loaded_network("reader", lambda sizes: ReaderNetwork(ReaderConfig(**sizes)), folder)
        likelihood, about = loaded_network("likelihood", lambda sizes: LikelihoodNetwork(LikelihoodConfig(**sizes)), folder)
        close_up, pool = loaded_network("closeup", lambda sizes: CloseUpNetwork(CloseUpConfig(**sizes)), folder)
        close_ups = CloseUps(close_up, PoolWeights.from_json(pool.get("pool")), where)
        weights = Weights.from_json(about.get("ranking"))
        return cls(Networks(on_device(network.fused(), where), close_ups, Likelihood(likelihood, where), weights, where))

    def read(self, ink: NDArray[np.float32], settings: ReaderSettings | None = None, most: int = 5) -> tuple[Reading, ...]:
        """The `most` best distinct readings of a canvas, best first.

        `ink`: float32 (16·h, 16·w) in [0, 1], h × w lattice points with half a cell of margin (see `canvas_of`); specs have their
        origin at the bottom-left lattice point. Blank ink gives one reading, the empty spec.
        """
        return self.open(ink, settings).readings(most)

    def open(self, ink: NDArray[np.float32], settings: ReaderSettings | None = None) -> OpenDrawing:
        """The canvas for questions beyond its readings: what speaks for any spec."""
        return OpenDrawing(self.networks, ink, settings or ReaderSettings())


class OpenDrawing:
    """One canvas, looked at when the first question comes; specs in questions and answers are on the whole canvas's lattice."""

    def __init__(self, networks: Networks, ink: NDArray[np.float32], settings: ReaderSettings) -> None:
        self._weights = networks.weights
        self._window = window_of(ink, _SIDE)
        content = (
            thickened(sharpened(np.ascontiguousarray(ink[self._window.pixels])))
            if self._window is not None
            else np.zeros((CELL, CELL), np.float32)
        )
        self._opened = cache(lambda: DrawingModel(networks, content, settings))

    def readings(self, most: int = 5) -> tuple[Reading, ...]:
        """See `Reader.read`."""
        if self._window is None:
            return (Reading(Spec(), likelihood=0.0, proposal=0.0, probability=1.0, confidences=(), unexplained_ink=0.0),)
        model = self.model
        ranked = rank(model.candidates(), model.doubt, self._weights)
        return tuple(
            Reading(
                self._outside(r.spec),
                r.likelihood,
                r.proposal,
                r.probability,
                confidences(r.spec, ranked, self._weights),
                model.pixels.unexplained_ink(r.spec),
            )
            for r in ranked[:most]
        )

    def score(self, specs: Sequence[Spec]) -> tuple[tuple[float, float], ...]:
        """Log likelihood and log proposal of each spec, up to constants of the drawing; comparable with those of its readings."""
        evidence = self.model.evidence([self.inside(s) for s in specs])
        return tuple((log_likelihood(e, self._weights), log_proposal(e, self._weights)) for e in evidence)

    def estimate(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        """Roughly the sum of the two, much quicker."""
        return self.model.rough_score([self.inside(s) for s in specs])

    @property
    def model(self) -> DrawingModel:
        """The part of the canvas that is drawn on, as the networks are shown it; its specs are `inside`."""
        return self._opened()

    def inside(self, spec: Spec) -> Spec:
        """A spec of the whole canvas on the model's lattice."""
        return moved(spec, -self._window.x, -self._window.y) if self._window is not None else spec

    def _outside(self, spec: Spec) -> Spec:
        return moved(spec, self._window.x, self._window.y) if self._window is not None else spec


def loaded_network(name: str, make: Callable[[Mapping[str, Any]], Loaded], folder: Path | None) -> tuple[Loaded, Mapping[str, Any]]:
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


_SIDE = 4
"""Cells: windows have few shapes, since each new shape of a tensor has its convolutions prepared anew."""


class Window(NamedTuple):
    """A part of a canvas: its pixels, and the lattice coordinates of its bottom left point."""

    pixels: tuple[slice, slice]
    x: int
    y: int


def window_of(ink: NDArray[np.float32], side: int = 1) -> Window | None:
    """The cells around everything drawn, one to spare on each side: empty paper costs time and tells nothing; None for blank ink.

    Its sides are multiples of `side` cells where the canvas has room.
    """
    rows, columns = (n // CELL for n in ink.shape)
    marked = drawn_on(ink)
    across, down = np.flatnonzero(marked.any(0)), np.flatnonzero(marked.any(1))
    if not len(across):
        return None
    left, right = _part(across[0] // CELL - 1, across[-1] // CELL + 2, columns, side)
    top, bottom = _part(down[0] // CELL - 1, down[-1] // CELL + 2, rows, side)
    return Window((slice(top * CELL, bottom * CELL), slice(left * CELL, right * CELL)), left, rows - bottom)


def _part(start: int, end: int, count: int, side: int) -> tuple[int, int]:
    """The cells from `start` to `end` within `count`, and so many about them that they are a multiple of `side`."""
    start, end = max(0, int(start)), min(count, int(end))
    length = min(count, -(-(end - start) // side) * side)
    first = max(0, min(start - (length - (end - start)) // 2, count - length))
    return first, first + length
