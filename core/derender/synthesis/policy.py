"""π(σ|S): how promising each search space is for a spec (Eq. 6), as a bilinear model over counts of drawing commands.

Which program is the shortest, nobody knows before; which spaces usually hold it and are searched quickly, can be learned
(`derender.policy`). The model has 24 × 4 weights, as the paper's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from derender.checkpoints import load_arrays
from derender.errors import ModelError
from derender.spec import Circle, Line, Rectangle, Spec
from derender.synthesis.search_space import all_search_spaces

MODEL = "policy"

SPACES = tuple(all_search_spaces())
"""The search spaces in the order of the model's rows."""

FEATURES = ("circles", "rectangles", "lines", "bias")
"""Counts in tens, so that weights are of like size; the bias is 1."""

Floats = NDArray[np.float64]


def spec_features(spec: Spec) -> Floats:
    """φ(S), (4)."""
    counts = [sum(isinstance(command, kind) for command in spec) / 10 for kind in (Circle, Rectangle, Line)]
    return np.array([*counts, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class SearchPolicy:
    """θ, (24, 4): a weight for each space and feature."""

    weights: Floats

    def shares(self, spec: Spec) -> Floats:
        """π(σ|S) for the `SPACES`, (24): positive, and 1 together."""
        scores = self.weights @ spec_features(spec)
        odds: Floats = np.exp(np.clip(scores - scores.max(), -50.0, 0.0))
        shares: Floats = odds / odds.sum()
        return shares


UNIFORM = SearchPolicy(np.zeros((len(SPACES), len(FEATURES))))
"""Every space is given the same time."""


def load_policy(folder: Path | None = None) -> SearchPolicy:
    """The shipped policy; raises `ModelError`."""
    arrays, entry = load_arrays(MODEL, folder)
    weights = arrays.get("weights")
    spaces = [str(space) for space in SPACES]
    same = entry.get("spaces") == spaces and entry.get("features") == list(FEATURES)
    if not same or weights is None or weights.shape != UNIFORM.weights.shape:
        raise ModelError(f"the weights of {MODEL!r} were made for another version of derender; reinstall it")
    return SearchPolicy(weights.astype(np.float64))
