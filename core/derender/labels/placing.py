"""Labels on the lattice: a block of writing's place and size in cells, its crop of the picture, and the command that it belongs to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from derender.labels.regions import WrittenRegion
from derender.language.program import Label, Program
from derender.plane import Matrix, moved_to
from derender.rendering.strokes import bend_curve
from derender.spec import Circle, Command, Line, Rectangle, Spec
from derender.spec_json import command_to_json

_FARTHEST = 2.5
"""Cells from a command at which a label still counts as beside it."""

_LEAST_LABEL, _LEAST_OF_SHAPE = 0.3, 0.15
"""Cells, or this part of the shapes' typical shorter side where that is less: what is written smaller is a speck, unless it was read.
On a coarse lattice shapes are a cell wide, and what is written in them a fraction of one."""


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A label's middle, width and height in cells (y up), `crop` (left, top, right, bottom in pixels of the picture as shown), the
    command that it stands in or beside, if any, and its text where it could be read."""

    x: float
    y: float
    width: float
    height: float
    crop: tuple[int, int, int, int]
    command: Command | None
    inside: bool
    text: str | None = None


def place_labels(regions: Sequence[WrittenRegion], spec: Spec, lattice: Matrix, to_picture: Matrix) -> tuple[PlacedLabel, ...]:
    """Labels of a spec, in the regions' order. `lattice` and `to_picture` (3 × 3) lead from lattice points and from the regions'
    pixels to the picture's pixels."""
    back: Matrix = np.asarray(np.linalg.inv(lattice), dtype=np.float64)
    least, labels = _least_label(spec), []
    for region in regions:
        shown = moved_to(to_picture, region.corners)
        cells = moved_to(back, shown)
        (x1, y1), (x2, y2) = cells.min(0), cells.max(0)
        if region.text is None and max(x2 - x1, y2 - y1) < least:
            continue
        x, y = (float(v) for v in cells.mean(0))
        command, inside = _belongs_to(spec, x, y)
        crop = (math.floor(shown[:, 0].min()), math.floor(shown[:, 1].min()), math.ceil(shown[:, 0].max()), math.ceil(shown[:, 1].max()))
        place = (round(x, 2), round(y, 2), round(float(x2 - x1), 2), round(float(y2 - y1), 2))
        labels.append(PlacedLabel(*place, crop, command, inside, region.text))
    return tuple(labels)


def _least_label(spec: Spec) -> float:
    """Cells of the longer side of what is no speck."""
    shorter = [2 * min(_middle(shape)[2:]) for shape in spec if not isinstance(shape, Line)]
    return min(_LEAST_LABEL, _LEAST_OF_SHAPE * float(np.median(shorter))) if shorter else _LEAST_LABEL


def labelled(program: Program, labels: Sequence[PlacedLabel]) -> Program:
    """`program` with a label line for each label: its text, or a placeholder 'label 1', 'label 2', … for the author to replace.

    A label that about fills the middle of its shape stands exactly in the middle.
    """
    lines = []
    for number, label in enumerate(labels, start=1):
        x, y = _settled(label)
        lines.append(Label(x, y, label.text or f"label {number}"))
    return replace(program, labels=(*program.labels, *lines))


def label_to_json(label: PlacedLabel) -> dict[str, Any]:
    """The contract's form, with the crop and the command."""
    where = {"command": command_to_json(label.command), "inside": label.inside} if label.command is not None else {"command": None}
    place = {"x": label.x, "y": label.y, "width": label.width, "height": label.height, "text": label.text}
    return {**place, "crop": list(label.crop), **where}


def _settled(label: PlacedLabel) -> tuple[float, float]:
    """The place in a program: tenths of a cell, or the middle of the shape that the label stands in."""
    x, y = round(label.x, 1), round(label.y, 1)
    if label.inside and label.command is not None:
        cx, cy, half_x, half_y = _middle(label.command)
        if abs(label.x - cx) <= max(0.5, 0.3 * half_x) and abs(label.y - cy) <= max(0.5, 0.35 * half_y):
            return cx, cy
    return x, y


def _middle(command: Command) -> tuple[float, float, float, float]:
    """Middle and half the width and height of what a command draws."""
    match command:
        case Circle(x, y, rx, ry):
            return float(x), float(y), rx, ry
        case Rectangle(x1, y1, x2, y2) | Line(x1, y1, x2, y2):
            return (x1 + x2) / 2, (y1 + y2) / 2, abs(x2 - x1) / 2, abs(y2 - y1) / 2


def _belongs_to(spec: Spec, x: float, y: float) -> tuple[Command | None, bool]:
    """The smallest shape around (x, y), or the nearest command, and which of the two it is."""
    around = [c for c in spec if _holds(c, x, y)]
    if around:
        return min(around, key=lambda c: _middle(c)[2] * _middle(c)[3]), True
    nearest = min(spec, key=lambda c: _distance(c, x, y), default=None)
    if nearest is None or _distance(nearest, x, y) > _FARTHEST:
        return None, False
    return nearest, False


def _holds(command: Command, x: float, y: float) -> bool:
    match command:
        case Circle(cx, cy, rx, ry):
            return ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1
        case Rectangle(x1, y1, x2, y2):
            return x1 <= x <= x2 and y1 <= y <= y2
        case Line():
            return False


def _distance(command: Command, x: float, y: float) -> float:
    """Cells from a point that no shape holds to what a command draws; to an ellipse towards its middle."""
    match command:
        case Circle(cx, cy, rx, ry):
            return math.hypot(x - cx, y - cy) * (1 - 1 / math.hypot((x - cx) / rx, (y - cy) / ry))
        case Rectangle(x1, y1, x2, y2):
            return math.hypot(max(x1 - x, 0, x - x2), max(y1 - y, 0, y - y2))
        case Line(x1, y1, x2, y2, bend=bend) if bend:
            return float(np.hypot(*(bend_curve((x1, y1), (x2, y2), bend) - (x, y)).T).min())
        case Line(x1, y1, x2, y2):
            dx, dy = x2 - x1, y2 - y1
            t = min(1.0, max(0.0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)))
            return math.hypot(x - x1 - t * dx, y - y1 - t * dy)
