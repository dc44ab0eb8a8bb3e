"""A sheet on something of another colour is found by its colour; shadows, and sheets that fill the picture, are left to the network."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from derender.photo.desk import beside_desk

Picture = NDArray[np.uint8]
WOOD, PAPER = (135, 95, 60), (205, 205, 198)
CORNERS = np.array([(150, 70), (700, 50), (760, 540), (90, 520)])


def on_desk(desk: tuple[int, int, int]) -> tuple[Picture, NDArray[np.bool_]]:
    """A sheet with a box on a grained desk, half of it in the shade, and where it lies."""
    rows, columns = np.mgrid[0:600, 0:800].astype(np.float32)
    grain = 12 * np.sin(rows / 5 + 3 * np.sin(rows / 41 + columns / 90))
    picture = np.array(desk, np.float32) + grain[..., None]
    sheet = cv2.fillConvexPoly(np.zeros((600, 800), np.uint8), CORNERS.astype(np.int32), 1) > 0
    picture[sheet] = PAPER
    cv2.rectangle(picture, (300, 200), (450, 300), (40, 50, 130), 3)
    picture *= np.where(columns + rows < 650, 0.6, 1)[..., None]
    return np.clip(picture, 0, 255).astype(np.uint8), sheet


def test_white_paper_on_wood_is_found_with_what_lies_in_the_shade() -> None:
    picture, sheet = on_desk(WOOD)
    found = beside_desk(picture)
    assert found is not None
    assert (found & sheet).sum() / (found | sheet).sum() > 0.95


@pytest.mark.parametrize("desk", [PAPER, (120, 120, 118), (60, 70, 120)])
def test_a_desk_that_is_no_warmer_than_paper_is_left_to_the_network(desk: tuple[int, int, int]) -> None:
    assert beside_desk(on_desk(desk)[0]) is None


def test_a_sheet_that_fills_the_picture_has_no_desk() -> None:
    picture = np.full((600, 800, 3), PAPER, np.uint8)
    cv2.rectangle(picture, (300, 200), (450, 300), (200, 60, 40), 6)
    assert beside_desk(picture) is None


def test_a_lamp_s_light_beside_a_blue_shadow_is_one_sheet() -> None:
    picture = np.full((600, 800, 3), (225, 205, 160), np.uint8)
    picture[:, :400] = (95, 100, 108)
    assert beside_desk(picture) is None
