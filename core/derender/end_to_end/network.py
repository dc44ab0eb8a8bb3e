"""The end-to-end baseline's network (A.7.2): a CNN sees the image, an LSTM writes the program's tokens.

In the paper the CNN is that of its reader and the LSTM has two layers of 1,024 units over 64-dimensional embeddings. Here the image has
128 × 128 pixels, the CNN is small and normalised, and the layers have 192 units, so that one processor core can train it.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from derender.end_to_end.tokens import NUMBERS, STOP, TOKENS
from derender.networks import convolution

SIDE = 128
"""Pixels of the image."""

_MAP = SIDE // 8
"""Positions of the last feature map along each side."""

_TOGETHER = 16
"""Rows that go through the decoder together."""


@dataclass(frozen=True, slots=True)
class WriterConfig:
    """The network's sizes."""

    first: int = 24
    second: int = 48
    third: int = 64
    last: int = 12
    """Channels of the feature maps; the last is what is flattened."""
    image: int = 128
    """Numbers that the image comes to."""
    embedding: int = 64
    units: int = 192
    layers: int = 2


class ProgramWriter(nn.Module):
    """Images (B, 1, `SIDE`, `SIDE`), ink 1, to scores of each next token (B, length, tokens)."""

    def __init__(self, config: WriterConfig | None = None) -> None:
        super().__init__()
        c = config or WriterConfig()
        self.features = nn.Sequential(
            convolution(1, c.first, 4, stride=4),
            convolution(c.first, c.second, 3),
            convolution(c.second, c.third, 2, stride=2),
            convolution(c.third, c.third, 3),
            convolution(c.third, c.last, 1),
        )
        self.image = nn.Linear(c.last * _MAP * _MAP, c.image)
        self.embedding = nn.Embedding(len(TOKENS), c.embedding)
        self.decoder = nn.LSTM(c.embedding + c.image, c.units, c.layers, batch_first=True)
        self.scores = nn.Linear(c.units, len(TOKENS))

    def forward(self, images: Tensor, before: Tensor, lengths: Tensor) -> Tensor:
        """Scores of the tokens that follow each of `before` (B, length), the first of which is `STOP`: it also begins a program.

        Beyond the `lengths` (B,) of its program a row's scores mean nothing. Most programs are far shorter than a batch's longest,
        so rows of similar length go through the decoder together.
        """
        inputs = self._inputs(self.seen(images), before)
        scores = inputs.new_zeros(*before.shape, len(TOKENS))
        for rows in torch.split(lengths.argsort(), _TOGETHER):
            most = int(lengths[rows].max())
            scores[rows, :most] = self.scores(self.decoder(inputs[rows, :most])[0])
        return scores

    def seen(self, images: Tensor) -> Tensor:
        """What the image comes to, (B, numbers); the decoder gets it with every token."""
        return torch.relu(self.image(self.features(images).flatten(1)))

    def _inputs(self, seen: Tensor, before: Tensor) -> Tensor:
        return torch.cat([self.embedding(before), seen[:, None].expand(-1, before.shape[1], -1)], dim=2)

    @torch.inference_mode()
    def sample(self, image: Tensor, count: int, most: int, random: torch.Generator, temperature: float = 1.0) -> list[list[str]]:
        """`count` sequences of at most `most` tokens for one image (1, 1, `SIDE`, `SIDE`), each drawn from the network's distribution."""
        seen = self.seen(image).expand(count, -1)
        token = torch.full((count, 1), NUMBERS[STOP], device=seen.device)
        state, written = None, []
        ended = torch.zeros(count, dtype=torch.bool, device=seen.device)
        for _ in range(most):
            hidden, state = self.decoder(self._inputs(seen, token), state)
            token = torch.multinomial(torch.softmax(self.scores(hidden[:, 0]) / temperature, dim=1), 1, generator=random)
            written.append(token[:, 0])
            ended |= token[:, 0] == NUMBERS[STOP]
            if bool(ended.all()):
                break
        return [[TOKENS[number] for number in row] for row in torch.stack(written, 1).tolist()]


State = tuple[Tensor, Tensor]
"""The decoder's: hidden and cell, each (layers, B, units)."""
