"""The one-shot baseline (A.2): the paper's convolutions see the drawing alone, an LSTM tells the whole spec, token by token.

It is what captions pictures elsewhere: nothing of what it has told is drawn and looked at again. The LSTM has 128 cells, and at each
step it sees the picture's features and its previous token. Convolutions, tokens and training scenes are those of `network.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from derender.networks import folded
from derender.paper.network import Features, Marks
from derender.paper.scenes import MOST_OBJECTS, draw, paper_scene, seen
from derender.paper.tokens import CELLS, KINDS, MOST_ARGUMENTS, SLOTS, STOP, tokens_of
from derender.paper.training import Array, marks_of
from derender.spec import Command

_SIZES = {slot.name: slot.values for slots in SLOTS for slot in slots}
_FIRST = dict(zip(_SIZES, itertools.accumulate(_SIZES.values(), initial=KINDS), strict=False))
VOCABULARY = KINDS + sum(_SIZES.values())
"""All tokens: the kinds, then each argument's values."""

LONGEST = MOST_OBJECTS * (1 + MOST_ARGUMENTS) + 1
"""Tokens of the longest training spec, its end included."""

_NONE = -1


def token_range(kind: int, slot: int) -> slice:
    """The tokens of an argument's values, in their order."""
    first = _FIRST[SLOTS[kind][slot].name]
    return slice(first, first + SLOTS[kind][slot].values)


def sequence_of(commands: Sequence[Command]) -> list[int]:
    """The tokens of commands, the last of which says that nothing is left to draw."""
    sequence: list[int] = []
    for command in commands:
        kind, arguments = tokens_of(command)
        sequence.append(kind)
        sequence.extend(token_range(kind, slot).start + value for slot, value in enumerate(arguments))
    return [*sequence, STOP]


@dataclass(frozen=True, slots=True)
class OneShotConfig:
    """Sizes of the network; saved with its weights."""

    fine: int = 32
    coarse: int = 64
    features: int = 24
    picture: int = 128
    """Numbers that tell the LSTM what the picture shows."""
    embedding: int = 32
    cells: int = 128


State = tuple[Tensor, Tensor]
"""Of the LSTM, both (1, N, cells)."""


class OneShotNetwork(nn.Module):
    """Drawings (B, 1, 136, 136) and tokens told → the next token."""

    def __init__(self, config: OneShotConfig | None = None) -> None:
        super().__init__()
        self.config = c = config or OneShotConfig()
        self.features = Features(1, c.fine, c.coarse, c.features)
        self.picture = nn.Linear(c.features * (CELLS + 1) ** 2, c.picture)
        self.embedding = nn.Embedding(VOCABULARY, c.embedding)
        self.memory = nn.LSTM(c.picture + c.embedding, c.cells, batch_first=True)
        self.token = nn.Linear(c.cells, VOCABULARY)
        self.marks = Marks(c.features)

    def forward(self, pictures: Tensor) -> Tensor:
        """The features (B, C, 17, 17)."""
        features: Tensor = self.features(pictures)
        return features

    def shown(self, features: Tensor) -> Tensor:
        """What the LSTM sees of a picture, (B, numbers)."""
        return functional.relu(self.picture(features.flatten(1)))

    def following(self, shown: Tensor, told: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Scores (B, length, tokens) of what follows each of the tokens `told` (B, length), and the state after the last.

        The end's token is also the one before the first.
        """
        inputs = torch.cat([self.embedding(told), shown[:, None].expand(-1, told.shape[1], -1)], 2)
        hidden, state = self.memory(inputs, state)
        return self.token(hidden), state

    def fused(self) -> OneShotNetwork:
        """The same network for reading: normalisation folded into the convolutions."""
        return folded(self)


class OneShotExample(NamedTuple):
    """picture (1, 136, 136) · sequence (LONGEST), -1 after the end · marks (5, 17, 17)."""

    picture: Array
    sequence: NDArray[np.int64]
    marks: Array


@dataclass(frozen=True, slots=True)
class OneShotTask:
    """The baseline as a `training.loop.Task`; `clean` and `aid` as in `PaperTask`."""

    clean: float = 1 / 3
    aid: float = 0.05
    methods: tuple[str, ...] = ("shown", "following")

    def network(self) -> OneShotNetwork:
        """A new network of the shipped size."""
        return OneShotNetwork()

    def example(self, rng: np.random.Generator, batch: int) -> OneShotExample:
        """A drawing and its spec."""
        del batch  # all have one shape
        scene = paper_scene(rng)
        ink = seen(draw(scene, rng, by_hand=rng.random() >= self.clean))
        sequence = np.full(LONGEST, _NONE)
        tokens = sequence_of(scene.commands)
        sequence[: len(tokens)] = tokens
        return OneShotExample(ink[None], sequence, marks_of(scene))

    def loss(self, network: OneShotNetwork, fields: Sequence[Tensor]) -> dict[str, Tensor]:
        """Minus the log probability of a token, on average, and of the marks."""
        pictures, sequences, marks = fields
        features = network(pictures.contiguous(memory_format=torch.channels_last))
        longest = int((sequences != _NONE).sum(1).max())
        right = sequences[:, :longest]
        told = functional.pad(right[:, :-1], (1, 0), value=STOP).clamp(min=0)
        scores, _ = network.following(network.shown(features), told)
        aid = functional.binary_cross_entropy_with_logits(network.marks(features), marks, reduction="sum")
        return {
            "token": functional.cross_entropy(scores.flatten(0, 1), right.flatten(), ignore_index=_NONE),
            "aid": self.aid * aid / len(pictures),
        }
