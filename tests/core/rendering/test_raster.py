"""Bitmaps: where the ink lies, and that a batch is its single pictures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from strategies import specs

from derender.errors import OptionError
from derender.rendering.pen import DEFAULT_PEN, tikz_pen
from derender.rendering.raster import render, render_batch
from derender.rendering.strokes import drawn_box
from derender.spec import Circle, Line, Rectangle, Spec


def ink(*commands: Circle | Rectangle | Line, cells: int = 16) -> NDArray[np.uint8]:
    return render(Spec(commands), width_cells=cells, height_cells=cells)


def test_an_empty_spec_is_paper() -> None:
    assert not render(Spec(), width_cells=4, height_cells=2).any()


@given(st.lists(specs(), min_size=1, max_size=3), st.integers(1, 20), st.integers(1, 20), st.integers(1, 17))
def test_a_batch_is_its_single_pictures(drawn: list[Spec], width: int, height: int, scale: int) -> None:
    size = {"width_cells": width, "height_cells": height, "pixels_per_cell": scale}
    batch = render_batch(drawn, **size)
    assert batch.shape == (len(drawn), height * scale, width * scale)
    assert batch.dtype == np.uint8
    for spec, picture in zip(drawn, batch, strict=True):
        assert np.array_equal(picture, render(spec, **size))


def test_an_empty_batch_has_no_pictures() -> None:
    assert render_batch([], width_cells=3, height_cells=2).shape == (0, 32, 48)


def test_lattice_points_lie_at_multiples_of_the_cell_from_the_lower_left() -> None:
    rows, columns = np.nonzero(ink(Line(2, 3, 5, 3)) > 100)
    assert set(rows) == {256 - 3 * 16 - 1, 256 - 3 * 16}
    assert (columns.min(), columns.max()) == (2 * 16, 5 * 16 - 1)


@given(specs(attributes=False))
def test_a_drawing_moved_by_a_cell_is_the_picture_moved(spec: Spec) -> None:
    moved = {
        Circle: lambda c: Circle(c.x + 3, c.y + 2),
        Rectangle: lambda r: Rectangle(r.x1 + 3, r.y1 + 2, r.x2 + 3, r.y2 + 2),
        Line: lambda n: Line(n.x1 + 3, n.y1 + 2, n.x2 + 3, n.y2 + 2, n.arrow, n.dashed),
    }
    there = render(Spec(moved[type(c)](c) for c in spec), width_cells=24, height_cells=24)
    here = render(spec, width_cells=24, height_cells=24)
    difference = np.abs(there[16:-48, 64:].astype(int) - here[48:-16, 16:-48])
    assert difference.max() <= 4


def test_every_attribute_shows() -> None:
    plain = [Circle(5, 5), Rectangle(2, 2, 6, 6), Line(1, 1, 6, 4), Line(1, 1, 6, 4, arrow=True)]
    changed = [
        [Circle(5, 5, 2, 2), Circle(5, 5, 1.5, 1), Circle(5, 5, double=True)],
        [Rectangle(2, 2, 6, 6, rounded=True), Rectangle(2, 2, 6, 6, double=True), Rectangle(2, 2, 6, 6, True, True)],
        [Line(1, 1, 6, 4, arrow=True), Line(1, 1, 6, 4, dashed=True)],
        [Line(1, 1, 6, 4, True, dashed=True), Line(1, 1, 6, 4, True, bend=30), Line(1, 1, 6, 4, True, bend=-30), Line(6, 4, 1, 1, True)],
    ]
    for before, others in zip(plain, changed, strict=True):
        pictures = [ink(before), *(ink(other) for other in others)]
        for i, one in enumerate(pictures):
            for two in pictures[:i]:
                assert np.count_nonzero((one > 128) != (two > 128)) > 10


def test_the_head_is_at_the_second_end_and_ends_there() -> None:
    head = ink(Line(2, 8, 10, 8, arrow=True)).astype(int) - ink(Line(2, 8, 10, 8)).astype(int)
    columns = np.nonzero((head > 128).any(axis=0))[0]
    assert 10 * 16 - DEFAULT_PEN.head_length * 16 - 1 <= columns.min()
    assert columns.max() <= 10 * 16


def test_a_positive_bend_lies_left_of_the_straight_line() -> None:
    rows, _ = np.nonzero(ink(Line(2, 8, 14, 8, arrow=True, bend=30)) > 128)
    assert rows.min() < 256 - 8 * 16 - 16
    assert rows.max() <= 256 - 8 * 16 + 4


@pytest.mark.parametrize("bend", [105, 135, -105])
def test_what_bends_beyond_a_right_angle_is_a_loop(bend: int) -> None:
    rows, columns = np.nonzero(ink(Line(6, 8, 9, 8, arrow=True, bend=bend)) > 128)
    high = (256 - 8 * 16 - rows.min()) if bend > 0 else rows.max() - (256 - 8 * 16)
    # About as high as its ends are apart, and a little wider than that.
    assert 2.2 * 16 < high < 4.5 * 16
    assert columns.min() < 6 * 16
    assert columns.max() > 9 * 16


def test_a_thicker_pen_leaves_more_ink() -> None:
    spec = Spec([Circle(5, 5), Line(1, 1, 9, 9)])
    fine, thick = (render(spec, width_cells=10, height_cells=10, pen=tikz_pen(cell)) for cell in (5, 2.5))
    assert 1.5 * fine.sum() < thick.sum()


@pytest.mark.parametrize(("width", "scale"), [(0, 16), (-1, 16), (16, 0), (1000, 16)])
def test_impossible_sizes_are_refused(width: int, scale: int) -> None:
    with pytest.raises(OptionError):
        render(Spec(), width_cells=width, height_cells=4, pixels_per_cell=scale)


def test_the_box_of_what_is_drawn_holds_curves() -> None:
    for bend in (45, -60, 105, -150):
        arrow = Line(6, 8, 10, 8, arrow=True, bend=bend)
        left, bottom, right, top = drawn_box(Spec([arrow]))
        rows, columns = np.nonzero(ink(arrow) > 128)
        assert left * 16 - 8 <= columns.min()
        assert columns.max() <= right * 16 + 8
        assert 256 - top * 16 - 8 <= rows.min()
        assert rows.max() <= 256 - bottom * 16 + 8
    assert drawn_box(Spec()) == (0, 0, 0, 0)
