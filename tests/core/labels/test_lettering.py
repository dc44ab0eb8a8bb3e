"""A label's strokes come from the photograph: what a map has filled is open again, and no more pixels are lost than the photograph has."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from derender.labels import WrittenRegion
from derender.labels.lettering import lettering

Floats = NDArray[np.float32]
PAPER = np.array([228, 226, 215], np.float32)


def ring(scale: int, pen: tuple[float, float, float]) -> tuple[NDArray[np.uint8], Floats]:
    """A photograph `scale` times as large as its view with a small o on it, in uneven light, and a map that fills the o."""
    strokes = np.zeros((60 * scale, 80 * scale), np.float32)
    cv2.circle(strokes, (40 * scale, 30 * scale), 5 * scale, 1.0, 2 * scale)
    light = np.linspace(0.6, 1.0, 80 * scale, dtype=np.float32)[None, :, None]
    picture = (PAPER * (1 - strokes[..., None]) + np.array(pen, np.float32) * strokes[..., None]) * light
    filled = np.zeros((60, 80), np.float32)
    cv2.circle(filled, (40, 30), 6, 1.0, -1)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.5 * scale), dtype=np.uint8), filled


@pytest.mark.parametrize("scale", [1, 2, 3])
@pytest.mark.parametrize("pen", [(40, 38, 42), (40, 60, 150), (130, 130, 132)])
def test_what_the_map_has_filled_is_open_again(scale: int, pen: tuple[float, float, float]) -> None:
    picture, filled = ring(scale, pen)
    found = lettering(WrittenRegion(34, 24, 47, 37, 100), filled, picture, np.diag([float(scale), float(scale), 1.0]))
    # Two of the view's pixels around the region are shown with it.
    assert found.shape == (17 * scale, 17 * scale)
    middle = found.shape[0] // 2
    assert found[middle, middle] < 0.5 < found[middle].max()
    assert found[0, 0] == 0


def test_nothing_but_writing_is_a_letter_s_stroke() -> None:
    picture, filled = ring(2, (40, 38, 42))
    cv2.line(picture, (0, 50), (160, 50), (30, 30, 30), 3)
    found = lettering(WrittenRegion(30, 20, 52, 40, 100), filled, picture, np.diag([2.0, 2.0, 1.0]))
    # The line leaves the region on both sides; the o does not.
    assert not found[:, :4].any()
    assert not found[:, -4:].any()


def test_a_pen_as_pale_as_the_paper_leaves_the_map() -> None:
    _, filled = ring(1, (40, 38, 42))
    picture = np.full((60, 80, 3), PAPER, np.uint8)
    found = lettering(WrittenRegion(34, 24, 47, 37, 100), filled, picture, np.eye(3))
    assert found == pytest.approx(filled[22:39, 32:49], abs=1e-5)
