"""Which commands cannot be told apart once they are drawn: collinear strokes that overlap, strokes on box sides, merged circles.

Training scenes leave such pairs out; the reader never answers with both of a pair.
"""

from __future__ import annotations

import math

from derender.spec import Circle, Command, Line, Rectangle

Segment = tuple[int, int, int, int]
"""x1, y1, x2, y2 in cells."""


def clash(a: Command, b: Command, *, touching: bool = False) -> bool:
    """Whether `a` and `b` hide or continue one another; with `touching`, also plain lines that only meet end to end in one direction."""
    match a, b:
        case Circle(), Circle():
            # Different circles around one centre, or at nearly one place, merge into a blob.
            return (math.hypot(a.x - b.x, a.y - b.y) < 1.2 and abs(a.rx - b.rx) < 1) or (a.x, a.y) == (b.x, b.y)
        case Rectangle(), Rectangle():
            return sum(overlap(s, t) for s in sides(a) for t in sides(b)) >= 3
        case (Line(), Line()):
            two_heads = a.arrow and b.arrow and (a.x1, a.y1, a.x2, a.y2) == (b.x2, b.y2, b.x1, b.y1) and a.dashed == b.dashed
            same_kind = not (a.arrow or b.arrow) and a.dashed == b.dashed
            return not two_heads and overlap(sides(a)[0], sides(b)[0], touching=touching and same_kind)
        case (Line(), Rectangle()) | (Rectangle(), Line()):
            return any(overlap(s, t) for s in sides(a) for t in sides(b))
        case _:
            return False


def sides(command: Command) -> tuple[Segment, ...]:
    """The straight strokes of a command: one for a line, four for a rectangle, none for a circle."""
    match command:
        case Line(x1, y1, x2, y2):
            return ((x1, y1, x2, y2),)
        case Rectangle(x1, y1, x2, y2):
            return ((x1, y1, x2, y1), (x2, y1, x2, y2), (x1, y2, x2, y2), (x1, y1, x1, y2))
        case Circle():
            return ()


def overlap(s: Segment, t: Segment, *, touching: bool = False) -> bool:
    """Whether two segments are collinear and share more than a point (or a point, if `touching`)."""
    dx, dy = s[2] - s[0], s[3] - s[1]
    if dx * (t[1] - s[1]) != dy * (t[0] - s[0]) or dx * (t[3] - s[1]) != dy * (t[2] - s[0]):
        return False
    along = dx * dx + dy * dy
    p, q = sorted((dx * (t[0] - s[0]) + dy * (t[1] - s[1]), dx * (t[2] - s[0]) + dy * (t[3] - s[1])))
    low, high = max(0, p), min(along, q)
    return low <= high if touching else low < high
