"""What may be drawn: candidate commands with their probabilities, from the network's answers.

Candidates come in groups of exclusive alternatives (a segment may be plain, headed, dashed or nothing; a lattice point may be
the centre of a circle of one radius). Groups are independent given the ink, so a set of candidates has the probability of its
choices times that of 'nothing' for all other groups.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from derender.perception.network import CELL, CIRCLE_CLASSES, CORNERS, LINE_CLASSES, MARGIN, Features, LineClass, ReaderNetwork
from derender.perception.scenes import RADII
from derender.perception.targets import ink_support
from derender.perception.views import View, corner_order, seen_corners
from derender.spec import Circle, Command, Line, Rectangle


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


@torch.inference_mode()
def propose(
    network: ReaderNetwork, ink: NDArray[np.float32], views: tuple[View, ...], settings: ProposalSettings, device: torch.device
) -> tuple[Group, ...]:
    """Groups of candidates for a canvas (16h, 16w); the network sees all `views` and its logits are averaged."""
    image = torch.from_numpy(np.ascontiguousarray(ink)).to(device)
    upright, turned = tuple(v for v in views if not v.transpose), tuple(v for v in views if v.transpose)
    seen = [_see(network, image, same_shape) for same_shape in (upright, turned) if same_shape]
    lattice = _averaged_lattice(network, seen)
    rows = ink.shape[0] // CELL
    circles = lattice[:CIRCLE_CLASSES].softmax(0).cpu().numpy()
    corners = lattice[CIRCLE_CLASSES : CIRCLE_CLASSES + CORNERS].sigmoid().cpu().numpy()
    ends = lattice[-1].sigmoid().cpu().numpy()
    groups = _circle_groups(circles, rows, settings)
    groups += _rectangle_groups(network, seen, corners, ink.shape, settings)
    groups += _line_groups(network, seen, ends, ink, settings)
    return tuple(groups)


def _see(network: ReaderNetwork, image: Tensor, views: tuple[View, ...]) -> _Seen:
    batch = torch.stack([view.image(image) for view in views])[:, None].contiguous(memory_format=torch.channels_last)
    return _Seen(views, network.features(batch))


def _averaged_lattice(network: ReaderNetwork, seen: list[_Seen]) -> Tensor:
    """Logits (channels, h, w) in the original's frame, averaged over all views."""
    undone = []
    for views, features in seen:
        for view, logits in zip(views, network.lattice_logits(features), strict=True):
            order = [*range(CIRCLE_CLASSES), *(CIRCLE_CLASSES + k for k in corner_order(view)), CIRCLE_CLASSES + CORNERS]
            undone.append(view.undo_image(logits)[order])
    return torch.stack(undone).mean(0)


def _circle_groups(probabilities: NDArray[np.float32], rows: int, settings: ProposalSettings) -> list[Group]:
    groups = []
    for row, column in np.argwhere(1 - probabilities[0] > settings.least_circle).tolist():
        at = probabilities[:, row, column]
        choices = [
            Choice((Circle(column, rows - 1 - row, r, r),), float(p))
            for r, p in zip(RADII, at[1:], strict=True)
            if p > settings.least_choice
        ]
        if choices:
            groups.append(Group(tuple(choices), float(at[0])))
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
    boxes = [box for _, box in scored[: settings.most_rectangles]]
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
    points = points[np.argsort(-strength, kind="stable")[: settings.most_ends]]
    first, second = np.triu_indices(len(points), 1)
    if not len(first):
        return []
    # (N, 4) as column, row, column, row of the two ends.
    pairs = np.concatenate([points[first][:, ::-1], points[second][:, ::-1]], 1)
    support = ink_support(ink, pairs.astype(np.float64) * CELL + MARGIN)
    likely = support * np.sqrt(ends[pairs[:, 1], pairs[:, 0]] * ends[pairs[:, 3], pairs[:, 2]])
    keep = np.argsort(-likely, kind="stable")[: settings.most_segments]
    pairs = pairs[keep[support[keep] > settings.least_support]]
    if not len(pairs):
        return []
    pixels = torch.from_numpy(pairs.astype(np.float32)).to(seen[0].features.fine.device).view(-1, 2, 2) * CELL + MARGIN
    logits = []
    for views, features in seen:
        segments_seen = torch.stack([view.points(pixels, height, width).flatten(-2) for view in views])
        logits.append(network.line_logits(features, segments_seen))
    probabilities = torch.cat(logits).mean(0).softmax(-1).cpu().numpy()
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
