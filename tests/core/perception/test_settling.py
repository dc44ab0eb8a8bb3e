"""Settling: the coarsest lattice that has everything drawn, and the drawing where it was."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from strategies import specs

from derender.evaluation import normalised
from derender.perception import settling
from derender.perception.lattice import Lattice
from derender.perception.settling import settle
from derender.spec import Circle, Line, Rectangle, Spec, bounding_box, moved

LATTICE = Lattice(np.array([[16.0, 1.0, 5.0], [1.0, -16.0, 250.0]]), 17, 17, 0.05, 3.0)


def magnified(spec: Spec, factor: int) -> Spec:
    out = []
    for c in spec:
        match c:
            case Circle(x, y, rx, ry, double):
                out.append(Circle(factor * x, factor * y, factor * rx, factor * ry, double))
            case Rectangle(x1, y1, x2, y2, rounded, double):
                out.append(Rectangle(factor * x1, factor * y1, factor * x2, factor * y2, rounded, double))
            case Line(x1, y1, x2, y2, arrow, dashed, bend):
                out.append(Line(factor * x1, factor * y1, factor * x2, factor * y2, arrow, dashed, bend))
    return Spec(out)


def pixels_drawn(spec: Spec, lattice: Lattice) -> NDArray[np.float64]:
    """All points of the drawing in pixels, and circles' radii, sorted."""
    scale = math.sqrt(abs(np.linalg.det(lattice.matrix[:, :2])))
    rows = []
    for c in spec:
        points = [(c.x, c.y, 1.0)] if isinstance(c, Circle) else [(c.x1, c.y1, 1.0), (c.x2, c.y2, 1.0)]
        radius = c.rx * scale if isinstance(c, Circle) else 0.0
        rows.extend((*(lattice.matrix @ np.array(p)).round(6).tolist(), round(radius, 6)) for p in points)
    return np.array(sorted(rows))


@given(specs(), st.integers(1, 4), st.integers(-8, 8), st.integers(-8, 8))
def test_settling_changes_the_lattice_and_not_the_drawing(spec: Spec, factor: int, dx: int, dy: int) -> None:
    fine = moved(magnified(spec, factor), dx, dy)
    settled, lattice = settle(fine, LATTICE)
    assert normalised(settled) == normalised(fine)
    assert np.allclose(pixels_drawn(settled, lattice), pixels_drawn(fine, LATTICE), atol=1e-4)


@given(specs(), st.integers(1, 4), st.integers(-8, 8), st.integers(-8, 8))
def test_the_fine_lattice_a_drawing_was_read_on_leaves_no_trace(spec: Spec, factor: int, dx: int, dy: int) -> None:
    assume(len({p for c in spec for p in settling._positions(c)}) > 1)  # a single point says nothing about the cell
    assert settle(moved(magnified(spec, factor), dx, dy), LATTICE)[0] == settle(spec, LATTICE)[0]


@given(specs())
def test_settling_twice_is_settling_once_and_begins_at_zero(spec: Spec) -> None:
    settled, lattice = settle(spec, LATTICE)
    again, same = settle(settled, lattice)
    assert again == settled
    assert np.allclose(same.matrix, lattice.matrix)
    if spec.commands:
        x, y, *_ = bounding_box(settled)
        assert 0 <= x < 1
        assert 0 <= y < 1


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (Spec([Line(3, 5, 7, 5)]), Spec([Line(0, 0, 1, 0)])),
        (Spec([Circle(6, 6, 2, 2), Circle(12, 6, 2, 2)]), Spec([Circle(1, 1), Circle(4, 1)])),
        (Spec([Circle(6, 6, 1.5, 1.5), Circle(12, 6, 1.5, 1.5)]), Spec([Circle(1, 1, 0.5, 0.5), Circle(3, 1, 0.5, 0.5)])),
        (Spec([Circle(4, 4, 3, 3)]), Spec([Circle(3, 3, 3, 3)])),
        (Spec([Rectangle(2, 2, 6, 4), Line(3, 3, 5, 3)]), Spec([Rectangle(0, 0, 4, 2), Line(1, 1, 3, 1)])),
        (Spec(), Spec()),
    ],
)
def test_examples_of_settling(spec: Spec, expected: Spec) -> None:
    assert settle(spec, LATTICE)[0] == expected
