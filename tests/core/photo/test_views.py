"""At which size a picture is looked at."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derender.photo.maps import Maps
from derender.photo.views import BEST_SHAPES, FINEST_STROKES, LARGEST_SHAPES, SECOND_LOOK, second_factor, sized, typical_height


def boxes(height: int, thickness: int = 2) -> np.ndarray:
    """Three boxes of one height with letters' holes in them."""
    drawn = np.zeros((height + 40, 5 * height + 40), np.uint8)
    for k in range(3):
        x = 10 + k * round(1.6 * height)
        cv2.rectangle(drawn, (x, 10), (x + round(1.4 * height), 10 + height), 1, thickness)
        cv2.circle(drawn, (x + height // 2, 10 + height // 2), 6, 1, 1)
    return drawn > 0


@given(st.integers(40, 300))
def test_the_typical_height_is_that_of_the_shapes_not_of_letters(height: int) -> None:
    assert typical_height(boxes(height)) == pytest.approx(height, abs=4)


def test_what_closes_in_nothing_has_no_height() -> None:
    drawn = np.zeros((60, 60), bool)
    assert typical_height(drawn) is None
    drawn[30, 10:50] = True
    assert typical_height(drawn) is None


@given(st.integers(40, 300))
def test_shapes_are_shown_no_higher_than_the_network_knows(height: int) -> None:
    thickness = max(2, height // 22)
    drawn = boxes(height, thickness).astype(np.float32)
    # Shapes are as high as what their outlines close in.
    inside = height - thickness
    nothing = np.zeros_like(drawn)
    box = (0.0, 0.0, float(drawn.shape[1]), float(drawn.shape[0]))
    factor = second_factor(Maps(drawn, nothing, nothing, nothing + 1), 1.0, box)
    assert inside * factor < LARGEST_SHAPES + 5
    assert factor <= 3
    assert factor * drawn.shape[1] <= SECOND_LOOK
    assert factor * inside > BEST_SHAPES - 5 or factor >= 1


def test_a_frame_does_not_make_what_is_in_it_vanish() -> None:
    drawn = np.zeros((700, 900), np.uint8)
    cv2.rectangle(drawn, (20, 20), (880, 680), 1, 4)
    for x in (100, 400, 700):
        cv2.rectangle(drawn, (x, 300), (x + 80, 360), 1, 4)
    seen = drawn.astype(np.float32)
    factor = second_factor(Maps(seen, 0 * seen, 0 * seen, 0 * seen + 1), 1.0, (0.0, 0.0, 900.0, 700.0))
    # OpenCV draws lines of an even thickness a pixel thicker.
    assert 5 * factor == pytest.approx(FINEST_STROKES, rel=0.1)


@pytest.mark.parametrize(("shape", "side"), [((3000, 4000), 800), ((20, 50), 150), ((500, 700), 700)])
def test_pictures_are_brought_to_a_size(shape: tuple[int, int], side: int) -> None:
    seen, factor = sized(np.zeros((*shape, 3), np.uint8), 800)
    assert max(seen.shape[:2]) == side
    assert seen.shape[0] == pytest.approx(shape[0] * factor, abs=1)
