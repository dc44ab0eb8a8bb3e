"""What proposes commands for one drawing: the paper's network on drawing and canvas, or a prior that sees nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from derender.paper.network import PaperNetwork
from derender.paper.scenes import SIDE, Array, seen
from derender.paper.tokens import KINDS, STOP, legal
from derender.perception.targets import explanation_on_canvas
from derender.spec import Spec


class Tokens(Protocol):
    """Distributions over tokens, given features of drawing and canvas (B, …); see `PaperNetwork`."""

    def kinds(self, features: Tensor) -> Tensor:
        """Log probabilities of the first token, (B, 4)."""

    def argument(self, kind: int, features: Tensor, arguments: Tensor) -> Tensor:
        """Log probabilities of the argument that follows `arguments` (N, told so far), (N, values); -inf where not legal."""


class Sight(Protocol):
    """A drawing as it is seen beside canvases."""

    @property
    def tokens(self) -> Tokens:
        """What is told of features."""

    def features(self, specs: Sequence[Spec]) -> Tensor:
        """The features of the drawing beside each spec's canvas, (B, …)."""


class NetworkSight:
    """A registered canvas (272, 272) with ink 1, seen by the paper's network."""

    def __init__(self, network: PaperNetwork, ink: Array, device: torch.device) -> None:
        self.tokens: Tokens = network
        self._network = network
        self._ink = seen(ink)
        self._device = device

    def features(self, specs: Sequence[Spec]) -> Tensor:
        """One look of the network for each spec, all as one batch."""
        pictures = np.stack([np.stack([self._ink, seen(explanation_on_canvas(spec, (SIDE, SIDE)))]) for spec in specs])
        batch = torch.from_numpy(pictures).to(self._device).contiguous(memory_format=torch.channels_last)
        with torch.inference_mode():
            features: Tensor = self._network(batch)
        return features


class PriorTokens:
    """Tokens before anything is seen: the end with some probability, else each kind and each legal value alike."""

    def __init__(self, stop: float) -> None:
        self._kinds = torch.full((KINDS,), (1 - stop) / (KINDS - 1)).index_fill(0, torch.tensor(STOP), stop).log()

    def kinds(self, features: Tensor) -> Tensor:
        """See `Tokens`."""
        return self._kinds.expand(features.shape[0], -1)

    def argument(self, kind: int, features: Tensor, arguments: Tensor) -> Tensor:
        """See `Tokens`."""
        del features
        allowed = legal(kind, arguments)
        return torch.zeros(allowed.shape).masked_fill(~allowed, -torch.inf).log_softmax(1)


class PriorSight:
    """No look at all: 'SMC alone' of Figure 4 and 'no network' of Figure 8."""

    def __init__(self, stop: float) -> None:
        self.tokens: Tokens = PriorTokens(stop)

    def features(self, specs: Sequence[Spec]) -> Tensor:
        """Nothing, for each spec."""
        return torch.zeros(len(specs), 1)
