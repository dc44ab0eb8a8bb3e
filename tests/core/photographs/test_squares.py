"""Diagrams that are drawn along the lines of squared paper."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from derender.photographs.along_squares import along_squares
from derender.photographs.diagrams import Diagram, Shape, Sketch
from derender.photographs.examples import photograph_straight
from derender.photographs.paper import random_sheet
from derender.photographs.pen_strokes import ArrowStyle, Pen
from derender.photographs.routes import Link
from derender.photographs.squares import Squares
from derender.photographs.writing import Writer

DRAWN = Diagram(
    (Shape("box", (40.0, 33.0, 128.0, 87.0)), Shape("circle", (231.0, 36.0, 289.0, 94.0))),
    (Link(np.array([(128.0, 61.0), (231.0, 64.0)])),),
    60.0,
    Pen(2.0, 0.01),
    ArrowStyle("open", None),
    Writer(None, 0.0, 0.0, 0.0),
    0.0,
)


def apart(places: np.ndarray, start: float, pitch: float) -> np.ndarray:
    """How far places lie from the nearest line, in squares."""
    in_squares = (places - start) / pitch
    return np.abs(in_squares - np.rint(in_squares))


def test_some_are_drawn_along_lines_and_the_others_as_they_are() -> None:
    drawn = [along_squares(np.random.default_rng(seed), DRAWN) for seed in range(60)]
    followed = [(diagram, squares) for diagram, squares in drawn if squares]
    assert 10 < len(followed) < 50
    assert all(diagram is DRAWN for diagram, squares in drawn if squares is None)
    off = []
    for diagram, squares in followed:
        box, circle = (np.array(shape.box) for shape in diagram.shapes)
        off += [*apart(box[::2], squares.left, squares.pitch), *apart(box[1::2], squares.top, squares.pitch)]
        middle = circle.reshape(2, 2).mean(0)
        off += [*apart(middle[:1], squares.left, squares.pitch), *apart(middle[1:], squares.top, squares.pitch)]
        off += [*apart(diagram.links[0].path[:, 1], squares.top, squares.pitch)]
    # A hand strays a little; places at random lie a quarter of a square off.
    assert np.mean(off) < 0.1


def test_shapes_keep_about_their_size_and_place() -> None:
    for seed in range(40):
        diagram, squares = along_squares(np.random.default_rng(seed), DRAWN)
        for before, after in zip(DRAWN.shapes, diagram.shapes, strict=True):
            assert np.abs(np.subtract(before.box, after.box)).max() < 0.9 * (squares.pitch if squares else 1)


def test_a_link_that_would_shrink_to_nothing_stays() -> None:
    short = replace(DRAWN, links=(Link(np.array([(100.0, 50.0), (101.0, 50.5)])),))
    for seed in range(20):
        diagram, _ = along_squares(np.random.default_rng(seed), short)
        assert np.hypot(*np.diff(diagram.links[0].path, axis=0)[0]) > 0.5


def test_the_sheet_is_ruled_where_the_squares_are() -> None:
    squares = Squares(24.0, 7.0, 13.0)
    grid_x, grid_y = np.meshgrid(np.arange(240, dtype=np.float32), np.arange(160, dtype=np.float32))
    ruling = random_sheet(np.random.default_rng(3), grid_x, grid_y, 240, squares).ruling
    columns, rows = ruling.mean(0), ruling.mean(1)
    assert columns[[7, 31, 55]].min() > columns[[19, 43, 67]].max() + 0.3
    assert rows[[13, 37, 61]].min() > rows[[25, 49, 73]].max() + 0.3


def test_a_window_sees_the_same_lines() -> None:
    seen = Squares(20.0, 5.0, 6.0).moved(30.0, 40.0)
    np.testing.assert_allclose(seen.onto(np.array([(16.0, 8.0)])), [(15.0, 6.0)])


def test_a_sketch_is_photographed_on_squares() -> None:
    empty = np.zeros((120, 200), np.uint8)
    for seed in range(12):
        shown = photograph_straight(np.random.default_rng(seed), Sketch(empty, empty, Squares(20.0, 5.0, 6.0)))
        ruling = shown.targets[2] > 100
        if ruling.any():
            # Lines lie 20 pixels apart: along a row they are seen at 5, 25, 45…
            assert ruling[:, 5::20].mean() > 0.5
            return
    raise AssertionError("no sheet was ruled")
