"""A coffee cup's rim is no stroke; pencils and pens of other colours are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from derender.photo.stains import stained

Floats = NDArray[np.float32]
BLACK = (40, 38, 42)


def ring(colour: tuple[int, int, int], thickness: int) -> tuple[NDArray[np.uint8], Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """A box by a black pen and a ring on one sheet, the map of both, and where either is drawn."""
    picture = np.full((400, 500, 3), (240, 238, 230), np.uint8)
    box, rim = np.zeros((400, 500), np.uint8), np.zeros((400, 500), np.uint8)
    cv2.rectangle(box, (60, 60), (220, 180), 1, 4)
    cv2.circle(rim, (330, 240), 90, 1, thickness)
    picture[rim > 0], picture[box > 0] = colour, BLACK
    picture = cv2.GaussianBlur(picture, (0, 0), 1.0).astype(np.uint8)
    return picture, np.maximum(box, rim).astype(np.float32), box > 0, rim > 0


def test_a_brown_rim_is_a_stain_and_the_pen_is_not() -> None:
    picture, geometry, box, rim = ring((210, 185, 150), 8)
    found = stained(picture, geometry)
    assert found[rim].mean() > 0.97
    assert not found[box].any()


@pytest.mark.parametrize("colour", [(150, 150, 152), (190, 120, 120), (60, 90, 170), (230, 140, 20)])
def test_pencils_and_coloured_pens_are_no_stains(colour: tuple[int, int, int]) -> None:
    picture, geometry, box, rim = ring(colour, 5)
    assert not stained(picture, geometry)[rim | box].any()


def test_a_figure_in_brown_alone_is_drawn() -> None:
    picture, geometry, _, rim = ring((210, 185, 150), 5)
    geometry[~rim] = 0
    picture[~cv2.dilate(rim.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool)] = (240, 238, 230)
    assert not stained(picture, geometry)[rim].any()


def test_an_empty_sheet_has_none() -> None:
    assert not stained(np.full((50, 60, 3), 230, np.uint8), np.zeros((50, 60), np.float32)).any()
