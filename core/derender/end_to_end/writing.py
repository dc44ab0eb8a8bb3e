"""The end-to-end baseline used: programs sampled for a rendered spec, how many are programs at all, and which comes closest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from derender.checkpoints import load_weights
from derender.end_to_end.network import ProgramWriter, WriterConfig
from derender.end_to_end.tokens import program_of
from derender.end_to_end.training import LONGEST, picture_of
from derender.errors import ExecutionError, ModelError
from derender.language.execute import execute
from derender.language.legality import problems
from derender.language.program import Program
from derender.networks import folded
from derender.spec import Spec

MODEL = "end-to-end"
BATCH = 64
"""Programs sampled at once."""


@dataclass(frozen=True, slots=True)
class Written:
    """A sampled program that is legal, and what it draws."""

    program: Program
    spec: Spec

    def errors(self, truth: Spec) -> int:
        """The symmetric difference to what is drawn."""
        return len(self.spec - truth) + len(truth - self.spec)


def load_writer(folder: Path | None = None) -> ProgramWriter:
    """The shipped network, ready to write; raises `ModelError`."""
    tensors, entry = load_weights(MODEL, folder)
    try:
        network = ProgramWriter(WriterConfig(**entry["network"]))
        network.load_state_dict(tensors)
    except (KeyError, TypeError, RuntimeError) as error:
        raise ModelError(f"the weights of {MODEL!r} were made for another version of derender; reinstall it") from error
    return folded(network)


def sampled(writer: ProgramWriter, spec: Spec, seed: int) -> Iterator[Written | None]:
    """Programs for the spec's clean rendering, without end, in batches of `BATCH`; None for what is no legal program."""
    image = torch.from_numpy(picture_of(spec))[None]
    random = torch.Generator().manual_seed(seed)
    while True:
        for tokens in writer.sample(image, BATCH, LONGEST, random):
            yield _judged(program_of(tokens))


def _judged(program: Program | None) -> Written | None:
    if program is None or problems(program):
        return None
    try:
        return Written(program, execute(program))
    except ExecutionError:
        return None
