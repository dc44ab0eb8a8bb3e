"""What is done to a canvas's ink before it is looked at."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from derender.perception.ink import drawn_on, sharpened, thickened
from derender.perception.scenes import random_scene
from derender.rendering.pencil import simulate


def strokes(width: int) -> NDArray[np.float32]:
    ink = np.zeros((96, 96), np.float32)
    cv2.line(ink, (10, 20), (86, 20), 1.0, width)
    cv2.line(ink, (20, 80), (80, 40), 1.0, width)
    return ink


def test_sharp_strokes_are_left_as_they_are() -> None:
    ink = strokes(4)
    assert sharpened(ink) is ink


def test_blurred_strokes_are_set_off() -> None:
    sharp = strokes(2)
    blurred = cv2.GaussianBlur(sharp, (0, 0), 1.5)
    mended = sharpened(blurred)
    assert np.abs(mended - sharp).mean() < np.abs(blurred - sharp).mean()
    assert 0 <= mended.min() <= mended.max() <= 1


@pytest.mark.parametrize("seed", range(5))
def test_blurred_drawings_are_recognised(seed: int) -> None:
    clean = simulate(random_scene(np.random.default_rng(seed), 14, 14), 16, 16, seed=seed, damaged=False)
    assert sharpened(cv2.GaussianBlur(clean, (0, 0), 2.0)).max() > cv2.GaussianBlur(clean, (0, 0), 2.0).max()


@pytest.mark.parametrize("mend", [sharpened, thickened])
def test_blank_paper_stays_blank(mend: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> None:
    blank = np.zeros((32, 32), np.float32)
    assert not mend(blank).any()
    assert not drawn_on(blank).any()
