"""The paper's network (A.1): from drawing and canvas to the next drawing command, token by token.

A convolutional network sees both pictures and makes features f, one vector for each point of the grid. The first token, the kind of
command, is a logistic regression from f (Eq. 9). Every later one has a network of its own for each kind of command (Eq. 10), which
sees f through a spatial transformer and all earlier tokens; where the transformer looks is a linear function of these (Eq. 11).

Three things differ from the paper, so that minutes of training suffice where the paper had a day of a graphics card: the convolutions
are residual and normalised, at half the resolution; each transformer begins looking where the tokens so far point (the column that
was named, the end of a line, along the line) instead of anywhere; and in training a linear map of f also tells what is missing where.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from derender.networks import Block, convolution, folded
from derender.paper.tokens import CELLS, KINDS, LINE, SLOTS, legal
from derender.paper.windows import WINDOWS, Window

MARKS = 5
"""What the training aid tells at each point: centres of circles, boxes' upper left and lower right corners, both ends of lines."""


@dataclass(frozen=True, slots=True)
class PaperConfig:
    """Sizes of the network; saved with its weights."""

    fine: int = 32
    coarse: int = 64
    features: int = 24
    hidden: int = 32
    """Hidden units of the networks that tell a line's coordinates; the other tokens have none."""


class Features(nn.Module):
    """Pictures (B, channels, 136, 136) → features (B, C, 17, 17), one vector for each point of the grid."""

    def __init__(self, channels: int, fine: int, coarse: int, features: int) -> None:
        super().__init__()
        self.fine = nn.Sequential(nn.PixelUnshuffle(4), convolution(16 * channels, fine, 3), Block(fine))
        self.coarse = nn.Sequential(convolution(fine, coarse, 2, 2), Block(coarse), Block(coarse, 2), Block(coarse, 4))
        self.narrow = nn.Conv2d(coarse, features, 1)

    def forward(self, pictures: Tensor) -> Tensor:
        """See the class."""
        return functional.relu(self.narrow(self.coarse(self.fine(pictures)))).contiguous()


class Marks(nn.Conv2d):
    """Features → logits of what is at each point, (B, 5, 17, 17): a linear map that only training asks; nothing is usual at first."""

    def __init__(self, features: int) -> None:
        super().__init__(features, MARKS, 1)
        with torch.no_grad():
            assert self.bias is not None
            self.bias.fill_(-5.0)


class TokenHead(nn.Module):
    """One argument's distribution: attention and network of Eq. 10 and 11."""

    def __init__(self, kind: int, slot: int, config: PaperConfig) -> None:
        super().__init__()
        self.kind, self.slot = kind, slot
        self.sizes = [s.values for s in SLOTS[kind][:slot]]
        self.window: Window = WINDOWS[kind][slot]
        told = sum(self.sizes)
        inputs = config.features * self.window.height * self.window.width + 1 + told
        values = SLOTS[kind][slot].values
        self.attention = nn.Linear(1 + told, 6, bias=False)
        with torch.no_grad():
            self.attention.weight.copy_(self.window.initial(SLOTS[kind][:slot]))
        if kind == LINE and slot < 4:
            self.network = nn.Sequential(nn.Linear(inputs, config.hidden), nn.ReLU(), nn.Linear(config.hidden, values))
        else:
            self.network = nn.Sequential(nn.Linear(inputs, values))

    def forward(self, features: Tensor, arguments: Tensor) -> Tensor:
        """Features (N, C, 17, 17) and the arguments before this one (N, slot) → log probabilities (N, values); -inf where not legal."""
        constant = features.new_ones(features.shape[0], 1)
        known = torch.cat([constant, *(functional.one_hot(a, n) for a, n in zip(arguments.T, self.sizes, strict=True))], 1)
        affine = self.attention(known).view(-1, 2, 3)
        size = [features.shape[0], features.shape[1], self.window.height, self.window.width]
        grid = functional.affine_grid(affine, size, align_corners=True)
        attended = functional.grid_sample(features, grid, align_corners=True)
        scores = self.network(torch.cat([attended.flatten(1), known], 1))
        return torch.log_softmax(scores.masked_fill(~legal(self.kind, arguments), -torch.inf), 1)


class PaperNetwork(nn.Module):
    """Drawing and canvas (B, 2, 136, 136) → the next command; see the module."""

    def __init__(self, config: PaperConfig | None = None) -> None:
        super().__init__()
        self.config = c = config or PaperConfig()
        self.features = Features(2, c.fine, c.coarse, c.features)
        self.kind = nn.Linear(c.features * (CELLS + 1) ** 2, KINDS)
        self.arguments = nn.ModuleList(
            nn.ModuleList(TokenHead(kind, slot, c) for slot in range(len(slots))) for kind, slots in enumerate(SLOTS)
        )
        self.marks = Marks(c.features)

    def forward(self, pictures: Tensor) -> Tensor:
        """The features f, (B, C, 17, 17)."""
        features: Tensor = self.features(pictures)
        return features

    def kinds(self, features: Tensor) -> Tensor:
        """Log probabilities of the first token, (B, 4)."""
        return torch.log_softmax(self.kind(features.flatten(1)), 1)

    def argument(self, kind: int, features: Tensor, arguments: Tensor) -> Tensor:
        """Log probabilities of the argument that follows `arguments` (N, told so far) of a kind of command, (N, values)."""
        answer: Tensor = self.arguments[kind][arguments.shape[1]](features, arguments)  # type: ignore[index]  # a list of lists of modules
        return answer

    def fused(self) -> PaperNetwork:
        """The same network for reading: normalisation folded into the convolutions."""
        return folded(self)
