"""The squares of squared paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from derender.photographs.pen_strokes import Points


@dataclass(frozen=True, slots=True)
class Squares:
    """Squares `pitch` pixels wide, with a line through `left` and one through `top`."""

    pitch: float
    left: float
    top: float

    def moved(self, x: float, y: float) -> Squares:
        """The same lines seen from an origin at (x, y)."""
        return Squares(self.pitch, self.left - x, self.top - y)

    def onto(self, points: Points) -> Points:
        """Where lines cross nearest to points (N, 2)."""
        origin = np.array([self.left, self.top])
        return np.asarray(origin + self.pitch * np.rint((points - origin) / self.pitch))
