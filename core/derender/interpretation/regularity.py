"""What the regularity of a spec suggests: commands that would complete it, or be like others.

Repetitions (steps by which several commands are repeated) and reflections that hold for several commands of a spec are applied to all
of them, whatever heads and dashes these have. Beside that, each line may have another one's head and dashes, end a cell elsewhere
where that makes it like others, or be one with the line that it continues.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

from derender.language.execute import mirror
from derender.language.program import Reflect
from derender.spec import Circle, Command, Line, Rectangle, Spec, moved

Step = tuple[int, int]

_AROUND = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if (dx, dy) != (0, 0)]

_WIDEST_GAP = 1.5
"""Cells between two strokes that may be one."""


def images(spec: Spec, repetitions: int, reflections: int) -> Iterator[Command]:
    """Commands that the spec's regularity suggests, once for each that suggests them: images under its own repetitions and reflections
    that are not there, and its commands made like others.

    `repetitions`, `reflections`: how many of each are looked at, the most frequent first.
    """
    commands, present = tuple(spec), set(spec)
    for dx, dy in _steps(commands, repetitions):
        yield from (image for image in moved(spec, dx, dy) if image not in present)
    for reflection in _axes(commands, reflections):
        mirrored = (mirror(command, reflection) for command in commands)
        yield from (image for image in mirrored if image not in present)
    yield from _likened(commands)
    yield from _joined(commands)
    yield from _snapped(commands)


def likened_together(spec: Spec) -> Iterator[tuple[Spec, int]]:
    """The spec with several strokes at once as most of their likes are drawn, in head, direction and dashes; and how many these are."""
    alike: defaultdict[tuple[object, ...], list[Line]] = defaultdict(list)
    for command in spec:
        if isinstance(command, Line) and not command.bend:
            alike[shape_of(command)[0]].append(command)
    for lines in alike.values():
        (looks, most), *_ = Counter(map(_looks, lines)).most_common(1)
        others = [line for line in lines if _looks(line) != looks]
        if most > 1 and len(others) > 1:
            arrow, dashed, backwards = looks
            drawn = [_from(line, backwards, arrow, dashed) for line in others]
            yield Spec([*(command for command in spec if command not in others), *drawn]), most


def _looks(line: Line) -> tuple[bool, bool, bool]:
    """Head, dashes, and whether the line goes towards its lesser end."""
    return (line.arrow, line.dashed, (line.x1, line.y1) > (line.x2, line.y2))


def _from(line: Line, backwards: bool, arrow: bool, dashed: bool) -> Line:
    first, last = sorted(((line.x1, line.y1), (line.x2, line.y2)), reverse=backwards)
    return Line(*first, *last, arrow, dashed)


def _steps(commands: Sequence[Command], most: int) -> list[Step]:
    """Steps by which several commands are repeated, whatever their heads and dashes."""
    places: defaultdict[tuple[object, ...], list[tuple[int, int]]] = defaultdict(list)
    for command in commands:
        shape, place = shape_of(command)
        places[shape].append(place)
    counted = Counter(
        (bx - ax, by - ay) for found in places.values() for ax, ay in set(found) for bx, by in set(found) if (ax, ay) != (bx, by)
    )
    return [step for step, count in counted.most_common(most) if count > 1]


def shape_of(command: Command) -> tuple[tuple[object, ...], tuple[int, int]]:
    """What of a command does not change when it moves, heads and dashes left out; and where it is."""
    match command:
        case Circle(x, y):
            return ("circle",), (x, y)
        case Rectangle(x1, y1, x2, y2):
            return ("rectangle", x2 - x1, y2 - y1), (x1, y1)
        case Line(x1, y1, x2, y2):
            (ax, ay), (bx, by) = sorted(((x1, y1), (x2, y2)))
            return ("line", bx - ax, by - ay), (ax, ay)


def irregularity(spec: Spec) -> int:
    """How many distinct shapes there are, and distinct distances, beyond a first one, from one to the next of the same shape along each
    axis: about as many numbers as the spec's program needs, less some that do not depend on distances."""
    places: defaultdict[tuple[object, ...], list[tuple[int, int]]] = defaultdict(list)
    for command in spec:
        shape, place = shape_of(command)
        places[shape].append(place)
    axes = [sorted(set(along)) for found in places.values() for along in zip(*found, strict=True)]
    return len(places) + sum(max(0, len({b - a for a, b in pairwise(along)}) - 1) for along in axes)


def _axes(commands: Sequence[Command], most: int) -> list[Reflect]:
    """Reflections that map at least half of the commands onto commands, whatever their heads and dashes."""
    bare = {_bare(command) for command in commands}
    sums: Counter[tuple[str, int]] = Counter()
    for command in commands:
        for axis, low, high in _spans(command):
            sums[axis, low + high] += 1
    extents = {axis: [span for command in commands for name, *span in _spans(command) if name == axis] for axis in "xy"}
    for axis, spans in extents.items():
        sums[axis, min(low for low, _ in spans) + max(high for _, high in spans)] += 1
    found: list[tuple[int, Reflect]] = []
    for (axis, position), _ in sums.most_common(4 * most):
        reflection = Reflect("x" if axis == "x" else "y", position, ())
        held = sum(_bare(mirror(command, reflection)) in bare for command in bare)
        if 2 * held >= len(bare):
            found.append((held, reflection))
    found.sort(key=lambda pair: -pair[0])
    return [reflection for _, reflection in found[:most]]


def _spans(command: Command) -> tuple[tuple[str, int, int], ...]:
    match command:
        case Circle(x, y):
            return (("x", x, x), ("y", y, y))
        case Rectangle(x1, y1, x2, y2) | Line(x1, y1, x2, y2):
            return (("x", min(x1, x2), max(x1, x2)), ("y", min(y1, y2), max(y1, y2)))


def _bare(command: Command) -> Command:
    match command:
        case Circle():
            return Circle(command.x, command.y)
        case Rectangle():
            return Rectangle(command.x1, command.y1, command.x2, command.y2)
        case Line():
            return Line(command.x1, command.y1, command.x2, command.y2)


def _likened(commands: Sequence[Command]) -> Iterator[Command]:
    """Each line with head and dashes as other lines have them, and each circle with another's radius."""
    words = Counter((c.arrow, c.dashed) for c in commands if isinstance(c, Line))
    radii = Counter((c.rx, c.ry) for c in commands if isinstance(c, Circle))
    for command in commands:
        match command:
            case Line(x1, y1, x2, y2, arrow, dashed, bend):
                for a, d in words:
                    if (a, d) != (arrow, dashed):
                        yield replace(command, arrow=a, dashed=d, bend=bend if a else 0)
                        if a and not arrow:
                            yield Line(x2, y2, x1, y1, True, d)
                if arrow and not bend:
                    yield Line(x2, y2, x1, y1, True, dashed)
            case Circle(_, _, rx, ry):
                yield from (replace(command, rx=a, ry=b) for a, b in radii if (a, b) != (rx, ry))
            case Rectangle():
                pass


def _joined(commands: Sequence[Command]) -> Iterator[Line]:
    """Two lines in one direction that meet, or nearly do, as one: from the one's far end to the other's, with the heads of both."""
    lines = [command for command in commands if isinstance(command, Line) and not command.bend]
    for a, b in combinations(lines, 2):
        ends = [[(c.x1, c.y1), (c.x2, c.y2)] for c in (a, b)]
        first, *_, last = sorted({*ends[0], *ends[1]})
        gap = min(math.dist(p, q) for p in ends[0] for q in ends[1])
        # Only of two lines that follow each other in one direction is the whole as long as both and the gap.
        if gap <= _WIDEST_GAP and math.dist(first, last) > math.dist(*ends[0]) + math.dist(*ends[1]) + gap - 0.001:
            tips = {(c.x2, c.y2) for c in (a, b) if c.arrow}
            for dashed in {a.dashed, b.dashed}:
                if not tips & {first, last}:
                    yield Line(*first, *last, dashed=dashed)
                if last in tips:
                    yield Line(*first, *last, arrow=True, dashed=dashed)
                if first in tips:
                    yield Line(*last, *first, arrow=True, dashed=dashed)


def _snapped(commands: Sequence[Command]) -> Iterator[Line]:
    """Each line with one end a cell elsewhere, where that makes it like two other lines, whatever their heads and dashes."""
    lines = [command for command in commands if isinstance(command, Line) and not command.bend]
    often = {shape for shape, count in Counter(shape_of(line)[0] for line in lines).items() if count > 1}
    for line in lines:
        for dx, dy in _AROUND:
            for ended in (replace(line, x2=line.x2 + dx, y2=line.y2 + dy), replace(line, x1=line.x1 + dx, y1=line.y1 + dy)):
                if (ended.x1, ended.y1) != (ended.x2, ended.y2) and shape_of(ended)[0] in often - {shape_of(line)[0]}:
                    yield ended
