"""Ink against strokes, pixel by pixel: what a spec does not explain, and what it draws where there is no ink."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.perception.ink import drawn_on
from derender.perception.moves import Move
from derender.perception.network import CELL, MARGIN
from derender.rendering.pen import DEFAULT_PEN, Pen
from derender.rendering.raster import render
from derender.rendering.strokes import drawn_box
from derender.spec import Command, Spec, moved
from derender.strokes import disc, stroke_width

Window = tuple[slice, slice]
"""Rows and columns of a part of a canvas."""


class _Rendered(NamedTuple):
    """What one command explains: where on the canvas, in rows and bytes, which pixels there, and how many of its own have no ink near."""

    place: Window
    explains: NDArray[np.uint8]
    unsupported: int

    @property
    def pixels(self) -> Window:
        """Where, in pixels."""
        rows, across = self.place
        return rows, slice(8 * across.start, 8 * across.stop)

    @property
    def mask(self) -> NDArray[np.uint8]:
        """1 where it explains, in `pixels`."""
        return np.unpackbits(self.explains, axis=1)


class PixelEvidence:
    """The ink of one canvas (16h, 16w), and how specs stand to it; each command is rendered once, on the cells around it.

    What commands explain is kept as bits, eight pixels of a row a byte: many specs are held against one drawing.
    """

    def __init__(self, ink: NDArray[np.float32], tolerance: int) -> None:
        self._drawn = drawn_on(ink)
        self._tolerance = disc(tolerance)
        self._near_ink = cv2.dilate(self._drawn.astype(np.uint8), self._tolerance).astype(bool)
        self._stroke_area = stroke_width(self._drawn) * CELL
        self._bits = np.packbits(self._drawn, axis=1)
        self._known: dict[Command, _Rendered] = {}

    def lengths(self, spec: Spec) -> tuple[float, float]:
        """Cells of stroke that `spec` leaves unexplained, and that its commands draw where there is no ink."""
        unsupported = sum(self._of(command).unsupported for command in spec)
        return self._unexplained(spec) / self._stroke_area, unsupported / (2 * CELL)

    def changes(self, spec: Spec, moves: Sequence[Move]) -> tuple[tuple[float, float], ...]:
        """By how much each move would change the two `lengths` of `spec`: only the cells around what goes and comes are looked at."""
        times = np.zeros(self._drawn.shape, np.uint8)
        for command in spec:
            of = self._of(command)
            times[of.pixels] += of.mask
        return tuple(self._change(times, move) for move in moves)

    def _change(self, times: NDArray[np.uint8], move: Move) -> tuple[float, float]:
        gone, new = [self._of(c) for c in move.gone], [self._of(c) for c in move.new]
        window = _around([of.pixels for of in (*gone, *new)])
        before, drawn = times[window], self._drawn[window]
        after = before.copy()
        for of in gone:
            after[_inside(of.pixels, window)] -= of.mask
        for of in new:
            after[_inside(of.pixels, window)] += of.mask
        unexplained = int((drawn & (after == 0)).sum()) - int((drawn & (before == 0)).sum())
        unsupported = sum(of.unsupported for of in new) - sum(of.unsupported for of in gone)
        return unexplained / self._stroke_area, unsupported / (2 * CELL)

    def unexplained_ink(self, spec: Spec) -> float:
        """The fraction of ink that `spec` leaves unexplained."""
        return self._unexplained(spec) / max(1, int(self._drawn.sum()))

    def _unexplained(self, spec: Spec) -> int:
        explained = np.zeros_like(self._bits)
        for command in spec:
            of = self._of(command)
            explained[of.place] |= of.explains
        return int(np.bitwise_count(self._bits & ~explained).sum())

    def _of(self, command: Command) -> _Rendered:
        known = self._known.get(command)
        if known is None:
            known = self._known[command] = self._rendered(command)
        return known

    def _rendered(self, command: Command) -> _Rendered:
        """The command on its own cells and one to spare: its head, and what lies within the tolerance, is there too."""
        rows, columns = (n // CELL for n in self._drawn.shape)
        x1, y1, x2, y2 = drawn_box(Spec([command]))
        left, right = _within(math.floor(x1) - 1, math.ceil(x2) + 2, columns)
        low, high = _within(math.floor(y1) - 1, math.ceil(y2) + 2, rows)
        across, down = slice(left * CELL, right * CELL), slice((rows - high) * CELL, (rows - low) * CELL)
        shape = down.stop - down.start, across.stop - across.start
        clean = rendering_on_canvas(moved(Spec([command]), -left, -low), shape)
        explains = cv2.dilate(clean.astype(np.uint8), self._tolerance).astype(bool)
        bytes_across = slice(across.start // 8, across.stop // 8)
        return _Rendered((down, bytes_across), np.packbits(explains, axis=1), int((clean & ~self._near_ink[down, across]).sum()))


def _around(windows: Sequence[Window]) -> Window:
    """The smallest that has all of them."""
    rows, columns = zip(*windows, strict=True)
    return _span(rows), _span(columns)


def _span(parts: Sequence[slice]) -> slice:
    return slice(min(part.start for part in parts), max(part.stop for part in parts))


def _inside(window: Window, outer: Window) -> Window:
    """The same part, counted from where `outer` begins."""
    (rows, columns), (down, across) = window, outer
    return slice(rows.start - down.start, rows.stop - down.start), slice(columns.start - across.start, columns.stop - across.start)


def _within(start: int, end: int, count: int) -> tuple[int, int]:
    """The part of a range of lattice points that lies on a canvas of `count`: two at least, the least that can be rendered."""
    first = min(max(0, start), max(0, count - 2))
    return first, max(first + 2, min(end, count))


def rendering_on_canvas(spec: Spec, shape: tuple[int, int], pen: Pen = DEFAULT_PEN) -> NDArray[np.bool_]:
    """Clean ink of `spec` on a canvas of that shape (margins included)."""
    height, width = shape
    inner = render(spec, width_cells=width // CELL - 1, height_cells=height // CELL - 1, pixels_per_cell=CELL, pen=pen)
    return np.pad(inner > 100, MARGIN)
