"""Motifs of strokes: stairs, lines that end on lines, that cross, that meet at one tip or follow one another."""

from __future__ import annotations

import math

import numpy as np

from derender.perception.scenes.parts import directed, link_style, pick
from derender.spec import Circle, Command, Line, Rectangle


def stairs(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """Repeated strokes: parallel, growing, stepping."""
    count, step_x, step_y = pick(rng, 2, 6), pick(rng, 0, 3), pick(rng, 0, 3)
    if step_x == step_y == 0:
        step_x = 1
    grow = pick(rng, -1, 2)
    style = link_style(rng)
    dx, dy = pick(rng, -3, 5), pick(rng, -3, 5)
    if dx == dy == 0:
        dx = 2
    both = rng.random() < 0.3
    kind = str(rng.choice(["line", "line", "rectangle", "circle"]))
    out: list[Command] = []
    for i in range(count):
        x, y = i * step_x, i * step_y
        ex, ey = x + dx + grow * i * (dx != 0), y + dy + grow * i * (dy != 0)
        if kind == "circle":
            out.append(Circle(x, y))
            if both and (step_x > 2 or step_y > 2) and i + 1 < count:
                out.append(
                    Line(
                        x + min(1, step_x),
                        y + (1 if step_x == 0 else 0),
                        (i + 1) * step_x - (1 if step_x else 0),
                        (i + 1) * step_y - (0 if step_x else 1),
                        *style,
                    )
                )
        elif kind == "rectangle":
            if ex != x and ey != y:
                out.append(Rectangle(x, y, ex, ey))
        else:
            if (ex, ey) != (x, y):
                out.append(Line(x, y, ex, ey, *style))
            if both and ey != y:
                out.append(Line(x, y, x + max(1, abs(dy)), y, style[0], False))
    return out


def junctions(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """Lines that end on other lines, arrows that start or end there, elbows."""
    length = pick(rng, 3, width)
    y = pick(rng, 1, height - 1)
    base = Line(0, y, length, y, *link_style(rng))
    out: list[Command] = [base]
    for x in rng.permutation(np.arange(1, length))[: pick(rng, 1, 4)].tolist():
        other = (x + pick(rng, -2, 2), pick(rng, 0, height))
        if other[1] == y:
            continue
        ends = (x, y, *other) if rng.random() < 0.5 else (*other, x, y)
        out.append(Line(*ends, *link_style(rng)))
        if rng.random() < 0.3:
            out.append(Line(other[0], other[1], other[0] + pick(rng, 1, 3), other[1], *link_style(rng)))
    if rng.random() < 0.4:
        tip = (base.x2, base.y2)
        steps = [(pick(rng, -3, 3), int(rng.choice([-3, -2, -1, 1, 2, 3]))) for _ in range(pick(rng, 1, 2))]
        out.extend(Line(*tip, tip[0] + dx, tip[1] + dy) for dx, dy in steps)
    return out


def crossings(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """Long lines that cross one another and go on: each is one line, however many meet it on the way."""
    out: list[Command] = []
    style = link_style(rng)
    for _ in range(pick(rng, 2, 6)):
        (x1, x2), (y1, y2) = ((pick(rng, 0, side), pick(rng, 0, side)) for side in (width, height))
        straight = rng.random()
        if straight < 0.6:
            x1, y1, x2, y2 = (0, y1, width - pick(rng, 0, 2), y1) if straight < 0.3 else (x1, 0, x1, height - pick(rng, 0, 2))
        if math.hypot(x2 - x1, y2 - y1) >= 3:
            out.append(directed(rng, x1, y1, x2, y2, style if rng.random() < 0.7 else link_style(rng), 0.2))
    return out


def tips(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """Several strokes that meet at one point, each in its own style: plain lines that end on another arrow's tip."""
    x, y = pick(rng, 2, width - 2), pick(rng, 2, height - 2)
    out: list[Command] = []
    for _ in range(pick(rng, 2, 5)):
        reach = pick(rng, 2, 6)
        dx, dy = pick(rng, -reach, reach), pick(rng, -reach, reach)
        if rng.random() < 0.4:
            dx, dy = (dx, 0) if rng.random() < 0.5 else (0, dy)
        if (dx, dy) != (0, 0):
            arrow, dashed = rng.random() < 0.5, rng.random() < 0.15
            ends = (x + dx, y + dy, x, y) if rng.random() < 0.8 else (x, y, x + dx, y + dy)
            out.append(Line(*ends, bool(arrow), bool(dashed)))
    return out


def pieces(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """Strokes one after another along one straight line, in several styles; others that begin where they meet."""
    dx, dy = ((1, 0), (1, 0), (1, 1), (2, 1))[pick(rng, 0, 3)]
    x, y, out = 0, pick(rng, 0, height), list[Command]()
    while x < width and len(out) < 8:
        steps = pick(rng, 1, 4)
        style = (bool(rng.random() < 0.5), bool(rng.random() < 0.3))
        if rng.random() < 0.3:
            out.append(Line(x, y, x + pick(rng, -2, 2), y + (1 if rng.random() < 0.5 else -1) * pick(rng, 1, 4), bool(rng.random() < 0.6)))
        out.append(directed(rng, x, y, x + steps * dx, y + steps * dy, style, 0.3))
        x, y = x + steps * dx, y + steps * dy
        if rng.random() < 0.2:
            x, y = x + dx, y + dy
    return out
