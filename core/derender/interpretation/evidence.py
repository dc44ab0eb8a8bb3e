"""What a picture says for a spec: the first two factors of Eq. 7, asked of whoever reads pictures.

Interpretation depends on this protocol alone, so that readers, samplers and learned likelihoods can take each other's place. Only
differences between the scores of specs of one picture mean anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from derender.spec import Spec


@dataclass(frozen=True, slots=True)
class Evidence:
    """Logarithms, each up to a constant of the picture: L(I | render(S)) and P[S | I]."""

    likelihood: float
    proposal: float

    @property
    def total(self) -> float:
        """Both together."""
        return self.likelihood + self.proposal


class Observation(Protocol):
    """A picture that specs can be held against."""

    def score(self, specs: Sequence[Spec]) -> tuple[Evidence, ...]:
        """The evidence for each spec, all on the lattice that the picture was read on."""
        ...

    def estimate(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        """Roughly the total evidence for each spec, much quicker: to tell which specs are worth a score."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A spec on the lattice that the picture was read on, with its evidence."""

    spec: Spec
    evidence: Evidence
