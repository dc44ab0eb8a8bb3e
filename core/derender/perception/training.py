"""What the reader's network is trained on: simulated drawings, and the losses of its heads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from torch import Tensor

from derender.perception.losses import Batch, LossWeights, reader_loss
from derender.perception.network import ReaderNetwork
from derender.perception.targets import SHAPES, Drawing, Example, example_of, make_example


@dataclass(frozen=True, slots=True)
class ReaderTask:
    """The reader as a `training.loop.Task`; `off_lattice` and `explained` as for `make_example`.

    A fraction `others` of the drawings are not simulated here: `draw_others` makes one of so many columns and rows of cells.
    """

    off_lattice: float = 0.2
    explained: float = 0.4
    others: float = 0.0
    draw_others: Callable[[np.random.Generator, int, int], Drawing] | None = None
    weights: LossWeights = field(default_factory=LossWeights)

    methods: tuple[str, ...] = ("seen", "lattice_logits", "dense_logits", "line_logits", "rectangle_logits")

    def network(self) -> ReaderNetwork:
        """A new network of the shipped size."""
        return ReaderNetwork()

    def example(self, rng: np.random.Generator, batch: int) -> Example:
        """A drawing; those of one batch have one shape, half of all batches the square one."""
        columns, rows = SHAPES[batch // 2 % len(SHAPES)] if batch % 2 else SHAPES[0]
        if self.draw_others is not None and rng.random() < self.others:
            return example_of(self.draw_others(rng, columns, rows), rng, self.explained)
        return make_example(rng, columns, rows, self.off_lattice, self.explained)

    def loss(self, network: ReaderNetwork, fields: Sequence[Tensor]) -> dict[str, Tensor]:
        """The weighted terms of `reader_loss`."""
        batch = Batch(*fields)
        features = network.seen(batch.canvas)
        return reader_loss(network, features, batch, self.weights)
