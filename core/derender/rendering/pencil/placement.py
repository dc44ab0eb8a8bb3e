"""Where a lattice lies on a canvas, and placements that are a little off."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CELL = 16
"""Pixels per lattice cell of every canvas that the networks see."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the lattice lies on the canvas: pixel = matrix @ (x, y, 1), pixel y down; `matrix` is 2×3."""

    matrix: NDArray[np.float64]

    def to_pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Lattice points (…, 2) as pixel positions (…, 2)."""
        return points @ self.matrix[:, :2].T + self.matrix[:, 2]


def aligned_placement(height: int, margin: float) -> Placement:
    """The placement of a registered canvas of `height` pixels with a `margin` around the lattice."""
    return Placement(np.array([[CELL, 0, margin], [0, -CELL, height - margin]], dtype=np.float64))


def jittered(
    placement: Placement,
    rng: np.random.Generator,
    *,
    shift: float,
    scale: float,
    turn: float,
    middle: tuple[float, float] = (8.0, 8.0),
) -> Placement:
    """`placement` moved by up to `shift` pixels, scaled by up to ±`scale` and turned by up to ±`turn` radians about `middle` (cells)."""
    angle, factor = rng.uniform(-turn, turn), 1 + rng.uniform(-scale, scale)
    rotation = factor * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    fixed = placement.matrix @ np.array([*middle, 1.0])
    matrix = rotation @ placement.matrix
    matrix[:, 2] += fixed - rotation @ fixed + rng.uniform(-shift, shift, 2)
    return Placement(matrix)
