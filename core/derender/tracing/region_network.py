"""Which regions that strokes enclose are shapes: a small network that looks at each and at what lies around it.

Shapes: N regions, each with its `region_views` (N, 2, 4, S, S) and its `features` (N, F).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from derender.checkpoints import load_weights
from derender.errors import ModelError
from derender.eye import EyeConfig, TwoViews
from derender.networks import folded, on_device
from derender.tracing.features import FEATURES
from derender.tracing.region_views import CHANNELS, region_views
from derender.tracing.regions import Region
from derender.tracing.strokes import Traces

MODEL = "shapes"
"""Its name in the manifest."""

_AT_ONCE = 128
"""Regions: more are looked at one part after the other, for the memory's sake."""


class RegionNetwork(TwoViews):
    """Views (N, 2, 4, S, S) in [0, 1] and features (N, F) → logits (N)."""

    def __init__(self, config: EyeConfig | None = None) -> None:
        super().__init__(len(CHANNELS), len(FEATURES), config or EyeConfig())

    def fused(self) -> RegionNetwork:
        """The same network for use: normalisation folded into the convolutions."""
        return folded(self)


class RegionJudge:
    """The loaded network on a device."""

    def __init__(self, network: RegionNetwork, device: torch.device) -> None:
        self.device = device
        self.network = on_device(network.fused(), device)

    @classmethod
    def load(cls, device: torch.device, folder: Path | None = None) -> RegionJudge:
        """The shipped network; raises `ModelError`."""
        tensors, entry = load_weights(MODEL, folder)
        try:
            network = RegionNetwork(EyeConfig(**entry.get("network", {})))
            network.load_state_dict(tensors)
        except (TypeError, RuntimeError) as error:
            raise ModelError(f"the weights of {MODEL!r} were made for another version of derender; reinstall it") from error
        return cls(network, device)

    @torch.inference_mode()
    def __call__(self, regions: Sequence[Region], rows: NDArray[np.float64], traces: Traces) -> NDArray[np.float64]:
        """Log odds (N) that regions of these features (N, F) are shapes."""
        parts = [np.zeros(0)]
        for start in range(0, len(regions), _AT_ONCE):
            views = torch.from_numpy(region_views(regions[start : start + _AT_ONCE], traces)).to(self.device).float() / 255
            features = torch.from_numpy(rows[start : start + _AT_ONCE].astype(np.float32)).to(self.device)
            parts.append(self.network(views, features).double().cpu().numpy())
        return np.concatenate(parts)
