"""What was read in a photograph, as people count it: shapes and arrows in pixels, each made of one command or of several lines."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from derender.spec import Circle, Line, Rectangle, Spec

Box = tuple[float, float, float, float]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Found:
    """A shape or an arrow that was read: where, and of how many commands it is made."""

    place: Box
    commands: int


def figures(spec: Spec, to_pixels: Callable[[Sequence[Point]], list[Point]]) -> tuple[list[Found], list[Found], list[Box]]:
    """What a spec shows in pixels: shapes (boxes), arrows (x and y of first and last point) and the lines that are neither (likewise)."""
    shapes = []
    for command in spec:
        match command:
            case Circle(x, y, rx, ry):
                turns = [k * math.tau / 24 for k in range(24)]
                shapes.append(Found(_around(to_pixels([(x + rx * math.cos(t), y + ry * math.sin(t)) for t in turns])), 1))
            case Rectangle(x1, y1, x2, y2):
                shapes.append(Found(_around(to_pixels([(x1, y1), (x2, y1), (x2, y2), (x1, y2)])), 1))
            case Line():
                pass
    plain = [c for c in spec if isinstance(c, Line) and not c.arrow]
    polygons = list(_polygons(plain))
    shapes.extend(Found(_around(to_pixels([p for line in polygon for p in _ends(line)])), len(polygon)) for polygon in polygons)
    used = {line for polygon in polygons for line in polygon}
    rest = [line for line in plain if line not in used]
    arrows = []
    for command in spec:
        if isinstance(command, Line) and command.arrow:
            start, length, rest = _followed_back((command.x1, command.y1), rest)
            (a, b), (c, d) = to_pixels([start, (command.x2, command.y2)])
            arrows.append(Found((a, b, c, d), 1 + length))
    loose = []
    for line in rest:
        (a, b), (c, d) = to_pixels(_ends(line))
        loose.append((a, b, c, d))
    return shapes, arrows, loose


def _followed_back(start: Point, lines: list[Line]) -> tuple[Point, int, list[Line]]:
    """The first point of an arrow that reaches `start` over plain lines, how many they are, and the lines that are left."""
    rest, length = list(lines), 0
    while len(touching := [line for line in rest if start in _ends(line)]) == 1:
        first, second = _ends(touching[0])
        start = second if first == start else first
        rest.remove(touching[0])
        length += 1
    return start, length, rest


def _polygons(lines: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """Closed rows of three or four lines, each line in one of them."""
    left = list(lines)
    while left:
        line = left.pop(0)
        start, end = _ends(line)
        found = next((path for most in (3, 4) if (path := _path_back(end, start, left, most - 1)) is not None), None)
        if found is not None:
            left = [other for other in left if other not in found]
            yield (line, *found)


def _path_back(at: Point, goal: Point, lines: Sequence[Line], steps: int) -> tuple[Line, ...] | None:
    """Exactly `steps` lines that lead from one point to another."""
    if steps == 0:
        return () if at == goal else None
    for line in lines:
        first, second = _ends(line)
        if at in (first, second):
            following = _path_back(second if at == first else first, goal, [other for other in lines if other != line], steps - 1)
            if following is not None:
                return (line, *following)
    return None


def _ends(line: Line) -> tuple[Point, Point]:
    return (line.x1, line.y1), (line.x2, line.y2)


def _around(points: Sequence[Point]) -> Box:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
