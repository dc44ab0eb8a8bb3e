"""Scenes to train on: the paper's random scenes and the structures that figures are made of.

`random_scene` composes one to three motifs (grids, trees, chains, nested boxes, layers, plates, stars, flow diagrams,
polygons, stairs, dashed outlines, lines that end on lines) with loose commands, flips and turns the whole, and leaves out
what a reader could not tell: collinear strokes that overlap, lines on box sides, two circles at nearly one place.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable

import numpy as np

from derender.perception.legibility import Drawn, clash, legible
from derender.perception.scenes.diagrams import chain, flow, grid, layers, plate, star, tree
from derender.perception.scenes.parts import Motif, both_ways, loose, moved_all, near, pick, within
from derender.perception.scenes.shapes import cells, enclosed, nested, outline, polygon
from derender.perception.scenes.strokes import crossings, junctions, pieces, stairs, tips
from derender.perception.telling import between_boxes, confused, crowded
from derender.spec import Circle, Command, Line, Rectangle, Spec, bounding_box

MOTIFS: tuple[Motif, ...] = (
    *(grid, flow) * 4,
    *(junctions, outline) * 3,
    *(chain, tree, nested, layers, plate, star, polygon, stairs, cells, tips, crossings, pieces) * 2,
    enclosed,
)
"""As often as they are drawn from."""


def random_scene(rng: np.random.Generator, width: int = 16, height: int = 16, most_commands: int = 56) -> Spec:
    """A spec within 0 … `width` × 0 … `height` cells, unambiguous once drawn."""
    style = rng.random()
    if style < 0.25:
        commands = loose(rng, width, height, int(rng.integers(1, 4 + int(rng.integers(1, 22)))))
    else:
        commands = []
        for x, y, w, h in _areas(rng, width, height):
            for _ in range(1 if rng.random() < 0.94 else 2):
                motif = MOTIFS[int(rng.integers(len(MOTIFS)))]
                commands.extend(moved_all(_oriented(motif, rng, w, h), x, y))
        if rng.random() < 0.5:
            commands.extend(loose(rng, width, height, int(rng.integers(1, 9))))
    inside = [c for c in commands if within(c, width, height)]
    return Spec(readable(inside)[:most_commands])


def figure_scene(rng: np.random.Generator, width: int, height: int, objects: int) -> Spec:
    """A spec of exactly `objects` commands within 0 … `width` × 0 … `height` cells: one motif beside the other, as figures have them.

    Raises `ValueError` where so many do not fit.
    """
    commands: list[Command] = []
    for _ in range(400):
        w, h = (min(side, pick(rng, 5, 12)) for side in (width, height))
        x, y = pick(rng, 0, width - w), pick(rng, 0, height - h)
        motif = MOTIFS[int(rng.integers(len(MOTIFS)))]
        drawn = [c for c in moved_all(_oriented(motif, rng, w, h), x, y) if within(c, width, height)]
        if not any(near(a, b) for a in drawn for b in commands):
            commands += readable(drawn)
        if len(commands) >= objects:
            return Spec(commands[:objects])
    for _ in range(100 * objects):
        commands = readable([*commands, *(c for c in loose(rng, width, height, 1) if within(c, width, height))])
        if len(commands) == objects:
            return Spec(commands)
    raise ValueError(f"{objects} commands do not fit on {width} × {height} cells")


def readable(commands: Iterable[Command]) -> list[Command]:
    """`commands` without those that show too little, would hide or merge with an earlier one, or be taken for part of it."""
    kept: list[Command] = []
    drawn = Drawn()
    for command in boxed(commands):
        near = drawn.near(command)
        hidden = command in near or any(clash(command, other, touching=True) for other in near)
        mixed = isinstance(command, Line) and crowded(command, kept)
        if legible(command) and not hidden and not mixed and not any(confused(command, other) for other in kept):
            kept.append(command)
            drawn.add(command)
    closing = set(between_boxes(kept))
    return [c for c in kept if c not in closing]


def boxed(commands: Iterable[Command]) -> list[Command]:
    """`commands` with every four plain lines that form a box taken for one rectangle: nobody could tell."""
    out = list(dict.fromkeys(commands))
    lines = {_line_ends(c): c for c in out if isinstance(c, Line) and not c.arrow and not c.dashed}
    level = [ends for ends in lines if ends[0][1] == ends[1][1]]
    for ((left, low), (right, _)), ((other, high), (end, _)) in itertools.product(level, level):
        four = (((left, low), (right, low)), ((left, high), (right, high)), ((left, low), (left, high)), ((right, low), (right, high)))
        if (left, right) == (other, end) and low < high and all(side in lines for side in four):
            sides = [lines.pop(side) for side in four]
            out = [Rectangle(left, low, right, high), *(c for c in out if c not in sides)]
    return out


def _line_ends(line: Line) -> tuple[tuple[int, int], tuple[int, int]]:
    a, b = (line.x1, line.y1), (line.x2, line.y2)
    return min(a, b), max(a, b)


def _areas(rng: np.random.Generator, width: int, height: int) -> list[tuple[int, int, int, int]]:
    split = rng.random()
    if split < 0.5:
        return [(0, 0, width, height)]
    if split < 0.78:
        cut = int(rng.integers(width // 3, 2 * width // 3 + 1))
        return [(0, 0, cut - 1, height), (cut + 1, 0, width - cut - 1, height)]
    cut, cut2 = int(rng.integers(width // 3, 2 * width // 3 + 1)), int(rng.integers(height // 3, 2 * height // 3 + 1))
    return [(0, 0, cut - 1, cut2 - 1), (cut + 1, 0, width - cut - 1, cut2 - 1), (0, cut2 + 1, width, height - cut2 - 1)]


def _oriented(motif: Motif, rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """The motif, possibly transposed and mirrored, somewhere in its area."""
    transpose = rng.random() < 0.5
    commands = motif(rng, height, width) if transpose else motif(rng, width, height)
    if rng.random() < 0.08:
        commands = both_ways(commands)
    if transpose:
        commands = [_transposed(c) for c in commands]
    if rng.random() < 0.5:
        commands = [_mirrored(c, width) for c in commands]
    if rng.random() < 0.5:
        commands = [_transposed(_mirrored(_transposed(c), height)) for c in commands]
    if not commands:
        return []
    x1, y1, x2, y2 = bounding_box(Spec(commands))
    low_x, high_x, low_y, high_y = -math.floor(x1), width - math.ceil(x2), -math.floor(y1), height - math.ceil(y2)
    if low_x > high_x or low_y > high_y:
        return commands
    return moved_all(commands, int(rng.integers(low_x, high_x + 1)), int(rng.integers(low_y, high_y + 1)))


def _transposed(c: Command) -> Command:
    match c:
        case Circle():
            return Circle(c.y, c.x, c.ry, c.rx)
        case Rectangle():
            return Rectangle(c.y1, c.x1, c.y2, c.x2)
        case Line():
            return Line(c.y1, c.x1, c.y2, c.x2, c.arrow, c.dashed)


def _mirrored(c: Command, width: int) -> Command:
    match c:
        case Circle():
            return Circle(width - c.x, c.y, c.rx, c.ry)
        case Rectangle():
            return Rectangle(width - c.x1, c.y1, width - c.x2, c.y2)
        case Line():
            return Line(width - c.x1, c.y1, width - c.x2, c.y2, c.arrow, c.dashed)
