"""Drawing commands as tokens (Table 1): a kind, then its arguments, each one of a few values.

A circle is told by its centre, a box by its upper left corner, its width and how far it drops, a line by its first end, the way to
its second end, its head and its dashes. In this order the canonically first of several commands (footnote 1) is the one whose tokens
come first, from left to right and from top to bottom; and what follows the first corner does not depend on where on the grid it lies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from derender.spec import Circle, Command, Line, Rectangle

CELLS = 16
"""Cells along each side of the grid; positions are 0 … 16."""

CIRCLE, RECTANGLE, LINE, STOP = range(4)
"""The first token: a kind of command, or that nothing is left to draw."""

KINDS = 4

MOST_ARGUMENTS = 6


@dataclass(frozen=True, slots=True)
class Slot:
    """One argument: how many values it has, and the number that the first of them stands for."""

    name: str
    values: int
    first: int = 0


_X, _Y = Slot("x", CELLS + 1), Slot("y", CELLS + 1)
SLOTS: tuple[tuple[Slot, ...], ...] = (
    (_X, _Y),
    (_X, _Y, Slot("width", CELLS + 1), Slot("drop", CELLS + 1)),
    (_X, _Y, Slot("dx", 2 * CELLS + 1, -CELLS), Slot("dy", 2 * CELLS + 1, -CELLS), Slot("arrow", 2), Slot("dashed", 2)),
    (),
)
"""For each kind its arguments in the order in which they are told."""


def expressible(command: Command) -> bool:
    """Whether the paper's language has the command: on the grid, circles of radius 1, no attributes beyond Table 1."""
    match command:
        case Circle(x, y, rx, ry, double):
            return (rx, ry) == (1, 1) and not double and _on_grid(x, y)
        case Rectangle(x1, y1, x2, y2, rounded, double):
            return not rounded and not double and _on_grid(x1, y1) and _on_grid(x2, y2)
        case Line(x1, y1, x2, y2, _, _, bend):
            return not bend and _on_grid(x1, y1) and _on_grid(x2, y2)


def tokens_of(command: Command) -> tuple[int, tuple[int, ...]]:
    """The kind of an expressible command, and for each argument the index of its value."""
    match command:
        case Circle(x, y):
            return CIRCLE, (x, y)
        case Rectangle(x1, y1, x2, y2):
            return RECTANGLE, (x1, y2, x2 - x1, y2 - y1)
        case Line(x1, y1, x2, y2, arrow, dashed):
            return LINE, (x1, y1, x2 - x1 + CELLS, y2 - y1 + CELLS, int(arrow), int(dashed))


def command_of(kind: int, arguments: Sequence[int]) -> Command:
    """The command that legal tokens stand for."""
    if kind == CIRCLE:
        x, y = arguments
        return Circle(x, y)
    if kind == RECTANGLE:
        x, y, width, drop = arguments
        return Rectangle(x, y - drop, x + width, y)
    x, y, dx, dy, arrow, dashed = arguments
    return Line(x, y, x + dx - CELLS, y + dy - CELLS, bool(arrow), bool(dashed))


def legal(kind: int, arguments: Tensor) -> Tensor:
    """(N, values of the next argument): which values may follow the `arguments` (N, told so far) of a kind, so that the command lies on
    the grid, has an area or a length, and is told in its canonical form."""
    slot = SLOTS[kind][arguments.shape[1]]
    value = torch.arange(slot.values, device=arguments.device)[None] + slot.first
    told = arguments[:, :, None]
    match slot.name:
        case "x" if kind == RECTANGLE:
            allowed = value < CELLS
        case "y" if kind == RECTANGLE:
            allowed = value > 0
        case "width":
            allowed = (value > 0) & (told[:, 0] + value <= CELLS)
        case "drop":
            allowed = (value > 0) & (told[:, 1] - value >= 0)
        case "dx":
            allowed = (told[:, 0] + value >= 0) & (told[:, 0] + value <= CELLS)
        case "dy":
            # A line has a length.
            inside = (told[:, 1] + value >= 0) & (told[:, 1] + value <= CELLS)
            allowed = inside & ((told[:, 2] != CELLS) | (value != 0))
        case "arrow":
            # Without a head the ends are sorted.
            forward = (told[:, 2] > CELLS) | ((told[:, 2] == CELLS) & (told[:, 3] > CELLS))
            allowed = (value == 1) | forward
        case _:
            allowed = torch.ones_like(value, dtype=torch.bool)
    return allowed.expand(arguments.shape[0], -1)


def _on_grid(x: int, y: int) -> bool:
    return 0 <= x <= CELLS and 0 <= y <= CELLS
