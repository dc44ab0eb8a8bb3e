"""What the network sees: features of a canvas in several views, and its answers about places and strokes, averaged over the views."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from derender.perception.network import CELL, CIRCLES, CORNERS, LINE_CLASSES, MARGIN, Features, ReaderNetwork
from derender.perception.opinions import Opinions, Segment
from derender.perception.targets import explanation_on_canvas
from derender.perception.views import View, corner_order, seen_corners
from derender.spec import Spec

_LONGEST_LEARNED = 32
"""Cells; the network has learned lines of up to two canvases, and longer ones are looked at as closely."""

_TOGETHER = 1024
"""Segments that are verified as one batch: memory stays bounded."""


class _Seen(NamedTuple):
    """Views of one shape, and the network's features of them in one batch."""

    views: tuple[View, ...]
    features: Features


class Look:
    """One canvas (16h, 16w) with one explanation, as the network sees it. All answers are in the canvas's own frame, and are kept.

    With `opinions` a close look at the ink has a say about lines.
    """

    def __init__(
        self,
        network: ReaderNetwork,
        seen: Sequence[_Seen],
        shape: tuple[int, int],
        opinions: Opinions | None = None,
        *,
        something_explained: bool = False,
    ) -> None:
        self._network = network
        self._opinions = opinions
        self._something_explained = something_explained
        self._seen = seen
        self.shape = shape
        self.rows, self.columns = shape[0] // CELL, shape[1] // CELL
        self._lines: dict[Segment, NDArray[np.float32]] = {}
        self._rectangles: dict[Segment, float] = {}

    @cached_property
    @torch.inference_mode()
    def lattice(self) -> NDArray[np.float32]:
        """(16 circles + 4 corners + 1 line end, h, w) probabilities at the lattice points, the top row first."""
        undone = []
        for views, features in self._seen:
            for view, logits in zip(views, self._network.lattice_logits(features), strict=True):
                order = [*range(CIRCLES), *(CIRCLES + k for k in corner_order(view)), CIRCLES + CORNERS]
                undone.append(view.undo_image(logits)[order])
        return np.asarray(torch.stack(undone).mean(0).sigmoid().cpu().numpy())

    def lines(self, segments: Sequence[Segment]) -> tuple[NDArray[np.float32], ...]:
        """For each segment (9,) probabilities: no line, then `LINE_CLASSES`."""
        new = [s for s in dict.fromkeys(segments) if s not in self._lines]
        if new:
            self._lines.update(zip(new, self._verified_lines(new), strict=True))
        return tuple(self._lines[s] for s in segments)

    def rectangles(self, segments: Sequence[Segment]) -> tuple[float, ...]:
        """For each the probability of existence."""
        new = [s for s in dict.fromkeys(segments) if s not in self._rectangles]
        if new:
            self._rectangles.update(zip(new, self._verified_rectangles(new).tolist(), strict=True))
        return tuple(self._rectangles[s] for s in segments)

    @torch.inference_mode()
    def _verified_lines(self, segments: Sequence[Segment]) -> NDArray[np.float32]:
        pixels = self.pixels(segments)
        length = (pixels[:, 1] - pixels[:, 0]).norm(dim=-1) / CELL
        doublings = (length / _LONGEST_LEARNED).log2().ceil().clamp_min(0).long()
        answers = torch.empty(len(segments), 1 + len(LINE_CLASSES), device=pixels.device)
        for doubling in doublings.unique().tolist():
            alike = torch.nonzero(doublings == doubling)[:, 0]
            samples = self._network.config.line_samples << doubling
            for part in torch.split(alike, _TOGETHER):
                logits = [self._network.line_logits(f, self._in_views(pixels[part], views).flatten(-2), samples) for views, f in self._seen]
                answers[part] = torch.cat(logits).mean(0).softmax(-1)
        verified: NDArray[np.float32] = answers.cpu().numpy()
        if self._opinions is None:
            return verified
        return self._opinions.pooled(segments, pixels.flatten(-2), verified, something_explained=self._something_explained)

    @torch.inference_mode()
    def _verified_rectangles(self, segments: Sequence[Segment]) -> NDArray[np.float32]:
        pixels = self.pixels(segments)
        logits = [self._network.rectangle_logits(f, seen_corners(self._in_views(pixels, views).flatten(-2))) for views, f in self._seen]
        return np.asarray(torch.cat(logits).mean(0).sigmoid().cpu().numpy())

    def pixels(self, segments: Sequence[Segment]) -> Tensor:
        """Where segments are on the canvas: (N, 2, 2) canvas pixels, y down."""
        points = torch.tensor(segments, dtype=torch.float32, device=self._seen[0].features.fine.device).view(-1, 2, 2)
        return torch.stack([points[..., 0], self.rows - 1 - points[..., 1]], -1) * CELL + MARGIN

    def _in_views(self, pixels: Tensor, views: Sequence[View]) -> Tensor:
        return torch.stack([view.points(pixels, *self.shape) for view in views])


@torch.inference_mode()
def look(
    network: ReaderNetwork,
    ink: NDArray[np.float32],
    explanations: Sequence[Spec],
    views: Sequence[View],
    device: torch.device,
    opinions: Opinions | None = None,
) -> tuple[Look, ...]:
    """One look at a canvas (16h, 16w) for each of the explanations, all as one batch; `opinions` as for `Look`."""
    shape = ink.shape[0], ink.shape[1]
    canvases = np.stack([np.stack([ink, explanation_on_canvas(spec, shape)]) for spec in explanations])
    images = torch.from_numpy(canvases).to(device)
    together = [tuple(v for v in views if v.transpose == turned) for turned in (False, True)]
    seen = [_see(network, images, same_shape) for same_shape in together if same_shape]
    return tuple(
        Look(network, [_of(s, k) for s in seen], shape, opinions, something_explained=bool(explanation.commands))
        for k, explanation in enumerate(explanations)
    )


def _see(network: ReaderNetwork, images: Tensor, views: tuple[View, ...]) -> _Seen:
    """Images (P, 2, H, W) in V views: features in the order P, V."""
    batch = torch.stack([view.image(images) for view in views], 1).flatten(0, 1)
    return _Seen(views, network.seen(batch))


def _of(seen: _Seen, image: int) -> _Seen:
    """The part of one of the images."""
    part = slice(image * len(seen.views), (image + 1) * len(seen.views))
    return _Seen(seen.views, Features(seen.features.fine[part], seen.features.coarse[part]))
