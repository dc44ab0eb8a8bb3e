"""π(σ|S): how promising each search space is for a spec (Eq. 6), as a bilinear model over counts of drawing commands.

Which program is the shortest, nobody knows before; which spaces usually hold it and are searched quickly, can be learned
(`derender.policy`). The paper's model has 24 × 4 weights, for counts alone; this one also has features of the spec's structure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from derender.checkpoints import load_arrays
from derender.errors import ModelError
from derender.spec import Circle, Command, Line, Rectangle
from derender.synthesis.focused_nodes import FOCUSED_FROM
from derender.synthesis.nodes import Tables
from derender.synthesis.search_space import FULL, all_search_spaces

MODEL = "policy"

SPACES = tuple(all_search_spaces())
"""The search spaces in the order of the model's rows."""

WHOLE = SPACES.index(FULL)
"""The number of the whole language's search, the one that proves."""

COUNTS = ("circles", "rectangles", "lines", "bias")
"""The paper's features: counts in tens, so that weights are of like size; the bias is 1."""

FEATURES = (*COUNTS, "large", "mirrored", "progressing", "longest", "columns", "rows")
"""What else tells where a program lies: whether a draft keeps to the regular parts; what share of the commands the best reflection
maps to others, and what share lies in progressions of three; the longest progression, in tens; distinct x and y for each command."""

Floats = NDArray[np.float64]


def spec_counts(commands: Iterable[Command]) -> Floats:
    """The paper's φ(S), (4)."""
    kinds = [type(command) for command in commands]
    return np.array([*(kinds.count(kind) / 10 for kind in (Circle, Rectangle, Line)), 1.0])


def spec_features(tables: Tables) -> Floats:
    """φ(S), (F); what the tables hold for it the searches need anyway. Those of specs too large to list are 0 but for the counts."""
    elements = tables.elements
    features = np.zeros(len(FEATURES))
    features[: len(COUNTS)] = spec_counts(elements.commands)
    features[len(COUNTS)] = len(elements) >= FOCUSED_FROM
    if len(elements) and tables.are_listable:
        progressions = tables.progressions
        mirrored = tables.mirrors.most_moved / len(elements)
        progressing = float((progressions.line(3).reach > 0).mean())
        places = [len(set(elements.positions[:, axis].tolist())) / len(elements) for axis in (0, 1)]
        features[len(COUNTS) + 1 :] = [mirrored, progressing, progressions.longest / 10, *places]
    return features


@dataclass(frozen=True, slots=True, eq=False)
class SearchPolicy:
    """θ, (24, F): a weight for each space and feature."""

    weights: Floats

    def shares(self, tables: Tables) -> Floats:
        """π(σ|S) for the `SPACES`, (24): positive, and 1 together."""
        scores = self.weights @ spec_features(tables)
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
