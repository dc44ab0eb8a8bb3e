"""What the ink network is trained on: simulated photographs, and the loss of its maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from derender.photo.light import even_light
from derender.photo.network import InkNetwork
from derender.photographs.examples import make_photograph


@dataclass(frozen=True, slots=True)
class InkTask:
    """The ink network as a `training.loop.Task`."""

    methods: tuple[str, ...] = ()

    def network(self) -> InkNetwork:
        """A new network of the shipped size."""
        return InkNetwork()

    def example(self, rng: np.random.Generator, batch: int) -> tuple[np.ndarray, np.ndarray]:
        """Even light (3, S, S) float32 and targets (4, S, S) uint8 of a simulated photograph."""
        del batch  # all have one shape
        example = make_photograph(rng)
        return np.ascontiguousarray(even_light(example.picture).transpose(2, 0, 1)), example.targets

    def loss(self, network: InkNetwork, fields: Sequence[Tensor]) -> dict[str, Tensor]:
        """The terms of `ink_loss`."""
        light, targets = fields
        return ink_loss(network(light.contiguous(memory_format=torch.channels_last)), targets.float() / 255)


def ink_loss(logits: Tensor, targets: Tensor) -> dict[str, Tensor]:
    """Losses of a batch: logits (B, 4, H, W), targets (B, 4, H, W) in [0, 1].

    Cross entropy everywhere and Dice where there are strokes; strokes are few, so pixels near them count more.
    """
    geometry, writing, ruling, page = (
        functional.binary_cross_entropy_with_logits(logits[:, k], targets[:, k], reduction="none") for k in range(4)
    )
    drawn = targets[:, :2].amax(1)
    weight = 1 + 4 * functional.max_pool2d(drawn[:, None], 5, 1, 2)[:, 0]
    overlap = [_dice(logits[:, k].sigmoid(), targets[:, k]) for k in (0, 1)]
    return {
        "geometry": (weight * geometry).mean() * 3 + 0.5 * overlap[0],
        "writing": (weight * writing).mean() * 3 + 0.5 * overlap[1],
        "ruling": 0.4 * ruling.mean(),
        "page": 0.15 * page.mean(),
    }


def _dice(found: Tensor, true: Tensor) -> Tensor:
    return 1 - (2 * (found * true).sum() + 1) / (found.sum() + true.sum() + 1)
