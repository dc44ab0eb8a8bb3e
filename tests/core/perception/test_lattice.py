"""Lattices: found from key points whatever their cell, turn and offset."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from derender.perception.key_points import KeyPoints
from derender.perception.lattice import Lattice, LatticeSettings, fit_lattices, registered_lattice
from derender.perception.network import CELL, MARGIN
from derender.rendering.pencil import aligned_placement
from derender.spec import Circle, Line, Rectangle, Spec

SETTINGS = LatticeSettings()
SHAPE = (256, 256)
FIGURE = Spec([Circle(2, 2), Circle(7, 2), Rectangle(10, 1, 13, 4), Line(3, 2, 6, 2), Line(2, 3, 2, 9), Circle(2, 10), Line(5, 8, 12, 11)])


@dataclass(frozen=True)
class Truth:
    """A lattice on a copy: cell in pixels, turn in radians, the pixel of lattice point (0, 0)."""

    cell: float
    turn: float
    origin: tuple[float, float]

    def pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Lattice points, y up, as pixels, y down."""
        c, s = math.cos(self.turn), math.sin(self.turn)
        return points @ (self.cell * np.array([[c, s], [s, -c]])).T + self.origin


def key_points(spec: Spec, truth: Truth, noise: float = 0.0, seed: int = 0, strays: int = 0) -> KeyPoints:
    """What a network that sees well would find on a drawing, with noise in pixels, and points that belong to nothing."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[float, float, int, float]] = []
    for c in spec:
        match c:
            case Circle(x, y, r):
                rows.append((x, y, 0, r * truth.cell))
            case Rectangle(x1, y1, x2, y2):
                rows.extend((x, y, 1, 0.0) for x in (x1, x2) for y in (y1, y2))
            case Line(x1, y1, x2, y2):
                rows.extend([(x1, y1, 2, 0.0), (x2, y2, 2, 0.0)])
    positions = truth.pixels(np.array([row[:2] for row in rows], dtype=np.float64))
    positions = np.concatenate([positions + rng.normal(0, noise, positions.shape), rng.uniform(0, 250, (strays, 2))])
    kinds = np.array([row[2] for row in rows] + [2] * strays)
    radii = np.array([row[3] for row in rows] + [0.0] * strays) + np.where(kinds == 0, rng.normal(0, noise, len(kinds)), 0)
    return KeyPoints(positions, kinds, np.full(len(kinds), 0.9), radii)


def lattice_points(lattice: Lattice, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((pixels - lattice.matrix[:, 2]) @ np.linalg.inv(lattice.matrix[:, :2]).T)


def agrees(lattice: Lattice, truth: Truth, spec: Spec) -> bool:
    """Whether every point of the drawing is at whole numbers of `lattice`, as far from one another as on the true one."""
    points = np.array(_points(spec), dtype=np.float64)
    found = lattice_points(lattice, truth.pixels(points))
    shift = np.rint(found - points)
    return bool(np.abs(found - points - shift).max() < 0.2 and np.ptp(shift, axis=0).max() == 0)


def _points(spec: Spec) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for c in spec:
        out.extend([(c.x, c.y)] if isinstance(c, Circle) else [(c.x1, c.y1), (c.x2, c.y2)])
    return out


@given(
    st.floats(11, 17),
    st.floats(-0.06, 0.06),
    st.tuples(st.floats(5, 30), st.floats(200, 240)),
    st.integers(0, 1000),
)
def test_a_known_lattice_is_found(cell: float, turn: float, origin: tuple[float, float], seed: int) -> None:
    truth = Truth(cell, turn, origin)
    best = max(fit_lattices(key_points(FIGURE, truth, noise=0.4, seed=seed), SHAPE, SETTINGS), key=lambda found: found.evidence)
    assert math.sqrt(abs(np.linalg.det(best.matrix[:, :2]))) == pytest.approx(cell, rel=0.01)
    assert math.atan2(best.matrix[1, 0], best.matrix[0, 0]) == pytest.approx(turn, abs=0.01)
    assert agrees(best, truth, FIGURE)
    assert best.residual < 0.1


def test_without_noise_the_fit_is_exact() -> None:
    truth = Truth(14.0, 0.02, (12.0, 230.0))
    best = fit_lattices(key_points(FIGURE, truth), SHAPE, SETTINGS)[0]
    found = lattice_points(best, truth.pixels(np.array(_points(FIGURE), dtype=np.float64)))
    assert np.abs(found - np.rint(found)).max() < 1e-6
    assert best.residual < 1e-6


@pytest.mark.parametrize("seed", range(10))
def test_a_few_strays_do_not_mislead(seed: int) -> None:
    truth = Truth(13.0, -0.03, (15.0, 225.0))
    found = fit_lattices(key_points(FIGURE, truth, noise=0.4, seed=seed, strays=3), SHAPE, SETTINGS)
    assert agrees(found[0], truth, FIGURE)


def test_no_key_points_have_no_lattice() -> None:
    none = KeyPoints(np.zeros((0, 2)), np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    assert fit_lattices(none, SHAPE, SETTINGS) == []


def test_the_lattice_covers_the_copy_and_no_more_cells_than_allowed() -> None:
    for lattice in fit_lattices(key_points(FIGURE, Truth(12.0, 0.05, (15.0, 225.0))), SHAPE, SETTINGS):
        corners = lattice_points(lattice, np.array([[0.0, 0], [256, 0], [0, 256], [256, 256]]))
        assert (corners >= 0).all()
        assert (corners <= (lattice.columns - 1, lattice.rows - 1)).all()
        assert max(lattice.columns, lattice.rows) <= SETTINGS.most_cells + 1


@given(st.integers(1, 3000), st.integers(1, 3000), st.integers(2, 64))
def test_a_registered_lattice_has_its_grid_along_the_longer_side(height: int, width: int, grid: int) -> None:
    lattice = registered_lattice(height, width, grid)
    assert max(lattice.columns, lattice.rows) == grid + 1
    corners = np.array([[0.0, 0, 1], [lattice.columns - 1, lattice.rows - 1, 1]]) @ lattice.matrix.T
    assert np.allclose(corners, [[0, height], [width, 0]])


def test_the_paper_s_drawings_lie_on_a_registered_lattice_of_sixteen() -> None:
    lattice = registered_lattice(256, 256, 16)
    assert np.allclose(lattice.matrix, aligned_placement(256, 0).matrix)
    assert lattice.canvas_shape == (17 * CELL, 17 * CELL)
    # The canvas has half a cell of margin around the lattice.
    assert np.allclose(lattice.canvas_matrix(), [[1, 0, -MARGIN], [0, 1, -MARGIN]])
    assert lattice.homography[2] == [0, 0, 1]
