"""Regular shapes: alike, in line and evenly spaced where they nearly are, none moved far, each where its sides allow it."""

from __future__ import annotations

import numpy as np
import pytest

from derender.spec import Circle, Rectangle
from derender.tracing.alignment import equal_sides, even_spaces, regular_middles
from derender.tracing.figure import Figure, Shape
from derender.tracing.placing import placed


def test_sides_are_equal_within_a_kind_where_they_nearly_are() -> None:
    sides = np.array([4.4, 3.7, 4.6, 8.9, 8.2, 4.9])
    assert equal_sides(sides, ["box"] * 5 + ["circle"]).tolist() == [4, 4, 4, 9, 9, 5]
    assert equal_sides(np.array([0.2]), ["box"]).tolist() == [1]


def middles(x: list[float], y: list[float], sides: float, *, centred: bool = False) -> np.ndarray:
    count = len(x)
    return regular_middles(np.stack([x, y], 1), np.full((count, 2), sides), np.full(count, centred))


def test_what_is_nearly_in_line_is_in_line() -> None:
    out = middles([0.0, 9.0, 25.0], [3.3, 2.8, 3.6], 6)
    assert len(set(out[:, 1])) == 1
    # Between lattice lines where sides are odd.
    assert (middles([0.1, 9.0, 25.0], [3.3, 2.9, 3.6], 5) % 1 == 0.5).all()
    assert (middles([0.1, 9.0, 25.0], [3.3, 2.9, 3.6], 5, centred=True) % 1 == 0).all()


def test_nothing_is_moved_far() -> None:
    y = [0.28, 1.31, 1.44, 1.31, 1.37, 1.33]
    out = middles([0.0, 20.0, 40.0, 60.0, 80.0, 100.0], y, 5)
    # By the part of its side, and to where it may lie.
    assert np.abs(out[:, 1] - y).max() <= 0.7 + 0.5


def test_what_is_not_in_line_stays_where_it_is() -> None:
    out = middles([0.0, 9.0], [3.0, 5.2], 6)
    assert out.tolist() == [[0, 3], [9, 5]]


def test_a_row_is_evenly_spaced_whatever_lies_between_its_columns() -> None:
    # Of the first row; the second one's columns lie elsewhere, and one in line with the first moves along.
    x = [0.0, 10.7, 20.1, 30.6, 5.0, 12.9, 20.4, 36.0]
    out = middles(x, [0.0] * 4 + [20.0] * 4, 6)
    steps = np.diff(out[:4, 0])
    assert len(set(steps)) == 1
    assert out[6, 0] == out[2, 0]
    assert np.abs(out[:, 0] - x).max() <= 1


def test_an_uneven_row_stays_uneven() -> None:
    x = [0.0, 10.0, 24.0, 34.0]
    assert middles(x, [0.0] * 4, 6)[:, 0].tolist() == x


@pytest.mark.parametrize("kind", ["ellipse", "box"])
def test_a_row_by_a_hand_becomes_regular(kind: str) -> None:
    rng = np.random.default_rng(5)
    boxes = [np.array([120 * k, 0, 120 * k + 60, 60]) + rng.normal(0, 2, 4) for k in range(5)]
    found = placed(Figure(tuple(Shape(kind, tuple(box.tolist()), 4.0) for box in boxes), (), 60.0, 0.0))
    assert found is not None
    lattice, parts = found
    corners = []
    for part in parts:
        (command,) = part.commands
        assert isinstance(command, Circle | Rectangle)
        match command:
            case Circle(x, y, rx, ry):
                corners.append((x - rx, y - ry, x + rx, y + ry))
            case Rectangle(x1, y1, x2, y2):
                corners.append((x1, y1, x2, y2))
    steps = np.diff(np.array(corners), axis=0)
    assert len(set(steps[:, 0])) == 1
    assert (steps[:, [1, 3]] == 0).all()
    assert (steps[:, 0] == steps[:, 2]).all()
    assert 0 < lattice.residual < 1


def test_spaces_are_told_that_are_about_even() -> None:
    across = np.array([0.0, 10.5, 20.1, 30.6, 5.0, 17.0, 40.0])
    down = np.array([0.0] * 4 + [20.0] * 3)
    (row,), columns = even_spaces(np.stack([across, down], 1), np.full((7, 2), 6.0))
    assert row == (pytest.approx(10.2), 3)
    assert columns == []


@pytest.mark.parametrize("pitch", [101.0, 108.0, 117.0, 126.0])
def test_the_pitch_is_one_that_lets_rows_be_even(pitch: float) -> None:
    regular = 0
    for seed in range(20):
        rng = np.random.default_rng([seed, 8])
        boxes = [np.array([pitch * k, 0, pitch * k + 60, 60]) + rng.normal(0, 3, 4) for k in range(5)]
        found = placed(Figure(tuple(Shape("box", tuple(box.tolist()), 4.0) for box in boxes), (), 60.0, 0.0))
        assert found is not None
        lefts = [part.commands[0].x1 for part in found[1] if isinstance(part.commands[0], Rectangle)]
        regular += len(set(np.diff(lefts).tolist())) == 1
    assert regular >= 14
