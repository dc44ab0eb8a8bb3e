"""The simulated hand: draws a spec as a person would, for training and tests (A.4, widened).

A drawing is made in three steps, each a pure function of its arguments and of a seeded generator: `sample_hand` chooses one
person, pen and scanner; `draw_by_hand` lays down strokes (all segments of a drawing as one array, all circles as another);
`degrade` passes the ink through pen, paper and scanner. Lengths here are in pixels of a lattice whose cells are 16 pixels.

The widening over the paper follows from what real drawings need: thickness, intensity, blur, binarisation and specks vary
most, because a network trained without them reads barely half as many drawings.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from derender.rendering.pencil.drawing import draw_by_hand
from derender.rendering.pencil.hand import Hand, sample_hand, undamaged
from derender.rendering.pencil.placement import CELL, Placement, aligned_placement, jittered
from derender.rendering.pencil.scanner import degrade, elastic
from derender.spec import Spec

__all__ = [
    "CELL",
    "Hand",
    "Placement",
    "aligned_placement",
    "degrade",
    "draw_by_hand",
    "elastic",
    "jittered",
    "sample_hand",
    "simulate",
    "undamaged",
]


def simulate(spec: Spec, width_cells: int, height_cells: int, seed: int, *, damaged: bool = True) -> NDArray[np.float32]:
    """A whole registered drawing from one seed: float32 (16·height, 16·width) in [0, 1], 1 = ink; see `undamaged`.

    It lies on its lattice up to a few pixels, however large it is: that is what registered means.
    """
    rng = np.random.default_rng(seed)
    hand = sample_hand(rng) if damaged else undamaged(sample_hand(rng))
    shape = (height_cells * CELL, width_cells * CELL)
    off = 0.01 * 16 / max(width_cells, height_cells)
    middle = (width_cells / 2, height_cells / 2)
    placement = jittered(aligned_placement(shape[0], 0), rng, shift=2, scale=off, turn=off, middle=middle)
    return degrade(draw_by_hand(spec, hand, placement, shape, rng), hand, rng)
