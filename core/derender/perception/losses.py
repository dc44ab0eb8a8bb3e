"""What the reader's network is trained to do, as pure functions of its answers and an example's targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from derender.perception.network import CIRCLES, CORNERS, Features, ReaderNetwork
from derender.perception.own_candidates import own_candidates


@dataclass(frozen=True, slots=True)
class LossWeights:
    """Relative weight of each head; every term is a sum over a drawing's questions, averaged over drawings."""

    circles: float = 1.0
    corners: float = 0.5
    ends: float = 1.0
    dense: float = 0.1
    lines: float = 1.0
    rectangles: float = 1.0


class Batch(NamedTuple):
    """The fields of `targets.Example`, stacked along a first axis of B drawings."""

    canvas: Tensor
    on_lattice: Tensor
    circles: Tensor
    corners: Tensor
    ends: Tensor
    dense: Tensor
    dense_weight: Tensor
    segments: Tensor
    line_classes: Tensor
    rectangles: Tensor
    rectangle_labels: Tensor


def reader_loss(network: ReaderNetwork, features: Features, batch: Batch, weights: LossWeights) -> dict[str, Tensor]:
    """The weighted terms by name, scalars; see `Batch`."""
    count = batch.canvas.shape[0]
    lattice = network.lattice_logits(features)
    circles, corners, ends = torch.split(lattice, [CIRCLES, CORNERS, 1], 1)
    registered = batch.on_lattice.view(-1, 1, 1)
    circle_terms = functional.binary_cross_entropy_with_logits(circles, batch.circles, reduction="none") * registered[:, None]
    corner_terms = functional.binary_cross_entropy_with_logits(corners, batch.corners, reduction="none") * registered[:, None]
    end_terms = functional.binary_cross_entropy_with_logits(ends[:, 0], batch.ends, reduction="none") * registered
    own, own_classes = own_candidates(ends[:, 0], batch.canvas[:, 0], batch.segments)
    own_classes = torch.where(registered.bool().view(-1, 1), own_classes, -1)
    lines = network.line_logits(features, torch.cat([batch.segments, own], 1))
    classes = torch.cat([batch.line_classes, own_classes], 1)
    line_terms = functional.cross_entropy(lines.flatten(0, 1), classes.flatten(), ignore_index=-1, reduction="sum")
    labels = batch.rectangle_labels
    rectangles = network.rectangle_logits(features, batch.rectangles)
    rectangle_terms = functional.binary_cross_entropy_with_logits(rectangles, labels.clamp_min(0), reduction="none") * (labels >= 0)
    return {
        "circles": weights.circles * circle_terms.sum() / count,
        "corners": weights.corners * corner_terms.sum() / count,
        "ends": weights.ends * end_terms.sum() / count,
        "dense": weights.dense * _dense_loss(network.dense_logits(features), batch.dense, batch.dense_weight),
        "lines": weights.lines * line_terms / count,
        "rectangles": weights.rectangles * rectangle_terms.sum() / count,
    }


def _dense_loss(logits: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Key points (cross-entropy), and where there is one its offset and, for circles, its radius (absolute error)."""
    found = functional.binary_cross_entropy_with_logits(logits[:, :3], target[:, :3], reduction="none") * weight
    anywhere = target[:, :3].amax(1)
    offset = (logits[:, 3:5] - target[:, 3:5]).abs().sum(1) * anywhere
    radius = (logits[:, 5] - target[:, 5]).abs() * target[:, 0]
    return (found.sum() + offset.sum() + radius.sum()) / logits.shape[0]
