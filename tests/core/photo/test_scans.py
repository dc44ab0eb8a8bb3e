"""Writing in scans: one stroke that looks like it may be a part of a figure, several are not, and much doubtful writing makes a page."""

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


@pytest.mark.parametrize(("writing", "is_mixed"), [(0.62, True), (0.96, False)])
def test_much_writing_that_cannot_be_taken_out_makes_a_scan_more_than_a_drawing(writing: float, is_mixed: bool) -> None:
    picture = scan_with(letters=0)
    for x in range(80, 320, 40):
        cv2.rectangle(picture, (x, 100), (x + 10, 160), (100, 100, 100), -1)
    assert scanned(picture, cast(Separator, Rather(writing))).is_mixed == is_mixed


@pytest.mark.parametrize(("lines", "is_mixed"), [(10, True), (2, False)])
def test_a_scan_on_ruled_paper_is_more_than_a_drawing_however_pale_its_ruling_is(lines: int, is_mixed: bool) -> None:
    class Ruled(Rather):
        """Takes what is nearly white for ruling."""

        def maps(self, picture: NDArray[np.uint8]) -> Maps:
            seen, grey = super().maps(picture), picture[..., 0]
            return Maps(seen.geometry, seen.writing, ((grey > 180) & (grey < 250)).astype(np.float32), seen.page)

    picture = scan_with(letters=0)
    picture[20 : 20 + 25 * lines : 25][(picture[20 : 20 + 25 * lines : 25] == 255)] = 240
    found = scanned(picture, cast(Separator, Ruled(0.0)))
    assert found.is_mixed == is_mixed


def test_writing_alone_and_a_drawing_alone_are_not_mixed() -> None:
    letters = np.full((300, 400, 3), 255, np.uint8)
    cv2.rectangle(letters, (100, 100), (140, 180), (100, 100, 100), -1)
    for picture in (letters, scan_with(letters=0), np.full_like(letters, 255)):
        assert not scanned(picture, cast(Separator, Rather(0.62))).is_mixed
