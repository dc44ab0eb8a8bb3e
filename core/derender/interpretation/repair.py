"""Neighbours of a spec that its regularity suggests: patterns completed, ends snapped, pattern breakers dropped.

Repetitions and reflections that hold for several commands of a spec are applied to all of them. Where an image is missing, the spec
with the image is a neighbour; what cannot stand beside the image (the same stroke with another head, a stroke that ends a cell off,
the two halves of a line with a gap) makes room for it. Whether a neighbour is any better is not asked here: picture and program decide.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from derender.interpretation.evidence import Observation
from derender.language.execute import mirror
from derender.language.program import Reflect
from derender.perception.legibility import clash
from derender.spec import Circle, Command, Line, Rectangle, Spec, bounding_box, moved

Step = tuple[int, int]

_WIDEST_GAP = 1.5
"""Cells between two strokes that may be one."""


@dataclass(frozen=True, slots=True)
class RepairSettings:
    """How far to look."""

    repetitions: int = 24
    """Repetitions (steps) that are tried, the most frequent first."""
    reflections: int = 4
    """Axes that are tried."""
    images: int = 200
    """Images that are looked at, the most suggested first."""
    dropped: int = 16
    """Neighbours in which something is missing."""
    most_commands: int = 80
    """Larger specs have no neighbours: there are too many pairs."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A spec that differs from another one in a place, and how many commands of that suggest it."""

    spec: Spec
    votes: int


def neighbours(spec: Spec, settings: RepairSettings = RepairSettings()) -> tuple[Neighbour, ...]:
    """Neighbours of `spec`, each spec once: with something replaced, added, dropped, the most suggested first."""
    if not 2 <= len(spec) <= settings.most_commands:
        return ()
    x1, y1, x2, y2 = bounding_box(spec)
    votes = Counter(_images(spec, settings))
    found: Counter[Spec] = Counter()
    for image, count in votes.most_common():
        left, bottom, right, top = bounding_box(Spec((image,)))
        # Beyond the drawing there is no ink that an image could explain.
        if left < x1 - 1 or bottom < y1 - 1 or right > x2 + 1 or top > y2 + 1:
            continue
        rivals = _rivals(spec, image)
        # All rivals make room, or one of several, where the others may stand beside the image.
        for gone in (rivals, *([rival] for rival in rivals if len(rivals) > 1)):
            rest = [c for c in spec if c not in gone]
            if _is_legible(image, rest):
                found[Spec([*rest, image])] += count
        if len(found) >= settings.images:
            break
    for command in _breakers(spec)[: settings.dropped]:
        found.setdefault(Spec(c for c in spec if c != command), 0)
    return tuple(Neighbour(neighbour, count) for neighbour, count in found.items() if neighbour != spec)


def sift(spec: Spec, observation: Observation, settings: RepairSettings, most: int) -> list[Neighbour]:
    """The `most` most promising neighbours by a quick look at the picture."""
    near = [n for n in neighbours(spec, settings) if n.spec.commands]
    if not near:
        return []
    own, *others = observation.estimate([spec, *(n.spec for n in near)])
    ordered = sorted(zip(near, others, strict=True), key=lambda pair: -promise(pair[1] - own, pair[0].votes))
    return [neighbour for neighbour, _ in ordered[:most]]


def together(spec: Spec, near: Sequence[Neighbour]) -> list[Neighbour]:
    """Neighbours of `spec` two at a time, where what they change does not concern each other."""
    found = []
    for a, b in combinations(near, 2):
        gone, come = (spec - a.spec) | (spec - b.spec), (a.spec - spec) | (b.spec - spec)
        apart = not set(spec - a.spec) & set(spec - b.spec)
        if apart and not any(clash(c, d, touching=True) or near_each_other(c, d) for c in a.spec - spec for d in b.spec - spec):
            found.append(Neighbour((spec - gone) | come, a.votes + b.votes))
    return found


def promise(gain: float, votes: int) -> float:
    """What a neighbour is tried by before its program is known: evidence gained, and a little for what suggests it."""
    return gain + min(votes, 8) / 2


def _images(spec: Spec, settings: RepairSettings) -> Iterator[Command]:
    """Images of commands under the spec's own repetitions and reflections that are not there, once for each that suggests them."""
    commands, present = tuple(spec), set(spec)
    for dx, dy in _steps(commands, settings.repetitions):
        yield from (image for image in moved(spec, dx, dy) if image not in present)
    for reflection in _axes(commands, settings.reflections):
        images = (mirror(command, reflection) for command in commands)
        yield from (image for image in images if image not in present)
    yield from _likened(commands)
    yield from _joined(commands)


def _steps(commands: Sequence[Command], most: int) -> list[Step]:
    """Steps by which several commands are repeated, whatever their heads and dashes."""
    places: defaultdict[tuple[object, ...], list[tuple[int, int]]] = defaultdict(list)
    for command in commands:
        shape, place = _shape(command)
        places[shape].append(place)
    counted = Counter(
        (bx - ax, by - ay) for found in places.values() for ax, ay in set(found) for bx, by in set(found) if (ax, ay) != (bx, by)
    )
    return [step for step, count in counted.most_common(most) if count > 1]


def _shape(command: Command) -> tuple[tuple[object, ...], tuple[int, int]]:
    """What of a command does not change when it moves, heads and dashes left out; and where it is."""
    match command:
        case Circle(x, y):
            return ("circle",), (x, y)
        case Rectangle(x1, y1, x2, y2):
            return ("rectangle", x2 - x1, y2 - y1), (x1, y1)
        case Line(x1, y1, x2, y2):
            (ax, ay), (bx, by) = sorted(((x1, y1), (x2, y2)))
            return ("line", bx - ax, by - ay), (ax, ay)


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


def _is_legible(image: Command, rest: Sequence[Command]) -> bool:
    """Whether the image can be told apart from the rest once drawn: two lines that continue each other are one."""
    return not any(clash(image, command, touching=True) for command in rest)


def _rivals(spec: Spec, image: Command) -> list[Command]:
    """Commands that cannot stand beside the image, or would be it if they lay a cell elsewhere."""
    return [command for command in spec if clash(command, image) or near_each_other(command, image)]


def near_each_other(a: Command, b: Command) -> bool:
    """Whether two commands of one sort have each key point within a cell of the other's; heads and dashes aside."""
    match a, b:
        case Circle(), Circle():
            return max(abs(a.x - b.x), abs(a.y - b.y)) <= 1
        case Rectangle(), Rectangle():
            return max(abs(a.x1 - b.x1), abs(a.y1 - b.y1), abs(a.x2 - b.x2), abs(a.y2 - b.y2)) <= 1
        case Line(), Line():
            forth = max(abs(a.x1 - b.x1), abs(a.y1 - b.y1), abs(a.x2 - b.x2), abs(a.y2 - b.y2))
            back = max(abs(a.x1 - b.x2), abs(a.y1 - b.y2), abs(a.x2 - b.x1), abs(a.y2 - b.y1))
            return min(forth, back) <= 1
        case _:
            return False


def _breakers(spec: Spec) -> list[Command]:
    """The commands, those that few others resemble first."""
    shapes = Counter(_shape(command)[0] for command in spec)
    return sorted(spec, key=lambda command: shapes[_shape(command)[0]])
