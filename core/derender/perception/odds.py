"""The proposal's log odds of any spec, also of commands that were not proposed: the network is asked for each command alone.

Its answers are averaged over views as for the proposals, so that what the reader proposes gets the same odds either way.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from derender.perception.looks import Look
from derender.perception.network import CIRCLES, LINE_CLASSES, LineClass
from derender.perception.opinions import Segment
from derender.perception.scenes import RADII
from derender.spec import Circle, Command, Line, Rectangle, Spec

FLOOR = 1e-6
"""The least probability of anything."""

UNKNOWN = math.log(FLOOR)
"""Log odds of what the network has no words for: other radii, bends, points beyond the canvas."""


class ProposalOdds:
    """log P(spec | ink) - log P(nothing | ink), in nats: commands are independent of each other, the heads of one stroke are not."""

    def __init__(self, seen: Look) -> None:
        self._look = seen
        self._circles: NDArray[np.float32] = seen.lattice[:CIRCLES]

    def __call__(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        """For each spec; strokes that are not known yet are asked for in one batch."""
        commands = dict.fromkeys(command for spec in specs for command in spec)
        ends = [ends_of(c) for c in commands if isinstance(c, Line) and self._is_inside(c)]
        boxes = [ends_of(c) for c in commands if isinstance(c, Rectangle) and self._is_inside(c)]
        lines = dict(zip(ends, self._look.lines(ends), strict=True))
        rectangles = dict(zip(boxes, self._look.rectangles(boxes), strict=True))
        return tuple(self._of(spec, lines, rectangles) for spec in specs)

    def _of(self, spec: Spec, lines: Mapping[Segment, NDArray[np.float32]], rectangles: Mapping[Segment, float]) -> float:
        heads: dict[tuple[Segment, bool], set[bool]] = {}
        total = 0.0
        for command in spec:
            match command:
                case Circle():
                    total += self._circle(command)
                case Rectangle(rounded=rounded, double=double):
                    p = rectangles.get(ends_of(command))
                    total += UNKNOWN if p is None or rounded or double else _log_odds(p, 1 - p)
                case Line(arrow=arrow, dashed=dashed, bend=bend):
                    total += UNKNOWN if bend else 0.0
                    ends = ends_of(command)
                    towards_second = (command.x1, command.y1) == ends[:2]
                    heads.setdefault((ends, dashed), set()).update({towards_second} if arrow else set())
        return total + math.fsum(_line(lines.get(ends), dashed, directions) for (ends, dashed), directions in heads.items())

    def _circle(self, circle: Circle) -> float:
        inside = 0 <= circle.x < self._look.columns and 0 <= circle.y < self._look.rows
        if not inside or circle.rx != circle.ry or circle.rx not in RADII or circle.double:
            return UNKNOWN
        p = float(self._circles[RADII.index(circle.rx), self._look.rows - 1 - circle.y, circle.x])
        return _log_odds(p, 1 - p)

    def _is_inside(self, command: Line | Rectangle) -> bool:
        across = 0 <= min(command.x1, command.x2) <= max(command.x1, command.x2) < self._look.columns
        return across and 0 <= min(command.y1, command.y2) <= max(command.y1, command.y2) < self._look.rows


def _line(answer: NDArray[np.float32] | None, dashed: bool, directions: set[bool]) -> float:
    """`directions`: True for a head at the second of the sorted ends, False for one at the first."""
    if answer is None:
        return UNKNOWN
    kind = LineClass(head_first=False in directions, head_second=True in directions, dashed=dashed)
    return _log_odds(float(answer[1 + LINE_CLASSES.index(kind)]), float(answer[0]))


def ends_of(command: Command) -> Segment:
    """The ends of a line, sorted, as all that ask about a stroke have them; or a rectangle's corners."""
    match command:
        case Rectangle(x1, y1, x2, y2):
            return (x1, y1, x2, y2)
        case Line(x1, y1, x2, y2):
            return (x1, y1, x2, y2) if (x1, y1) <= (x2, y2) else (x2, y2, x1, y1)
        case Circle(x, y):
            return (x, y, x, y)


def _log_odds(some: float, none: float) -> float:
    return math.log(max(some, FLOOR)) - math.log(max(none, FLOOR))
