"""One command's surroundings: its own ink, and how near to it anything lies that might be drawn there instead."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.perception.across import part_drawn_twice
from derender.perception.network import CELL, MARGIN
from derender.perception.pixels import rendering_on_canvas
from derender.rendering.pen import DEFAULT_PEN, Pen
from derender.spec import Circle, Command, Rectangle, Spec, bounding_box, moved
from derender.strokes import disc

Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]

ROOM = 2
"""Cells around a command that are looked at."""

_FAR = 5.0
"""Pixels; what lies further away counts as this far."""

CLOSER = 2
"""Pixels of a closer look for each of the canvas's."""

_SHIFTS = np.array([(x, y) for x in range(-3, 4) for y in range(-3, 4)])
"""Pixels by which a hand may draw beside where it meant to."""


@dataclass(frozen=True, slots=True)
class CommandView:
    """The surroundings of one command: `window` (left, bottom, columns, rows) in lattice points; its own ink, how far each pixel is from
    any ink, and what is not near other commands' strokes (all (rows · 16, columns · 16)); where to look; and its own ink with twice as
    many pixels (rows · 32, columns · 32), or as many where the picture has no more."""

    window: tuple[int, int, int, int]
    own: Mask
    far: Floats
    free: Mask
    looked_at: Mask
    closely: Mask

    @classmethod
    def of(cls, command: Command, spec: Spec, around: Mask, closely: Mask | None = None) -> CommandView | None:
        """`around`: the canvas's ink with `ROOM` cells of paper on each side, `closely` the same with twice as many pixels; None where no
        ink is the command's own."""
        x1, y1, x2, y2 = bounding_box(Spec([command]))
        left, bottom = math.floor(x1) - ROOM, math.floor(y1) - ROOM
        columns, rows = math.ceil(x2) + ROOM - left + 1, math.ceil(y2) + ROOM - bottom + 1
        window = left, bottom, columns, rows
        drawn = _part(around, window, CELL)
        if drawn is None:
            return None
        others = rendering_on_canvas(moved(spec - Spec([command]), -left, -bottom), drawn.shape)
        near = cv2.dilate(rendering_on_canvas(moved(Spec([command]), -left, -bottom), drawn.shape).astype(np.uint8), disc(CELL))
        free = cv2.dilate(others.astype(np.uint8), np.ones((9, 9), np.uint8)) == 0
        its = (near > 0) & free
        own = drawn & its
        if own.sum() < CELL:
            return None
        seen = None if closely is None else _part(closely, window, CLOSER * CELL)
        close = own if seen is None else seen & np.kron(its, np.ones((CLOSER, CLOSER), np.bool_))
        return cls(window, own, _distances(drawn), free, np.ones_like(own), close)

    def only(self, looked_at: Mask) -> CommandView:
        """The same, looking there alone."""
        return replace(self, looked_at=looked_at)

    def distance(self, command: Command, pen: Pen = DEFAULT_PEN) -> float:
        """Mean pixels from what the command draws to ink and from the own ink to it, summed, where it fits best."""
        return float(self._misfits(command, pen).min())

    def best_shift(self, command: Command, pen: Pen = DEFAULT_PEN) -> tuple[int, int]:
        """Pixels right and down at which the command fits best."""
        x, y = _SHIFTS[int(self._misfits(command, pen).argmin())].tolist()
        return x, y

    def inked(self, command: Command, shift: tuple[int, int]) -> float:
        """The part of what the command draws, shifted, that is inked."""
        return self._share(command, shift, DEFAULT_PEN, 0.5)

    def near(self, command: Command, shift: tuple[int, int], pen: Pen = DEFAULT_PEN) -> float:
        """The part of what the command draws, shifted, that has ink near."""
        return self._share(command, shift, pen, 2.5)

    def two_sided(self, outline: Command, shift: tuple[int, int], reach: float) -> float:
        """The part of a closed outline, shifted, that is paper with own ink within `reach` pixels both inside and outside of it; what lies
        near other commands' strokes is not looked at. 0 where all of it does."""
        drawn = np.roll(self._drawn(outline, DEFAULT_PEN), shift[::-1], (0, 1))
        _, regions = cv2.connectedComponents(1 - drawn.astype(np.uint8), connectivity=4)
        within = cv2.erode((regions != regions[0, 0]).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        seen = drawn & self.free
        if not seen.any():
            return 0.0
        inner, outer = (_distances(self.own & side)[seen] for side in (within, ~within))
        return float(((inner <= reach) & (outer <= reach) & (self.far[seen] >= 0.5)).mean())

    def drawn_twice(self, shape: Circle | Rectangle, beside: float) -> float:
        """The part of a shape's outline around which two strokes run side by side, `beside` cells apart at most, on the canvas or as
        closely as the picture shows them: the larger one."""
        outline, looks = self._outline(shape), (self.own, self.closely) if len(self.closely) > len(self.own) else (self.own,)
        factors = [len(look) / len(self.own) for look in looks]
        return max(
            part_drawn_twice(f * outline, look.astype(np.float32), f * CELL * beside) for f, look in zip(factors, looks, strict=True)
        )

    def _outline(self, shape: Circle | Rectangle) -> Floats:
        """Points (N, 2) along a shape's outline, in the view's pixels."""
        left, bottom, _, rows = self.window
        at = (outline_of(shape) - (left, bottom)) * (CELL, -CELL) + (MARGIN, rows * CELL - MARGIN)
        return np.asarray(at, dtype=np.float32)

    def _share(self, command: Command, shift: tuple[int, int], pen: Pen, within: float) -> float:
        return float((_looked_up(self.far, _some(self._drawn(command, pen)), np.array([shift])) < within).mean())

    def _drawn(self, command: Command, pen: Pen) -> Mask:
        left, bottom, _, _ = self.window
        return rendering_on_canvas(moved(Spec([command]), -left, -bottom), self.own.shape, pen)

    def _misfits(self, command: Command, pen: Pen) -> Floats:
        """For each of `_SHIFTS`, see `distance`."""
        strokes = self._drawn(command, pen)
        unsupported = np.minimum(_looked_up(self.far, _some(strokes & self.looked_at), _SHIFTS), _FAR).mean(1)
        # Ink that is far from the command is something else.
        unexplained = np.minimum(_looked_up(_distances(strokes), _some(self.own & self.looked_at), -_SHIFTS), _FAR).mean(1)
        return np.asarray(unsupported + unexplained, dtype=np.float32)


def outline_of(shape: Circle | Rectangle) -> NDArray[np.float64]:
    """Points (N, 2) on the lattice along a shape's outline, from corner to corner of a box."""
    match shape:
        case Circle(x, y, rx, ry):
            turns = np.linspace(0, math.tau, _TURNS, endpoint=False)
            return np.stack([x + rx * np.cos(turns), y + ry * np.sin(turns)], -1)
        case Rectangle(x1, y1, x2, y2):
            return np.array([(x1, y1), (x2, y1), (x2, y2), (x1, y2)], dtype=np.float64)


_TURNS = 48
"""Points that stand for a circle."""


def _part(around: Mask, window: tuple[int, int, int, int], cell: int) -> Mask | None:
    """A window of a canvas with `cell` pixels to a cell and `ROOM` cells of paper around it; None where it lies beyond."""
    left, bottom, columns, rows = window
    lowest, first = around.shape[0] - (bottom + ROOM) * cell, (left + ROOM) * cell
    part = around[max(0, lowest - rows * cell) : lowest, max(0, first) : first + columns * cell]
    return part if part.shape == (rows * cell, columns * cell) else None


def _some(marked: Mask) -> NDArray[np.int64]:
    """Columns and rows (N, 2) of a few hundred of the marked pixels, evenly chosen; the corner where nothing is marked."""
    points = np.argwhere(marked)[:, ::-1]
    return points[:: max(1, len(points) // 400)] if len(points) else np.zeros((1, 2), np.int64)


def _looked_up(values: Floats, points: NDArray[np.int64], shifts: NDArray[np.int64]) -> Floats:
    """Values (shifts, points) at each point moved by each shift; the border's beyond it."""
    height, width = values.shape
    x, y = (points[:, k] + shifts[:, k, None] for k in (0, 1))
    return np.asarray(values[y.clip(0, height - 1), x.clip(0, width - 1)], dtype=np.float32)


def _distances(drawn: Mask) -> Floats:
    """Pixels from each pixel to the nearest drawn one."""
    if not drawn.any():
        return np.full(drawn.shape, 1e3, np.float32)
    return np.asarray(cv2.distanceTransform((~drawn).astype(np.uint8), cv2.DIST_L2, 3), dtype=np.float32)
