"""Strokes in maps: what fades still counts where it hangs together with the rest, what surrounds a dark stroke does not."""

from __future__ import annotations

import cv2
import numpy as np

from derender.photo.maps import Maps
from derender.tracing.strokes import traces_of


def maps(ink: np.ndarray) -> Maps:
    ink = ink.astype(np.float32)
    return Maps(ink, np.zeros_like(ink), np.zeros_like(ink), np.ones_like(ink))


def test_a_stroke_counts_as_far_as_it_fades() -> None:
    ink = np.zeros((80, 200))
    ink[40:43, 20:180] = np.linspace(0.9, 0.1, 160)
    assert traces_of(maps(ink)).drawn[41, 20:180].all()


def test_faint_marks_by_themselves_do_not_count() -> None:
    ink = np.zeros((80, 200))
    ink[20:23, 20:180] = 0.9
    ink[60:63, 20:180] = 0.15
    drawn = traces_of(maps(ink)).drawn
    assert drawn[21, 20:180].all()
    assert not drawn[55:].any()


def test_what_fades_out_beside_a_dark_stroke_is_not_part_of_it() -> None:
    ink = np.zeros((80, 200))
    ink[40:43, 20:180] = 1.0
    blurred = cv2.GaussianBlur(ink, (0, 0), 1.6)
    # As faint as a fading stroke, yet paler than what is beside.
    beside = (blurred > 0.09) & (blurred < 0.18)
    assert beside.any()
    assert not (traces_of(maps(blurred)).drawn & beside)[:, 30:170].any()
