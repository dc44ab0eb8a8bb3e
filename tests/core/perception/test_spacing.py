"""Spacing: what is drawn with gaps that are off is found on a lattice with breaks, and straightened."""

from __future__ import annotations

import math
from dataclasses import astuple

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from derender.perception.breaks import axes_of, segments
from derender.perception.key_points import KeyPoints
from derender.perception.lattice import Copy, Lattice, LatticeSettings, infer_lattices
from derender.perception.network import CELL
from derender.perception.spacing import Stretch, UnevenLattice, laid_out, straightened, uneven_lattice

SETTINGS = LatticeSettings()
PIXELS = 16.0
COLUMNS = np.array([0, 3, 5, 8, 10, 13, 15, 18])
ROWS = np.array([0, 2, 5, 7])


def boxes(across: NDArray[np.float64], turn: float = 0.0, noise: float = 0.3) -> Copy:
    """Boxes whose sides are at `across` in cells, in two rows, and their corners as a network would find them."""
    rng = np.random.default_rng(1)
    places = np.array([(x, y) for x in across for y in ROWS]) * PIXELS + 30 + rng.normal(0, noise, (len(across) * len(ROWS), 2))
    turned = places @ np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    count = len(places)
    points = KeyPoints(turned, np.ones(count, np.int64), np.full(count, 0.95), np.zeros(count))
    ink = np.zeros((180, 400), np.uint8)
    for box in turned.reshape(-1, 2, 2, 2, 2).transpose(0, 2, 1, 3, 4).reshape(-1, 4, 2):
        cv2.polylines(ink, [np.rint(box[[0, 1, 3, 2]]).astype(np.int32)], isClosed=True, color=1, thickness=2)
    return Copy(points, ink.astype(np.float32), 1.0, (0, 0))


def drawn_with(gaps: tuple[float, ...]) -> NDArray[np.float64]:
    widths = np.diff(COLUMNS).astype(np.float64)
    widths[1::2] = gaps
    return np.concatenate([[0.0], np.cumsum(widths)])


def test_the_lattice_starts_anew_after_each_gap_that_is_off() -> None:
    across, up = axes_of(boxes(drawn_with((2.4, 2.0, 1.6))), 0.0)
    found = list(segments(across, PIXELS, SETTINGS))
    assert [sorted(set(np.diff(np.unique(s.numbers)).tolist())) for s in found] == [[3.0], [2.0, 3.0], [3.0]]
    assert len(list(segments(up, PIXELS, SETTINGS))) == 1


@pytest.mark.parametrize("turn", [0.0, 0.03])
def test_columns_are_told_where_they_were_meant_and_where_they_are(turn: float) -> None:
    meant = drawn_with((2, 2, 2))
    drawn = drawn_with((2.4, 1.7, 2.35))
    copy = boxes(drawn, turn)
    plain = infer_lattices([copy], SETTINGS)[0]
    like = Lattice(np.array([[math.cos(turn), math.sin(turn), 0], [math.sin(turn), -math.cos(turn), 0]]) * PIXELS, 1, 1, 0.0, 0.0)
    found = uneven_lattice([copy], like, SETTINGS)
    assert found is not None
    assert found.lattice.evidence > plain.evidence + 10
    positions = found.across.meant[0] + meant
    assert found.across.to_drawn(positions) == pytest.approx(found.across.to_drawn(positions[:1])[0] + drawn / _wider(found), abs=0.06)
    assert 0.1 < found.lattice.residual < 0.4
    # Everything drawn lies on the lattice, a cell from its sides at least.
    assert found.across.drawn.min() >= 1
    assert found.across.drawn.max() <= found.lattice.columns - 2


def test_what_is_spaced_evenly_is_no_likelier_with_breaks() -> None:
    copy = boxes(drawn_with((2, 2, 2)))
    plain = infer_lattices([copy], SETTINGS)[0]
    found = uneven_lattice([copy], plain, SETTINGS)
    assert found is not None
    assert found.lattice.evidence < plain.evidence
    assert found.across.to_drawn(COLUMNS + found.across.meant[0]) == pytest.approx(COLUMNS + found.across.meant[0], abs=0.06)


def test_a_single_point_has_a_lattice_and_no_points_have_none() -> None:
    seen = boxes(drawn_with((2, 2, 2)))
    alone = seen._replace(points=KeyPoints(*(values[:1] for values in astuple(seen.points))))
    like = infer_lattices([seen], SETTINGS)[0]
    found = uneven_lattice([alone], like, SETTINGS)
    assert found is not None
    assert found.lattice.residual == 0
    assert found.lattice.matrix @ [*found.across.drawn, *found.up.drawn, 1] == pytest.approx(alone.points.positions[0])
    assert uneven_lattice([], like, SETTINGS) is None


def test_no_breaks_within_a_box_where_its_sides_are_seen() -> None:
    across, _ = axes_of(boxes(drawn_with((2, 2, 2))), 0.0)
    middles = (across.positions[1:] + across.positions[:-1]) / 2
    in_boxes = np.any([(a < middles - 1) & (middles + 1 < b) for a, b in (COLUMNS.reshape(-1, 2) * PIXELS + 30)], axis=0)
    in_gaps = np.any([(a < middles - 1) & (middles + 1 < b) for a, b in (COLUMNS[1:-1].reshape(-1, 2) * PIXELS + 30)], axis=0)
    assert in_boxes.sum() == 4
    assert in_gaps.sum() == 3
    assert across.prices[in_boxes].min() > 2 * across.prices[in_gaps].max()


def test_ink_is_straightened() -> None:
    """A stroke at 4.5 cells that was meant to be at four is moved there."""
    lattice = Lattice(np.array([[16.0, 0, 0], [0, -16.0, 96]]), 10, 6, 0.0, 0.0)
    across = Stretch(np.array([2.0, 4.0]), np.array([2.0, 4.5]))
    uneven = UnevenLattice(lattice, across, Stretch(np.array([1.0]), np.array([1.0])), (np.array([2.0, 4.5]), np.array([1.0])))
    canvas = np.zeros(lattice.canvas_shape, np.float32)
    canvas[:, round((4.5 + 0.5) * CELL) - 1 : round((4.5 + 0.5) * CELL) + 1] = 1
    (columns,) = np.nonzero(straightened(canvas, uneven).mean(0) > 0.5)
    assert columns.mean() + 0.5 == pytest.approx((4 + 0.5) * CELL, abs=0.6)


def test_the_lattice_lies_as_near_to_what_is_drawn_as_it_can() -> None:
    lattice = Lattice(np.array([[16.0, 0, 5], [0, -16.0, 96]]), 0, 0, 0.0, 3.0)
    drawn = np.array([0.0, 3.0, 5.5, 8.5])
    uneven = UnevenLattice(
        lattice,
        Stretch(np.array([0.0, 3, 5, 8]), drawn),
        Stretch(np.array([0.0, 2]), np.array([0.0, 2])),
        (drawn, np.array([0.0, 2])),
    )
    found = laid_out(uneven)
    pixels = found.lattice.matrix[0, 0] * found.across.drawn + found.lattice.matrix[0, 2]
    assert pixels == pytest.approx(16 * drawn + 5)
    beside = found.across.drawn - found.across.meant
    assert abs(beside.mean()) < 1e-9
    assert np.abs(beside).max() < 0.3
    assert found.lattice.evidence == 3.0


def _wider(found: UnevenLattice) -> float:
    """By how much a cell of the lattice is larger than one of the shapes'."""
    return found.lattice.cell / PIXELS
