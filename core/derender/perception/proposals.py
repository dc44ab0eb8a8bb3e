"""What may be drawn: candidate commands with their probabilities, from the network's answers.

Candidates come in groups of exclusive alternatives (a segment may be plain, headed, dashed or nothing; circles of nearly one size
around a lattice point exclude each other). Groups are independent given the ink and what is already explained, so a set of
candidates has the probability of its choices times that of 'nothing' for all other groups.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from derender.perception.candidates import ink_support
from derender.perception.looks import Look
from derender.perception.network import CELL, CIRCLES, CORNERS, LINE_CLASSES, MARGIN, LineClass
from derender.perception.opinions import Segment
from derender.perception.scenes import RADII
from derender.spec import Circle, Command, Line, Rectangle


@dataclass(frozen=True, slots=True)
class ProposalSettings:
    """Where the network's answers begin to count."""

    least_circle: float = 0.02
    least_corner: float = 0.04
    least_end: float = 0.01
    least_support: float = 0.35
    reach: int = 5
    """Pixels from a segment within which ink supports it: strokes lie beside their lattice points."""
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


Proposals = tuple[Group, ...]
"""What may be drawn beside what is explained: independent groups."""


def propose(seen: Look, ink: NDArray[np.float32], settings: ProposalSettings) -> Proposals:
    """What the network proposes, having looked at `ink` (16h, 16w) with something explained."""
    circles, corners, ends = np.split(seen.lattice, [CIRCLES, CIRCLES + CORNERS])
    return (
        *_circle_groups(circles, seen.rows, settings),
        *_rectangle_groups(seen, corners, settings),
        *_line_groups(seen, ends[0], ink, settings),
    )


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


def _rectangle_groups(seen: Look, corners: NDArray[np.float32], settings: ProposalSettings) -> list[Group]:
    likely = corners > settings.least_corner
    scored: list[tuple[float, Segment]] = []
    bottom_left, top_right = np.argwhere(likely[0]).tolist(), np.argwhere(likely[2]).tolist()
    for (bottom, left), (top, right) in itertools.product(bottom_left, top_right):
        if left < right and top < bottom and likely[1, bottom, right] and likely[3, top, left]:
            score = corners[0, bottom, left] * corners[1, bottom, right] * corners[2, top, right] * corners[3, top, left]
            scored.append((float(score), (left, seen.rows - 1 - bottom, right, seen.rows - 1 - top)))
    scored.sort(reverse=True)
    boxes = [box for _, box in scored[: settings.at_most(settings.most_rectangles, seen.shape)]]
    return [
        Group((Choice((Rectangle(*box),), p),), 1 - p)
        for box, p in zip(boxes, seen.rectangles(boxes), strict=True)
        if p > settings.least_choice
    ]


def _line_groups(seen: Look, ends: NDArray[np.float32], ink: NDArray[np.float32], settings: ProposalSettings) -> list[Group]:
    points = np.argwhere(ends > settings.least_end)
    strength = ends[points[:, 0], points[:, 1]]
    points = points[np.argsort(-strength, kind="stable")[: settings.at_most(settings.most_ends, seen.shape)]]
    first, second = np.triu_indices(len(points), 1)
    if not len(first):
        return []
    # From left to right, as all that ask for a stroke's odds do: the network is asked for each once.
    points = points[np.lexsort((-points[:, 0], points[:, 1]))]
    # (N, 4) as column, row, column, row of the two ends.
    pairs = np.concatenate([points[first][:, ::-1], points[second][:, ::-1]], 1)
    support = ink_support(ink, pairs.astype(np.float64) * CELL + MARGIN, reach=settings.reach)
    likely = support * np.sqrt(ends[pairs[:, 1], pairs[:, 0]] * ends[pairs[:, 3], pairs[:, 2]])
    keep = np.argsort(-likely, kind="stable")[: settings.at_most(settings.most_segments, seen.shape)]
    last = seen.rows - 1
    segments = [(x1, last - row1, x2, last - row2) for x1, row1, x2, row2 in pairs[keep[support[keep] > settings.least_support]].tolist()]
    groups = []
    for segment, at in zip(segments, seen.lines(segments), strict=True):
        choices = [
            Choice(_line_commands(segment, kind), float(p))
            for kind, p in zip(LINE_CLASSES, at[1:], strict=True)
            if p > settings.least_choice
        ]
        if choices:
            groups.append(Group(tuple(choices), float(at[0])))
    return groups


def _line_commands(ends: Segment, kind: LineClass) -> tuple[Command, ...]:
    """A stroke as commands; heads at both ends are two commands."""
    x1, y1, x2, y2 = ends
    commands: list[Command] = []
    if kind.head_second:
        commands.append(Line(x1, y1, x2, y2, True, kind.dashed))
    if kind.head_first:
        commands.append(Line(x2, y2, x1, y1, True, kind.dashed))
    return tuple(commands) or (Line(x1, y1, x2, y2, False, kind.dashed),)


def sureness(group: Group) -> float:
    """The probability that any of the group's alternatives is drawn, as far as they are listed."""
    return math.fsum(choice.probability for choice in group.choices)


def log_odds(choice: Choice, group: Group) -> float:
    """log P(choice) - log P(nothing), both kept away from certainty."""
    return math.log(max(choice.probability, 1e-6)) - math.log(max(group.nothing, 1e-6))
