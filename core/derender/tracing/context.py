"""What lies in, around and beside each region, by how likely that is to be a shape: letters lie in shapes, shapes in loops of arrows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from derender.tracing.regions import Region

Row = NDArray[np.float64]


def context(regions: Sequence[Region], odds: Row) -> Row:
    """For each region (N) of these log odds the measurements (N, 6) of its neighbours: its own log odds, the likeliest much smaller one
    in it, the likeliest much larger one around it, the likeliest that it partly covers, how much of it likely ones in it fill, and by
    how much the likeliest at about the same place is likelier."""
    boxes = np.array([r.box for r in regions]).reshape(-1, 4)
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    low, high = np.maximum(boxes[:, None, :2], boxes[None, :, :2]), np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    common = np.prod((high - low).clip(0), axis=-1)
    probability = 1 / (1 + np.exp(-odds))
    within = (common > 0.85 * area[None]) & (area[None] < 0.5 * area[:, None])
    beside = (common > 0.15 * np.minimum(area[:, None], area[None])) & ~within & ~within.T
    beside &= common < 0.5 * np.maximum(area[:, None], area[None])
    same = common > 0.7 * np.maximum(area[:, None], area[None])

    def likeliest(where: NDArray[np.bool_]) -> Row:
        return np.asarray(np.where(where, probability[None], 0).max(1, initial=0))

    filled = np.where(within, probability[None] * area[None], 0).sum(1) / area
    own = [odds.clip(-8, 8), likeliest(within), likeliest(within.T), likeliest(beside), filled, likeliest(same) - probability]
    return np.stack(own, 1)
