"""Neighbours of a spec that its regularity suggests: patterns completed, ends snapped, pattern breakers dropped.

Repetitions and reflections that hold for several commands of a spec are applied to all of them. Where an image is missing, the spec
with the image is a neighbour; what cannot stand beside the image (the same stroke with another head, a stroke that ends a cell off,
the two halves of a line with a gap) makes room for it. Whether a neighbour is any better is not asked here: picture and program decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from derender.interpretation.evidence import Observation
from derender.interpretation.regularity import images, likened_together, shape_of
from derender.interpretation.slips import SELDOM, SlipOdds, Slips, slips_between
from derender.perception.legibility import clash
from derender.spec import Circle, Command, Line, Rectangle, Spec, bounding_box


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
    slips: SlipOdds = SELDOM
    """How unlikely slips of the pen are when neighbours are chosen."""
    most_commands: int = 80
    """Larger specs have no neighbours: there are too many pairs."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A spec that differs from another one in a place, how many commands of that suggest it, and the slips by which the other would
    have been drawn in its stead, if slips are all that lies between the two."""

    spec: Spec
    votes: int
    slips: Slips | None = None

    def hope(self, evidence: float, odds: SlipOdds) -> float:
        """What may speak for the neighbour against the other spec: so much evidence, or the slips."""
        return evidence if self.slips is None else max(evidence, odds.of(self.slips, -evidence))


def neighbours(spec: Spec, settings: RepairSettings = RepairSettings()) -> tuple[Neighbour, ...]:
    """Neighbours of `spec`, each spec once: with something replaced, added, dropped, the most suggested first."""
    if not 2 <= len(spec) <= settings.most_commands:
        return ()
    x1, y1, x2, y2 = bounding_box(spec)
    votes = Counter(images(spec, settings.repetitions, settings.reflections))
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
    for alike, count in likened_together(spec):
        found[alike] += count
    for command in _breakers(spec)[: settings.dropped]:
        found.setdefault(Spec(c for c in spec if c != command), 0)
    drawn = frozenset(spec)
    return tuple(Neighbour(n, count, slips_between(frozenset(n), drawn)) for n, count in found.items() if n != spec)


def sift(spec: Spec, observation: Observation, settings: RepairSettings, most: int) -> list[Neighbour]:
    """The `most` most promising neighbours by a quick look at the picture."""
    near = [n for n in neighbours(spec, settings) if n.spec.commands]
    if not near:
        return []
    own, *others = observation.estimate([spec, *(n.spec for n in near)])
    ordered = sorted(zip(near, others, strict=True), key=lambda pair: -promise(pair[0].hope(pair[1] - own, settings.slips), pair[0].votes))
    return [neighbour for neighbour, _ in ordered[:most]]


def together(spec: Spec, near: Sequence[Neighbour]) -> list[Neighbour]:
    """Neighbours of `spec` two at a time, where what they change does not concern each other."""
    found = []
    for a, b in combinations(near, 2):
        gone, come = (spec - a.spec) | (spec - b.spec), (a.spec - spec) | (b.spec - spec)
        apart = not set(spec - a.spec) & set(spec - b.spec)
        if apart and not any(clash(c, d, touching=True) or near_each_other(c, d) for c in a.spec - spec for d in b.spec - spec):
            both = (spec - gone) | come
            found.append(Neighbour(both, a.votes + b.votes, slips_between(frozenset(both), frozenset(spec))))
    return found


def promise(gain: float, votes: int) -> float:
    """What a neighbour is tried by before its program is known: evidence gained, and a little for what suggests it."""
    return gain + min(votes, 8) / 2


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
    shapes = Counter(shape_of(command)[0] for command in spec)
    return sorted(spec, key=lambda command: shapes[shape_of(command)[0]])
