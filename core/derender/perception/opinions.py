"""Two opinions on every candidate line, the verifier's and the close look's, taken together as a product of experts.

The verifier knows the drawing around a stroke, the close look its pixels: one knows more of whether there is a line, the other of its
dashes. So each opinion is taken apart, P(line) · P(heads | line) · P(dashed | heads), and each part counts by a weight of its own (a
logarithmic opinion pool: Heskes, Selecting weighting factors in logarithmic opinion pools, 1998). The weights are fitted on simulated
drawings (`training.pool`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from derender.networks import native_precision, on_device
from derender.perception.closeup import CloseUpNetwork
from derender.perception.fitted import Fitted
from derender.perception.network import LINE_CLASSES

Segment = tuple[int, int, int, int]
"""x1, y1, x2, y2 in cells, y up: the ends of a line, or opposite corners of a rectangle."""

FLOOR = 1e-7
"""The least probability of anything."""

_TOGETHER = 128
"""Segments that are looked at as one batch: memory stays bounded."""

_LEAST = 0.01
"""Probability of any line from which on the verifier's answer is doubtful enough for a close look, or sure of a line."""


_HEADS = len(LINE_CLASSES) // 2
"""Ways to have heads; `LINE_CLASSES` has them without dashes first, then with dashes."""


@dataclass(frozen=True, slots=True)
class PoolWeights(Fitted):
    """How much each opinion counts about a line, its heads and its dashes, and nats for 'no line' beside them: the close look's training
    has other shares of what is no line."""

    line_verifier: float = 0.7
    line_close_look: float = 0.5
    none: float = 0.8
    heads_verifier: float = 0.5
    heads_close_look: float = 0.6
    dashed_verifier: float = 0.3
    dashed_close_look: float = 0.8


def pool(verifier: Tensor, close_look: Tensor, weights: Tensor) -> Tensor:
    """Both opinions and theirs together: (N, 9) log probabilities of none and `LINE_CLASSES`; `weights` (7) in the order of
    `PoolWeights`."""
    line_v, line_c, none, heads_v, heads_c, dashed_v, dashed_c = weights
    (v_line, v_heads, v_dashed), (c_line, c_heads, c_dashed) = _apart(verifier), _apart(close_look)
    drawn = (line_v * v_line + line_c * c_line + none * weights.new_tensor([1, 0])).log_softmax(-1)
    heads = (heads_v * v_heads + heads_c * c_heads).log_softmax(-1)
    dashed = (dashed_v * v_dashed + dashed_c * c_dashed).log_softmax(1)
    kinds = (dashed + heads[:, None]).flatten(1)
    return torch.cat([drawn[:, :1], drawn[:, 1:] + kinds], 1)


def _apart(opinion: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Log probabilities (N, 9) as those of no line and any (N, 2), of its heads (N, 4), and of dashes given the heads (N, 2, 4)."""
    none, kinds = opinion[:, :1], opinion[:, 1:].reshape(-1, 2, _HEADS)
    heads = kinds.logsumexp(1)
    line = heads.logsumexp(1, keepdim=True)
    return torch.cat([none, line], 1), heads - line, kinds - heads[:, None]


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
        verifier, close = np.log(np.maximum(answers[asked], FLOOR)), self._looked_at([segments[k] for k in asked], pixels[asked])
        together = pool(torch.from_numpy(verifier), torch.from_numpy(close), torch.tensor(astuple(self._close_ups.weights)))
        out = answers.copy()
        if something_explained:
            out[asked, 1:] = (1 - answers[asked, :1]) * together[:, 1:].softmax(-1).numpy()
        else:
            out[asked] = together.exp().numpy()
        return out

    def _looked_at(self, segments: Sequence[Segment], pixels: Tensor) -> NDArray[np.float32]:
        new = [k for k, s in enumerate(segments) if s not in self._known]
        if new:
            self._known.update(zip((segments[k] for k in new), self._close_ups(self._ink, pixels[new]), strict=True))
        return np.stack([self._known[s] for s in segments])
