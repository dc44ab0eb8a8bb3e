"""What the networks of tracing see with: a few convolutions over a view, and a decision on what is seen."""

from __future__ import annotations

from torch import nn

from derender.networks import convolution
from derender.tracing.samples import SIDE


def eye(channels: int, sizes: tuple[int, int, int, int], hidden: int) -> nn.Sequential:
    """Views (N, channels, S, S) → what is seen in them (N, hidden), by layers of these sizes."""
    narrow, middle, broad, last = sizes
    return nn.Sequential(
        nn.PixelUnshuffle(2),
        convolution(4 * channels, narrow, 3),
        convolution(narrow, middle, 2, 2),
        convolution(middle, broad, 3),
        convolution(broad, last, 2, 2),
        nn.Flatten(),
        nn.Linear(last * (SIDE // 8) ** 2, hidden),
        nn.ReLU(inplace=True),
    )


def decision(inputs: int, hidden: int) -> nn.Sequential:
    """What is seen and measured (N, inputs) → a logit (N, 1)."""
    return nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(inplace=True), nn.Dropout(0.2), nn.Linear(hidden, 1))
