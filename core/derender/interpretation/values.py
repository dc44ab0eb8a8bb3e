"""What a picture is taken for: a reading with its best program, and its place among the others."""

from __future__ import annotations

from dataclasses import dataclass

from derender.language.program import Program
from derender.spec import Spec


@dataclass(frozen=True, slots=True)
class LogScore:
    """The three factors of Eq. 7, in nats: the likelihood of the ink, the network's proposal, and the program's prior (Eq. 4)."""

    likelihood: float
    proposal: float
    prior: float


@dataclass(frozen=True, slots=True)
class Interpretation:
    """One reading: its spec, the shortest program found for it, whether that is proven shortest, and how probable the reading is."""

    spec: Spec
    program: Program
    cost_thirds: int
    optimal: bool
    probability: float
    score: LogScore


def log_prior(cost_thirds: int) -> float:
    """log P[program] up to a constant: minus the program's cost (Eq. 4)."""
    return -cost_thirds / 3
