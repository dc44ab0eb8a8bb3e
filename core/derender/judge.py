"""Log odds of proposals from their measurements: small networks of one hidden layer, several that are averaged, fitted on simulated
photographs (`training/judging.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FARTHEST = 4.0
"""Standard deviations: what lies beyond counts as this far."""


@dataclass(frozen=True, slots=True)
class Judge:
    """K networks with H hidden units of F measurements: what is taken off and divided by (F), weights (K, H, F) and (K, H), biases
    (K, H) and (K)."""

    middle: Array
    spread: Array
    weights: Array
    biases: Array
    answer: Array
    bias: Array

    def __call__(self, rows: Array) -> Array:
        """Log odds (N) of measurements (N, F)."""
        if not len(rows):
            return np.zeros(0)
        scaled = self.scaled(rows)
        hidden = np.tanh(np.einsum("khf,nf->knh", self.weights, scaled) + self.biases[:, None])
        return np.asarray((np.einsum("kh,knh->kn", self.answer, hidden) + self.bias[:, None]).mean(0))

    def scaled(self, rows: Array) -> Array:
        """What the networks see of measurements (N, F)."""
        return np.asarray(((rows - self.middle) / self.spread).clip(-FARTHEST, FARTHEST))

    def expect(self, measurements: int) -> None:
        """Raises ValueError where it judges by another number of measurements."""
        found = {len(self.middle), len(self.spread), self.weights.shape[-1]}
        if found != {measurements}:
            raise ValueError(f"{', '.join(map(str, sorted(found)))} measurements in place of {measurements}")

    def arrays(self, name: str) -> dict[str, Array]:
        """As it is saved under a name."""
        return {f"{name}.{part.name}": getattr(self, part.name) for part in fields(self)}

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], name: str) -> Judge:
        """From what was saved under a name; raises KeyError."""
        return cls(**{part.name: np.asarray(arrays[f"{name}.{part.name}"], dtype=np.float64) for part in fields(cls)})
