"""Ink against strokes, pixel by pixel: what a spec does not explain, and what it draws where there is no ink."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.perception.ink import drawn_on
from derender.perception.network import CELL, MARGIN
from derender.rendering.pen import DEFAULT_PEN, Pen
from derender.rendering.raster import render
from derender.spec import Command, Spec


class PixelEvidence:
    """The ink of one canvas (16h, 16w), and how specs stand to it; each command is rendered once.

    What commands explain is kept as bits, eight pixels a byte: many specs are held against one drawing.
    """

    def __init__(self, ink: NDArray[np.float32], tolerance: int) -> None:
        self._drawn = drawn_on(ink)
        self._tolerance = _disc(tolerance)
        self._near_ink = cv2.dilate(self._drawn.astype(np.uint8), self._tolerance).astype(bool)
        self._stroke_area = _stroke_width(self._drawn) * CELL
        self._bits = np.packbits(self._drawn)
        self._known: dict[Command, tuple[NDArray[np.uint8], int]] = {}

    def lengths(self, spec: Spec) -> tuple[float, float]:
        """Cells of stroke that `spec` leaves unexplained, and that its commands draw where there is no ink."""
        unsupported = sum(self._of(command)[1] for command in spec)
        return self._unexplained(spec) / self._stroke_area, unsupported / (2 * CELL)

    def unexplained_ink(self, spec: Spec) -> float:
        """The fraction of ink that `spec` leaves unexplained."""
        return self._unexplained(spec) / max(1, int(self._drawn.sum()))

    def _unexplained(self, spec: Spec) -> int:
        explained = np.zeros_like(self._bits)
        for command in spec:
            explained |= self._of(command)[0]
        return int(np.bitwise_count(self._bits & ~explained).sum())

    def _of(self, command: Command) -> tuple[NDArray[np.uint8], int]:
        """What a command explains, and how many of its pixels have no ink near."""
        known = self._known.get(command)
        if known is None:
            clean = rendering_on_canvas(Spec([command]), (self._drawn.shape[0], self._drawn.shape[1]))
            explains = cv2.dilate(clean.astype(np.uint8), self._tolerance).astype(bool)
            known = self._known[command] = np.packbits(explains), int((clean & ~self._near_ink).sum())
        return known


def rendering_on_canvas(spec: Spec, shape: tuple[int, int], pen: Pen = DEFAULT_PEN) -> NDArray[np.bool_]:
    """Clean ink of `spec` on a canvas of that shape (margins included)."""
    height, width = shape
    inner = render(spec, width_cells=width // CELL - 1, height_cells=height // CELL - 1, pixels_per_cell=CELL, pen=pen)
    return np.pad(inner > 100, MARGIN)


def _stroke_width(drawn: NDArray[np.bool_]) -> float:
    """Mean thickness of the strokes in pixels: twice their area over their outline's length."""
    area = int(drawn.sum())
    inner = int(cv2.erode(drawn.astype(np.uint8), np.ones((3, 3), np.uint8)).sum())
    return max(1.0, 2.0 * area / max(1, area - inner)) if area else 1.0


def _disc(radius: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)), dtype=np.uint8)
