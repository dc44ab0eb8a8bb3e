"""How much the verifier of lines and the close look count beside each other, fitted on simulated drawings by maximum likelihood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, replace
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from derender.perception.candidates import true_lines
from derender.perception.drawing_model import DrawingModel, ReaderSettings
from derender.perception.network import CELL, LINE_CLASSES
from derender.perception.odds import ends_of
from derender.perception.opinions import FLOOR, PoolWeights, Segment, pool
from derender.perception.reader import Reader
from derender.perception.targets import SHAPES, draw_scene
from derender.spec import Line, Spec
from derender.training.fitting import minimised


class Asked(NamedTuple):
    """N candidate lines of a drawing: both opinions (N, 9), logarithms of probabilities, and what is true (N)."""

    verifier: NDArray[np.float32]
    close_look: NDArray[np.float32]
    truth: NDArray[np.int64]


def candidates(reader: Reader, drawings: int, seed: int) -> Iterator[Asked]:
    """The lines that the reader proposes in simulated drawings that no training has seen, and those that are there."""
    settings = replace(ReaderSettings(), close_looks=False)
    for k in range(drawings):
        drawing = draw_scene(np.random.default_rng([seed, k]), *SHAPES[0], off_lattice=0.0)
        opened = reader.open(drawing.ink, settings)
        if drawing.scene.commands:
            yield _asked(reader, opened.model, opened.inside(drawing.scene))


def _asked(reader: Reader, model: DrawingModel, scene: Spec) -> Asked:
    true = true_lines(scene)
    segments = list(dict.fromkeys([*filter(lambda s: _is_inside(s, model.shape), true), *_proposed(model)]))
    truth = np.array([1 + LINE_CLASSES.index(true[s]) if s in true else 0 for s in segments], dtype=np.int64)
    if not segments:
        return Asked(np.zeros((0, 9), np.float32), np.zeros((0, 9), np.float32), truth)
    verifier = np.log(np.maximum(np.stack(model.first.lines(segments)), FLOOR))
    close_look = reader.networks.close_ups(torch.from_numpy(model.ink), model.first.pixels(segments).flatten(-2))
    return Asked(verifier, close_look, truth)


def _proposed(model: DrawingModel) -> Iterator[Segment]:
    (groups,) = model.propose((Spec(),))
    return (ends_of(c) for group in groups for choice in group.choices for c in choice.commands if isinstance(c, Line))


def _is_inside(segment: Segment, shape: tuple[int, int]) -> bool:
    rows, columns = (n // CELL for n in shape)
    x1, y1, x2, y2 = segment
    return min(x1, x2) >= 0 and max(x1, x2) < columns and min(y1, y2) >= 0 and max(y1, y2) < rows


def fitted(asked: list[Asked]) -> PoolWeights:
    """The most likely weights."""
    verifier, close_look, truth = (torch.from_numpy(np.concatenate(part)) for part in zip(*asked, strict=True))

    def surprise(weights: Tensor) -> Tensor:
        return functional.nll_loss(pool(verifier, close_look, weights), truth)

    return PoolWeights(*minimised(torch.tensor(astuple(PoolWeights())), surprise).tolist())
