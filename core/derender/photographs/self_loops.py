"""Arrows from a shape back to itself, as state machines have them: round like a drop, or out, along and back at right angles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from derender.photographs.pen_strokes import Box, Kind, Points, middle_of
from derender.photographs.routes import Link
from derender.rendering.strokes import cubic

_PEOPLE, _OFTEN = 0.3, (0.25, 0.9)
"""Part of people who draw any, and how many of their shapes have one."""

_ROUND = 0.8
"""Part of loops that are round; those of boxes are angled more often, those of circles never."""

_HIGH, _WIDE = (0.35, 1.1), (0.3, 0.75)
"""Of a shape's shorter side: how far a loop leads out, and how far its ends are apart."""

_BULGING = (0.8, 1.7)
"""How much wider than its ends' distance the middle of a round loop is, about."""

_SIDES = ((0, -1), (0, -1), (0, -1), (1, 0), (0, 1), (-1, 0))
"""Directions in which loops lead: most upwards."""

_ROOM = 0.12
"""Of a shape's shorter side: between a loop and what else is drawn."""

_POINTS = 24

_WITH_ENDS: tuple[Kind, ...] = ("box", "rounded", "circle", "ellipse", "diamond")


def sample_often(rng: np.random.Generator) -> float:
    """How many of a person's shapes have an arrow back to themselves; for most people none."""
    return float(rng.uniform(*_OFTEN)) if rng.random() < _PEOPLE else 0.0


def random_self_loops(
    rng: np.random.Generator,
    shapes: Sequence[tuple[Kind, Box]],
    others: Sequence[Box],
    links: Sequence[Link],
    canvas: tuple[int, int],
    often: float,
) -> tuple[Link, ...]:
    """Links from so many shapes back to themselves, where there is room, on a canvas (height, width); none touches another shape, one of
    the `others`, or one of the links."""
    out = list[Link]()
    for number, (kind, box) in enumerate(shapes):
        if kind not in _WITH_ENDS or rng.random() >= often:
            continue
        found = _loop(rng, kind, box)
        beside = *others, *(other for k, (_, other) in enumerate(shapes) if k != number)
        room = _ROOM * min(box[2] - box[0], box[3] - box[1])
        low, high = found.path.min(0) - room, found.path.max(0) + room
        on_canvas = bool((low > 2).all() and (high < np.array(canvas[::-1]) - 2).all())
        if on_canvas and not any(_meet(low, high, other) for other in beside) and not _crossed(low, high, box, [*links, *out]):
            out.append(found)
    return tuple(out)


def _loop(rng: np.random.Generator, kind: Kind, box: Box) -> Link:
    """A loop at one side of a shape."""
    across, down = box[2] - box[0], box[3] - box[1]
    outwards = np.array(_SIDES[int(rng.integers(len(_SIDES)))], dtype=np.float64)
    along = np.array([-outwards[1], outwards[0]]) * rng.choice([-1, 1])
    side = down if outwards[0] else across
    wide, high = (min(across, down) * rng.uniform(*part) for part in (_WIDE, _HIGH))
    middle = rng.normal(0, 0.08) * side
    ends = np.stack([_on_outline(kind, box, outwards, along * (middle + sign * wide / 2)) for sign in (-1, 1)])
    if kind != "circle" and rng.random() >= _ROUND:
        return Link(np.stack([ends[0], *(end + outwards * (high - (end - ends[0]) @ outwards) for end in ends), ends[1]]), returns=True)
    # A cubic curve whose handles lean apart: it leads out by three quarters of their length.
    lean = along * (rng.uniform(*_BULGING) - 1) * wide
    handles = [end + outwards * high / 0.75 + sign * lean for end, sign in zip(ends, (-1, 1), strict=True)]
    return Link(cubic(np.stack([ends[0], *handles, ends[1]]), _POINTS), curved=True, returns=True)


def _on_outline(kind: Kind, box: Box, outwards: Points, beside: Points) -> Points:
    """Where an outline is met from its middle, so far beside that, in a direction along an axis."""
    half = np.array([box[2] - box[0], box[3] - box[1]]) / 2
    part = min(0.9, float(np.hypot(*(beside / half))))
    match kind:
        case "circle" | "ellipse":
            reach = math.sqrt(1 - part**2)
        case "diamond":
            reach = 1 - part
        case _:
            reach = 1.0
    return np.asarray(middle_of(box) + beside * part / max(1e-9, float(np.hypot(*(beside / half)))) + outwards * half * reach)


def _meet(low: Points, high: Points, box: Box) -> bool:
    return bool((low < box[2:]).all() and (high > box[:2]).all())


def _crossed(low: Points, high: Points, box: Box, links: Sequence[Link]) -> bool:
    """Whether a link leads through what lies from `low` to `high`, but for the shape itself."""
    for link in links:
        points = np.concatenate([np.linspace(p, q, max(2, int(np.hypot(*(q - p)) / 3))) for p, q in pairwise(link.path)])
        within = ((points >= low) & (points <= high)).all(1) & ~((points > box[:2]) & (points < box[2:])).all(1)
        if within.any():
            return True
    return False
