"""P_β[program] ∝ exp(β · φ(program)): the prior over programs of Eq. 7, log-linear in the features."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from derender.checkpoints import load_weights
from derender.errors import ModelError
from derender.interpretation.features import NAMES, ProgramFeatures, vector

MODEL = "program_prior"


@dataclass(frozen=True, slots=True)
class ProgramPrior:
    """β, one weight for each feature in the order of `NAMES`, in nats."""

    weights: tuple[float, ...]

    def log(self, found: ProgramFeatures) -> float:
        """log P_β up to a constant."""
        return sum(weight * value for weight, value in zip(self.weights, vector(found), strict=True))

    def of(self, name: str) -> float:
        """The weight of one feature."""
        return self.weights[NAMES.index(name)]


BY_COST = ProgramPrior(tuple(-1.0 if name == "cost" else 0.0 for name in NAMES))
"""Eq. 4: the cost alone, a nat for each command. Where learning starts from."""


def load_prior(folder: Path | None = None) -> ProgramPrior:
    """The shipped prior; raises `ModelError`."""
    tensors, entry = load_weights(MODEL, folder)
    if tuple(entry.get("features", ())) != NAMES or "weights" not in tensors or len(tensors["weights"]) != len(NAMES):
        raise ModelError(f"the weights of {MODEL!r} were made for another version of derender; reinstall it")
    return ProgramPrior(tuple(float(weight) for weight in tensors["weights"]))
