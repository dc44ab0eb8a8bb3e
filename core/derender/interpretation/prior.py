"""P_β[program] ∝ exp(β · φ(program)): the prior over programs of Eq. 7, log-linear in the features, and how often the pen slips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from derender.checkpoints import load_weights
from derender.errors import ModelError
from derender.interpretation.features import NAMES, ProgramFeatures, vector
from derender.interpretation.slips import NEVER, SLIP_NAMES, SlipOdds

MODEL = "program_prior"


@dataclass(frozen=True, slots=True)
class ProgramPrior:
    """β, one weight for each feature in the order of `NAMES`, in nats, and the odds of slips that were learned with it."""

    weights: tuple[float, ...]
    slips: SlipOdds = NEVER

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
    names = (*NAMES, *SLIP_NAMES)
    if tuple(entry.get("features", ())) != names or "weights" not in tensors or len(tensors["weights"]) != len(names):
        raise ModelError(f"the weights of {MODEL!r} were made for another version of derender; reinstall it")
    return prior_of([float(weight) for weight in tensors["weights"]])


def prior_of(weights: Sequence[float]) -> ProgramPrior:
    """The prior with these weights of `NAMES` and `SLIP_NAMES`."""
    return ProgramPrior(tuple(weights[: len(NAMES)]), SlipOdds(*weights[len(NAMES) :]))


def weights_of(prior: ProgramPrior) -> tuple[float, ...]:
    """All that is learned, in the order of `NAMES` and `SLIP_NAMES`."""
    return (*prior.weights, *astuple(prior.slips))
