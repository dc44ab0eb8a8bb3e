"""The judge of marks fitted to simulated photographs of both kinds: which of what touches nothing is a letter (`labels/mark_judge.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from derender.errors import OptionError
from derender.judge import Array, Judge
from derender.labels.mark_judge import MODEL, MarkJudge, are_doubtful, may_be_letters, measured, with_looks
from derender.labels.mark_network import MarkNetwork
from derender.labels.mark_views import mark_views
from derender.labels.marks import Mark
from derender.labels.recognition import Recognizer
from derender.networks import on_device
from derender.photo.develop import develop
from derender.photo.separation import Separator
from derender.photographs.diagrams import Sketch, draw_without_shapes
from derender.photographs.examples import photograph_straight
from derender.training.judging import fitted_judge, run_fitting
from derender.training.opening import sketched
from derender.training.traced_photographs import sample_diagram

Floats = NDArray[np.float32]

PHOTOGRAPHS = 3000
"""Simulated ones."""

_WITHOUT_SHAPES = 0.2
"""Part of them that show signs in place of shapes."""

_EPOCHS, _BATCH, _LEARNING_RATE = 12, 64, 2e-3
"""Of the network."""

_OWN, _OTHER = 0.6, 0.4
"""A mark is what at least the first part of it shows, where less than the second shows the other thing."""


@dataclass(frozen=True, slots=True)
class Rows:
    """One photograph's marks (N): measurements, what the recognizer sees in each, `mark_views`, heights, whether each is a letter, and
    which of them are of one kind."""

    measurements: Array
    told: Floats
    views: NDArray[np.uint8]
    heights: Array
    is_letter: NDArray[np.bool_]
    known: NDArray[np.bool_]

    def looked(self, first: Judge) -> Array:
        """What the last judge sees of them after the first one."""
        odds = first(self.measurements)
        return with_looks(self.measurements, odds, np.where(are_doubtful(odds)[:, None], self.told, 0), self.heights)


def sketch_of(rng: np.random.Generator, seed: int) -> Sketch:
    """A drawing on a lattice or on none, or a diagram with signs in place of its shapes."""
    if rng.random() >= _WITHOUT_SHAPES:
        return sketched(seed)[0]
    diagram, _, shape = sample_diagram(rng, page=False)
    return draw_without_shapes(rng, diagram, shape)


def rows_of(seed: int, separator: Separator, recognizer: Recognizer) -> Rows | None:
    """What is told of the marks of the photograph of that seed; None where there are none."""
    rng = np.random.default_rng([seed, 13])
    example = photograph_straight(rng, sketch_of(rng, seed))
    development = develop(example.picture, separator)
    marks = may_be_letters(development.ink, development.writing)
    if not marks:
        return None
    back, (height, width) = np.linalg.inv(development.to_picture), development.ink.shape
    layers = [cv2.warpPerspective(target, back, (width, height)) for target in example.targets[:2]]
    # The network's strokes are a pixel wider than what is drawn.
    wide = [cv2.dilate(layer, np.ones((3, 3), np.uint8)) > 100 for layer in layers]
    drawn, written = (np.array([_part(layer, mark) for mark in marks]) for layer in wide)
    is_letter = (written > _OWN) & (drawn < _OTHER)
    known = is_letter | ((drawn > _OWN) & (written < _OTHER))
    heights = np.array([float(mark.height) for mark in marks])
    maps = development.ink, development.writing
    return Rows(measured(marks, *maps), recognizer.seen_in(marks), mark_views(marks, *maps), heights, is_letter, known)


def _part(layer: NDArray[np.bool_], mark: Mark) -> float:
    own = mark.strokes > 0.5
    return float(layer[mark.place][own].mean()) if own.any() else 0.0


def fitted(rows: Sequence[Rows]) -> MarkJudge:
    """Judges by maximum likelihood; the last one learns from what the first one says, and so does the network, from marks in doubt. Raises
    `OptionError` where these are too few."""
    is_letter = np.concatenate([r.is_letter[r.known] for r in rows]).astype(np.float64)
    first = fitted_judge(np.concatenate([r.measurements[r.known] for r in rows]), is_letter)
    looked = np.concatenate([r.looked(first)[r.known] for r in rows])
    doubtful = [r.known & are_doubtful(first(r.measurements)) for r in rows]
    views = np.concatenate([r.views[those] for r, those in zip(rows, doubtful, strict=True)])
    in_doubt = np.concatenate([those[r.known] for r, those in zip(rows, doubtful, strict=True)])
    if len(views) < _BATCH:
        raise OptionError(f"of {len(is_letter)} marks {len(views)} are in doubt, too few to learn from: give more photographs")
    network = fitted_network(views, looked[in_doubt], is_letter[in_doubt])
    return MarkJudge(first, fitted_judge(looked, is_letter), network)


def fitted_network(views: NDArray[np.uint8], rows: Array, labels: Array) -> MarkNetwork:
    """A network for use that tells labels 0 or 1 (N, `_BATCH` at least) of views (N, 2, 3, S, S) and measurements (N, F), by cross
    entropy."""
    torch.manual_seed(0)
    network = MarkNetwork(rows.shape[1]).train()
    seen, measurements, wanted = torch.from_numpy(views), torch.from_numpy(rows).float(), torch.from_numpy(labels).float()
    batches = len(wanted) // _BATCH
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _LEARNING_RATE, total_steps=_EPOCHS * batches)
    for _ in range(_EPOCHS):
        for some in torch.randperm(len(wanted))[: batches * _BATCH].reshape(batches, -1):
            logits = network(_shaken(seen[some].float() / 255), measurements[some])
            loss = functional.binary_cross_entropy_with_logits(logits, wanted[some])
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            schedule.step()
    return on_device(network.eval(), torch.device("cpu"))


def _shaken(views: Tensor) -> Tensor:
    """Views (N, 2, 3, S, S) moved by a sample at most, with strokes that are somewhat more or less certain."""
    across, down = (int(torch.randint(-1, 2, ())) for _ in range(2))
    certain = torch.tensor([1.0, 1.0, 0.0])[:, None, None]
    by = 1 + certain * (0.4 * torch.rand(len(views), 1, 1, 1, 1) - 0.2)
    return (torch.roll(views, (down, across), (3, 4)) * by).clamp(0, 1)


def run_marks(photographs: int | None, models: Path | None) -> str:
    """`judging.run_fitting` of the model 'marks'."""
    separator, recognizer = Separator.load(torch.device("cpu")), Recognizer.load()

    def rows(seed: int) -> Rows | None:
        return rows_of(seed, separator, recognizer)

    return run_fitting(MODEL, PHOTOGRAPHS if photographs is None else photographs, models, rows, lambda found: fitted(found).tensors())
