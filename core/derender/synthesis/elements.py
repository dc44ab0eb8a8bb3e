"""A spec as arrays: what the enumeration of drawing statements computes with.

An *element* is a command of the spec, known by its index. Two elements are *alike* when only their positions differ; only like
elements can be drawn by one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from derender.spec import LARGEST_COORDINATE, Circle, Command, Line, Rectangle, Spec

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

_BASE = 4 * LARGEST_COORDINATE + 1
"""Four differences of positions are one number in this base, which just fits into 64 bits."""

ROWS_AT_ONCE = 128
"""Elements that are held against all others between two looks at whether to stop."""


class Stopped(Exception):  # noqa: N818 - a signal, not an error
    """The search was told to stop; raised and caught within this package."""


@dataclass(frozen=True, slots=True)
class Elements:
    """N commands: `positions` (N, 4) holds x1, y1, x2, y2 (x, y, 0, 0 for circles), `kinds` (N) the group of like elements."""

    commands: tuple[Command, ...]
    positions: Ints
    kinds: Ints

    def __len__(self) -> int:
        return len(self.commands)


@dataclass(frozen=True, slots=True)
class Reflection:
    """The mirror axis → position - axis; `image` (N) is the element that each element is mirrored to, or -1."""

    axis: Literal["x", "y"]
    position: int
    image: Ints


def elements_of(spec: Spec) -> Elements:
    """The arrays of a spec, its commands in canonical order."""
    groups: dict[Command, int] = {}
    kinds = [groups.setdefault(_without_position(command), len(groups)) for command in spec]
    positions = np.array([_position(command) for command in spec], dtype=np.int64).reshape(-1, 4)
    return Elements(spec.commands, positions, np.array(kinds, dtype=np.int64))


def step_keys(steps: Ints) -> Ints:
    """One number for each row of (M, 4) differences; equal numbers mean equal differences."""
    keys: Ints = ((steps[:, 0] * _BASE + steps[:, 1]) * _BASE + steps[:, 2]) * _BASE + steps[:, 3]
    return keys


def reflections_of(elements: Elements, stopped: Callable[[], bool] = lambda: False) -> Iterator[Reflection]:
    """Every reflection under which some element has an image other than itself in the spec, in order of axis and position.

    Raises `Stopped` when it is told to stop.
    """
    if not len(elements):
        return
    targets = _mirrored_kinds(elements)
    x1, y1, x2, y2 = _both_ends(elements)
    rectangle = np.array([isinstance(command, Rectangle) for command in elements.commands])
    headless = np.array([isinstance(command, Line) and not command.arrow for command in elements.commands])
    sources, images, positions, axes = [], [], [], []
    # The low end's image is the image's low end ("straight") or its high end ("turned"): rectangles keep their low corner low
    # across the axis, lines without a head may need their ends exchanged, arrows never do.
    for first, (axis, (a1, b1, a2, b2)) in product(
        range(0, len(elements), ROWS_AT_ONCE), (("x", (x1, y1, x2, y2)), ("y", (y1, x1, y2, x2)))
    ):
        if stopped():
            raise Stopped
        rows = np.s_[first : first + ROWS_AT_ONCE, None]
        low, high = a1[rows] + a1, a2[rows] + a2
        crossed, back = a1[rows] + a2, a2[rows] + a1
        level = (b1[rows] == b1) & (b2[rows] == b2)
        alike = targets[rows] == elements.kinds
        straight = (low == high) & level & ~rectangle[rows]
        across = (crossed == back) & level & rectangle[rows]
        turned = (crossed == back) & (b1[rows] == b2) & (b2[rows] == b1) & headless[rows]
        for fits, sums in ((straight, low), (across | turned, crossed)):
            source, image = np.nonzero(fits & alike)
            sources.append(first + source)
            images.append(image)
            positions.append(sums[source, image])
            axes.append(np.full(len(source), axis == "y"))
    source, image, position, axis_y = (np.concatenate(parts) for parts in (sources, images, positions, axes))
    order = np.lexsort((source, position, axis_y))
    source, image, position, axis_y = source[order], image[order], position[order], axis_y[order]
    starts = np.flatnonzero(np.r_[True, (np.diff(position) != 0) | (np.diff(axis_y.astype(np.int8)) != 0)])
    for start, end in zip(starts, [*starts[1:], len(source)], strict=True):
        part = slice(start, end)
        if np.any(source[part] != image[part]):
            mapping = np.full(len(elements), -1, dtype=np.int64)
            mapping[source[part]] = image[part]
            yield Reflection("y" if axis_y[start] else "x", int(position[start]), mapping)


def _both_ends(elements: Elements) -> tuple[Ints, Ints, Ints, Ints]:
    """x1, y1, x2, y2 with a circle's centre at both ends."""
    x1, y1, x2, y2 = elements.positions.T
    circle = np.array([isinstance(command, Circle) for command in elements.commands])
    return x1, y1, np.where(circle, x1, x2), np.where(circle, y1, y2)


def _mirrored_kinds(elements: Elements) -> Ints:
    """For each element the kind of its mirror image: its own, save that a bend changes sides; -1 where no element is of it."""
    kinds = {_without_position(command): int(kind) for command, kind in zip(elements.commands, elements.kinds, strict=True)}
    return np.array([kinds.get(_turned(key), -1) for key in map(_without_position, elements.commands)], dtype=np.int64)


def _turned(command: Command) -> Command:
    return replace(command, bend=-command.bend) if isinstance(command, Line) else command


def _without_position(command: Command) -> Command:
    match command:
        case Circle():
            return replace(command, x=0, y=0)
        case Rectangle() | Line():
            return replace(command, x1=0, y1=0, x2=0, y2=0)


def _position(command: Command) -> tuple[int, int, int, int]:
    match command:
        case Circle(x, y):
            return (x, y, 0, 0)
        case Rectangle(x1, y1, x2, y2) | Line(x1, y1, x2, y2):
            return (x1, y1, x2, y2)
