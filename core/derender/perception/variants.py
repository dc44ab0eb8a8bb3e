"""A read command against its variants: rounded, elliptic, double or bent, and the shapes that are taken for each other.

Both are drawn and laid on the ink where they fit best, and a variant takes the command's place where it lies nearer to the ink by far.
Distances are pixels, in cells of 16, from strokes to ink and from ink to strokes, summed; what is asked for was chosen on simulated
drawings.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

import cv2
import numpy as np

from derender.perception.command_view import CommandView, Mask
from derender.perception.network import CELL, MARGIN
from derender.rendering.pen import DEFAULT_PEN, Pen
from derender.spec import Circle, Command, Line, Rectangle

Shape = TypeVar("Shape", Circle, Line)

_ROUNDED, _ELLIPSE, _DOUBLE, _BENT = 0.09, 1.3, 0.7, 2.5
"""By so much a variant must lie nearer to the ink."""

_ELLIPSE_IN_BOX = 0.5
"""The same for the ellipse that fills a box: in 150 simulated drawings 90 of 100 ellipses lie nearer by as much, of 203 boxes, sharp or
round, none does, nor by -1."""

_STROKES = 0.85
"""The least part of an ellipse, a bent arrow or a double outline that has ink near."""

_PAPER = 0.4
"""The most of the middle between a double outline's strokes that may be inked."""

_TWICE = 0.45
"""The least part of an outline that has two strokes side by side around it where it is double, however far apart: of 1,691 single
ones in simulated drawings none had more than 0.29, of the double ones in photographs nine of ten had more."""

_BOTH = 0.45
"""The least part of the middle that is paper between two strokes: an uneven stroke is now on one side of it, now on the other."""

_LEAST_BENT = 3
"""Cells; shorter arrows are nearly all head."""

_BENDS = (-60, -45, -30, 30, 45, 60)
"""Degrees; less is a line that a hand drew not quite straight."""

_LEAST_ELONGATED = 1.3
"""An ellipse's longer axis over the shorter one: rounder ones are circles."""

_BESIDE = 0.28
"""Of a shape's shorter side: the strokes of a double outline are no farther apart."""

_DOUBLE_PENS = tuple(replace(DEFAULT_PEN, double_gap=gap) for gap in (0.13, 0.2, 0.3, 0.4))

_CORNERS = (0.35, 0.6, 0.9)
"""Radii in cells, from TikZ's own to what people draw."""


def shown(command: Command, view: CommandView) -> Command:
    """A plain command, or an ellipse, as its ink shows it: with attributes, or as another shape."""
    match command:
        case Circle(rx=rx, ry=ry) if rx == ry:
            shape: Circle | Rectangle = _elliptic(command, view) or command
        case Circle():
            shape = command
        case Rectangle():
            shape = _ellipse_in(command, view) or command
        case Line(arrow=True, dashed=False) if math.dist((command.x1, command.y1), (command.x2, command.y2)) >= _LEAST_BENT:
            return _nearer([command], (replace(command, bend=bend) for bend in _BENDS), view, _BENT) or command
        case _:
            return command
    outline = replace(shape, double=_is_double(shape, view))
    return replace(outline, rounded=_is_rounded(outline, view)) if isinstance(outline, Rectangle) else outline


def _elliptic(circle: Circle, view: CommandView) -> Circle | None:
    """The ellipse in a circle's place."""
    # Half cells for those of usual size, wider steps for very large ones: what differs less is a circle as a hand draws it.
    step = max(1, round(circle.rx / 6)) / 2
    radii = [circle.rx + k * step for k in range(-3, 4) if circle.rx + k * step > 0]
    ellipses = (replace(circle, rx=a, ry=b) for a in radii for b in radii if max(a, b) >= _LEAST_ELONGATED * min(a, b))
    # A hand's circles are larger or smaller than they were meant.
    circles = (replace(circle, rx=factor * circle.rx, ry=factor * circle.rx) for factor in (0.9, 1, 1.1))
    return _nearer(circles, ellipses, view, _ELLIPSE)


def _nearer(plain: Iterable[Shape], variants: Iterable[Shape], view: CommandView, enough: float) -> Shape | None:
    """The variant that lies nearest to the ink, if by `enough` more than any of the plain commands, and if ink is near most of it."""
    from_plain = min(view.distance(command) for command in plain)
    if from_plain < enough:
        return None
    nearest = min(variants, key=view.distance, default=None)
    return nearest if nearest is not None and _is_nearer(from_plain, nearest, view, enough) else None


def _is_nearer(from_plain: float, variant: Command, view: CommandView, enough: float) -> bool:
    return from_plain - view.distance(variant) >= enough and view.near(variant, view.best_shift(variant)) >= _STROKES


def _ellipse_in(box: Rectangle, view: CommandView) -> Circle | None:
    """The ellipse that fills a box, where it is clearly one and not the box with sharp or round corners."""
    width, height = box.x2 - box.x1, box.y2 - box.y1
    has_middle = width % 2 == height % 2 == 0
    if not has_middle or max(width, height) < _LEAST_ELONGATED * min(width, height):
        return None
    ellipse = Circle((box.x1 + box.x2) // 2, (box.y1 + box.y2) // 2, width / 2, height / 2)
    curved = replace(box, rounded=True)
    from_box = min(view.distance(box), *(view.distance(curved, pen) for pen in _round_pens(DEFAULT_PEN)))
    return ellipse if _is_nearer(from_box, ellipse, view, _ELLIPSE_IN_BOX) else None


def _is_double(shape: Circle | Rectangle, view: CommandView) -> bool:
    """Whether two strokes run beside the outline and paper lies between them."""
    if view.drawn_twice(shape, _BESIDE * _shorter_side(shape)) >= _TWICE:
        return True
    from_plain = view.distance(shape)
    if from_plain < _DOUBLE:
        return False
    twice = replace(shape, double=True)
    pen = min(_DOUBLE_PENS, key=lambda p: view.distance(twice, p))
    gained = from_plain - view.distance(twice, pen)
    shift = view.best_shift(twice, pen)
    if gained < _DOUBLE or view.near(twice, shift, pen) < _STROKES or view.inked(shape, shift) > _PAPER:
        return False
    return view.two_sided(shape, shift, pen.double_gap * CELL / 2 + 2) >= _BOTH


def _shorter_side(shape: Circle | Rectangle) -> float:
    """Of its box, in cells."""
    match shape:
        case Circle(rx=rx, ry=ry):
            return 2 * min(rx, ry)
        case Rectangle(x1, y1, x2, y2):
            return min(x2 - x1, y2 - y1)


def _is_rounded(box: Rectangle, view: CommandView) -> bool:
    """Whether the corners are quarters of circles: all four of them speak for it, and together clearly; of a box a cell wide
    a rough pen rounds them as much."""
    if _shorter_side(box) < 2:
        return False
    pens = _DOUBLE_PENS if box.double else (DEFAULT_PEN,)
    round_pens = [round_pen for pen in pens for round_pen in _round_pens(pen)]
    curved = replace(box, rounded=True)
    gained = []
    for corner in _corners(view.window, box):
        there = view.only(corner)
        sharp = min(there.distance(box, pen) for pen in pens)
        gained.append(sharp - min(there.distance(curved, pen) for pen in round_pens))
        if gained[-1] <= 0:
            return False
    return sum(gained) / len(gained) >= _ROUNDED


def _round_pens(pen: Pen) -> list[Pen]:
    return [replace(pen, corner=corner) for corner in _CORNERS]


def _corners(window: tuple[int, int, int, int], box: Rectangle) -> Iterator[Mask]:
    """The pixels near each of a rectangle's corners."""
    left, bottom, columns, rows = window
    reach = round(CELL * min(1.1, (box.x2 - box.x1) / 2, (box.y2 - box.y1) / 2))
    for x in (box.x1, box.x2):
        for y in (box.y1, box.y2):
            seen = np.zeros((rows * CELL, columns * CELL), np.uint8)
            cv2.circle(seen, ((x - left) * CELL + MARGIN, (rows - 1 - (y - bottom)) * CELL + MARGIN), reach, 1, -1)
            yield seen > 0
