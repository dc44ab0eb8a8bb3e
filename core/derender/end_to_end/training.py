"""What the end-to-end baseline is trained on: random programs and clean renderings of what they draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from derender.end_to_end.network import SIDE, ProgramWriter
from derender.end_to_end.programs import CELLS, random_program
from derender.end_to_end.tokens import NUMBERS, STOP, tokens_of
from derender.language.execute import execute
from derender.rendering.raster import render
from derender.spec import Spec

LONGEST = 96
"""Tokens of the longest program that is learned from, `STOP` included."""

_NONE = -1
"""What stands after a program's end."""


@dataclass(frozen=True, slots=True)
class WriterTask:
    """The baseline as a `training.loop.Task`."""

    methods: tuple[str, ...] = ()

    def network(self) -> ProgramWriter:
        """A new network of the shipped size."""
        return ProgramWriter()

    def example(self, rng: np.random.Generator, batch: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """An image (1, `SIDE`, `SIDE`) and its program's tokens (`LONGEST`), -1 after their end."""
        del batch  # all have one shape
        while True:
            program = random_program(rng)
            tokens = tokens_of(program)
            if len(tokens) <= LONGEST:
                padded = np.full(LONGEST, _NONE, np.int64)
                padded[: len(tokens)] = [NUMBERS[token] for token in tokens]
                return picture_of(execute(program)), padded

    def loss(self, network: Any, fields: Sequence[Tensor]) -> dict[str, Tensor]:
        """Cross entropy of each token, given the image and the true tokens before it."""
        images, tokens = fields
        lengths = (tokens != _NONE).sum(1)
        tokens = tokens[:, : int(lengths.max())]
        before = functional.pad(tokens[:, :-1].clamp(min=0), (1, 0), value=NUMBERS[STOP])
        scores = network(images.contiguous(memory_format=torch.channels_last), before, lengths)
        return {"token": functional.cross_entropy(scores.flatten(0, 1), tokens.flatten(), ignore_index=_NONE)}


def picture_of(spec: Spec) -> NDArray[np.float32]:
    """The spec's clean rendering on 16 × 16 cells as the network sees it: (1, `SIDE`, `SIDE`), ink 1."""
    ink = render(spec, width_cells=CELLS, height_cells=CELLS, pixels_per_cell=SIDE // CELLS)
    return np.asarray(ink[None] / 255, dtype=np.float32)
