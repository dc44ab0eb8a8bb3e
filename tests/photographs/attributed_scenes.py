"""Scenes on a lattice with attributes, as a simulated hand draws them: double and rounded outlines, ellipses, bent and straight arrows."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from derender.rendering.pencil import CELL, aligned_placement, degrade, draw_by_hand, jittered, sample_hand, undamaged
from derender.spec import Circle, Command, Line, Rectangle, Spec

BENDS = (-60, -45, -30, 30, 45, 60)
LOOPS = (105, 120, 135)
LEAST_BENT = 4
"""Cells; shorter arrows are straight."""

Cells = tuple[int, int]
Point = tuple[float, float]


def scene(rng: np.random.Generator) -> Spec:
    """Two rows of up to four shapes, of a row or two sorts, and arrows between neighbours from outline to outline, half of them bent."""
    shapes, arrows = _rows(rng)
    return Spec([*shapes.values(), *arrows])


def looped_scene(rng: np.random.Generator) -> Spec:
    """A scene in which half of the shapes that are large enough have an arrow back to themselves, away from the other row."""
    shapes, arrows = _rows(rng)
    wide = [(shape, row) for (_, row), shape in shapes.items() if not isinstance(shape, Circle) or shape.rx == 2]
    return Spec([*shapes.values(), *arrows, *(_loop(shape, 1 if row else -1, rng) for shape, row in wide if rng.random() < 0.5)])


def _loop(shape: Circle | Rectangle, up: int, rng: np.random.Generator) -> Line:
    """An arrow from one point at a shape's upper or lower outline to another one."""
    x, y = _side(shape, (0, up))
    start, end = (x - 1, x + 1) if rng.random() < 0.5 else (x + 1, x - 1)
    bend = int(rng.choice(LOOPS)) * (1 if end > start else -1) * up
    return Line(start, y, end, y, arrow=True, bend=bend)


def _rows(rng: np.random.Generator) -> tuple[dict[Cells, Circle | Rectangle], list[Line]]:
    """Shapes in their places and the arrows between them."""
    pitch_x, pitch_y = int(rng.integers(6, 9)), int(rng.integers(6, 9))
    sorts = [int(rng.integers(6)) for _ in range(2)]
    shapes = {
        (i, j): _shape(5 + i * pitch_x, 5 + j * pitch_y, sorts[int(rng.integers(2))], rng)
        for i in range(int(rng.integers(2, 5)))
        for j in range(2)
        if rng.random() > 0.15
    }
    if not shapes:
        return _rows(rng)
    arrows = list[Line]()
    for (i, j), first in shapes.items():
        for across, down in ((1, 0), (0, 1)):
            second = shapes.get((i + across, j + down))
            if second is not None and rng.random() < 0.75:
                arrows.append(_arrow(first, second, (across, down), rng))
    return shapes, arrows


def plain_scene(rng: np.random.Generator) -> Spec:
    """A scene without attributes."""
    return Spec(_plain(command) for command in scene(rng))


def _plain(command: Command) -> Command:
    match command:
        case Circle(x, y, _, ry):
            return Circle(x, y, ry, ry)
        case Rectangle(x1, y1, x2, y2):
            return Rectangle(x1, y1, x2, y2)
        case Line():
            return replace(command, bend=0)


def onto(meant: Spec, read: Spec) -> Callable[[Sequence[Point]], list[Point]]:
    """From the lattice of what was read to the one it was drawn on: the scale and the shift that most shapes' middles agree with.

    What is traced has a lattice of its own, whose cells are no multiples of the other's.
    """
    ours, theirs = np.array([*_middles(meant)]).reshape(-1, 2), np.array([*_middles(read)]).reshape(-1, 2)
    best, most = (1.0, 0.0, 0.0), 0.0
    for i, j in itertools.permutations(range(len(ours)), 2):
        for k, m in itertools.permutations(range(len(theirs)), 2):
            scale = float(np.hypot(*(ours[j] - ours[i])) / max(1e-6, np.hypot(*(theirs[m] - theirs[k]))))
            shift = ours[i] - scale * theirs[k]
            away = np.hypot(*(scale * theirs[:, None] + shift - ours[None]).transpose(2, 0, 1)).min(0, initial=9.0)
            fits = float(np.exp(-np.square(away / 0.4)).sum())
            if fits > most:
                best, most = (scale, *shift.tolist()), fits
    scale, right, up = best
    return lambda points: [(scale * x + right, scale * y + up) for x, y in points]


def _middles(spec: Spec) -> Iterator[Point]:
    for command in spec:
        match command:
            case Circle(x, y):
                yield x, y
            case Rectangle(x1, y1, x2, y2):
                yield (x1 + x2) / 2, (y1 + y2) / 2
            case Line():
                pass


def _shape(x: int, y: int, sort: int, rng: np.random.Generator) -> Circle | Rectangle:
    r, w, h = int(rng.integers(1, 3)), int(rng.integers(1, 3)), int(rng.integers(1, 3))
    match sort:
        case 0 | 1:
            return Circle(x, y, r, r, double=sort == 0)
        case 2:
            return Circle(x, y, 2, 1)
        case _:
            return Rectangle(x - w, y - h, x + w, y + h, rounded=sort == 3, double=sort == 4)


def _arrow(first: Circle | Rectangle, second: Circle | Rectangle, step: Cells, rng: np.random.Generator) -> Line:
    """From one shape's side to the other's, facing sides or, in an arc, sides that look the same way."""
    bend = int(rng.choice(BENDS)) if rng.random() < 0.6 else 0
    aside = (-step[1], step[0]) if bend > 0 else (step[1], -step[0])
    beside = bool(bend) and rng.random() < 0.4
    start, end = (_side(first, aside), _side(second, aside)) if beside else (_side(first, step), _side(second, (-step[0], -step[1])))
    if rng.random() < 0.3:
        start, end, bend = end, start, -bend
    return Line(*start, *end, arrow=True, bend=bend if math.dist(start, end) >= LEAST_BENT else 0)


def _side(shape: Circle | Rectangle, towards: Cells) -> Cells:
    match shape:
        case Circle(x, y, rx, ry):
            return x + int(rx) * towards[0], y + int(ry) * towards[1]
        case Rectangle(x1, y1, x2, y2):
            across, down = (x2 - x1) // 2, (y2 - y1) // 2
            return (x1 + x2) // 2 + across * towards[0], (y1 + y2) // 2 + down * towards[1]


def drawn(spec: Spec, rng: np.random.Generator) -> NDArray[np.float32]:
    """A hand's ink of a scene with 16 pixels to a cell; half of the hands draw double circles with more paper between, inwards."""
    right, top = (max(getattr(c, name) + reach for c in spec for name, reach in _reaches(c, axis)) for axis in "xy")
    width, height = math.ceil(right) + 4, math.ceil(top) + 4
    hand = undamaged(sample_hand(rng))
    gap = rng.uniform(0.2, 0.4) + hand.thickness / CELL if rng.random() < 0.5 else None
    strokes = [part for command in spec for part in _parts(command, gap)]
    shape = (height * CELL, width * CELL)
    placement = jittered(aligned_placement(shape[0], 0), rng, shift=2, scale=0.01, turn=0.01, middle=(width / 2, height / 2))
    return degrade(draw_by_hand(Spec(strokes), hand, placement, shape, rng), hand, rng)


def _reaches(command: Command, axis: str) -> list[tuple[str, float]]:
    """The fields of a command along an axis, and how far it reaches beyond each."""
    match command:
        case Circle(rx=rx, ry=ry):
            return [(axis, rx if axis == "x" else ry)]
        case Line(bend=bend):
            return [(f"{axis}{end}", 3 if bend else 0) for end in (1, 2)]
        case _:
            return [(f"{axis}{end}", 0) for end in (1, 2)]


def _parts(command: Command, gap: float | None) -> list[Command]:
    """What a command is drawn as: itself, or for a double circle two circles with the outer one in its place."""
    if gap is not None and isinstance(command, Circle) and command.double:
        outer = replace(command, double=False)
        return [outer, replace(outer, rx=outer.rx - gap, ry=outer.ry - gap)]
    return [command]
