"""Which marks that touch nothing are letters: a small network that looks at each and at what lies around it.

Shapes: N marks, each with its `mark_views` (N, 2, 3, S, S) and what is measured of it (N, F).
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from derender.eye import EyeConfig, decision, eye
from derender.labels.mark_views import CHANNELS

_FARTHEST = 4.0
"""Standard deviations: what is measured beyond counts as this far."""

_AT_ONCE = 128
"""Marks: more are looked at one part after the other, for the memory's sake."""


class MarkNetwork(nn.Module):
    """Views (N, 2, 3, S, S) in [0, 1] and measurements (N, F) → logits (N)."""

    def __init__(self, measurements: int) -> None:
        super().__init__()
        c = EyeConfig()
        self.scaled = nn.BatchNorm1d(measurements, affine=False)
        self.close, self.around = eye(len(CHANNELS), c), eye(len(CHANNELS), c)
        self.decides = decision(2 * c.hidden + measurements, c.hidden)

    def forward(self, views: Tensor, rows: Tensor) -> Tensor:
        """See the class."""
        measured = self.scaled(rows).clamp(-_FARTHEST, _FARTHEST)
        return torch.as_tensor(self.decides(torch.cat([self.close(views[:, 0]), self.around(views[:, 1]), measured], 1))[:, 0])

    @torch.inference_mode()
    def log_odds(self, views: NDArray[np.uint8], rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Those (N) that marks of these views (255 = certain) and measurements are letters; for a network that does not train."""
        told = [np.zeros(0)]
        for start in range(0, len(rows), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            seen = torch.from_numpy(views[part]).float() / 255
            told.append(self(seen, torch.from_numpy(rows[part]).float()).double().numpy())
        return np.concatenate(told)
