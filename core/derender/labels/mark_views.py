"""What a mark looks like, cut out of the maps: from near, and with what lies around it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from derender.labels.marks import Mark
from derender.samples import SIDE, Frame, as_bytes, halved, sampled

Floats = NDArray[np.float32]

CHANNELS = ("geometry", "writing", "mark")
"""What is seen in a view: what the ink network takes for geometry and for writing, and the mark alone."""

VIEWS = ("close", "around")

_SIDES = (1.4, 5.0)
"""Of the mark's longer side: the side of what each view shows."""


def mark_views(marks: Sequence[Mark], ink: Floats, writing: Floats) -> NDArray[np.uint8]:
    """Views (N, 2, 3, `SIDE`, `SIDE`) of N marks in maps of geometry and writing (H, W): `VIEWS` with `CHANNELS`, 255 = certain."""
    views = np.zeros((len(marks), len(VIEWS), len(CHANNELS), SIDE, SIDE), np.uint8)
    if not marks:
        return views
    layers = halved(np.stack([as_bytes(ink), as_bytes(writing)], -1))
    for number, mark in enumerate(marks):
        alone = halved(as_bytes(mark.strokes[..., None]))
        rows, columns = mark.place
        for view, side in enumerate(_SIDES):
            frame = _frame(mark, side * max(mark.width, mark.height))
            views[number, view, :2] = sampled(layers, frame)
            frame[:, 2] -= columns.start, rows.start
            views[number, view, 2:] = sampled(alone, frame)
    return views


def _frame(mark: Mark, side: float) -> Frame:
    """A square around a mark's middle whose sides are so many pixels."""
    rows, columns = mark.place
    step = side / SIDE
    middle = np.array([columns.start + columns.stop - 1, rows.start + rows.stop - 1]) / 2
    return np.column_stack([step * np.eye(2), middle - step * (SIDE - 1) / 2])
