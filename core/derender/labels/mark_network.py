"""Which marks that touch nothing are letters: a small network that looks at each and at what lies around it.

Shapes: N marks, each with its `mark_views` (N, 2, 3, S, S) and what is measured of it (N, F).
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from derender.eye import EyeConfig, TwoViews
from derender.judge import FARTHEST
from derender.labels.mark_views import CHANNELS

_AT_ONCE = 128
"""Marks: more are looked at one part after the other, for the memory's sake."""


class MarkNetwork(TwoViews):
    """Views (N, 2, 3, S, S) in [0, 1] and measurements (N, F) → logits (N)."""

    def __init__(self, measurements: int) -> None:
        super().__init__(len(CHANNELS), measurements, EyeConfig(), FARTHEST)

    @torch.inference_mode()
    def log_odds(self, views: NDArray[np.uint8], rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Those (N) that marks of these views (255 = certain) and measurements are letters; for a network that does not train."""
        told = [np.zeros(0)]
        for start in range(0, len(rows), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            seen = torch.from_numpy(views[part]).float() / 255
            told.append(self(seen, torch.from_numpy(rows[part]).float()).double().numpy())
        return np.concatenate(told)
