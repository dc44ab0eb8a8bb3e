"""Writing in scans: one stroke that looks like it may be a part of a figure, several are not."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from derender.photo.scans import scanned
from derender.photo.separation import Maps, Separator


class Rather:
    """Takes dark strokes for geometry, and grey ones for writing with such a probability."""

    def __init__(self, writing: float) -> None:
        self.writing = writing

    def maps(self, picture: NDArray[np.uint8]) -> Maps:
        grey = picture[..., 0].astype(np.float32)
        dark, pale = (grey < 60).astype(np.float32), ((grey >= 60) & (grey < 180)).astype(np.float32)
        nothing = np.zeros_like(grey)
        return Maps(dark, np.asarray(self.writing * pale, dtype=np.float32), nothing, nothing + 1)


def scan_with(letters: int) -> NDArray[np.uint8]:
    """A box with so many grey bars in it."""
    picture = np.full((300, 400, 3), 255, np.uint8)
    cv2.rectangle(picture, (60, 60), (340, 240), (0, 0, 0), 3)
    for k in range(letters):
        cv2.rectangle(picture, (100 + 60 * k, 130), (108 + 60 * k, 170), (100, 100, 100), -1)
    return picture


@pytest.mark.parametrize(
    ("letters", "writing", "taken"), [(1, 0.86, False), (2, 0.86, False), (3, 0.86, True), (3, 0.62, False), (1, 0.96, True)]
)
def test_what_is_likely_writing_is_taken_out_where_there_is_more_of_it(letters: int, writing: float, taken: bool) -> None:
    picture = scan_with(letters)
    found = scanned(picture, cast(Separator, Rather(writing)))
    inside = np.s_[100:200, 80:320]
    assert (found.ink[inside] > 0.3).any() != taken
    assert (found.writing[inside] > 0.3).any() == taken
    assert (found.ink[62, 100:300] > 0.5).any()
