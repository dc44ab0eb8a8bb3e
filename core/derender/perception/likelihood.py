"""The learned likelihood: how far a spec is from the drawing that is seen, from its ink and the spec's rendering (A.3).

A pixel-wise distance punishes what a hand does (a stroke beside where it should be) as much as what it does not do (a missing
head). The network is trained to predict both parts of the symmetric difference, |T - S| and |S - T|, where T is what was
drawn and S what is proposed: for each lattice cell the number of missing and of spurious commands that show there, so that the
sums over cells are the two counts, and a person can see where a reading is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from derender.networks import Block, convolution, folded, native_precision, on_device


@dataclass(frozen=True, slots=True)
class LikelihoodConfig:
    """Sizes of the network; saved with its weights."""

    fine: int = 16
    middle: int = 32
    coarse: int = 64


class LikelihoodNetwork(nn.Module):
    """Canvas (B, 2, 16h, 16w), ink and rendering → densities (B, 2, h, w) of missing and spurious commands, not negative."""

    def __init__(self, config: LikelihoodConfig | None = None) -> None:
        super().__init__()
        c = config or LikelihoodConfig()
        self.config = c
        self.stem = nn.Sequential(nn.PixelUnshuffle(4), convolution(2 * 16, c.fine, 3), Block(c.fine))
        self.middle = nn.Sequential(convolution(c.fine, c.middle, 2, 2), Block(c.middle))
        self.coarse = nn.Sequential(convolution(c.middle, c.coarse, 2, 2), Block(c.coarse), Block(c.coarse, 2), Block(c.coarse, 4))
        self.density = nn.Conv2d(c.coarse, 2, 1)
        with torch.no_grad():
            assert self.density.bias is not None
            self.density.bias.fill_(-5.0)

    def forward(self, canvas: Tensor) -> Tensor:
        """See the class."""
        hidden = self.coarse(self.middle(self.stem(canvas)))
        return functional.softplus(self.density(hidden).float())

    def fused(self) -> LikelihoodNetwork:
        """The same network for reading: normalisation folded into the convolutions."""
        return folded(self)


def difference_loss(densities: Tensor, target: Tensor) -> Tensor:
    """Poisson negative log probability of the true densities (B, 2, h, w), by cell and of the sums; a scalar."""
    sums, true_sums = densities.sum((-1, -2)), target.sum((-1, -2))
    by_cell = functional.poisson_nll_loss(densities, target, log_input=False, reduction="sum", eps=1e-6)
    by_sum = functional.poisson_nll_loss(sums, true_sums, log_input=False, reduction="sum", eps=1e-4)
    return (by_cell + by_sum) / densities.shape[0]


class Likelihood:
    """The loaded network on a device."""

    def __init__(self, network: LikelihoodNetwork, device: torch.device) -> None:
        self.device = device
        self.network = on_device(network.fused(), device)

    @torch.inference_mode()
    def densities(self, canvases: NDArray[np.float32]) -> NDArray[np.float32]:
        """Canvases (N, 2, 16h, 16w), ink and rendering → densities (N, 2, h, w) of missing and of spurious commands."""
        batch = torch.from_numpy(canvases).to(self.device).contiguous(memory_format=torch.channels_last)
        with native_precision(self.device):
            answer: NDArray[np.float32] = self.network(batch).cpu().numpy()
        return answer
