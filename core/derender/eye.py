"""What the networks that judge parts of a drawing see with: a few convolutions over a view, and a decision on what is seen."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

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


def decision(inputs: int, hidden: int) -> nn.Sequential:
    """What is seen and measured (N, inputs) → a logit (N, 1)."""
    return nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(inplace=True), nn.Dropout(0.2), nn.Linear(hidden, 1))
