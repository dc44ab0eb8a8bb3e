"""Sets of headers, and bounds on what programs with them and further headers cost at least.

For a set of headers each element is drawn by some statement; it bears at least the share that it has in the largest one that
the headers offer, which bounds the number of statements. A further header lowers that need by what it gains by itself at
most, since gains only shrink as headers are added; and it costs three thirds at least. All of them together lower it to what
remains with every header.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from derender.synthesis.cover import COMMAND_THIRDS
from derender.synthesis.elements import Floats, Ints

HEADER_THIRDS = 3
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class HeaderSet:
    """Headers, their cost, for each element (N) the share it bears at least in a statement under them, and how odd they read.

    `priced`: the shares are higher ones that hold with no further headers (see `prices`).
    """

    headers: frozenset[int]
    thirds: int
    shares: Floats
    oddness: int
    priced: bool = False

    @property
    def need(self) -> float:
        """What a program with exactly these headers costs at least, parts of statements counted as such."""
        return self.thirds + COMMAND_THIRDS * float(self.shares.sum())

    @property
    def bound(self) -> int:
        """What a program with exactly these headers costs at least."""
        return self.thirds + COMMAND_THIRDS * int(np.ceil(float(self.shares.sum()) - ROUNDING))


@dataclass(frozen=True, slots=True)
class Branch:
    """Headers that are in, nodes (C) that may be added, what each gains at most (C), what it costs with its parent (C).

    `least_need`: what would be needed if all the candidates were added.
    """

    base: HeaderSet
    candidates: Ints
    gains: Floats
    costs: Ints
    least_need: float

    def where(self, kept: NDArray[np.bool_]) -> Branch:
        """The same headers with some candidates left out."""
        return Branch(self.base, self.candidates[kept], self.gains[kept], self.costs[kept], self.least_need)


def bound_with_more(branch: Branch) -> int:
    """What a program with these headers and at least one of the candidates costs at least."""
    need = float(branch.base.shares.sum())
    gained = np.cumsum(np.sort(branch.gains)[::-1])
    left = np.ceil(np.maximum(branch.least_need, need - gained) - ROUNDING)
    least = COMMAND_THIRDS * left + HEADER_THIRDS * np.arange(1, len(gained) + 1)
    return branch.base.thirds + int(least.min())


def least_with_each(branch: Branch) -> Ints:
    """(C): what a program with these headers, the candidate and any number of the others costs at least."""
    need = float(branch.base.shares.sum())
    most = min(len(branch.gains), int(need) + 1)
    others = np.concatenate(([0.0], np.cumsum(np.sort(branch.gains)[::-1][:most])))
    left = np.ceil(np.maximum(branch.least_need, need - branch.gains[:, None] - others[None, :]) - ROUNDING)
    total = COMMAND_THIRDS * left + HEADER_THIRDS * np.arange(len(others)) + branch.costs[:, None]
    least: Ints = branch.base.thirds + total.min(axis=1).astype(np.int64)
    return least
