"""Which ways through strokes are connectors, and at which end a connector has its head: a small network that looks at both ends and at
the whole of each.

Shapes: N ways, each with its `way_views` (N, 3, 4, S, S) and its `way_features` (N, F).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from derender.checkpoints import load_weights
from derender.errors import ModelError
from derender.eye import EyeConfig, decision, eye
from derender.networks import folded, on_device
from derender.tracing.paths import Between, Way
from derender.tracing.strokes import Traces
from derender.tracing.way_features import WAY_FEATURES, way_features
from derender.tracing.way_views import CHANNELS, way_views

MODEL = "ways"
"""Its name in the manifest."""

_AT_ONCE = 128
"""Ways: more are looked at one part after the other, for the memory's sake."""


class WayNetwork(nn.Module):
    """Views (N, 3, 4, S, S) in [0, 1] and features (N, F) → logits (N, 3): a connector; a head at the first end; one at the last."""

    def __init__(self, config: EyeConfig | None = None) -> None:
        super().__init__()
        c = config or EyeConfig()
        self.config = c
        self.scaled = nn.BatchNorm1d(len(WAY_FEATURES), affine=False)
        self.end = eye(len(CHANNELS), c)
        self.whole = eye(len(CHANNELS), c)
        inputs = 3 * c.hidden + len(WAY_FEATURES)
        self.connects = decision(inputs, c.hidden)
        self.headed = decision(inputs, c.hidden)

    def forward(self, views: Tensor, features: Tensor) -> Tensor:
        """See the class. Which end is called the first makes no difference."""
        count = len(views)
        first, last = self.end(views[:, :2].flatten(0, 1)).view(count, 2, -1).unbind(1)
        whole = views[:, 2]
        # Seen from the other end, the whole is turned by half.
        forwards, backwards = self.whole(torch.cat([whole, whole.flip(-2, -1)])).view(2, count, -1)
        row = self.scaled(features)
        onwards, back = torch.cat([first, last, forwards, row], 1), torch.cat([last, first, backwards, row], 1)
        connects = (self.connects(onwards) + self.connects(back)) / 2
        # Each end is asked about with itself as the last.
        return torch.cat([connects, self.headed(back), self.headed(onwards)], 1)

    def fused(self) -> WayNetwork:
        """The same network for use: normalisation folded into the convolutions."""
        return folded(self)


class WayJudgements(NamedTuple):
    """Log odds (N) that ways are connectors, and (N, 2) that they have a head at their first and at their last end."""

    connects: NDArray[np.float64]
    heads: NDArray[np.float64]


class WayJudge:
    """The loaded network on a device."""

    def __init__(self, network: WayNetwork, device: torch.device) -> None:
        self.device = device
        self.network = on_device(network.fused(), device)

    @classmethod
    def load(cls, device: torch.device, folder: Path | None = None) -> WayJudge:
        """The shipped network; raises `ModelError`."""
        tensors, entry = load_weights(MODEL, folder)
        try:
            network = WayNetwork(EyeConfig(**entry.get("network", {})))
            network.load_state_dict(tensors)
        except (TypeError, RuntimeError) as error:
            raise ModelError(f"the weights of {MODEL!r} were made for another version of derender; reinstall it") from error
        return cls(network, device)

    @torch.inference_mode()
    def __call__(self, ways: Sequence[Way], found: Between, traces: Traces) -> WayJudgements:
        """What N ways are judged to be."""
        parts = [np.zeros((0, 3))]
        for start in range(0, len(ways), _AT_ONCE):
            some = ways[start : start + _AT_ONCE]
            views = torch.from_numpy(way_views(some, found, traces)).to(self.device).float() / 255
            features = torch.from_numpy(np.stack([way_features(way, found, traces) for way in some])).to(self.device)
            parts.append(self.network(views, features).double().cpu().numpy())
        logits = np.concatenate(parts)
        return WayJudgements(logits[:, 0], logits[:, 1:])
