"""How well a spec's rendering explains a drawing: by pixels, or by the learned surrogate (Section 2.1, A.3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from derender.paper.scenes import SIDE, Array, seen
from derender.perception.likelihood import Likelihood
from derender.perception.network import CELL
from derender.perception.targets import explanation_on_canvas
from derender.spec import Spec


class SpecLikelihood(Protocol):
    """log L(I | render(S)) of one drawing, up to a constant."""

    def __call__(self, specs: Sequence[Spec]) -> Sequence[float]:
        """Of each spec."""


class PixelLikelihood:
    """Minus the distance between the pictures, pixel by pixel, in cells of stroke."""

    _cell = CELL / 2
    """What one cell of a thin stroke comes to at half the resolution: a pixel wide."""

    def __init__(self, ink: Array) -> None:
        self._ink = seen(ink)

    def __call__(self, specs: Sequence[Spec]) -> list[float]:
        """See `SpecLikelihood`."""
        return [-float(np.abs(self._ink - seen(explanation_on_canvas(s, (SIDE, SIDE)))).sum()) / self._cell for s in specs]


class LearnedLikelihood:
    """Minus the symmetric difference that the likelihood network expects (Eq. 3)."""

    def __init__(self, likelihood: Likelihood, ink: Array) -> None:
        self._likelihood = likelihood
        self._ink = ink

    def __call__(self, specs: Sequence[Spec]) -> list[float]:
        """See `SpecLikelihood`."""
        if not specs:
            return []
        canvases = np.stack([np.stack([self._ink, explanation_on_canvas(s, (SIDE, SIDE))]) for s in specs])
        differences: list[float] = (-self._likelihood.densities(canvases).sum((1, 2, 3))).tolist()
        return differences
