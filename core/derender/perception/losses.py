"""What the reader's network is trained to do, as pure functions of its answers and an example's targets."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from derender.perception.network import CIRCLE_CLASSES, CORNERS, Features, ReaderNetwork
from derender.perception.targets import Example


@dataclass(frozen=True, slots=True)
class LossWeights:
    """Relative weight of each head; every term is a sum over a drawing's questions, averaged over drawings."""

    circles: float = 1.0
    corners: float = 0.5
    ends: float = 1.0
    dense: float = 0.1
    lines: float = 1.0
    rectangles: float = 1.0


def reader_loss(network: ReaderNetwork, features: Features, batch: Example, weights: LossWeights) -> dict[str, Tensor]:
    """The weighted terms by name, scalars; `batch` holds an `Example`'s fields stacked (as tensors) along a first axis."""
    count = batch.ink.shape[0]
    lattice = network.lattice_logits(features)
    circles, corners, ends = lattice.split([CIRCLE_CLASSES, CORNERS, 1], 1)
    registered = torch.as_tensor(batch.on_lattice).view(-1, 1, 1)
    circle_terms = functional.cross_entropy(circles, torch.as_tensor(batch.circles), reduction="none") * registered
    corner_terms = functional.binary_cross_entropy_with_logits(corners, torch.as_tensor(batch.corners), reduction="none") * registered[:, None]
    end_terms = functional.binary_cross_entropy_with_logits(ends[:, 0], torch.as_tensor(batch.ends), reduction="none") * registered
    lines = network.line_logits(features, torch.as_tensor(batch.segments))
    line_terms = functional.cross_entropy(lines.flatten(0, 1), torch.as_tensor(batch.line_classes).flatten(), ignore_index=-1, reduction="sum")
    labels = torch.as_tensor(batch.rectangle_labels)
    rectangles = network.rectangle_logits(features, torch.as_tensor(batch.rectangles))
    rectangle_terms = functional.binary_cross_entropy_with_logits(rectangles, labels.clamp_min(0), reduction="none") * (labels >= 0)
    return {
        "circles": weights.circles * circle_terms.sum() / count,
        "corners": weights.corners * corner_terms.sum() / count,
        "ends": weights.ends * end_terms.sum() / count,
        "dense": weights.dense * _dense_loss(network.dense_logits(features), torch.as_tensor(batch.dense), torch.as_tensor(batch.dense_weight)),
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
