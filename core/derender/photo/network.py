"""The network that sets geometry, writing, ruling and page apart: a small U-net, fully convolutional.

It works on evenly lit colour at a reduced size (`light.even_light`), at a quarter of the picture's resolution inside, and gives
its four maps at the full one. Shapes: B pictures, H × W pixels, both multiples of `STEP`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from derender.networks import Block, convolution, folded

STEP = 32
"""Heights and widths are multiples of this."""

MAPS = ("geometry", "writing", "ruling", "page")
"""What the channels of the answer tell of each pixel."""


@dataclass(frozen=True, slots=True)
class InkConfig:
    """Widths of the network at a quarter, an eighth, a sixteenth and a thirty-second of the resolution; saved with its weights."""

    quarter: int = 24
    eighth: int = 48
    sixteenth: int = 80
    deepest: int = 96


class InkNetwork(nn.Module):
    """The whole network."""

    def __init__(self, config: InkConfig | None = None) -> None:
        super().__init__()
        c = config or InkConfig()
        self.config = c
        self.stem = nn.Sequential(nn.PixelUnshuffle(4), convolution(48, c.quarter, 3), Block(c.quarter))
        self.down_eighth = convolution(c.quarter, c.eighth, 2, 2)
        self.encode_eighth = Block(c.eighth)
        self.down_sixteenth = convolution(c.eighth, c.sixteenth, 2, 2)
        self.encode_sixteenth = nn.Sequential(Block(c.sixteenth), Block(c.sixteenth))
        self.down_deepest = convolution(c.sixteenth, c.deepest, 2, 2)
        self.encode_deepest = nn.Sequential(Block(c.deepest), Block(c.deepest, 2), Block(c.deepest, 4), Block(c.deepest))
        self.up_sixteenth = convolution(c.deepest, c.sixteenth, 1)
        self.decode_sixteenth = nn.Sequential(Block(c.sixteenth), Block(c.sixteenth))
        self.up_eighth = convolution(c.sixteenth, c.eighth, 1)
        self.decode_eighth = nn.Sequential(Block(c.eighth), Block(c.eighth))
        self.up_quarter = convolution(c.eighth, c.quarter, 1)
        self.decode_quarter = nn.Sequential(Block(c.quarter), Block(c.quarter), convolution(c.quarter, 48, 1))
        self.answer = nn.Conv2d(48, 16 * len(MAPS), 1)
        assert self.answer.bias is not None
        with torch.no_grad():
            # At first nothing is drawn anywhere and everything is page, which is nearly right.
            self.answer.bias[:48] = -3.0
            self.answer.bias[48:] = 3.0

    def forward(self, light: Tensor) -> Tensor:
        """Even light (B, 3, H, W), paper about 1 → logits (B, 4, H, W) of `MAPS`."""
        quarter = self.stem(1 - light)
        eighth = self.encode_eighth(self.down_eighth(quarter))
        sixteenth = self.encode_sixteenth(self.down_sixteenth(eighth))
        deepest = self.encode_deepest(self.down_deepest(sixteenth))
        sixteenth = self.decode_sixteenth(sixteenth + functional.interpolate(self.up_sixteenth(deepest), scale_factor=2.0))
        eighth = self.decode_eighth(eighth + functional.interpolate(self.up_eighth(sixteenth), scale_factor=2.0))
        quarter = self.decode_quarter(quarter + functional.interpolate(self.up_quarter(eighth), scale_factor=2.0))
        return functional.pixel_shuffle(self.answer(quarter), 4)

    def fused(self) -> InkNetwork:
        """The same network for use: normalisation folded into the convolutions."""
        return folded(self)
