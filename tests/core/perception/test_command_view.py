"""What a command's surroundings tell of it."""

from __future__ import annotations

import cv2
import numpy as np

from derender.perception.command_view import ROOM, CommandView
from derender.perception.network import CELL
from derender.perception.pixels import rendering_on_canvas
from derender.spec import Circle, Rectangle, Spec

SHAPE = (16 * CELL, 16 * CELL)
CIRCLE, BOX = Circle(6, 6, 2, 2), Rectangle(4, 4, 8, 8)


def two_sided(ink: np.ndarray, spec: Spec) -> float:
    """Of the circle within that spec, nearly a quarter of a cell to either side."""
    view = CommandView.of(CIRCLE, spec, np.pad(ink, ROOM * CELL))
    assert view is not None
    return view.two_sided(CIRCLE, (0, 0), 4.0)


def test_a_double_outline_has_ink_on_both_sides() -> None:
    assert two_sided(rendering_on_canvas(Spec([Circle(6, 6, 2, 2, double=True)]), SHAPE), Spec([CIRCLE])) > 0.8
    assert two_sided(rendering_on_canvas(Spec([CIRCLE]), SHAPE), Spec([CIRCLE])) < 0.2


def test_an_uneven_outline_is_on_one_side_at_a_time() -> None:
    ink = np.zeros(SHAPE, np.uint8)
    turns = np.linspace(0, 2 * np.pi, 200)
    reach = 2 * CELL + 4 * np.sign(np.sin(5 * turns))
    x, y = 6.5 * CELL + reach * np.cos(turns), SHAPE[0] - 6.5 * CELL + reach * np.sin(turns)
    cv2.polylines(ink, [np.rint(np.stack([x, y], -1)).astype(np.int32)], True, 1, 2)
    assert two_sided(ink > 0, Spec([CIRCLE])) < 0.45


def test_the_sides_of_a_box_around_are_no_second_outline() -> None:
    inner = np.zeros(SHAPE, np.uint8)
    cv2.circle(inner, (round(6.5 * CELL), round(SHAPE[0] - 6.5 * CELL)), 2 * CELL - 3, 1, 2)
    ink = (inner > 0) | rendering_on_canvas(Spec([BOX]), SHAPE)
    assert two_sided(ink, Spec([CIRCLE, BOX])) < 0.1
