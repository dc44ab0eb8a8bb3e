"""Strokes of any pen come out about as wide as the reader knows them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from derender.photo.strokes import evened, shape_height, thinned
from derender.strokes import stroke_width


def boxes(thickness: int) -> np.ndarray:
    ink = np.zeros((300, 400), np.float32)
    for x in (30, 160, 290):
        cv2.rectangle(ink, (x, 60), (x + 80, 160), 1.0, thickness)
    cv2.line(ink, (110, 110), (160, 110), 1.0, thickness)
    return ink


@pytest.mark.parametrize("thickness", [7, 9, 13])
def test_felt_pens_and_fine_pens_are_brought_to_one_width(thickness: int) -> None:
    even = evened(boxes(thickness))
    width = stroke_width(even > 0.5)
    assert 80 / 60 <= width <= 100 / 14
    # The drawing stays whole: still three boxes, in one piece as before.
    height = shape_height(even > 0.5, width)
    assert height == pytest.approx(80, rel=0.2)
    assert cv2.connectedComponents((even > 0.5).astype(np.uint8))[0] == cv2.connectedComponents((boxes(2) > 0.5).astype(np.uint8))[0]


def test_ordinary_strokes_are_left_alone() -> None:
    ink = boxes(2)
    assert evened(ink) is ink


@pytest.mark.parametrize("ink", [np.zeros((50, 60), np.float32), np.eye(40, dtype=np.float32)])
def test_without_shapes_there_is_nothing_to_go_by(ink: np.ndarray) -> None:
    assert evened(ink) is ink


def test_thinning_leaves_middle_lines_in_one_piece() -> None:
    solid = (boxes(9) > 0.5).astype(np.uint8)
    lines = thinned(solid, 12)
    assert cv2.connectedComponents(lines)[0] == cv2.connectedComponents(solid)[0]
    assert not (lines & ~solid & 1).any()
    assert stroke_width(lines > 0) <= 2
