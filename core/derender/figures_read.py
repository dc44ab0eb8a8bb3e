"""What was read in a photograph, as people count it: shapes and arrows in pixels, each made of one command or of several lines."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from derender.plane import Box, Matrix, Point, moved_to
from derender.spec import Circle, Line, Rectangle, Spec


@dataclass(frozen=True, slots=True)
class Found:
    """A shape or an arrow that was read: where, and of how many commands it is made."""

    place: Box
    commands: int


def led_by(homography: Matrix) -> Callable[[Sequence[Point]], list[Point]]:
    """What leads points to pixels by a homography (3 × 3), as `figures` asks for it."""
    return lambda points: [(float(x), float(y)) for x, y in moved_to(homography, np.array(points, dtype=np.float64).reshape(-1, 2))]


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
    places = [
        *(_extent(c) for c in spec if not isinstance(c, Line)),
        *(_around([p for line in polygon for p in _ends(line)]) for polygon in polygons),
    ]
    arrows, followed = [], set[Line]()
    for command in spec:
        if isinstance(command, Line) and command.arrow:
            start, legs = _followed_back((command.x1, command.y1), rest, places)
            followed.update(legs)
            (a, b), (c, d) = to_pixels([start, (command.x2, command.y2)])
            arrows.append(Found((a, b, c, d), 1 + len(legs)))
    loose = []
    for line in rest:
        if line in followed:
            continue
        (a, b), (c, d) = to_pixels(_ends(line))
        loose.append((a, b, c, d))
    return shapes, arrows, loose


def _followed_back(start: Point, lines: Sequence[Line], places: Sequence[Box]) -> tuple[Point, list[Line]]:
    """The first point of an arrow that reaches `start` over plain lines, and these lines.

    It ends at a shape (`places`), and where several plain lines go on. Arrows that branch off from one stem have it in common.
    """
    legs = list[Line]()
    while not any(_is_at(start, place) for place in places):
        touching = [line for line in lines if start in _ends(line) and line not in legs]
        if len(touching) != 1:
            break
        first, second = _ends(touching[0])
        start = second if first == start else first
        legs.append(touching[0])
    return start, legs


def _is_at(point: Point, place: Box) -> bool:
    """Whether a point lies in a shape's box or within half a cell of it."""
    left, top, right, bottom = place
    return left - 0.5 <= point[0] <= right + 0.5 and top - 0.5 <= point[1] <= bottom + 0.5


def _extent(shape: Circle | Rectangle) -> Box:
    """A shape's box in cells."""
    match shape:
        case Circle(x, y, rx, ry):
            return x - rx, y - ry, x + rx, y + ry
        case Rectangle(x1, y1, x2, y2):
            return x1, y1, x2, y2


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
