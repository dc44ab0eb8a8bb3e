"""What the reader's network is trained on: simulated drawings, and the losses of its heads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from derender.perception.losses import Batch, LossWeights, reader_loss
from derender.perception.network import ReaderNetwork
from derender.perception.targets import SHAPES, Example, make_example


@dataclass(frozen=True, slots=True)
class ReaderTask:
    """The reader as a `training.loop.Task`; `off_lattice` and `explained` as for `make_example`."""

    off_lattice: float = 0.2
    explained: float = 0.4
    weights: LossWeights = field(default_factory=LossWeights)

    methods: tuple[str, ...] = ("features", "lattice_logits", "dense_logits", "line_logits", "rectangle_logits")

    def network(self) -> ReaderNetwork:
        """A new network of the shipped size."""
        return ReaderNetwork()

    def example(self, rng: np.random.Generator, batch: int) -> Example:
        """A drawing; those of one batch have one shape, half of all batches the square one."""
        columns, rows = SHAPES[batch // 2 % len(SHAPES)] if batch % 2 else SHAPES[0]
        return make_example(rng, columns, rows, self.off_lattice, self.explained)

    def loss(self, network: ReaderNetwork, fields: Sequence[Tensor]) -> dict[str, Tensor]:
        """The weighted terms of `reader_loss`."""
        batch = Batch(*fields)
        features = network.features(batch.canvas.contiguous(memory_format=torch.channels_last))
        return reader_loss(network, features, batch, self.weights)
