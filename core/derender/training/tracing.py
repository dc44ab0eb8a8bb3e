"""The judges of traced shapes fitted to simulated photographs of diagrams, whose shapes are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from derender.judge import Judge
from derender.photo.separation import Separator
from derender.tracing.context import context
from derender.tracing.features import features
from derender.tracing.figure import DISMISSED, at_scale
from derender.tracing.judges import MODEL, RegionJudges
from derender.tracing.region_network import RegionJudge
from derender.tracing.regions import Region, regions
from derender.tracing.strokes import traces_of
from derender.training.judging import fitted_judge, run_fitting
from derender.training.traced_photographs import Photographed, is_right, photographed

Array = NDArray[np.float64]

PICTURES = 256
"""Simulated photographs."""


@dataclass(frozen=True, slots=True)
class Rows:
    """One photograph's regions with their measurements, what a look at each says, and whether each is a shape."""

    regions: tuple[Region, ...]
    measurements: Array
    looked: Array
    is_shape: Array


def rows_of(photo: Photographed, look: RegionJudge) -> Rows:
    """What is proposed for a photograph, measured in its true shapes and held against them."""
    traces = at_scale(traces_of(photo.maps), [(right - left, low - top) for left, top, right, low in photo.seen_boxes()])
    proposed = regions(traces)
    rows = features(proposed, traces)
    return Rows(tuple(proposed), rows, look(proposed, rows, traces), is_right(photo.fit(proposed)))


def fitted(rows: Sequence[Rows]) -> RegionJudges:
    """Judges by maximum likelihood; the one of regions among their neighbours learns from what the look at each says."""
    shown = [r for r in rows if r.regions]
    is_shape = np.concatenate([r.is_shape for r in shown])
    first = fitted_judge(np.concatenate([r.measurements for r in shown]), is_shape)
    among = [np.concatenate([r.measurements, context(r.regions, _odds(r, first))], 1) for r in shown]
    return RegionJudges(first, fitted_judge(np.concatenate(among), is_shape))


def _odds(rows: Rows, first: Judge) -> Array:
    """As `tracing.figure.looked_at` tells them."""
    odds = first(rows.measurements)
    return np.asarray(np.where(odds > DISMISSED, rows.looked, odds))


def run_tracing(photographs: int | None, models: Path | None) -> str:
    """`judging.run_fitting` of the model 'tracing'."""
    separator, look = Separator.load(torch.device("cpu")), RegionJudge.load(torch.device("cpu"))

    def rows(seed: int) -> Rows:
        return rows_of(photographed(np.random.default_rng([seed, 9]), separator), look)

    return run_fitting(MODEL, PICTURES if photographs is None else photographs, models, rows, lambda found: fitted(found).arrays())
