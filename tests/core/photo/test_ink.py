"""Strokes from paper: what light, polarity and scale do not change."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from derender.photo.ink import ink_of, quantile_of_sparse, resample, white_on_black
from derender.rendering.raster import render
from derender.spec import Circle, Line, Rectangle, Spec

SPEC = Spec([Circle(4, 4), Rectangle(7, 2, 12, 6), Line(2, 9, 12, 12)])


def strokes() -> NDArray[np.float32]:
    """The drawing's ink, softened as by a lens, 224 × 240 pixels."""
    clean = render(SPEC, width_cells=15, height_cells=14, pixels_per_cell=16).astype(np.float32) / 255
    return np.asarray(cv2.GaussianBlur(clean, (0, 0), 0.8))


def on_paper(paper: float | NDArray[np.float64] = 240.0, pen: float = 0.85) -> NDArray[np.uint8]:
    """The drawing in a pen that takes that share of the paper's light."""
    return np.asarray(paper * (1 - pen * strokes()), dtype=np.uint8)


def light(low: float, high: float) -> NDArray[np.float64]:
    """Light that falls off from left to right and a little downwards."""
    y, x = np.mgrid[0:1:224j, 0:1:240j]
    return np.asarray(high + (low - high) * (0.8 * x + 0.2 * y))


def agreement(ink: NDArray[np.float32]) -> float:
    """Intersection over union of the marked pixels with the true strokes, after a pixel of dilation of either."""
    seen, true = ink > 0.4, strokes() > 0.4
    wide = [cv2.dilate(m.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool) for m in (seen, true)]
    both = (seen & wide[1]).sum() + (true & wide[0]).sum()
    return float(both / max(1, seen.sum() + true.sum()))


@pytest.mark.parametrize(
    "grey",
    [
        on_paper(),
        on_paper(pen=0.35),  # a pencil
        on_paper(light(120, 250)),  # a lamp at the left
        on_paper(70.0),  # a dim room: dark paper is still paper
        on_paper(light(40, 95)),
        255 - on_paper(),  # chalk on a blackboard
        255 - on_paper(pen=0.4),
        np.asarray(255 * strokes(), dtype=np.uint8),  # white on plain black
    ],
    ids=["pen", "pencil", "uneven light", "dim", "dim and uneven", "chalk", "faint chalk", "white on black"],
)
def test_strokes_are_found_on_any_paper(grey: NDArray[np.uint8]) -> None:
    ink = ink_of(grey)
    assert ink.shape == grey.shape
    assert ink.dtype == np.float32
    assert ink.min() >= 0
    assert ink.max() == pytest.approx(1, abs=0.05)
    assert agreement(ink) > 0.95


def test_dark_and_light_are_symmetric() -> None:
    grey = np.asarray(255 * (1 - strokes()), dtype=np.uint8)
    assert np.array_equal(ink_of(grey), ink_of(255 - grey))


@pytest.mark.parametrize("value", [0, 1, 60, 95, 96, 200, 255])
def test_plain_paper_has_no_ink(value: int) -> None:
    assert not ink_of(np.full((60, 80), value, np.uint8)).any()


@pytest.mark.parametrize("paper", [light(120, 250), light(60, 95)], ids=["bright", "dim"])
def test_light_and_noise_alone_are_no_ink(paper: NDArray[np.float64]) -> None:
    noise = np.random.default_rng(3).normal(0, 2, paper.shape)
    assert not ink_of(np.asarray(paper + noise, dtype=np.uint8)).any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (2, 3)])
def test_pictures_of_any_size_are_taken(shape: tuple[int, int]) -> None:
    assert ink_of(np.full(shape, 255, np.uint8)).shape == shape


def test_resampling_by_the_identity_changes_nothing() -> None:
    ink = strokes()
    assert np.allclose(resample(ink, np.eye(2, 3), ink.shape), ink, atol=1e-4)


def test_resampling_moves_by_whole_pixels_exactly() -> None:
    ink = strokes()
    moved = resample(ink, np.array([[1.0, 0, 3], [0, 1, -2]]), ink.shape)
    assert np.allclose(moved[2:, :-3], ink[:-2, 3:], atol=1e-4)
    assert not moved[:2].any()  # beyond the picture there is no ink


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_shrinking_keeps_strokes_in_place_and_dark(factor: int) -> None:
    fine = render(SPEC, width_cells=15, height_cells=14, pixels_per_cell=16 * factor).astype(np.float32) / 255
    small = resample(fine, np.array([[factor, 0, 0], [0, factor, 0]], dtype=np.float64), (224, 240))
    assert agreement(small) > 0.95
    assert small.max() == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("part", [0.5, 0.999, 0.9995])
@pytest.mark.parametrize("share", [0.0, 0.0001, 0.0005, 0.01, 1.0])
@pytest.mark.parametrize("size", [1, 2, 1000, 20_000])
def test_a_quantile_of_few_marked_pixels_is_the_quantile(size: int, share: float, part: float) -> None:
    random = np.random.default_rng(size)
    values = (random.random(size) * (random.random(size) < share)).astype(np.float32)
    assert quantile_of_sparse(values, part) == pytest.approx(np.quantile(values, part), abs=1e-6)


@pytest.mark.parametrize("desk", [20, 60, 90])
def test_a_small_sheet_on_a_dark_desk_is_no_chalk(desk: int) -> None:
    picture = np.full((600, 800), desk, np.uint8)
    picture[200:424, 300:540] = on_paper(light(150, 240))
    assert not white_on_black(picture)


def test_chalk_on_a_large_board_in_a_room_s_light_is_chalk() -> None:
    board = np.asarray(light(30, 80) + 150 * strokes(), dtype=np.uint8)
    assert white_on_black(board)
