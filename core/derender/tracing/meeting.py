"""Where connectors meet shapes on a lattice: shapes move when they are brought to it, and the ends of what joins them move along."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from derender.spec import Circle, Command, Line, Rectangle
from derender.tracing.graph import Points

_AIMED = 0.3
"""Of half a shape's side: so near to its middle, or to the line between two circles' middles, is what people aim there."""

_OFF, _INSIDE = 1.0, 2.0
"""Cells that an end may move for each cell that it comes nearer to an outline, from outside and from inside: there it hides a head."""

_AROUND = 48
"""Corners of a circle's outline."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A shape that connectors meet: its bottom left and top right (2, 2) in cells as it was traced, its outline (N, 2) as it is drawn, and
    whether that is round."""

    traced: Points
    outline: Points
    is_round: bool

    @classmethod
    def of(cls, traced: Points, commands: Sequence[Command]) -> Meeting:
        """Of what is drawn of a shape: a circle, a rectangle, or lines around it."""
        match commands[0]:
            case Circle(x, y, rx, ry):
                turn = np.linspace(0, math.tau, _AROUND, endpoint=False)
                return cls(traced, np.stack([x + rx * np.cos(turn), y + ry * np.sin(turn)], 1), True)
            case Rectangle(x1, y1, x2, y2):
                return cls(traced, np.array([(x1, y1), (x2, y1), (x2, y2), (x1, y2)], dtype=np.float64), False)
            case _:
                # Lines know no first and last end where they have no head.
                ends = [end for c in commands if isinstance(c, Line) for end in ((c.x1, c.y1), (c.x2, c.y2))]
                return cls(traced, cv2.convexHull(np.array(ends, dtype=np.float32))[:, 0].astype(np.float64), False)

    def carried(self, point: Points) -> Points:
        """The point (2) of the drawn shape that a point of the traced one is."""
        low, high = self.outline.min(0), self.outline.max(0)
        return np.asarray(low + (point - self.traced[0]) / np.maximum(1e-6, self.traced[1] - self.traced[0]) * (high - low))

    def near_middle(self, at: float, axis: int) -> float | None:
        """The shape's middle on an axis where that is a lattice line and a level leg at `at` is aimed at it."""
        low, high = float(self.outline[:, axis].min()), float(self.outline[:, axis].max())
        middle = (low + high) / 2
        is_near = abs(at - middle) <= _AIMED * (high - low) / 2
        return middle if is_near and round(2 * middle) % 2 == 0 else None

    def choices(self, point: Points, level: int | None) -> list[tuple[float, tuple[int, int]]]:
        """Lattice points for an end at `point` (2) and what each costs in cells: near it and on the outline, or outside rather than inside;
        on the axis `level` it is rounded."""
        around = [(round(v),) if axis == level else (math.floor(v), math.ceil(v)) for axis, v in enumerate(point.tolist())]
        return sorted((self._cost((x, y), point), (x, y)) for x, y in set(itertools.product(*around)))

    def _cost(self, at: tuple[int, int], point: Points) -> float:
        inside = cv2.pointPolygonTest(self.outline.astype(np.float32), (float(at[0]), float(at[1])), True)
        return math.dist(at, point.tolist()) + (_INSIDE * inside if inside > 0 else -_OFF * inside)


def aimed(ends: Points, first: Meeting, second: Meeting) -> Points:
    """The ends (2, 2) of a straight connector; of one that is aimed from circle to circle they lie on the line between the middles."""
    if not (first.is_round and second.is_round):
        return ends
    middles = np.stack([(m.outline.min(0) + m.outline.max(0)) / 2 for m in (first, second)])
    radii = np.stack([(m.outline.max(0) - m.outline.min(0)) / 2 for m in (first, second)])
    along = middles[1] - middles[0]
    if not along.any():
        return ends
    reach = 1 / np.maximum(1e-6, np.hypot(*(along / radii).T))
    if reach.sum() >= 1:
        # They touch.
        return ends
    ideal = middles + np.array([[reach[0]], [-reach[1]]]) * along
    return ideal if (np.hypot(*(ideal - ends).T) <= _AIMED * radii.min(1)).all() else ends
