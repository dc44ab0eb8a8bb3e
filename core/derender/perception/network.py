"""The reader's network: a fully convolutional detector with verifiers for lines and rectangles.

A small U-net turns ink into fine features (one vector every 4 pixels) and coarse ones (one vector for each lattice point).
Heads at the lattice points find circles, rectangle corners and line ends; a dense head finds the same key points anywhere,
for drawings whose lattice is not known yet. Verifiers look along a candidate's strokes and decide existence and attributes
at once. Nothing depends on the canvas size, so larger drawings are larger tensors.

The network sees two things, the ink and a clean rendering of what is already explained, and answers what else is drawn: it is
the proposal q(next command | image, commands so far) of Section 2 for all further commands at once.

Shapes: B images, h × w lattice points; the canvas is 16·h × 16·w pixels, half a cell of margin around the lattice, so that
lattice point (column i, row j from the top) is the middle of coarse cell (j, i).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from derender.networks import Block, convolution, folded, native_precision
from derender.perception.scenes import RADII

CELL = 16
"""Pixels per lattice cell."""

MARGIN = CELL // 2
"""Pixels of canvas outside the outermost lattice points."""

CIRCLES = len(RADII)
"""A circle of each of `RADII` around a lattice point; concentric ones may stand together."""

CORNERS = 4
"""Rectangle corners: bottom left, bottom right, top right, top left."""

DENSE_CHANNELS = 6
"""Key points everywhere: logits of centre, corner, end; offset x, y in fine cells; log2 of a circle's radius over a cell's."""


_BARBS = ((2.5, 2.0), (2.5, -2.0), (5.0, 3.5), (5.0, -3.5), (8.0, 5.0), (8.0, -5.0))
"""Where the line verifier looks for a head: pixels along the stroke from its tip, and to its side."""


class LineClass(NamedTuple):
    """What a candidate segment may be besides nothing: heads at its first and second end, and dashes."""

    head_first: bool
    head_second: bool
    dashed: bool


LINE_CLASSES: tuple[LineClass, ...] = tuple(
    LineClass(first, second, dashed)
    for dashed in (False, True)
    for first, second in ((False, False), (False, True), (True, False), (True, True))
)
"""Class k + 1 of the line verifier; class 0 is 'no line'."""


@dataclass(frozen=True, slots=True)
class ReaderConfig:
    """Sizes of the network; saved with its weights."""

    fine: int = 24
    middle: int = 48
    coarse: int = 96
    features: int = 32
    line_samples: int = 24
    side_samples: int = 10


class Features(NamedTuple):
    """Fine (B, features, 4h, 4w) and coarse (B, coarse, h, w) features of a batch of canvases."""

    fine: Tensor
    coarse: Tensor


class ReaderNetwork(nn.Module):
    """The whole network; `features` once per image, then the heads and the verifiers on them."""

    def __init__(self, config: ReaderConfig | None = None) -> None:
        super().__init__()
        c = config or ReaderConfig()
        self.config = c
        self.stem = nn.Sequential(nn.PixelUnshuffle(4), convolution(2 * 16, c.fine, 3), Block(c.fine))
        self.down_middle = convolution(c.fine, c.middle, 2, 2)
        self.encode_middle = Block(c.middle)
        self.down_coarse = convolution(c.middle, c.coarse, 2, 2)
        self.encode_coarse = nn.Sequential(Block(c.coarse), Block(c.coarse, 2), Block(c.coarse, 4))
        self.up_middle = convolution(c.coarse, c.middle, 1)
        self.decode_middle = Block(c.middle)
        self.up_fine = convolution(c.middle, c.fine, 1)
        self.decode_fine = nn.Sequential(Block(c.fine), convolution(c.fine, c.features, 1))
        self.gather = convolution(c.features, 64, 4, 4)
        self.lattice = nn.Sequential(convolution(64 + c.coarse, 96, 1), nn.Conv2d(96, CIRCLES + CORNERS + 1, 1))
        self.dense = nn.Conv2d(c.features, DENSE_CHANNELS, 1)
        self.along_line = nn.Conv2d(c.features, c.features, 1)
        self.at_ends = nn.Conv2d(c.features, 16, 1)
        self.line = nn.Sequential(
            nn.Linear(3 * c.features + 12 * 16 + 4 + 12 * 16, 96), nn.ReLU(inplace=True), nn.Linear(96, 1 + len(LINE_CLASSES))
        )
        self.along_side = nn.Conv2d(c.features, c.features, 1)
        self.rectangle = nn.Sequential(nn.Linear(4 * 3 * c.features + 4 * c.features + 2, 96), nn.ReLU(inplace=True), nn.Linear(96, 1))
        self._start_from_empty_paper()

    def _start_from_empty_paper(self) -> None:
        """Biases say at first that there is nothing anywhere, which is nearly always right and saves the first thousand steps."""
        lattice = self.lattice[-1]
        assert isinstance(lattice, nn.Conv2d)
        assert lattice.bias is not None
        assert self.dense.bias is not None
        with torch.no_grad():
            lattice.bias[:CIRCLES] = -6.0
            lattice.bias[CIRCLES:] = -4.0
            self.dense.bias[:3] = -6.0

    def fused(self) -> ReaderNetwork:
        """The same network for reading: normalisation folded into the convolutions, which saves an eighth of the time."""
        return folded(self)

    def features(self, canvas: Tensor) -> Features:
        """Canvas (B, 2, 16h, 16w) in [0, 1], the ink and what is explained → features."""
        fine = self.stem(canvas)
        middle = self.encode_middle(self.down_middle(fine))
        coarse = self.encode_coarse(self.down_coarse(middle))
        middle = self.decode_middle(middle + functional.interpolate(self.up_middle(coarse), scale_factor=2.0))
        fine = self.decode_fine(fine + functional.interpolate(self.up_fine(middle), scale_factor=2.0))
        return Features(fine, coarse)

    def seen(self, canvas: Tensor) -> Features:
        """`features`, as quickly as the processor has them: for reading and for training, where gradients bear its rounding as well."""
        with native_precision(canvas.device):
            fine, coarse = self.features(canvas.contiguous(memory_format=torch.channels_last))
        return Features(fine.float(), coarse.float())

    def lattice_logits(self, features: Features) -> Tensor:
        """(B, 16 circles + 4 corners + 1 line end, h, w) at the lattice points, each on its own."""
        logits: Tensor = self.lattice(torch.cat([self.gather(features.fine), features.coarse], 1))
        return logits

    def dense_logits(self, features: Features) -> Tensor:
        """(B, 6, 4h, 4w): see `DENSE_CHANNELS`."""
        logits: Tensor = self.dense(features.fine)
        return logits

    def line_logits(self, features: Features, segments: Tensor, samples: int | None = None) -> Tensor:
        """Segments (B, N, 4) as x1, y1, x2, y2 in canvas pixels → (B, N, 9): none, or `LINE_CLASSES` + 1.

        `samples` points along each are looked at, the configured number by default.
        """
        first, second = segments[..., None, :2], segments[..., None, 2:]
        along = second - first
        length = along.norm(dim=-1, keepdim=True).clamp_min(1)
        unit = along / length
        t = torch.linspace(0.02, 0.98, samples or self.config.line_samples, device=segments.device)[:, None]
        strip = _sample(self.along_line(features.fine), first + t * along)
        steps = torch.tensor([-11.0, -6.5, -3.0, 2.0, 5.0, 9.0], device=segments.device)[:, None]
        steps = torch.where(steps > 0, torch.minimum(steps.expand(*length.shape[:-2], 6, 1), 0.6 * length), steps)
        # The barbs of a head lie beside the stroke: looked for in the stroke's own frame, the second end's turned by half a turn.
        ahead = torch.minimum(torch.tensor(_BARBS, device=segments.device)[:, :1].expand(*length.shape[:-2], 6, 1), 0.6 * length)
        aside = torch.tensor(_BARBS, device=segments.device)[:, 1:] * torch.stack([-unit[..., 1], unit[..., 0]], -1)
        barbs = ahead * unit + aside
        places = torch.cat([first + steps * unit, second - steps * unit, first + barbs, second - barbs], -2)
        at_ends = _sample(self.at_ends(features.fine), places)
        along_axis, beside = at_ends[..., :12, :], at_ends[..., 12:, :]
        direction = unit[..., 0, :]
        geometry = torch.stack(
            [
                direction[..., 0] ** 2 - direction[..., 1] ** 2,
                2 * direction[..., 0] * direction[..., 1],
                direction[..., 0],
                length[..., 0, 0].log() / 4,
            ],
            -1,
        )
        pooled = torch.cat([strip.amax(-2), strip.amin(-2), strip.mean(-2), along_axis.flatten(-2), geometry, beside.flatten(-2)], -1)
        logits: Tensor = self.line(pooled)
        return logits

    def rectangle_logits(self, features: Features, corners: Tensor) -> Tensor:
        """Corners (B, M, 4, 2) in canvas pixels, in the order of `CORNERS` → (B, M) logits of existence."""
        following = corners.roll(-1, -2)
        t = torch.linspace(0.04, 0.96, self.config.side_samples, device=corners.device)[:, None]
        points = corners[..., None, :] + t * (following - corners)[..., None, :]
        batch, count = corners.shape[:2]
        projected = self.along_side(features.fine)
        sides = _sample(projected, points.flatten(2, 3)).reshape(batch, count, 4, self.config.side_samples, -1)
        at_corners = _sample(projected, corners)
        size = (corners[..., 2, :] - corners[..., 0, :]).abs().clamp_min(1).log() / 4
        pooled = torch.cat([sides.amax(-2), sides.amin(-2), sides.mean(-2), at_corners], -1).reshape(batch, count, -1)
        logits: Tensor = self.rectangle(torch.cat([pooled, size], -1))[..., 0]
        return logits


def _sample(features: Tensor, points: Tensor) -> Tensor:
    """Features (B, C, 4h, 4w) at points (B, N, S, 2), canvas pixels → (B, N, S, C), bilinear."""
    height, width = features.shape[-2:]
    scale = torch.tensor([2 / (4 * width), 2 / (4 * height)], device=points.device)
    sampled = functional.grid_sample(features, points * scale - 1, mode="bilinear", padding_mode="border", align_corners=False)
    return sampled.permute(0, 2, 3, 1)
