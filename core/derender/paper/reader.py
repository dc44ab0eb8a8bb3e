"""The paper's reader behind the project's interface: `derender infer --reader paper`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from derender.checkpoints import models_folder, read_manifest
from derender.errors import InputError, ModelError
from derender.networks import on_device
from derender.paper.decoding import log_probability_of
from derender.paper.likelihoods import LearnedLikelihood
from derender.paper.network import PaperConfig, PaperNetwork
from derender.paper.one_shot import OneShotConfig, OneShotNetwork
from derender.paper.sampling import sample_specs
from derender.paper.scenes import SIDE, Array
from derender.paper.sight import NetworkSight
from derender.paper.tokens import CELLS, expressible
from derender.perception.drawing_model import ReaderSettings
from derender.perception.likelihood import Likelihood, LikelihoodConfig, LikelihoodNetwork
from derender.perception.network import CELL
from derender.perception.pixels import PixelEvidence
from derender.perception.reader import Reading, choose_device, loaded_network, window_of
from derender.spec import Command, Spec, moved

PARTICLES = 32
"""Of the sampler, for each picture."""

_NO_WORD = -50.0
"""Log probability of a command that the paper's language does not have: no distribution over its tokens has it."""

_Loaded = TypeVar("_Loaded", bound=nn.Module)


class PaperReader:
    """The paper's network and the learned likelihood, loaded on a device; a `SpecReader`."""

    def __init__(self, network: PaperNetwork, likelihood: Likelihood, device: torch.device) -> None:
        self.network = network
        self.likelihood = likelihood
        self.device = device

    @classmethod
    def load(cls, device: str = "auto", folder: Path | None = None) -> PaperReader:
        """The shipped weights; raises `ModelError`, also where the paper's network has none."""
        where = choose_device(device)
        _require("paper", folder)
        network, _ = loaded_network("paper", _paper_network, folder)
        likelihood, _ = loaded_network("likelihood", _likelihood_network, folder)
        return cls(on_device(network.fused(), where), Likelihood(likelihood, where), where)

    def sight(self, ink: Array) -> NetworkSight:
        """A registered canvas (272, 272) as the network sees it."""
        return NetworkSight(self.network, ink, self.device)

    def open(self, ink: NDArray[np.float32], settings: ReaderSettings | None = None) -> PaperDrawing:
        """The canvas (16·h, 16·w), open for questions; raises `InputError` where what is drawn does not fit on the paper's grid."""
        placed, x, y = on_grid(ink)
        return PaperDrawing(self, placed, (x, y), (settings or ReaderSettings()).seed)


def load_one_shot(device: str = "auto", folder: Path | None = None) -> OneShotNetwork:
    """The baseline with its shipped weights, for reading; raises `ModelError`."""
    _require("one-shot", folder)
    network, _ = loaded_network("one-shot", _one_shot_network, folder)
    return on_device(network.fused(), choose_device(device))


def _require(name: str, folder: Path | None) -> None:
    if name not in read_manifest(models_folder(folder)):
        raise ModelError(f"there are no weights of {name!r} here: make them with 'derender train {name}', or reinstall derender")


def _paper_network(sizes: Any) -> PaperNetwork:
    return PaperNetwork(PaperConfig(**sizes))


def _one_shot_network(sizes: Any) -> OneShotNetwork:
    return OneShotNetwork(OneShotConfig(**sizes))


def _likelihood_network(sizes: Any) -> LikelihoodNetwork:
    return LikelihoodNetwork(LikelihoodConfig(**sizes))


def on_grid(ink: NDArray[np.float32]) -> tuple[Array, int, int]:
    """The canvas (272, 272) of the paper's grid with what is drawn, and the lattice point of `ink` that is its (0, 0).

    Raises `InputError` where it does not fit.
    """
    x = y = 0
    if max(ink.shape) > SIDE:
        window = window_of(ink)
        if window is not None:
            ink, x, y = ink[window.pixels], window.x, window.y
        if max(ink.shape) > SIDE:
            cells = " × ".join(str(side // CELL - 1) for side in reversed(ink.shape))
            raise InputError(f"the paper's reader reads drawings of {CELLS} × {CELLS} cells; this one has {cells}")
    placed = np.zeros((SIDE, SIDE), np.float32)
    placed[SIDE - ink.shape[0] :, : ink.shape[1]] = ink
    return placed, x, y


class PaperDrawing:
    """One canvas, sampled when its readings are asked for; a `perception.reader.Drawing`."""

    def __init__(self, reader: PaperReader, ink: Array, origin: tuple[int, int], seed: int) -> None:
        self._ink = ink
        self._origin = origin
        self._seed = seed
        self._sight = reader.sight(ink)
        self._likelihood = LearnedLikelihood(reader.likelihood, ink)
        self._pixels = PixelEvidence(ink, ReaderSettings().tolerance)
        self._steps: dict[tuple[Spec, Command | None], float] = {}

    def readings(self, most: int = 5) -> tuple[Reading, ...]:
        """The best of the specs that the particles find, by L_learned(I | render(S)) P[S | I]; probabilities are among those found."""
        if not self._ink.any():
            return (Reading(Spec(), likelihood=0.0, proposal=0.0, probability=1.0, confidences=(), unexplained_ink=0.0),)
        found = sample_specs(self._sight, self._likelihood, PARTICLES, self._seed)
        shares = [math.exp(max(-700.0, f.score - found[0].score)) for f in found]
        total = math.fsum(shares)
        weighed = list(zip(found, (share / total for share in shares), strict=True))
        return tuple(
            Reading(
                moved(f.spec, *self._origin),
                f.log_likelihood,
                f.log_probability,
                share,
                tuple(min(1.0, math.fsum(other for g, other in weighed if command in g.spec)) for command in f.spec),
                self._pixels.unexplained_ink(f.spec),
            )
            for f, share in weighed[:most]
        )

    def score(self, specs: Sequence[Spec]) -> tuple[tuple[float, float], ...]:
        """log L_learned(I | render(S)) and log P[S | I] (Eq. 2), commands in canonical order."""
        inside = [self._inside(spec) for spec in specs]
        self._look({step for spec in inside for step in _steps(spec)})
        proposals = [
            math.fsum(self._steps[step] for step in _steps(spec)) + _NO_WORD * sum(not expressible(c) for c in spec) for spec in inside
        ]
        return tuple(zip(self._likelihood(inside), proposals, strict=True))

    def estimate(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        """Minus the cells of stroke that a spec leaves unexplained or draws where there is no ink."""
        return tuple(-math.fsum(self._pixels.lengths(self._inside(spec))) for spec in specs)

    def _inside(self, spec: Spec) -> Spec:
        return moved(spec, -self._origin[0], -self._origin[1])

    def _look(self, steps: set[tuple[Spec, Command | None]]) -> None:
        """Adds the log probability of each step that is not known: a command, or the end, after those that are drawn."""
        new = [step for step in steps if step not in self._steps]
        if new:
            features = self._sight.features([drawn for drawn, _ in new])
            told = log_probability_of(self._sight.tokens, features, [command for _, command in new])
            self._steps.update(zip(new, told.tolist(), strict=True))


def _steps(spec: Spec) -> list[tuple[Spec, Command | None]]:
    """What is drawn and what comes next, for each command that the language has and for the end; the others count as drawn."""
    drawn = [(Spec(spec.commands[:k]), command) for k, command in enumerate(spec) if expressible(command)]
    return [*drawn, (spec, None)]
