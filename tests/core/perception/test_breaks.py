"""Breaks: positions along one axis are parted where no one lattice holds them all, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from derender.perception.breaks import Axis, log_evidence, segments
from derender.perception.lattice import LatticeSettings

SETTINGS = LatticeSettings()
CELL = 16.0


def axis(*positions: float, price: float = 5.0) -> Axis:
    """Points that are surely seen at these positions in pixels, none of which is a circle."""
    count = len(positions)
    return Axis(np.array(positions), np.full(count, 0.95), np.zeros(count), np.full(max(0, count - 1), price))


@pytest.mark.parametrize("positions", [(70.0,), (70.0, 70.0, 70.0), (6.0, 6.0 + 3 * CELL, 6.0 + 8 * CELL)])
def test_points_of_one_lattice_are_one_segment(positions: tuple[float, ...]) -> None:
    (found,) = segments(axis(*positions), CELL, SETTINGS)
    assert found.positions.tolist() == list(positions)
    assert np.diff(found.numbers).tolist() == [round(gap / CELL) for gap in np.diff(positions)]


def test_a_break_is_where_the_lattice_starts_anew_unless_it_costs_too_much() -> None:
    apart = (0.0, 48.0, 48.0 + 40.0, 48.0 + 40.0 + 32.0)
    first, second = segments(axis(*apart), CELL, SETTINGS)
    assert first.positions.tolist() == [0.0, 48.0]
    assert second.positions.tolist() == [88.0, 120.0]
    assert len(list(segments(axis(*apart, price=100.0), CELL, SETTINGS))) == 1


@pytest.mark.parametrize(("gap", "are_parted"), [(5.0, False), (6.0, True)])
def test_points_of_one_column_are_not_parted_even_where_breaks_cost_nothing(gap: float, are_parted: bool) -> None:
    found = segments(axis(0.0, 48.0, 48.0 + gap, 96.0 + gap, price=0.0), CELL, SETTINGS)
    assert any({48.0, 48.0 + gap} <= set(segment.positions.tolist()) for segment in found) != are_parted


def test_cheaper_breaks_make_points_likelier_where_there_is_one() -> None:
    cells = np.array([12.0, CELL, 20.0])
    dear, cheap = (log_evidence(axis(0.0, 48.0, 88.0, 120.0, price=price), cells, SETTINGS) for price in (100.0, 5.0))
    assert (cheap >= dear).all()
    assert cheap[1] > dear[1] + 1
    assert cheap.shape == cells.shape
