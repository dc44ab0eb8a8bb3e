"""What the network of connectors is trained on: ways through the strokes of simulated photographs, whose links are known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from derender.samples import SIDE
from derender.tracing.figure import at_scale, first_shapes
from derender.tracing.judges import ShapeJudges
from derender.tracing.paths import between, ways
from derender.tracing.regions import regions
from derender.tracing.strokes import traces_of
from derender.tracing.way_features import WAY_FEATURES, way_features
from derender.tracing.way_network import WayNetwork
from derender.tracing.way_views import CHANNELS, VIEWS, way_views
from derender.training.kept_photographs import any_photograph
from derender.training.traced_photographs import Photographed, there

WAYS = 24
"""Ways of one photograph at most; of more, those that are no links are left out by chance."""

_AS_FOUND = 0.5
"""Part of photographs where ways lead between the shapes that are found; in the others between the true ones."""

_MISJUDGED, _OFF = 0.5, 0.3
"""Part of photographs in which the shapes' height is taken for another one, and the standard deviation of the logarithm of how much."""

_HEADS = 0.7
"""How much it counts whether connectors have heads, beside whether they are any."""


@dataclass(frozen=True, slots=True)
class WayExample:
    """Views (`WAYS`, 3, 4, S, S) uint8 and features (`WAYS`, F) float32; whether each is a connector and has a head at its first and last
    end (`WAYS`, 3) float32; how many ways each stands for (`WAYS`), 0 where there is none."""

    views: NDArray[np.uint8]
    features: NDArray[np.float32]
    truth: NDArray[np.float32]
    counts: NDArray[np.float32]


@cache
def _shape_judges() -> ShapeJudges:
    return ShapeJudges.load()


@dataclass(frozen=True, slots=True)
class WayTask:
    """The network of connectors as a `training.loop.Task`."""

    methods: tuple[str, ...] = ()

    def network(self) -> WayNetwork:
        """A new network of the shipped size."""
        return WayNetwork()

    def example(self, rng: np.random.Generator, batch: int) -> tuple[np.ndarray, ...]:
        """The arrays of the ways of a simulated photograph, seen through the shipped ink network."""
        del batch  # all have one shape
        shown = example_of(any_photograph(rng), rng)
        return shown.views, shown.features, shown.truth, shown.counts

    def loss(self, network: WayNetwork, fields: Sequence[Tensor]) -> dict[str, Tensor]:
        """The terms of `way_loss`."""
        views, features, truth, counts = (field.flatten(0, 1) for field in fields)
        held = there(counts)
        return way_loss(network(views[held].float() / 255, features[held]), truth[held], counts[held])


def way_loss(logits: Tensor, truth: Tensor, counts: Tensor) -> dict[str, Tensor]:
    """Cross entropy of logits (N, 3) with what is true (N, 3); heads are asked of connectors alone. `counts` (N): see `WayExample`."""
    entropy = functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    connects = truth[:, 0]
    heads = (entropy[:, 1:].sum(1) * connects).sum() / connects.sum().clamp_min(1)
    return {"connects": (entropy[:, 0] * counts).sum() / counts.sum().clamp_min(1), "heads": _HEADS * heads}


def example_of(photo: Photographed, rng: np.random.Generator) -> WayExample:
    """Ways between the shapes of a photograph, as they are found or as they are."""
    traces = traces_of(photo.maps)
    as_found = rng.random() < _AS_FOUND
    if as_found:
        traces, shapes = first_shapes(traces, _shape_judges())
        kept = [region for region, _ in shapes]
        traces = at_scale(traces, [region.sides for region in kept])
    else:
        traces = at_scale(traces, [(right - left, low - top) for left, top, right, low in photo.seen_boxes()])
        kept = photo.true_regions(regions(traces))
    # How high shapes are is often guessed wrong where some of them are not found.
    if rng.random() < _MISJUDGED:
        traces = replace(traces, height=traces.height * math.exp(rng.normal(0, _OFF)))
    found = between(traces, [region.outline for region in kept])
    proposed = ways(found, traces.height)
    directions = [photo.direction(way.points) for way in proposed]
    links = [k for k, direction in enumerate(directions) if direction]
    others = np.array([k for k, direction in enumerate(directions) if not direction], dtype=int)
    links = links[: WAYS - min(len(others), WAYS // 3)]
    some = rng.permutation(others)[: WAYS - len(links)].tolist()
    chosen = [proposed[k] for k in links + some]
    out = WayExample(
        np.zeros((WAYS, len(VIEWS), len(CHANNELS), SIDE, SIDE), np.uint8),
        np.zeros((WAYS, len(WAY_FEATURES)), np.float32),
        np.zeros((WAYS, 3), np.float32),
        np.zeros(WAYS, np.float32),
    )
    if chosen:
        out.views[: len(chosen)] = way_views(chosen, found, traces)
        out.features[: len(chosen)] = np.stack([way_features(way, found, traces) for way in chosen])
    for row, k in enumerate(links):
        out.truth[row] = 1.0, float(photo.headed and directions[k] < 0), float(photo.headed and directions[k] > 0)
        out.counts[row] = 1.0
    out.counts[len(links) : len(chosen)] = len(others) / max(1, len(some))
    return out
