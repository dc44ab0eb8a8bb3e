"""A lattice for drawings that lie on none: so fine that rounding to it moves nothing far.

What people draw without squared paper in mind lies on no lattice, yet some lattice always fits best, and with so little to say for it
it may well have cells as large as the shapes. Such a one is replaced by a lattice with several cells to a shape.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from derender.perception.key_points import content_box
from derender.perception.lattice import Lattice

_LEAST_EVIDENCE = 5.0
"""Nats: of simulated drawings on a lattice one in twenty has less, none of which has shapes as small as `_FEWEST_CELLS`; of simulated
pages of diagrams on none, the best lattice has 1.5 at most."""

_FEWEST_CELLS = 1.7
"""Shapes that are lower on a lattice of so little evidence are too small for it."""

_CELLS_A_SHAPE = 4.0
"""Rounding each side of a shape as high, and half as wide again, to whole cells leaves an intersection over union above 0.6."""

_MOST_CELLS = 60
"""Along the longer side, of the 64 that are read."""

_ANYWHERE = (1 / 6) ** 0.5
"""Cells: the root mean square distance of points that lie anywhere from the nearest lattice point."""


def finer_where_none_fits(lattice: Lattice, ink: NDArray[np.float32], measure: Callable[[], float | None]) -> Lattice:
    """`lattice`, or where nothing speaks for it and shapes are small on it, one fine enough for them.

    `measure` tells about how high shapes are in pixels, and is asked only where that matters.
    """
    if lattice.evidence >= _LEAST_EVIDENCE:
        return lattice
    box, shape_height = content_box(ink), measure()
    if box is None or shape_height is None or shape_height >= _FEWEST_CELLS * lattice.cell:
        return lattice
    left, top, right, bottom = box
    cell = max(shape_height / _CELLS_A_SHAPE, max(right - left, bottom - top) / _MOST_CELLS)
    columns, rows = (int(np.ceil(side / cell)) + 3 for side in (right - left, bottom - top))
    # One cell to spare at each side.
    matrix = np.array([[cell, 0, left - cell], [0, -cell, bottom + cell]], dtype=np.float64)
    return Lattice(matrix, columns, rows, _ANYWHERE, 0.0)
