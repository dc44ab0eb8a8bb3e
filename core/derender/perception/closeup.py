"""A close look at single strokes: whether a candidate line is drawn, dashed, and headed at either end, from the pixels themselves.

The reader's line verifier samples features that lie four pixels apart and are turned as the canvas is. Heads and dashes are of that size,
and turn with their stroke. Here every candidate is cut out of the ink in its own frame: both ends pixel for pixel, pointing the same
way, and the whole stroke at one length. What the network answers is a second opinion on what `network.LINE_CLASSES` says.

Shapes: B canvases of 16h × 16w pixels, N segments in each.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from derender.networks import convolution, folded
from derender.perception.network import CELL, LINE_CLASSES, LineClass

_BEHIND, _AHEAD, _ASIDE = -10, 38, 14
"""Pixels around an end that are looked at: beyond it, along the stroke, and to either side."""

_LONG, _WIDE = 64, 16
"""Samples along and across the whole stroke; those across lie a pixel apart."""


@dataclass(frozen=True, slots=True)
class CloseUpConfig:
    """Sizes of the network; saved with its weights."""

    narrow: int = 24
    middle: int = 32
    broad: int = 48
    last: int = 64
    hidden: int = 96


class CloseUpNetwork(nn.Module):
    """Ink (B, 1, 16h, 16w) and segments (B, N, 4) as x1, y1, x2, y2 in pixels → (B, N, 9) logits: no line, or `LINE_CLASSES`."""

    def __init__(self, config: CloseUpConfig | None = None) -> None:
        super().__init__()
        c = config or CloseUpConfig()
        self.config = c
        self.end = _eye(c, _AHEAD - _BEHIND, 2 * _ASIDE)
        self.whole = _eye(c, _LONG, _WIDE)
        self.decide = nn.Sequential(
            nn.Linear(3 * c.hidden + 5, c.hidden), nn.ReLU(inplace=True), nn.Linear(c.hidden, 1 + len(LINE_CLASSES))
        )

    def forward(self, ink: Tensor, segments: Tensor) -> Tensor:
        """See the class. Which end comes first makes no difference: both orders are averaged."""
        batch, count = segments.shape[:2]
        first, second = segments[..., :2], segments[..., 2:]
        along = second - first
        length = along.norm(dim=-1, keepdim=True).clamp_min(1)
        unit = along / length
        ends = torch.cat([_end(ink, first, unit), _end(ink, second, -unit)])
        seen = self.end(ends).view(2, batch * count, -1)
        strip = _whole(ink, first, along, unit)
        whole = self.whole(torch.cat([strip, strip.flip(-2, -1)])).view(2, batch * count, -1)
        shape = _shape(unit, length).view(2, batch * count, -1)
        forwards = self.decide(torch.cat([seen[0], seen[1], whole[0], shape[0]], -1))
        backwards = self.decide(torch.cat([seen[1], seen[0], whole[1], shape[1]], -1))
        logits: Tensor = (forwards + backwards[:, _TURNED]) / 2
        return logits.view(batch, count, -1).float()

    def fused(self) -> CloseUpNetwork:
        """The same network for reading: normalisation folded into the convolutions."""
        return folded(self)


def _eye(c: CloseUpConfig, along: int, across: int) -> nn.Sequential:
    """Cut-outs (B, 1, along, across) → what is seen in them (B, hidden)."""
    return nn.Sequential(
        nn.PixelUnshuffle(2),
        convolution(4, c.narrow, 3),
        convolution(c.narrow, c.middle, 2, 2),
        convolution(c.middle, c.broad, 3),
        convolution(c.broad, c.last, 2, 2),
        nn.Flatten(),
        nn.Linear(c.last * (along // 8) * (across // 8), c.hidden),
        nn.ReLU(inplace=True),
    )


_TURNED = [0, *(1 + LINE_CLASSES.index(LineClass(c.head_second, c.head_first, c.dashed)) for c in LINE_CLASSES)]
"""For each answer the one that says the same of the segment with its ends exchanged."""


def _end(ink: Tensor, tip: Tensor, unit: Tensor) -> Tensor:
    """(B · N, 1, along, across): what lies around each tip (B, N, 2), the stroke leaving it in the direction `unit`."""
    ahead = torch.arange(_BEHIND, _AHEAD, device=ink.device) + 0.5
    aside = torch.arange(-_ASIDE, _ASIDE, device=ink.device) + 0.5
    return _cut(ink, tip, unit, ahead, aside)


def _whole(ink: Tensor, first: Tensor, along: Tensor, unit: Tensor) -> Tensor:
    """(B · N, 1, along, across): the stroke from end to end at one length."""
    aside = torch.arange(-_WIDE // 2, _WIDE // 2, device=ink.device) + 0.5
    t = torch.linspace(0, 1, _LONG, device=ink.device)
    return _cut(ink, first, along, t, aside, unit)


def _cut(ink: Tensor, origin: Tensor, ahead_by: Tensor, ahead: Tensor, aside: Tensor, unit: Tensor | None = None) -> Tensor:
    """Samples (B · N, 1, A, S) of the ink: from `origin` (B, N, 2) so many steps `ahead` (A) and pixels `aside` (S)."""
    unit = ahead_by if unit is None else unit
    left = torch.stack([-unit[..., 1], unit[..., 0]], -1)
    points = origin[..., None, None, :] + ahead[:, None, None] * ahead_by[..., None, None, :] + aside[:, None] * left[..., None, None, :]
    height, width = ink.shape[-2:]
    scale = torch.tensor([2 / width, 2 / height], device=ink.device)
    grid = points.flatten(1, 2) * scale - 1
    sampled = functional.grid_sample(ink, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    return sampled.view(-1, 1, len(ahead), len(aside))


def _shape(unit: Tensor, length: Tensor) -> Tensor:
    """(2, B, N, 5): the segment's direction (strokes and heads lie in a lattice) and length, and both of it turned round."""
    turn = torch.stack([unit[..., 0] ** 2 - unit[..., 1] ** 2, 2 * unit[..., 0] * unit[..., 1]], -1)
    size = (length / CELL).log2() / 2
    return torch.stack([torch.cat([turn, direction, size], -1) for direction in (unit, -unit)])
