"""What the network of shapes is trained on: regions that strokes enclose in simulated photographs, whose shapes are known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from derender.judge import Judge
from derender.samples import SIDE
from derender.tracing.features import FEATURES, features
from derender.tracing.figure import DISMISSED, at_scale
from derender.tracing.judges import RegionJudges
from derender.tracing.region_network import RegionNetwork
from derender.tracing.region_views import CHANNELS, VIEWS, region_views
from derender.tracing.regions import regions
from derender.tracing.strokes import traces_of
from derender.training.kept_photographs import any_photograph
from derender.training.traced_photographs import Photographed, is_right, there

REGIONS = 32
"""Regions of one photograph at most; of more, those that are no shapes are left out by chance."""

_MISJUDGED, _OFF = 0.5, 0.6
"""Part of photographs in which the shapes' height is taken for another one, and the standard deviation of the logarithm of how much."""


@dataclass(frozen=True, slots=True)
class RegionExample:
    """Views (`REGIONS`, 2, 4, S, S) uint8 and features (`REGIONS`, F) float32; whether each is a shape (`REGIONS`) float32; how many
    regions each stands for (`REGIONS`), 0 where there is none."""

    views: NDArray[np.uint8]
    features: NDArray[np.float32]
    truth: NDArray[np.float32]
    counts: NDArray[np.float32]


@cache
def _first_judge() -> Judge:
    return RegionJudges.load().first


@dataclass(frozen=True, slots=True)
class ShapeTask:
    """The network of shapes as a `training.loop.Task`."""

    methods: tuple[str, ...] = ()

    def network(self) -> RegionNetwork:
        """A new network of the shipped size."""
        return RegionNetwork()

    def example(self, rng: np.random.Generator, batch: int) -> tuple[np.ndarray, ...]:
        """The arrays of the regions of a simulated photograph, seen through the shipped ink network."""
        del batch  # all have one shape
        shown = example_of(any_photograph(rng), rng)
        return shown.views, shown.features, shown.truth, shown.counts

    def loss(self, network: RegionNetwork, fields: Sequence[Tensor]) -> dict[str, Tensor]:
        """Cross entropy with what is true."""
        views, rows, truth, counts = (field.flatten(0, 1) for field in fields)
        held = there(counts)
        entropy = functional.binary_cross_entropy_with_logits(network(views[held].float() / 255, rows[held]), truth[held], reduction="none")
        return {"shapes": (entropy * counts[held]).sum() / counts.sum().clamp_min(1)}


def example_of(photo: Photographed, rng: np.random.Generator) -> RegionExample:
    """The regions of a photograph that the first judge does not dismiss, all that are shapes and some of the others."""
    traces = at_scale(traces_of(photo.maps), [(right - left, low - top) for left, top, right, low in photo.seen_boxes()])
    # How high shapes are is guessed before any is found.
    if rng.random() < _MISJUDGED:
        traces = replace(traces, height=traces.height * math.exp(rng.normal(0, _OFF)))
    proposed = regions(traces)
    rows = features(proposed, traces)
    right = is_right(photo.fit(proposed)) > 0
    asked = _first_judge()(rows) > DISMISSED
    shapes, others = np.flatnonzero(asked & right)[: REGIONS // 2], np.flatnonzero(asked & ~right)
    some = rng.permutation(others)[: REGIONS - len(shapes)]
    chosen = np.concatenate([shapes, some]).astype(int)
    out = RegionExample(
        np.zeros((REGIONS, len(VIEWS), len(CHANNELS), SIDE, SIDE), np.uint8),
        np.zeros((REGIONS, len(FEATURES)), np.float32),
        np.zeros(REGIONS, np.float32),
        np.zeros(REGIONS, np.float32),
    )
    count = len(chosen)
    out.views[:count] = region_views([proposed[k] for k in chosen], traces)
    out.features[:count] = rows[chosen]
    out.truth[: len(shapes)] = 1.0
    out.counts[: len(shapes)] = 1.0
    out.counts[len(shapes) : count] = len(others) / max(1, len(some))
    return out
