"""Simulated signs that stand free: they touch nothing, some are beside arrows, some in place of shapes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from derender.photographs.diagrams import Diagram, draw_diagram, draw_without_shapes, random_diagram
from derender.photographs.free_signs import sample_sign, write_beside, write_in_place

SHAPE = (300, 400)


def diagram(seed: int) -> Diagram:
    return random_diagram(np.random.default_rng(seed), SHAPE, 60.0)


def touches(writing: np.ndarray, geometry: np.ndarray) -> bool:
    return bool((cv2.dilate(writing, np.ones((3, 3), np.uint8)) & geometry).any())


@pytest.mark.parametrize("seed", range(12))
def test_signs_beside_arrows_touch_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    geometry, writing = np.zeros(SHAPE, np.uint8), np.zeros(SHAPE, np.uint8)
    cv2.line(geometry, (40, 150), (360, 150), 255, 3)
    for _ in range(4):
        write_beside(writing, geometry, [np.array([(40.0, 150.0), (360.0, 150.0)])], 60.0, 3.0, rng)
    assert not touches(writing, geometry)
    rows = np.flatnonzero(writing.any(1))
    assert len(rows)
    # None is farther from the arrow than it is high, about.
    assert np.abs(rows - 150).max() < 80


def test_signs_lie_where_shapes_would_be() -> None:
    boxes = [(40.0, 40.0, 120.0, 100.0), (240.0, 180.0, 320.0, 240.0)]
    for seed in range(8):
        writing = np.zeros(SHAPE, np.uint8)
        write_in_place(writing, np.zeros(SHAPE, np.uint8), boxes, 60.0, 3.0, np.random.default_rng(seed))
        for left, top, right, low in boxes:
            part = writing[int(top) - 20 : int(low) + 20, int(left) - 20 : int(right) + 20]
            assert (part > 0).sum() > 20


def test_a_diagram_without_shapes_has_arrows_and_signs() -> None:
    for seed in range(6):
        bare = draw_without_shapes(np.random.default_rng(seed), diagram(seed), SHAPE)
        assert (bare.writing > 0).any()
        drawn = draw_diagram(np.random.default_rng(seed), diagram(seed), SHAPE)
        # The outlines are missing.
        assert (bare.geometry > 0).sum() < (drawn.geometry > 0).sum()


def test_most_signs_are_single() -> None:
    signs = [sample_sign(np.random.default_rng(seed)) for seed in range(300)]
    assert 0.6 < np.mean([len(sign) == 1 for sign in signs]) < 0.9
    # Strokes that figures are made of stand for no sign.
    assert not {"-", "/", "l", "|"} & set(signs)
