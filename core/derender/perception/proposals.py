"""What may be drawn: candidate commands with their probabilities, from the network's answers.

Candidates come in groups of exclusive alternatives (a segment may be plain, headed, dashed or nothing; circles of nearly one size
around a lattice point exclude each other). Groups are independent given the ink and what is already explained, so a set of
candidates has the probability of its choices times that of 'nothing' for all other groups.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from derender.perception.network import CELL, CIRCLES, CORNERS, LINE_CLASSES, MARGIN, Features, LineClass, ReaderNetwork
from derender.perception.scenes import RADII
from derender.perception.targets import explanation_on_canvas, ink_support
from derender.perception.views import View, corner_order, seen_corners
from derender.spec import Circle, Command, Line, Rectangle, Spec


@dataclass(frozen=True, slots=True)
class ProposalSettings:
    """Where the network's answers begin to count."""

    least_circle: float = 0.02
    least_corner: float = 0.04
    least_end: float = 0.04
    least_support: float = 0.55
    least_choice: float = 0.01
    most_ends: int = 72
    most_segments: int = 512
    most_rectangles: int = 192
    """The last three for a canvas of `usual_cells`; larger ones have more in proportion."""
    usual_cells: int = 300

    def at_most(self, limit: int, shape: tuple[int, int]) -> int:
        """One of the limits, for a canvas of `shape` pixels."""
        return max(limit, limit * shape[0] * shape[1] // (CELL**2 * self.usual_cells))


@dataclass(frozen=True, slots=True)
class Choice:
    """One alternative of a group: what it draws, and its probability."""

    commands: tuple[Command, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class Group:
    """Exclusive alternatives; `nothing` is the probability that none of them is drawn."""

    choices: tuple[Choice, ...]
    nothing: float


class _Seen(NamedTuple):
    """Views of one shape, and the network's features of them in one batch."""

    views: tuple[View, ...]
    features: Features


_LONGEST_LEARNED = 32
"""Cells."""

_TOGETHER = 1024
"""Segments that are verified as one batch: memory stays bounded."""

Proposals = tuple[Group, ...]
"""What may be drawn beside what is explained: independent groups."""


@torch.inference_mode()
def propose(
    network: ReaderNetwork,
    ink: NDArray[np.float32],
    explanations: Sequence[Spec],
    views: tuple[View, ...],
    settings: ProposalSettings,
    device: torch.device,
) -> tuple[Proposals, ...]:
    """For each of the explanations what else is drawn on a canvas (16h, 16w); all as one batch.

    The network sees all `views` of each and its logits are averaged.
    """
    canvases = np.stack([np.stack([ink, explanation_on_canvas(spec, (ink.shape[0], ink.shape[1]))]) for spec in explanations])
    images = torch.from_numpy(canvases).to(device)
    upright, turned = tuple(v for v in views if not v.transpose), tuple(v for v in views if v.transpose)
    seen = [_see(network, images, same_shape) for same_shape in (upright, turned) if same_shape]
    return tuple(_groups(network, [_of(s, k) for s in seen], ink, settings) for k in range(len(explanations)))


def _groups(network: ReaderNetwork, seen: list[_Seen], ink: NDArray[np.float32], settings: ProposalSettings) -> Proposals:
    lattice = _averaged_lattice(network, seen).sigmoid().cpu().numpy()
    circles, corners, ends = np.split(lattice, [CIRCLES, CIRCLES + CORNERS])
    groups = _circle_groups(circles, ink.shape[0] // CELL, settings)
    groups += _rectangle_groups(network, seen, corners, (ink.shape[0], ink.shape[1]), settings)
    groups += _line_groups(network, seen, ends[0], ink, settings)
    return tuple(groups)


def _see(network: ReaderNetwork, images: Tensor, views: tuple[View, ...]) -> _Seen:
    """Images (P, 2, H, W) in V views: features in the order P, V."""
    batch = torch.stack([view.image(images) for view in views], 1).flatten(0, 1)
    return _Seen(views, network.features(batch.contiguous(memory_format=torch.channels_last)))


def _of(seen: _Seen, image: int) -> _Seen:
    """The part of one of the images."""
    part = slice(image * len(seen.views), (image + 1) * len(seen.views))
    return _Seen(seen.views, Features(seen.features.fine[part], seen.features.coarse[part]))


def _averaged_lattice(network: ReaderNetwork, seen: list[_Seen]) -> Tensor:
    """Logits (channels, h, w) in the original's frame, averaged over all views."""
    undone = []
    for views, features in seen:
        for view, logits in zip(views, network.lattice_logits(features), strict=True):
            order = [*range(CIRCLES), *(CIRCLES + k for k in corner_order(view)), CIRCLES + CORNERS]
            undone.append(view.undo_image(logits)[order])
    return torch.stack(undone).mean(0)


def _circle_groups(probabilities: NDArray[np.float32], rows: int, settings: ProposalSettings) -> list[Group]:
    """One group for the radii around a point that cannot stand together: each likely radius with its two neighbours."""
    groups = []
    for row, column in np.argwhere(probabilities.max(0) > settings.least_circle).tolist():
        at = probabilities[:, row, column].astype(float)
        free = at > settings.least_choice
        while free.any():
            best = int(np.where(free, at, 0).argmax())
            together = [k for k in range(max(0, best - 1), min(CIRCLES, best + 2)) if free[k]]
            free[together] = False
            nothing = float(np.prod([1 - at[k] for k in together]))
            share = (1 - nothing) / float(sum(at[k] for k in together))
            choices = [Choice((Circle(column, rows - 1 - row, RADII[k], RADII[k]),), share * float(at[k])) for k in together]
            groups.append(Group(tuple(choices), nothing))
    return groups


def _rectangle_groups(
    network: ReaderNetwork,
    seen: list[_Seen],
    corners: NDArray[np.float32],
    shape: tuple[int, int],
    settings: ProposalSettings,
) -> list[Group]:
    height, width = shape
    likely = corners > settings.least_corner
    scored: list[tuple[float, tuple[int, int, int, int]]] = []
    bottom_left, top_right = np.argwhere(likely[0]).tolist(), np.argwhere(likely[2]).tolist()
    for (bottom, left), (top, right) in itertools.product(bottom_left, top_right):
        if left < right and top < bottom and likely[1, bottom, right] and likely[3, top, left]:
            score = corners[0, bottom, left] * corners[1, bottom, right] * corners[2, top, right] * corners[3, top, left]
            scored.append((float(score), (left, bottom, right, top)))
    scored.sort(reverse=True)
    boxes = [box for _, box in scored[: settings.at_most(settings.most_rectangles, shape)]]
    if not boxes:
        return []
    pixels = torch.tensor(boxes, dtype=torch.float32, device=seen[0].features.fine.device).view(-1, 2, 2) * CELL + MARGIN
    logits = []
    for views, features in seen:
        corners_seen = torch.stack([seen_corners(view.points(pixels, height, width).flatten(-2)) for view in views])
        logits.append(network.rectangle_logits(features, corners_seen))
    probabilities = torch.cat(logits).mean(0).sigmoid().tolist()
    rows = height // CELL
    return [
        Group((Choice((Rectangle(left, rows - 1 - bottom, right, rows - 1 - top),), p),), 1 - p)
        for (left, bottom, right, top), p in zip(boxes, probabilities, strict=True)
        if p > settings.least_choice
    ]


def _line_groups(
    network: ReaderNetwork,
    seen: list[_Seen],
    ends: NDArray[np.float32],
    ink: NDArray[np.float32],
    settings: ProposalSettings,
) -> list[Group]:
    height, width = ink.shape
    points = np.argwhere(ends > settings.least_end)
    strength = ends[points[:, 0], points[:, 1]]
    points = points[np.argsort(-strength, kind="stable")[: settings.at_most(settings.most_ends, (height, width))]]
    first, second = np.triu_indices(len(points), 1)
    if not len(first):
        return []
    # (N, 4) as column, row, column, row of the two ends.
    pairs = np.concatenate([points[first][:, ::-1], points[second][:, ::-1]], 1)
    support = ink_support(ink, pairs.astype(np.float64) * CELL + MARGIN)
    likely = support * np.sqrt(ends[pairs[:, 1], pairs[:, 0]] * ends[pairs[:, 3], pairs[:, 2]])
    keep = np.argsort(-likely, kind="stable")[: settings.at_most(settings.most_segments, (height, width))]
    pairs = pairs[keep[support[keep] > settings.least_support]]
    if not len(pairs):
        return []
    pixels = torch.from_numpy(pairs.astype(np.float32)).to(seen[0].features.fine.device).view(-1, 2, 2) * CELL + MARGIN
    probabilities = np.zeros((len(pairs), 1 + len(LINE_CLASSES)), np.float32)
    for some, samples in _by_length(pairs, network.config.line_samples):
        logits = []
        for views, features in seen:
            segments_seen = torch.stack([view.points(pixels[some], height, width).flatten(-2) for view in views])
            logits.append(network.line_logits(features, segments_seen, samples))
        probabilities[some] = torch.cat(logits).mean(0).softmax(-1).cpu().numpy()
    rows = height // CELL
    groups = []
    for (x1, row1, x2, row2), at in zip(pairs.tolist(), probabilities, strict=True):
        ends_here = (x1, rows - 1 - row1, x2, rows - 1 - row2)
        choices = [
            Choice(_line_commands(ends_here, kind), float(p))
            for kind, p in zip(LINE_CLASSES, at[1:], strict=True)
            if p > settings.least_choice
        ]
        if choices:
            groups.append(Group(tuple(choices), float(at[0])))
    return groups


def _by_length(pairs: NDArray[np.int64], samples: int) -> Iterator[tuple[NDArray[np.int64], int]]:
    """Indices of segments of alike length, at most `_TOGETHER` at once, and at how many points to look at them.

    The network has learned lines of up to two canvases; longer ones are looked at as closely.
    """
    lengths = np.hypot(pairs[:, 2] - pairs[:, 0], pairs[:, 3] - pairs[:, 1])
    doublings = np.ceil(np.log2(np.maximum(1, lengths / _LONGEST_LEARNED))).astype(int)
    for doubling in np.unique(doublings):
        alike = np.flatnonzero(doublings == doubling)
        for start in range(0, len(alike), _TOGETHER):
            yield alike[start : start + _TOGETHER], samples << int(doubling)


def _line_commands(ends: tuple[int, int, int, int], kind: LineClass) -> tuple[Command, ...]:
    """A stroke as commands; heads at both ends are two commands."""
    x1, y1, x2, y2 = ends
    commands: list[Command] = []
    if kind.head_second:
        commands.append(Line(x1, y1, x2, y2, True, kind.dashed))
    if kind.head_first:
        commands.append(Line(x2, y2, x1, y1, True, kind.dashed))
    return tuple(commands) or (Line(x1, y1, x2, y2, False, kind.dashed),)


def log_odds(choice: Choice, group: Group) -> float:
    """log P(choice) - log P(nothing), both kept away from certainty."""
    return math.log(max(choice.probability, 1e-6)) - math.log(max(group.nothing, 1e-6))
