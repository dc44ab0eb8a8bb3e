"""Which of two ways a photograph is read: on the lattice that the reader found, or traced where it lies on none."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from derender.perception.lattice import Lattice
from derender.perception.reader import Reading
from derender.photo.develop import Development
from derender.tracing.figure import figure_of
from derender.tracing.judges import Judges
from derender.tracing.placing import Part, placed

_CONVINCING = 25.0
"""Nats of evidence for a lattice from which on nothing is traced: of simulated diagrams on no lattice one in seventeen has as much, drawn
along squared paper, and tracing everything would take half as long again."""


class Traced(NamedTuple):
    """What was traced in a photograph: a lattice in the pixels of its ink, the parts on it, and the part of all geometry that is none of
    them."""

    lattice: Lattice
    parts: tuple[Part, ...]
    unexplained: float


@dataclass(frozen=True, slots=True)
class Support:
    """What speaks for a lattice: nats of evidence for it, the part of the ink that a quick look on it leaves unexplained, and the log odds
    that a command that it read is drawn, on average."""

    evidence: float
    unexplained: float
    odds: float

    @classmethod
    def of(cls, lattice: Lattice, glimpsed: Reading) -> Support:
        """Of a lattice and a quick look's reading on it."""
        return cls(lattice.evidence, glimpsed.unexplained_ink, glimpsed.proposal / max(1, len(glimpsed.spec.commands)))


def traced(development: Development, judges: Judges) -> Traced | None:
    """What can be traced in a photograph; None where no shapes are seen."""
    seen = development.seen
    if seen is None:
        return None
    figure = figure_of(seen.maps, judges)
    found = placed(figure)
    if found is None:
        return None
    lattice, parts = found
    to_ink = np.linalg.inv(development.to_picture) @ seen.to_picture @ np.vstack([lattice.matrix, [0.0, 0.0, 1.0]])
    on_ink = replace(lattice, matrix=np.asarray(to_ink[:2] / to_ink[2, 2], dtype=np.float64))
    return Traced(on_ink, parts, figure.unexplained)


def is_convincing(support: Support) -> bool:
    """Whether so much speaks for a lattice that nothing else need be tried: whatever is traced, the drawing would not lie on none."""
    return support.evidence >= _CONVINCING or not lies_on_none(support, 0.0)


def lies_on_none(support: Support, unexplained: float) -> bool:
    """Whether a drawing is rather what was traced, which leaves so much unexplained, than what was read on a lattice. Fitted on simulated
    photographs of both kinds (`training/opening.py`)."""
    return sum(w * m for w, m in zip(_WEIGHTS, measurements(support, unexplained), strict=True)) < 0


def measurements(support: Support, unexplained: float) -> tuple[float, float, float, float, float]:
    """What the weights of the choice are for; what speaks for a lattice has a positive weight."""
    return 1.0, math.log1p(max(0.0, support.evidence)), -support.unexplained, support.odds, unexplained


_WEIGHTS = (-6.7, 0.31, 3.49, 1.28, 7.03)
"""Of 238 simulated photographs in which both ways find something, half of them on a lattice, see docs/benchmarks.md."""
