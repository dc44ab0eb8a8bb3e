"""Strokes are met where they lie across an outline, and two that run side by side are told from one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from derender.perception.across import STEPS, Across, crossings, part_drawn_twice

TURNS = np.linspace(0, 2 * np.pi, 60, endpoint=False)


def circle(radius: float) -> NDArray[np.float64]:
    return 60 + radius * np.stack([np.cos(TURNS), np.sin(TURNS)], -1)


def rings(*radii: int) -> NDArray[np.float32]:
    ink = np.zeros((121, 121), np.float32)
    for radius in radii:
        cv2.circle(ink, (60, 60), radius, 1.0, 2)
    return ink


def test_crossings_are_told_outwards_from_the_outline() -> None:
    met = crossings(Across.of(circle(32)), rings(30, 37), 12)
    assert len(met) == STEPS
    assert all(np.abs(there - (-2, 5)).max() < 1.5 for there in met if len(there) == 2)
    assert sum(len(there) == 2 for there in met) > 0.9 * STEPS
    assert all(not len(there) for there in crossings(Across.of(circle(32)), rings(), 12))


@pytest.mark.parametrize("outline", [30, 33, 37])
def test_two_rings_are_one_double_outline_wherever_it_was_read(outline: int) -> None:
    assert part_drawn_twice(circle(outline), rings(30, 37), 16) > 0.8


def test_one_ring_and_one_too_far_off_are_single() -> None:
    assert part_drawn_twice(circle(32), rings(32), 16) == 0
    assert part_drawn_twice(circle(32), rings(32, 52), 16) == 0


def test_strokes_that_cross_an_outline_make_it_no_double_one() -> None:
    ink = rings(32)
    cv2.line(ink, (60, 60), (110, 64), 1.0, 2)
    cv2.line(ink, (20, 10), (26, 112), 1.0, 2)
    assert part_drawn_twice(circle(32), ink, 16) < 0.3
