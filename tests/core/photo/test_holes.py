"""A spiral along a side is no figure; dashed frames, rows of circles and columns of letters are drawn."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from derender.photo.holes import spiral

Mask = NDArray[np.bool_]


def page() -> NDArray[np.uint8]:
    """A box and a line in the middle of 500 × 800 pixels."""
    drawn = np.zeros((500, 800), np.uint8)
    cv2.rectangle(drawn, (300, 200), (500, 320), 1, 3)
    cv2.line(drawn, (500, 260), (640, 260), 1, 3)
    return drawn


def with_holes(drawn: NDArray[np.uint8], every: int = 24) -> Mask:
    """Holes with wires along the left side, slightly aslant, and one of them missing."""
    for k, y in enumerate(range(20, 490, every)):
        if k != 5:
            cv2.circle(drawn, (30 + y // 60, y), 6, 1, 2)
            cv2.line(drawn, (14, y - 1), (21, y + 1), 1, 2)
    return drawn > 0


@pytest.mark.parametrize("turns", range(4))
def test_a_spiral_on_any_side_is_found_and_nothing_else(turns: int) -> None:
    plain = np.rot90(page(), turns) > 0
    holed = np.rot90(with_holes(page()), turns)
    assert np.array_equal(spiral(np.ascontiguousarray(holed)), holed & ~plain)


def test_a_dashed_frame_is_drawn() -> None:
    drawn = page()
    for y in range(10, 480, 26):
        cv2.line(drawn, (25, y), (25, y + 15), 1, 3)
    assert not spiral(drawn > 0).any()


@pytest.mark.parametrize("places", [(40, 180, 300, 420), (15, 40, 95, 130, 210, 228, 300, 390, 405, 470)])
def test_few_or_uneven_circles_at_a_side_are_drawn(places: tuple[int, ...]) -> None:
    drawn = page()
    for y in places:
        cv2.circle(drawn, (40, y), 9, 1, 2)
    assert not spiral(drawn > 0).any()


def test_a_column_in_the_middle_is_drawn() -> None:
    drawn = np.zeros((500, 800), np.uint8)
    for y in range(20, 490, 24):
        cv2.circle(drawn, (400, y), 6, 1, 2)
    assert not spiral(drawn > 0).any()


def test_an_empty_page_has_none() -> None:
    assert not spiral(np.zeros((30, 40), np.bool_)).any()
