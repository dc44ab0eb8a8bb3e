"""Which shapes of a diagram are joined, and along which ways: straight, with elbows, curved, around others; some share a trunk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from derender.photographs.pen_strokes import Box, Points, middle_of
from derender.photographs.polylines import length, parts
from derender.rendering.strokes import cubic

Place = tuple[int, int]
"""Column and row of a shape."""

_MARGIN = 0.25
"""Of a shape's height: so far a leg leads beyond the shape that it passes by."""

_NEXT, _PARTING, _SLANTED = 0.75, 0.8, 0.12
"""How often neighbours in a row or column are joined, those of which one stands alone in its column, and those across or farther away."""

_FARTHEST = 3
"""Places from a shape to the next one of its row or column that it is joined to."""

_BRANCHING = 0.5
"""How often those across are joined in half of all diagrams."""

_FROM_CORNER = 0.8
"""Of ways from a small shape to a large one with one elbow: so many leave it upwards or downwards, and as many arrive so the other way
round, as sides of a diamond are where the ways part."""

_AROUND, _FARTHEST_AROUND, _BACK = 0.5, 4, 0.75
"""How often a shape of a person who does so is joined to another one of its row or column by a way around what lies between, as loops lead
back; no farther than so many places away; and how many of these ways lead to what comes earlier."""

_BESIDE = (0.3, 2.4)
"""Of a shape's height: how far beside both shapes a way around leads."""

_CLEAR = 2.0
"""Pixels between a way around others and the canvas's border."""

_ARCS, _ARC_POINTS = 0.3, 30
"""Part of people whose ways around others are arcs, and their points."""

_SHORTEST = 5.0
"""Pixels: what would be drawn of a link beside a shape that was struck out on its way is no shorter."""


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow along a polyline (N, 2) from one outline to another; a curved one has many points and means the way between its ends, unless
    it is an arc or returns.

    What parts from another link is drawn from its corner `parts` on, what ends in another one up to its corner `meets` and has no head.
    Where a shape was struck out on its way it is drawn as far as that one's box, `over`, and on from there.
    """

    path: Points
    curved: bool = False
    parts: int = 0
    meets: int | None = None
    over: Box | None = None
    returns: bool = False
    """Whether it leads from a shape back to the same one."""
    is_arc: bool = False
    """Whether it leads around others in an arc, far from the line between its ends."""

    def drawn(self, path: Points) -> tuple[Points, ...]:
        """The parts of the path, or of another one with as many corners, that are drawn for this link itself."""
        own = path[self.parts : None if self.meets is None else self.meets + 1]
        if self.over is None:
            return (own,)
        return tuple(part for part in parts(own, self.over, inside=False) if length(part) >= _SHORTEST)


@dataclass(frozen=True, slots=True)
class Habits:
    """How one person joins shapes: how often by an elbow where one is possible, how often shapes that are no neighbours, how often ways
    that leave or arrive at one side share a trunk, how often a way leads around others, and whether it does so in an arc."""

    elbows: float
    across: float
    trunks: float
    around: float
    arcs: bool


def sample_habits(rng: np.random.Generator) -> Habits:
    """A person's habits at random."""
    # The other habits do not depend on this one.
    (arcs,) = rng.spawn(1)
    return Habits(
        float(rng.choice([0.1, 0.95])),
        _BRANCHING if rng.random() < 0.5 else _SLANTED,
        float(rng.choice([0.0, 0.9])),
        _AROUND if rng.random() < 0.5 else 0.0,
        bool(arcs.random() < _ARCS),
    )


def random_links(
    rng: np.random.Generator, placed: Mapping[Place, Box], others: Sequence[Box], height: float, canvas: tuple[int, int]
) -> tuple[Link, ...]:
    """Links between shapes in their boxes on a canvas (height, width); none leads through another shape or one of the `others`."""
    routes = _Routes(placed, others, height, canvas, sample_habits(rng))
    for first, second in _pairs(rng, placed, routes.habits):
        routes.join(rng, first, second)
    for first, second in _loops(rng, placed, routes.habits):
        routes.lead_around(rng, first, second)
    return tuple(routes.links)


def _pairs(rng: np.random.Generator, placed: Mapping[Place, Box], habits: Habits) -> Iterator[tuple[Place, Place]]:
    """Which shapes are joined, six of seven onwards to the right or downwards."""
    in_column = Counter(column for column, _ in placed)
    for i, j in placed:
        onwards = [p for step in ((1, 0), (0, 1)) if (p := _next(placed, (i, j), step)) is not None]
        across = [(i + 1, j + rows) for rows in (1, -1, 2, -2, 3, -3)]
        for other in dict.fromkeys([*onwards, *across, (i + 2, j)]):
            # Alone in its column a shape is where ways part or come together.
            parting = other[0] == i + 1 and (in_column[i] == 1) != (in_column[i + 1] == 1)
            often = _NEXT if other in onwards else _PARTING if parting else habits.across if other in across[:2] else habits.across / 2
            if other in placed and rng.random() < often:
                yield ((i, j), other) if rng.random() < 0.85 else (other, (i, j))


def _loops(rng: np.random.Generator, placed: Mapping[Place, Box], habits: Habits) -> Iterator[tuple[Place, Place]]:
    """Which shapes of a row or a column are joined around others."""
    for i, j in placed:
        later = [(i, j + n) for n in range(1, _FARTHEST_AROUND + 1)] + [(i + n, j) for n in range(1, _FARTHEST_AROUND + 1)]
        there = [place for place in later if place in placed]
        if there and rng.random() < habits.around:
            other = there[int(rng.integers(len(there)))]
            yield (other, (i, j)) if rng.random() < _BACK else ((i, j), other)


def _next(placed: Mapping[Place, Box], place: Place, step: tuple[int, int]) -> Place | None:
    """The nearest shape in a direction, no more than `_FARTHEST` places away."""
    places = ((place[0] + n * step[0], place[1] + n * step[1]) for n in range(1, _FARTHEST + 1))
    return next((p for p in places if p in placed), None)


class _Side(NamedTuple):
    """The upper or lower side of a shape by which elbows lead out of it, or (not `outwards`) into it."""

    shape: Place
    outwards: bool
    below: bool


class _Trunk(NamedTuple):
    """What is drawn upright from a side on, at `x` as far as `y`."""

    side: _Side
    x: float
    y: float


@dataclass(slots=True)
class _Routes:
    """The links so far and their trunks."""

    placed: Mapping[Place, Box]
    others: Sequence[Box]
    height: float
    canvas: tuple[int, int]
    habits: Habits
    links: list[Link] = field(default_factory=list)
    trunks: dict[_Side, _Trunk] = field(default_factory=dict)

    def join(self, rng: np.random.Generator, first: Place, second: Place) -> None:
        """Add a link from the first shape to the second, if one finds a free way."""
        a, b = self.placed[first], self.placed[second]
        upright = rng.random() < (_FROM_CORNER if _size(a) < _size(b) else 1 - _FROM_CORNER if _size(a) > _size(b) else 0.5)
        for way in (upright, not upright) if rng.random() < self.habits.elbows else ():
            found = self._elbow(rng, first, second, upright=way) if self._apart(a, b, way) else None
            if found is not None and not self._hits(found[0], first, second):
                link, trunk = found
                self.links.append(link)
                self.trunks[trunk.side] = trunk
                return
        link = _plain(rng, a, b)
        if not self._hits(link, first, second):
            self.links.append(link)

    def lead_around(self, rng: np.random.Generator, first: Place, second: Place) -> None:
        """Add a link out of one side of the first shape and into the same side of the second, of its row or column, if one finds a free
        way."""
        a, b = (np.array(self.placed[place]).reshape(2, 2) for place in (first, second))
        # Along the row or column, and across it, to one side (0 left or above, 1 right or below).
        along = 1 if first[0] == second[0] else 0
        for side in rng.permutation(2).tolist():
            ends = np.empty((2, 2))
            for k, box in enumerate((a, b)):
                ends[k, along] = box[:, along].mean() + rng.normal(0, 0.08) * np.ptp(box[:, along])
                ends[k, 1 - along] = box[side, 1 - along]
            corners, across = ends.copy(), ends[:, 1 - along]
            room = across.min() if side == 0 else self.canvas[along] - across.max()
            least, most = (self.height * part for part in _BESIDE)
            away = rng.uniform(least, float(np.clip(room - _CLEAR, least, most)))
            corners[:, 1 - along] = across.min() - away if side == 0 else across.max() + away
            link = _arc(ends, corners) if self.habits.arcs else Link(np.array([ends[0], corners[0], corners[1], ends[1]]))
            on_canvas = ((link.path > _CLEAR) & (link.path < np.array(self.canvas[::-1]) - _CLEAR)).all()
            if on_canvas and not self._hits(link, first, second):
                self.links.append(link)
                return

    def _apart(self, a: Box, b: Box, upright: bool) -> bool:
        """Whether one elbow joins two shapes, out of the first one's top or bottom or (not `upright`) into the second's."""
        if not upright:
            a, b = b, a
        (ax, _), (_, by) = middle_of(a), middle_of(b)
        margin = _MARGIN * self.height
        return not (a[1] - margin < by < a[3] + margin) and not (b[0] - margin < ax < b[2] + margin)

    def _elbow(self, rng: np.random.Generator, first: Place, second: Place, *, upright: bool) -> tuple[Link, _Trunk] | None:
        """The way of one elbow with its trunk, told from the end at the trunk."""
        near, far = (first, second) if upright else (second, first)
        a, b = self.placed[near], self.placed[far]
        (ax, ay), (bx, by) = middle_of(a), middle_of(b)
        side = _Side(near, upright, below=by > ay)
        trunk = self.trunks.get(side)
        if trunk is not None and rng.random() > self.habits.trunks:
            return None
        x = ax + float(rng.normal(0, 0.06)) * (a[2] - a[0]) if trunk is None else trunk.x
        y = by + float(rng.normal(0, 0.1)) * (b[3] - b[1])
        root, corner, end = (x, a[3] if side.below else a[1]), (x, y), (b[0] if bx > x else b[2], y)
        farther = trunk is None or abs(y - root[1]) > abs(trunk.y - root[1])
        # Where the other way turned off, this one parts from it; before that where it turns earlier itself.
        path = np.array([root, corner, end] if trunk is None or not farther else [root, (x, trunk.y), corner, end])
        shared = 0 if trunk is None else 1
        kept = _Trunk(side, x, y) if trunk is None or farther else trunk
        if upright:
            return Link(path, parts=shared), kept
        return Link(path[::-1].copy(), meets=len(path) - 2 if shared else None), kept

    def _hits(self, link: Link, *ends: Place) -> bool:
        """Whether a link leads through another shape."""
        points = np.concatenate([np.linspace(p, q, max(2, int(np.hypot(*(q - p)) / 4))) for p, q in pairwise(link.path)])
        beside = *self.others, *(box for place, box in self.placed.items() if place not in ends)
        return any(bool(((points >= (box[0] - 2, box[1] - 2)) & (points <= (box[2] + 2, box[3] + 2))).all(1).any()) for box in beside)


def _plain(rng: np.random.Generator, a: Box, b: Box) -> Link:
    """From an outline of `a` to an outline of `b` that face each other: straight, with two elbows, or curved."""
    (ax, ay), (bx, by) = middle_of(a), middle_of(b)
    across = abs(bx - ax) > abs(by - ay)
    if across:
        start, end = (a[2] if bx > ax else a[0], ay), (b[0] if bx > ax else b[2], by)
    else:
        start, end = (ax, a[3] if by > ay else a[1]), (bx, b[1] if by > ay else b[3])
    offset = rng.normal(0, 0.02, (2, 2)) * (abs(bx - ax) + abs(by - ay))
    p, q = np.array(start) + offset[0], np.array(end) + offset[1]
    style = rng.random()
    if style < 0.6:
        return Link(np.array([p, q]))
    if style < 0.85:
        share = rng.uniform(0.3, 0.7)
        if across:
            x = p[0] + (q[0] - p[0]) * share
            return Link(np.array([p, (x, p[1]), (x, q[1]), q]))
        y = p[1] + (q[1] - p[1]) * share
        return Link(np.array([p, (p[0], y), (q[0], y), q]))
    t = np.linspace(0, 1, 20)[:, None]
    normal = np.array([-(q - p)[1], (q - p)[0]]) * rng.normal(0, 0.2)
    return Link(np.asarray(p + t * (q - p) + 4 * t * (1 - t) * normal), curved=True)


def _arc(ends: Points, corners: Points) -> Link:
    """From one end (2, 2) to the other in an arc that leads as far out as these corners (2, 2) lie."""
    handles = ends + (corners - ends) / 0.75  # a cubic curve leads out by three quarters of its handles
    return Link(cubic(np.stack([ends[0], *handles, ends[1]]), _ARC_POINTS), curved=True, is_arc=True)


def _size(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
