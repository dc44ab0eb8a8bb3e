"""Two opinions on every candidate line, the verifier's and the close look's, taken together as a product of experts.

The verifier knows the drawing around a stroke, the close look its pixels. Both are asked with logarithms of probabilities, each counts by
a weight (a logarithmic opinion pool: Heskes, Selecting weighting factors in logarithmic opinion pools, 1998), and the weights are fitted
on simulated drawings (`training.pool`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from derender.networks import native_precision, on_device
from derender.perception.closeup import CloseUpNetwork
from derender.perception.fitted import Fitted

Segment = tuple[int, int, int, int]
"""x1, y1, x2, y2 in cells, y up: the ends of a line, or opposite corners of a rectangle."""

FLOOR = 1e-7
"""The least probability of anything."""

_TOGETHER = 128
"""Segments that are looked at as one batch: memory stays bounded."""

_LEAST = 0.01
"""Probability of any line from which on the verifier's answer is doubtful enough for a close look, or sure of a line."""


@dataclass(frozen=True, slots=True)
class PoolWeights(Fitted):
    """How much each opinion counts, and nats for 'no line' beside them: the close look's training has other shares of what is no line."""

    verifier: float = 0.7
    close_look: float = 0.5
    none: float = 0.7


class CloseUps:
    """The loaded network on a device, and how much it counts."""

    def __init__(self, network: CloseUpNetwork, weights: PoolWeights, device: torch.device) -> None:
        self.network = on_device(network.fused(), device)
        self.weights = weights
        self.device = device

    @torch.inference_mode()
    def __call__(self, ink: Tensor, segments: Tensor) -> NDArray[np.float32]:
        """Ink (16h, 16w) and segments (N, 4) in canvas pixels → (N, 9) log probabilities."""
        with native_precision(self.device):
            logits = torch.cat([self.network(ink[None, None], part[None])[0] for part in torch.split(segments, _TOGETHER)])
        return np.asarray(logits.log_softmax(-1).cpu().numpy())


class Opinions:
    """The close look at one drawing's ink (16h, 16w); each segment is looked at once, whatever is explained around it."""

    def __init__(self, close_ups: CloseUps, ink: NDArray[np.float32]) -> None:
        self._close_ups = close_ups
        self._ink = torch.from_numpy(ink).to(close_ups.device)
        self._known: dict[Segment, NDArray[np.float32]] = {}

    def pooled(
        self, segments: Sequence[Segment], pixels: Tensor, answers: NDArray[np.float32], *, something_explained: bool
    ) -> NDArray[np.float32]:
        """The verifier's `answers` (N, 9), probabilities of none and `LINE_CLASSES`, with the close look's opinion.

        `pixels` (N, 4) are the segments on the canvas. With something explained the close look, which does not see what, only says what
        kind of line it would be.
        """
        asked = np.flatnonzero(answers[:, 0] < 1 - _LEAST).tolist()
        if not asked:
            return answers
        weights = self._close_ups.weights
        verifier, close = np.log(np.maximum(answers[asked], FLOOR)), self._looked_at([segments[k] for k in asked], pixels[asked])
        pool = weights.verifier * verifier + weights.close_look * close
        pool[:, 0] += weights.none
        out = answers.copy()
        if something_explained:
            out[asked, 1:] = (1 - answers[asked, :1]) * _probabilities(pool[:, 1:])
        else:
            out[asked] = _probabilities(pool)
        return out

    def _looked_at(self, segments: Sequence[Segment], pixels: Tensor) -> NDArray[np.float32]:
        new = [k for k, s in enumerate(segments) if s not in self._known]
        if new:
            self._known.update(zip((segments[k] for k in new), self._close_ups(self._ink, pixels[new]), strict=True))
        return np.stack([self._known[s] for s in segments])


def _probabilities(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, K) logits → probabilities."""
    shares = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(shares / shares.sum(1, keepdims=True))
