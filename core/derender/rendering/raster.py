"""Spec → ink by Cairo: bitmaps in which 255 is ink and 0 is paper.

(x, y) of the lattice lies at pixel (s·x, H - s·y) for s pixels a cell, pixel y down. What falls outside the canvas is cut off.
Bitmaps are drawn straight into the result's memory, one surface after the other, so that thousands a second are possible.
"""

from __future__ import annotations

from collections.abc import Sequence

import cairo
import numpy as np
from numpy.typing import NDArray

from derender.errors import OptionError
from derender.rendering.pen import DEFAULT_PEN, Pen
from derender.rendering.strokes import stroke_spec
from derender.spec import Spec

LARGEST_SIDE = 8192
"""Pixels; larger bitmaps are refused rather than attempted."""


def render(spec: Spec, *, width_cells: int, height_cells: int, pixels_per_cell: int = 16, pen: Pen = DEFAULT_PEN) -> NDArray[np.uint8]:
    """The ink of one spec, H×W, 255 = ink; raises `OptionError` for an impossible size."""
    batch = render_batch([spec], width_cells=width_cells, height_cells=height_cells, pixels_per_cell=pixels_per_cell, pen=pen)
    ink: NDArray[np.uint8] = batch[0]
    return ink


def render_batch(
    specs: Sequence[Spec], *, width_cells: int, height_cells: int, pixels_per_cell: int = 16, pen: Pen = DEFAULT_PEN
) -> NDArray[np.uint8]:
    """The ink of each spec on a canvas of the same size, N×H×W, 255 = ink; raises `OptionError` for an impossible size."""
    width, height = width_cells * pixels_per_cell, height_cells * pixels_per_cell
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise OptionError(f"a picture of {width}×{height} pixels cannot be drawn; each side is 1 to {LARGEST_SIDE}")
    # Cairo wants rows that begin at multiples of its stride, which may be a little more than the width.
    stride = cairo.ImageSurface.format_stride_for_width(cairo.FORMAT_A8, width)
    rows = np.zeros((len(specs), height, stride), np.uint8)
    for spec, target in zip(specs, rows, strict=True):
        surface = cairo.ImageSurface.create_for_data(target.data, cairo.FORMAT_A8, width, height, stride)
        context = cairo.Context(surface)
        context.set_matrix(cairo.Matrix(pixels_per_cell, 0, 0, -pixels_per_cell, 0, height))
        stroke_spec(context, spec, pen)
        surface.flush()
    return rows[:, :, :width]
