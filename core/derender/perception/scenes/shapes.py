"""Motifs of closed shapes within or beside one another: nested boxes, cells, circles around others, outlines of lines."""

from __future__ import annotations

import math

import numpy as np

from derender.perception.scenes.parts import RADII, directed, link_style, loose, moved_all, pick
from derender.spec import Circle, Command, Line, Rectangle


def nested(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """Boxes within boxes, perhaps a circle in the innermost."""
    out: list[Command] = []
    x1, y1, x2, y2 = 0, 0, pick(rng, 2, width), pick(rng, 2, height)
    for _ in range(pick(rng, 1, 4)):
        if x2 - x1 < 1 or y2 - y1 < 1:
            break
        out.append(Rectangle(x1, y1, x2, y2))
        x1, y1, x2, y2 = x1 + pick(rng, 1, 2), y1 + pick(rng, 1, 2), x2 - pick(rng, 1, 2), y2 - pick(rng, 1, 2)
    if x2 - x1 >= 2 and y2 - y1 >= 2 and rng.random() < 0.6:
        out.append(Circle((x1 + x2) // 2, (y1 + y2) // 2))
    return out


def cells(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """Boxes side by side, sharing sides: arrays, tables, stacks; some filled with circles."""
    count, w, h = pick(rng, 2, 5), pick(rng, 1, 4), pick(rng, 1, 4)
    out: list[Command] = []
    for i in range(count):
        out.append(Rectangle(i * w, 0, (i + 1) * w, h))
        if w == h == 2 and rng.random() < 0.7:
            out.append(Circle(i * w + 1, 1))
    # A link at a shared side could as well go on along it, through a box as wide as both.
    if w > 1 and rng.random() < 0.4:
        gap, style = pick(rng, 1, 3), link_style(rng)
        for i in range(count):
            if rng.random() < 0.8:
                x = i * w + w // 2
                out.append(directed(rng, x, h, x, h + gap, style, 0.1))
    return out


def enclosed(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """A large circle around others: targets, sets, states."""
    r = float(rng.choice([r for r in RADII if 1 < r <= max(1.5, min(width, height, 16) / 2)]))
    x, y = math.ceil(r), math.ceil(r)
    out: list[Command] = [Circle(x, y, r, r)]
    inner = r - 0.5 * pick(rng, 2, 4)
    while inner >= 0.5 and rng.random() < 0.5:
        out.append(Circle(x, y, inner, inner))
        inner -= 0.5 * pick(rng, 2, 4)
    reach = int(r / 1.5)
    if reach >= 2 and rng.random() < 0.7:
        out.extend(moved_all(loose(rng, reach, reach, pick(rng, 1, 4)), x - reach // 2, y - reach // 2))
    if rng.random() < 0.4:
        out.append(Line(x + int(r), y, x + int(r) + pick(rng, 1, 4), y, *link_style(rng)))
    return out


_OUTLINES = ((True, True, True, True), (True, False, True, False), (False, True, False, True), (True, True, False, False))
"""Which sides of a box are dashed: bottom, right, top, left."""


def outline(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """A box of four lines of which some are dashed, so that it is no rectangle; something inside."""
    w, h = pick(rng, 2, width), pick(rng, 2, height)
    pattern = rng.permutation([True] * pick(rng, 1, 3) + [False] * 3)[:4].tolist() if rng.random() < 0.5 else _OUTLINES[pick(rng, 0, 3)]
    sides = [(0, 0, w, 0), (w, 0, w, h), (0, h, w, h), (0, 0, 0, h)]
    out: list[Command] = [Line(*side, False, dashed) for side, dashed in zip(sides, pattern, strict=True)]
    if w >= 4 and h >= 4 and rng.random() < 0.7:
        out.extend(moved_all(loose(rng, w - 2, h - 2, pick(rng, 1, 4)), 1, 1))
    return out


def polygon(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """Diamonds, triangles and random corners joined by lines, closed or open."""
    closed, dashed, mixed = rng.random() < 0.7, rng.random() < 0.1, rng.random() < 0.15
    shape = rng.random()
    w, h = pick(rng, 1, min(5, width // 2)), pick(rng, 1, min(5, height // 2))
    if shape < 0.3:
        corners = [(w, 0), (2 * w, h), (w, 2 * h), (0, h)]
    elif shape < 0.5:
        corners = [(0, 0), (2 * w, 0), (w, h)]
    elif shape < 0.65:
        corners = [(0, 0), (w, 0), (w, h), (0, h)][: pick(rng, 3, 4)]
        closed = False
    else:
        corners = [(pick(rng, 0, width), pick(rng, 0, height)) for _ in range(pick(rng, 3, 6))]
    pairs = list(zip(corners, corners[1:] + corners[:1] if closed else corners[1:], strict=False))
    arrow = rng.random() < 0.3
    out: list[Command] = []
    for k, ((x1, y1), (x2, y2)) in enumerate(pairs):
        last = k == len(pairs) - 1
        dashes = bool(rng.random() < 0.4) if mixed else dashed
        out += [Line(x1, y1, x2, y2, arrow and (last or closed), dashes)] if (x1, y1) != (x2, y2) else []
    return out
