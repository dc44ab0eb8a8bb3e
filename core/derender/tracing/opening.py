"""Which of two ways a photograph is read: on the lattice that the reader found, or traced where it lies on none."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from derender.perception.lattice import Lattice
from derender.photo.develop import Development
from derender.tracing.figure import figure_of
from derender.tracing.judges import Judges
from derender.tracing.placing import Part, placed

_CONVINCING = 25.0
"""Nats of evidence for a lattice from which on nothing is traced: no simulated diagram on no lattice has as much."""


def traced(development: Development, judges: Judges) -> tuple[Lattice, tuple[Part, ...]] | None:
    """What can be traced in a photograph, on a lattice in the pixels of its ink; None where no shapes are seen."""
    seen = development.seen
    found = placed(figure_of(seen.maps, judges)) if seen is not None else None
    if seen is None or found is None:
        return None
    lattice, parts = found
    to_ink = np.linalg.inv(development.to_picture) @ seen.to_picture @ np.vstack([lattice.matrix, [0.0, 0.0, 1.0]])
    return replace(lattice, matrix=np.asarray(to_ink[:2] / to_ink[2, 2], dtype=np.float64)), parts


def is_convincing(lattice: Lattice, unexplained: float) -> bool:
    """Whether so much speaks for a lattice that nothing else need be tried: whatever is traced, the drawing would not lie on none."""
    return lattice.evidence >= _CONVINCING or not lies_on_none(lattice.evidence, unexplained, 0.0)


def lies_on_none(evidence: float, unexplained: float, unexplained_traced: float) -> bool:
    """Whether a drawing is rather what was traced than what was read on a lattice: given the evidence for the lattice in nats and the
    parts of the ink that the reading and the traced figure leave unexplained. Fitted on simulated photographs of both kinds."""
    return sum(w * m for w, m in zip(_WEIGHTS, measurements(evidence, unexplained, unexplained_traced), strict=True)) < 0


def measurements(evidence: float, unexplained: float, unexplained_traced: float) -> tuple[float, float, float, float]:
    """What the weights of the choice are for; what speaks for a lattice has a positive weight."""
    return 1.0, math.log1p(max(0.0, evidence)), -unexplained, unexplained_traced


_WEIGHTS = (-2.2, 0.8, 3.7, 3.6)
"""Fitted as `training/opening.py` does, on 62 photographs seen through the ink weights of 2026-11-25; a fit through those of
2026-11-28 erred on no fewer of 26 held-out ones, so these stay."""
