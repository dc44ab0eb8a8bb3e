"""Log odds of proposals from their measurements: small networks of one hidden layer, several that are averaged, fitted on simulated
photographs (`training/tracing.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derender.checkpoints import load_arrays
from derender.errors import ModelError

Array = NDArray[np.float64]

MODEL = "tracing"
"""Its name in the manifest."""

_FARTHEST = 4.0
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
        return np.asarray(((rows - self.middle) / self.spread).clip(-_FARTHEST, _FARTHEST))


@dataclass(frozen=True, slots=True)
class Judges:
    """Whether a region is a shape, at first and among its neighbours; whether a way is a connector; which end has its head, and
    whether any has one."""

    region: Judge
    shape: Judge
    connector: Judge
    last: Judge
    headed: Judge

    def arrays(self) -> dict[str, Array]:
        """As they are saved."""
        return {f"{f.name}.{part.name}": getattr(getattr(self, f.name), part.name) for f in fields(self) for part in fields(Judge)}

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Judges:
        """From what was saved; raises KeyError."""
        return cls(
            **{
                f.name: Judge(**{part.name: np.asarray(arrays[f"{f.name}.{part.name}"], dtype=np.float64) for part in fields(Judge)})
                for f in fields(cls)
            }
        )

    @classmethod
    def load(cls, folder: Path | None = None) -> Judges:
        """The shipped ones; raises `ModelError`."""
        arrays, _ = load_arrays(MODEL, folder)
        try:
            return cls.of(arrays)
        except KeyError as error:
            raise ModelError(f"the weights of {MODEL!r} were made for another version of derender; reinstall it") from error
