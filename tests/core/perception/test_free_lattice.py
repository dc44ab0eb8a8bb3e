"""Drawings that lie on no lattice are read on a fine one; what lies on one stays on it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from derender.perception.free_lattice import finer_where_none_fits
from derender.perception.lattice import Lattice


def page(height: int) -> NDArray[np.float32]:
    """Boxes of that height at odd places on a page of 900 × 700 pixels."""
    ink = np.zeros((700, 900), np.float32)
    for x, y in ((60, 71), (333, 123), (617, 97), (143, 391), (489, 433), (700, 540)):
        cv2.rectangle(ink, (x, y), (x + round(1.5 * height), y + height), 1.0, 2)
    return ink


def coarse(evidence: float, cell: float = 80.0) -> Lattice:
    return Lattice(np.array([[cell, 0, 0], [0, -cell, 700.0]]), 12, 10, 0.2, evidence)


@pytest.mark.parametrize("height", [40, 60, 90])
def test_shapes_are_several_cells_high_where_nothing_speaks_for_the_lattice(height: int) -> None:
    found = finer_where_none_fits(coarse(0.0), page(height), lambda: float(height))
    assert 2.5 <= height / found.cell <= 4.01
    assert max(found.columns, found.rows) <= 64


def test_the_finer_lattice_spans_what_is_drawn() -> None:
    ink = page(60)
    found = finer_where_none_fits(coarse(0.0), ink, lambda: 60.0)
    rows, columns = np.nonzero(ink)
    pixels = np.stack([columns, rows], -1)
    x, y = ((pixels - found.matrix[:, 2]) / np.diag(found.matrix[:, :2])).T
    assert x.min() >= 0
    assert y.min() >= 0
    assert x.max() <= found.columns - 1
    assert y.max() <= found.rows - 1


STAYING = [(coarse(20.0), 60.0), (coarse(0.0), None), (coarse(0.0, 30.0), 60.0)]


@pytest.mark.parametrize(("lattice", "height"), STAYING, ids=["evident", "no shapes", "fine enough"])
def test_other_lattices_stay(lattice: Lattice, height: float | None) -> None:
    assert finer_where_none_fits(lattice, page(60), lambda: height) is lattice


def test_blank_ink_changes_nothing() -> None:
    lattice = coarse(0.0)
    assert finer_where_none_fits(lattice, np.zeros((50, 50), np.float32), lambda: 20.0) is lattice
