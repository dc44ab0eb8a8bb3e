"""What a picture is taken for: readings and their neighbours with their best programs, and where programs overruled the reader."""

from __future__ import annotations

from dataclasses import dataclass

from derender.language.program import Program
from derender.perception.lattice import Lattice
from derender.spec import Command, Spec


@dataclass(frozen=True, slots=True)
class LogScore:
    """The three factors of Eq. 7, in nats: the likelihood of the ink, the network's proposal, and the program's prior."""

    likelihood: float
    proposal: float
    prior: float

    @property
    def total(self) -> float:
        """The logarithm of their product."""
        return self.likelihood + self.proposal + self.prior


@dataclass(frozen=True, slots=True)
class Undone:
    """A figure with one correction taken back: what the caller puts in the place of the interpretation to keep what was read."""

    spec: Spec
    program: Program
    cost_thirds: int


@dataclass(frozen=True, slots=True)
class Correction:
    """One place where the best program overruled the reader.

    `read` and `taken` are commands in the interpretation's coordinates; those of `read` may lie between its lattice points.
    `cost_read` and `cost_taken` are the costs (thirds) of the programs of the whole figure with what was read there and with what it
    was taken for; `log_odds` (nats) is how much more probable the latter is, all factors together; `region` is the place in the
    picture: left, top, right, bottom in its pixels.
    """

    read: tuple[Command, ...]
    taken: tuple[Command, ...]
    cost_read: int
    cost_taken: int
    log_odds: float
    region: tuple[float, float, float, float]
    undone: Undone


@dataclass(frozen=True, slots=True)
class Interpretation:
    """One spec with the best program found for it, whether that is proven shortest, how probable both together are among the
    others, how probable each command is (in the spec's order), the lattice that the spec lies on, and where spec and program overrule
    the reader (told of the best interpretation)."""

    spec: Spec
    program: Program
    cost_thirds: int
    optimal: bool
    probability: float
    confidences: tuple[float, ...]
    score: LogScore
    lattice: Lattice
    corrections: tuple[Correction, ...] = ()
