"""The straight pen movements that boxes and lines are drawn with: sides and shafts, heads, dashes, rounded corners, double outlines."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from derender.rendering.pencil.hand import Hand
from derender.rendering.pencil.placement import CELL
from derender.spec import Circle, Line, Rectangle, Spec, looseness

_BESIDE = 1.5
"""Pixels from a double outline's middle to where each of its strokes begins."""
_CORNER = (0.35, 0.9)
"""Radius of rounded corners in cells, from TikZ's own to what people draw."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One straight pen movement in lattice pixels, y up: from (x1, y1) to (x2, y2)."""

    x1: float
    y1: float
    x2: float
    y2: float
    bend: int = 0
    dash: tuple[float, ...] | None = None
    filled_to: tuple[float, float] | None = None


def segments_of(spec: Spec, hand: Hand, rng: np.random.Generator) -> list[Segment]:
    """All straight pen movements of a spec: boxes' sides, lines and their heads."""
    segments: list[Segment] = []
    for command in spec:
        match command:
            case Circle():
                pass
            case Rectangle(double=False):
                segments.extend(_rectangle_segments(command, hand, rng))
            case Rectangle():
                # Both outlines shake alike: a hand follows the first with the second.
                state = rng.bit_generator.state
                for outset in beside(hand):
                    rng.bit_generator.state = state
                    segments.extend(_rectangle_segments(command, hand, rng, outset))
            case Line():
                segments.extend(_line_segments(command, hand, rng))
    return segments


def beside(hand: Hand) -> tuple[float, float]:
    """How far outside its path the middles of a double outline's strokes are: some paper lies between them, whatever the pen."""
    return -_BESIDE - hand.thickness / 2, _BESIDE + hand.thickness / 2


def _rectangle_segments(command: Rectangle, hand: Hand, rng: np.random.Generator, outset: float = 0.0) -> list[Segment]:
    dx, dy = rng.normal(0, hand.position_jitter, 2)
    low = np.array([command.x1, command.y1]) * CELL - outset
    high = np.array([command.x2, command.y2]) * CELL + outset
    corners = np.array([(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])], dtype=np.float64)
    corners += np.array([dx, dy]) + rng.normal(0, 0.25 + 0.4 * hand.position_jitter, (4, 2))
    following = np.roll(corners, -1, 0)
    unit = (following - corners) / np.linalg.norm(following - corners, axis=1, keepdims=True)
    overshoot = rng.normal(0, hand.corner_overshoot, (4, 2)).clip(-2.5, 2.5)
    if command.rounded:
        return _rounded_sides(corners, unit, min(rng.uniform(*_CORNER) * CELL, 0.45 * float((high - low).min())))
    starts, stops = corners - unit * overshoot[:, :1], following + unit * overshoot[:, 1:]
    return [Segment(*side) for side in np.concatenate([starts, stops], 1).tolist()]


def _rounded_sides(corners: NDArray[np.float64], unit: NDArray[np.float64], radius: float) -> list[Segment]:
    """Four sides and the quarters of circles between them; `unit` (4, 2) leads from each corner to the next, the box on its left."""
    starts, stops = corners + unit * radius, np.roll(corners, -1, 0) - unit * radius
    sides = [Segment(*side) for side in np.concatenate([starts, stops], 1).tolist()]
    arcs = np.concatenate([stops, np.roll(starts, -1, 0)], 1).tolist()
    return sides + [Segment(x1, y1, x2, y2, -45) for x1, y1, x2, y2 in arcs]


def _line_segments(command: Line, hand: Hand, rng: np.random.Generator) -> list[Segment]:
    a = np.array([command.x1, command.y1], dtype=np.float64) * CELL
    b = np.array([command.x2, command.y2], dtype=np.float64) * CELL
    shift = rng.normal(0, 0.7 * hand.position_jitter, 2)
    length = float(np.hypot(*(b - a)))
    unit = (b - a) / length
    normal = np.array([-unit[1], unit[0]])
    slack = np.clip(rng.normal(0, hand.end_slack, 2), -3.5, 3.5)
    a = a + shift + unit * slack[0] + normal * rng.normal(0, 0.4 * hand.position_jitter)
    b = b + shift + unit * slack[1] + normal * rng.normal(0, 0.4 * hand.position_jitter)
    dash: tuple[float, ...] | None = None
    if not command.dashed and rng.random() < hand.skips and length > 2 * CELL:
        # The pen skips once: a gap, and still one plain line.
        gap = hand.thickness + float(rng.uniform(0.5, 3.0))
        dash = (float(rng.uniform(0.15, 0.8)) * length, gap, 2 * length, 1.0)
    if command.dashed:
        # At least three dashes on the shortest line, whatever the pen's habit.
        period = min(hand.dash_on + hand.dash_gap, length / 2.6)
        gap = min(hand.dash_gap, 0.75 * period)
        # Round caps lengthen each dash by the pen's thickness; cairo's dash array leaves that out.
        dash = (max(0.1, period - gap - hand.thickness + 1), gap + hand.thickness - 1)
    segments = [Segment(a[0], a[1], b[0], b[1], command.bend, dash)]
    if command.arrow:
        # Along the end of a bent shaft: an arch is steeper there than the straight line between its ends, a loop leads back.
        bend = math.radians(command.bend)
        steep = -math.atan(2 * math.tan(bend / 2)) if looseness(command.bend) == 1 else -bend
        turn = np.array([[math.cos(steep), -math.sin(steep)], [math.sin(steep), math.cos(steep)]])
        segments.extend(_head_segments(b + turn @ (a - b) if command.bend else a, b, hand, rng))
    return segments


def _head_segments(a: NDArray[np.float64], b: NDArray[np.float64], hand: Hand, rng: np.random.Generator) -> list[Segment]:
    back = (a - b) / max(1e-6, float(np.hypot(*(b - a))))
    reach = min(hand.head_length * rng.uniform(0.8, 1.25), 0.75 * float(np.hypot(*(b - a))))
    tip = b + rng.normal(0, 0.4, 2)
    barbs = []
    for side in (-1, 1):
        angle = side * hand.head_angle * rng.uniform(0.75, 1.25)
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        barbs.append(tip + turn @ back * reach * rng.uniform(0.8, 1.2))
    left, right = barbs
    segments = [
        Segment(left[0], left[1], tip[0], tip[1], filled_to=(right[0], right[1]) if hand.head_style == "filled" else None),
        Segment(tip[0], tip[1], right[0], right[1]),
    ]
    if hand.head_style != "open":
        segments.append(Segment(left[0], left[1], right[0], right[1]))
    return segments
