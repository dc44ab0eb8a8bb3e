"""Light is taken out: the same sheet in other light gives the same picture."""

from __future__ import annotations

import numpy as np
import pytest

from derender.photo.light import BRIGHTEST, darkest, even_light


def sheet() -> np.ndarray:
    """A grey sheet with a dark bar five pixels wide."""
    picture = np.full((120, 160, 3), 200, np.uint8)
    picture[60:65, 20:140] = 60
    return picture


def test_paper_is_about_one_and_strokes_are_darker() -> None:
    light = even_light(sheet())
    assert light.shape == (120, 160, 3)
    assert light.dtype == np.float32
    assert light[20, 80] == pytest.approx(1, abs=0.02)
    assert light[62, 80] == pytest.approx(0.3, abs=0.05)


def test_a_lamp_at_one_side_changes_little() -> None:
    falling = np.linspace(1.0, 0.5, 160)[None, :, None]
    lit = even_light((sheet() * falling).astype(np.uint8))
    assert np.abs(lit - even_light(sheet())).mean() < 0.03


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (7, 3), (33, 41)])
@pytest.mark.parametrize("value", [0, 255])
def test_pictures_of_any_size_stay_within_bounds(shape: tuple[int, int], value: int) -> None:
    light = even_light(np.full((*shape, 3), value, np.uint8))
    assert light.shape == (*shape, 3)
    assert np.isfinite(light).all()
    assert light.min() >= 0
    assert light.max() <= BRIGHTEST


def test_a_pixel_is_as_dark_as_in_its_darkest_colour() -> None:
    darkness = np.random.default_rng(0).random((9, 13, 3), np.float32)
    np.testing.assert_array_equal(darkest(darkness), darkness.max(-1))
