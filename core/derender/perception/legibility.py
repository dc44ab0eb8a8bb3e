"""Which commands cannot be told once they are drawn: collinear strokes that overlap, strokes on box sides, merged circles, short dashes.

Training scenes leave such pairs out; the reader never answers with both of a pair.
"""

from __future__ import annotations

import math
from collections.abc import Container, Hashable, Iterable, Iterator

from derender.spec import Circle, Command, Line, Rectangle, is_loop

Segment = tuple[int, int, int, int]
"""x1, y1, x2, y2 in cells."""


def legible(command: Command) -> bool:
    """Whether `command` alone shows what it is: the dashes of a line need room beside its head."""
    if not (isinstance(command, Line) and command.dashed):
        return True
    return math.hypot(command.x2 - command.x1, command.y2 - command.y1) >= (2 if command.arrow else 1.4)


def clash(a: Command, b: Command, *, touching: bool = False) -> bool:
    """Whether `a` and `b` hide or continue one another.

    With `touching`, also lines that go on in one direction from where no head marks that they meet, and boxes whose sides could be
    paired otherwise.
    """
    if is_loop(a) or is_loop(b):
        # A loop's straight line lies where its shape's side is.
        return is_loop(a) and is_loop(b) and _ends(a) == _ends(b)
    match a, b:
        case Circle(), Circle():
            # Circles of nearly one size at nearly one place merge into a blob.
            return math.hypot(a.x - b.x, a.y - b.y) < 1.2 and abs(a.rx - b.rx) < 1
        case Rectangle(), Rectangle():
            shared = [overlap(s, t) for s, t in zip(sides(a), sides(b), strict=True)]
            exchangeable = touching and ((shared[0] and shared[2]) or (shared[1] and shared[3]))
            return exchangeable or sum(overlap(s, t) for s in sides(a) for t in sides(b)) >= 3
        case (Line(), Line()):
            two_heads = a.arrow and b.arrow and (a.x1, a.y1, a.x2, a.y2) == (b.x2, b.y2, b.x1, b.y1) and a.dashed == b.dashed
            goes_on = touching and a.dashed == b.dashed and not _unmarked_ends(a).isdisjoint(_unmarked_ends(b))
            return not two_heads and overlap(sides(a)[0], sides(b)[0], touching=goes_on)
        case (Line(), Rectangle()) | (Rectangle(), Line()):
            return any(overlap(s, t) for s in sides(a) for t in sides(b))
        case _:
            return False


def _ends(command: Command) -> set[tuple[int, int]]:
    return {(command.x1, command.y1), (command.x2, command.y2)} if isinstance(command, Line) else set()


def _unmarked_ends(line: Line) -> set[tuple[int, int]]:
    """Without the one that bears a head."""
    return {(line.x1, line.y1)} if line.arrow else _ends(line)


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


def places(command: Command) -> Iterator[Hashable]:
    """Keys that any two commands which clash have in common: the straight lines of their strokes, or squares around their centres."""
    if isinstance(command, Circle):
        yield from ((x, y) for x in range(command.x - 1, command.x + 2) for y in range(command.y - 1, command.y + 2))
    for x1, y1, x2, y2 in sides(command):
        divisor = math.gcd(x2 - x1, y2 - y1)
        dx, dy = max(((x2 - x1) // divisor, (y2 - y1) // divisor), ((x1 - x2) // divisor, (y1 - y2) // divisor))
        yield dx, dy, dx * y1 - dy * x1


class Drawn:
    """Commands that are drawn already, looked up by what a further one could clash with."""

    def __init__(self, commands: Iterable[Command] = ()) -> None:
        self._at: dict[Hashable, list[Command]] = {}
        for command in commands:
            self.add(command)

    def add(self, command: Command) -> None:
        """Draws one more."""
        for place in places(command):
            self._at.setdefault(place, []).append(command)

    def near(self, command: Command) -> set[Command]:
        """Those that `command` might clash with."""
        return {other for place in places(command) for other in self._at.get(place, ())}

    def clashes(self, command: Command, besides: Container[Command] = ()) -> bool:
        """Whether `command` clashes with one of them, those in `besides` left out."""
        return any(other not in besides and clash(command, other) for other in self.near(command))
