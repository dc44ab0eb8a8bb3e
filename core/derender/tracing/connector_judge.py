"""Which ways through the strokes of a figure are its connectors: each looked at by itself, and then judged among the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from derender.checkpoints import load_arrays
from derender.errors import ModelError
from derender.judge import Judge
from derender.tracing.paths import Between, Way
from derender.tracing.strokes import Traces
from derender.tracing.way_context import CONTEXT, way_context
from derender.tracing.way_network import WayJudge, WayJudgements

MODEL = "connectors"
"""The name of the judge among others in the manifest."""


@dataclass(frozen=True, slots=True)
class ConnectorJudge:
    """What a look at a way says, and what that is worth beside what it says of the others (`way_context.CONTEXT`)."""

    look: WayJudge
    among: Judge

    @classmethod
    def load(cls, device: torch.device, folder: Path | None = None) -> ConnectorJudge:
        """The shipped ones; raises `ModelError`."""
        arrays, _ = load_arrays(MODEL, folder)
        try:
            among = Judge.of(arrays, MODEL)
            among.expect(len(CONTEXT))
        except (KeyError, ValueError) as error:
            raise ModelError(f"the weights of {MODEL!r} were made for another version of derender; reinstall it") from error
        return cls(WayJudge.load(device, folder), among)

    def __call__(self, ways: Sequence[Way], found: Between, traces: Traces) -> WayJudgements:
        """What N ways are judged to be: all that are proposed for a figure, or for a part of one."""
        looked = self.look(ways, found, traces)
        return looked._replace(connects=self.among(way_context(ways, looked, found, traces)))
