"""What motifs are made of: nodes, links in one style, random radii and loose commands; all in cells."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from derender.spec import Circle, Command, Line, Rectangle, Spec, bounding_box, moved

Motif = Callable[[np.random.Generator, int, int], list[Command]]
"""Draws within 0 … width, 0 … height cells."""

RADII: tuple[float, ...] = tuple(k / 2 for k in range(1, 17))
"""The circle radii that scenes use, in cells; radius 1 by far the most."""


def moved_all(commands: Sequence[Command], dx: int, dy: int) -> list[Command]:
    """`commands`, each moved by so many cells."""
    return list(moved(Spec(commands), dx, dy))


def pick(rng: np.random.Generator, low: int, high: int) -> int:
    """One of `low` … `high`, both included; `low` where there is nothing between."""
    return int(rng.integers(low, max(low, high) + 1))


def random_radius(rng: np.random.Generator, most: float = 3) -> float:
    """One of `RADII` up to `most`, 1 nearly always."""
    if rng.random() < 0.8:
        return 1.0
    return float(rng.choice([r for r in RADII if r <= max(0.5, most)]))


def node(x: int, y: int, half: int, kind: str) -> Command:
    """A circle around (x, y), or a square of twice `half`."""
    return Circle(x, y) if kind == "circle" else Rectangle(x - half, y - half, x + half, y + half)


def link_style(rng: np.random.Generator) -> tuple[bool, bool]:
    """Whether lines have heads, and whether they are dashed."""
    return bool(rng.random() < 0.6), bool(rng.random() < 0.12)


def directed(rng: np.random.Generator, x1: int, y1: int, x2: int, y2: int, style: tuple[bool, bool], flip: float = 0.0) -> Line:
    """A line in that style, with probability `flip` the other way round."""
    if rng.random() < flip:
        x1, y1, x2, y2 = x2, y2, x1, y1
    return Line(x1, y1, x2, y2, *style)


def loose(rng: np.random.Generator, width: int, height: int, count: int) -> list[Command]:
    """The paper's random scenes: commands at random places."""
    out: list[Command] = []
    kinds = rng.dirichlet([0.8, 0.8, 1.2])
    for _ in range(count):
        kind = int(rng.choice(3, p=kinds))
        if kind == 0:
            r = random_radius(rng, min(width, height) / 2)
            edge = math.ceil(r)
            if width >= 2 * edge and height >= 2 * edge:
                out.append(Circle(pick(rng, edge, width - edge), pick(rng, edge, height - edge), r, r))
        elif kind == 1:
            most = max(1, int(rng.integers(1, max(2, width))))
            w, h = pick(rng, 1, min(most, width)), pick(rng, 1, min(most, height))
            x, y = pick(rng, 0, width - w), pick(rng, 0, height - h)
            out.append(Rectangle(x, y, x + w, y + h))
        else:
            reach = int(rng.choice([2, 3, 5, 8, 16], p=[0.25, 0.3, 0.25, 0.12, 0.08]))
            x, y = pick(rng, 0, width), pick(rng, 0, height)
            dx, dy = pick(rng, -reach, reach), pick(rng, -reach, reach)
            axis = rng.random()
            dx, dy = (dx, 0) if axis < 0.3 else (0, dy) if axis < 0.6 else (dx, dy)
            if (dx, dy) != (0, 0):
                out.append(Line(x, y, x + dx, y + dy, *link_style(rng)))
    return both_ways(out) if rng.random() < 0.08 else out


def both_ways(commands: Sequence[Command]) -> list[Command]:
    """`commands`, every arrow that has room for it with a head at its other end, too: a second command."""
    back = [
        Line(c.x2, c.y2, c.x1, c.y1, True, c.dashed)
        for c in commands
        if isinstance(c, Line) and c.arrow and math.hypot(c.x2 - c.x1, c.y2 - c.y1) >= 2
    ]
    return [*commands, *back]


def within(c: Command, width: int, height: int) -> bool:
    """Whether a command lies within 0 … width, 0 … height cells."""
    x1, y1, x2, y2 = bounding_box(Spec([c]))
    return x1 >= 0 and y1 >= 0 and x2 <= width and y2 <= height


def near(a: Command, b: Command) -> bool:
    """Whether the boxes around two shapes come closer than a cell."""
    ax1, ay1, ax2, ay2 = bounding_box(Spec([a]))
    bx1, by1, bx2, by2 = bounding_box(Spec([b]))
    return ax1 < bx2 + 1 and bx1 < ax2 + 1 and ay1 < by2 + 1 and by1 < ay2 + 1
