"""What a person could not tell in a drawing of several commands, though no stroke lies on another: whose head it is, which of two lines.

People avoid such figures, and what is asked about them in training teaches a network to guess.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator

from derender.perception.legibility import Segment, overlap, sides
from derender.spec import Circle, Command, Line, Rectangle, is_loop

Point = tuple[int, int]
"""x, y in cells."""

_WINGS = math.radians(55)
"""Within this angle of an arrow's shaft the wings of its head lie on whatever else ends at its tip."""

_SIDE = math.radians(18)
"""The same of a stroke that runs on at the tip, as a box's side does: the wing on its open side shows the head."""

_CROWD = math.radians(85)
"""The same where three lines meet or more."""

_BLOT = math.radians(100)
"""The same where several heads meet in one point: their wings are one blot, or a cross."""

_STRAIGHT = math.radians(15)
"""Lines that meet at less than this seem to be one."""

_PIECE = 2.0
"""Cells of line that let a head stand out in the middle of a straight stroke."""

_WOBBLE = 0.2
"""Cells by which a straight line may be bowed."""

_HEAD = 0.3
"""Cells from the tip to the middle of a head."""

_CLOSE = 0.35
"""Cells within which two strokes merge."""

_MERGED = 1.25
"""Cells along which two strokes that merge cannot be told apart."""

_STEP = 0.25
"""Cells between the points at which two strokes are compared."""


def confused(a: Command, b: Command) -> bool:
    """Whether drawing both leaves open which is which: a head that could be either's, or two strokes side by side."""
    if isinstance(a, Circle) or isinstance(b, Circle) or is_loop(a) or is_loop(b):
        return False
    if isinstance(a, Line) and isinstance(b, Line):
        if (a.x1, a.y1, a.x2, a.y2) == (b.x2, b.y2, b.x1, b.y1):
            return False  # one stroke with two heads
        if _short_pieces(a, b) or _hardly_bent(a, b):
            return True
    for line, other in ((a, b), (b, a)):
        if isinstance(line, Line) and line.arrow and _hides_head(line, other):
            return True
    # Sides of boxes are as far apart as the lattice has them.
    lines = isinstance(a, Line) or isinstance(b, Line)
    return lines and any(_side_by_side(s, t) for s in sides(a) for t in sides(b))


def _short_pieces(a: Line, b: Line) -> bool:
    """Whether two lines go on in one direction, one of them so short that a head between them does not part them."""
    (s,), (t,) = sides(a), sides(b)
    shorter = min(math.hypot(u[2] - u[0], u[3] - u[1]) for u in (s, t))
    return shorter < _PIECE and overlap(s, t, touching=True)


def _hardly_bent(a: Line, b: Line) -> bool:
    """Whether two lines meet in a corner that a hand's wobble hides, where no head marks it: they look like one."""
    for corner in set(ends(a)) & set(ends(b)):
        headed = (a.arrow and (a.x2, a.y2) == corner) or (b.arrow and (b.x2, b.y2) == corner)
        (start,), (end,) = (set(ends(line)) - {corner} for line in (a, b))
        between = (corner[0] - start[0]) * (end[0] - corner[0]) + (corner[1] - start[1]) * (end[1] - corner[1]) > 0
        if not headed and a.dashed == b.dashed and between and _distance((*start, *end), *corner) < _WOBBLE:
            return True
    return False


def _hides_head(arrow: Line, other: Command) -> bool:
    """Whether `other` runs through the arrow's head, or meets its tip so that the head could be its own or be lost in it."""
    tip, tail = (arrow.x2, arrow.y2), (arrow.x1, arrow.y1)
    shaft = math.atan2(tail[1] - tip[1], tail[0] - tip[0])
    middle = (tip[0] + _HEAD * math.cos(shaft), tip[1] + _HEAD * math.sin(shaft))
    for segment in sides(other):
        if _distance(segment, *tip) > 1e-9:
            if _distance(segment, *middle) < _CLOSE and not _shares_tail(segment, tail):
                return True
            continue
        headed = isinstance(other, Line) and other.arrow and (other.x2, other.y2) == tip
        meets = isinstance(other, Line) and tip in ends(other)
        for end in ((segment[0], segment[1]), (segment[2], segment[3])):
            if end == tip:
                continue
            between = abs(math.remainder(math.atan2(end[1] - tip[1], end[0] - tip[0]) - shaft, math.tau))
            # Two heads that face one another in one point make a cross.
            if (headed and between > math.pi - _STRAIGHT) or (not headed and between < (_WINGS if meets else _SIDE)):
                return True
    return False


def crowded(line: Line, drawn: Iterable[Command]) -> bool:
    """Whether either end of `line` is a crowd (see `crowd`) of what is drawn."""
    others = [c for c in drawn if isinstance(c, Line)]
    return any(crowd(point, (line, *others)) for point in ends(line))


def crowd(point: Point, lines: Iterable[Line]) -> bool:
    """Whether three of the lines or more meet at `point`, some with heads, and one of the others is too near to a head to be told."""
    heads, plain = [], []
    for c in lines:
        if c.arrow and (c.x2, c.y2) == point:
            heads.append(math.atan2(c.y1 - c.y2, c.x1 - c.x2))
        elif (c.x2, c.y2) == point:
            plain.append(math.atan2(c.y1 - c.y2, c.x1 - c.x2))
        elif (c.x1, c.y1) == point:
            plain.append(math.atan2(c.y2 - c.y1, c.x2 - c.x1))
    if len(heads) + len(plain) < 3:
        return False
    room = _BLOT if len(heads) > 1 else _CROWD
    between = [abs(math.remainder(a - b, math.tau)) for a in heads for b in plain]
    # A plain line that goes straight on makes one stroke with the arrow, and the head looks like the third one's.
    return any(angle < room or angle > math.pi - _STRAIGHT for angle in between)


def ends(line: Line) -> tuple[Point, Point]:
    """Where it begins, and where its head is if it has one."""
    return (line.x1, line.y1), (line.x2, line.y2)


def _shares_tail(segment: Segment, tail: tuple[int, int]) -> bool:
    """A line that starts where a short arrow does is told from it by its direction."""
    return tail in ((segment[0], segment[1]), (segment[2], segment[3]))


def _side_by_side(s: Segment, t: Segment) -> bool:
    """Whether two strokes in nearly one direction run so close that they merge along more than a shallow crossing."""
    if overlap(s, t, touching=True) or not _boxes_touch(s, t):
        return False
    shorter, longer = sorted((s, t), key=lambda u: math.hypot(u[2] - u[0], u[3] - u[1]))
    length = math.hypot(shorter[2] - shorter[0], shorter[3] - shorter[1])
    steps = max(1, math.ceil(length / _STEP))
    close = sum(
        _distance(longer, shorter[0] + (shorter[2] - shorter[0]) * k / steps, shorter[1] + (shorter[3] - shorter[1]) * k / steps) < _CLOSE
        for k in range(steps + 1)
    )
    return close * length / steps > _MERGED


def _boxes_touch(s: Segment, t: Segment) -> bool:
    return all(min(t[k], t[k + 2]) - _CLOSE <= max(s[k], s[k + 2]) and min(s[k], s[k + 2]) - _CLOSE <= max(t[k], t[k + 2]) for k in (0, 1))


def _distance(segment: Segment, x: float, y: float) -> float:
    """From a point to a segment, in cells."""
    x1, y1, x2, y2 = segment
    dx, dy = x2 - x1, y2 - y1
    along = min(1.0, max(0.0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)))
    return math.hypot(x1 + along * dx - x, y1 + along * dy - y)


def between_boxes(commands: Iterable[Command]) -> Iterator[Line]:
    """Lines that close a gap between boxes to a further box with another line: as boxes on one another are drawn."""
    everything = list(commands)
    boxes = [c for c in everything if isinstance(c, Rectangle)]
    upright: dict[tuple[bool, int, int], list[Line]] = {}
    for line in everything:
        if isinstance(line, Line) and not (line.arrow or line.dashed) and (line.x1 == line.x2 or line.y1 == line.y2):
            vertical = line.x1 == line.x2
            low, high = sorted((line.y1, line.y2) if vertical else (line.x1, line.x2))
            upright.setdefault((vertical, low, high), []).append(line)
    for (vertical, low, high), lines in upright.items():
        at = sorted((line.x1 if vertical else line.y1, line) for line in lines)
        for (here, _), (there, line) in itertools.pairwise(at):
            if all(_covered(boxes, vertical, level, here, there) for level in (low, high)):
                yield line


def _covered(boxes: Iterable[Rectangle], level_is_y: bool, level: int, start: int, end: int) -> bool:
    """Whether sides of boxes at that level cover the whole way from `start` to `end`."""
    spans = sorted(
        (box.x1, box.x2) if level_is_y else (box.y1, box.y2)
        for box in boxes
        if level in ((box.y1, box.y2) if level_is_y else (box.x1, box.x2))
    )
    for low, high in spans:
        if low <= start:
            start = max(start, high)
    return start >= end
