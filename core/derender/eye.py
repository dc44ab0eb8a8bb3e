"""What the networks that judge parts of a drawing see with: a few convolutions over a view, and a decision on what is seen."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from derender.networks import convolution
from derender.samples import SIDE


@dataclass(frozen=True, slots=True)
class EyeConfig:
    """Sizes of a network that sees so; saved with the weights of those that are trained in runs."""

    narrow: int = 24
    middle: int = 32
    broad: int = 48
    last: int = 64
    hidden: int = 64


def eye(channels: int, c: EyeConfig) -> nn.Sequential:
    """Views (N, channels, S, S) → what is seen in them (N, hidden)."""
    return nn.Sequential(
        nn.PixelUnshuffle(2),
        convolution(4 * channels, c.narrow, 3),
        convolution(c.narrow, c.middle, 2, 2),
        convolution(c.middle, c.broad, 3),
        convolution(c.broad, c.last, 2, 2),
        nn.Flatten(),
        nn.Linear(c.last * (SIDE // 8) ** 2, c.hidden),
        nn.ReLU(inplace=True),
    )


class TwoViews(nn.Module):
    """Two views (N, 2, channels, S, S) in [0, 1] and measurements (N, F), each cut off at so many standard deviations from its mean →
    logits (N)."""

    def __init__(self, channels: int, measurements: int, config: EyeConfig, farthest: float = math.inf) -> None:
        super().__init__()
        self.config, self.farthest = config, farthest
        self.scaled = nn.BatchNorm1d(measurements, affine=False)
        self.close, self.around = eye(channels, config), eye(channels, config)
        self.decides = decision(2 * config.hidden + measurements, config.hidden)

    def forward(self, views: Tensor, measurements: Tensor) -> Tensor:
        """See the class."""
        measured = self.scaled(measurements).clamp(-self.farthest, self.farthest)
        return torch.as_tensor(self.decides(torch.cat([self.close(views[:, 0]), self.around(views[:, 1]), measured], 1))[:, 0])


def decision(inputs: int, hidden: int) -> nn.Sequential:
    """What is seen and measured (N, inputs) → a logit (N, 1)."""
    return nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(inplace=True), nn.Dropout(0.2), nn.Linear(hidden, 1))
