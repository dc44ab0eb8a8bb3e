"""Words and blocks of words are found as people see them."""

from __future__ import annotations

import cv2
import numpy as np

from derender.labels import written_regions


def page(*words: tuple[str, int, int]) -> np.ndarray:
    out = np.zeros((300, 500), np.uint8)
    for text, x, y in words:
        cv2.putText(out, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 255, 2)
    return np.asarray(out / 255, dtype=np.float32)


NOTHING = np.zeros((300, 500), np.float32)


def test_a_word_is_one_region() -> None:
    (region,) = written_regions(page(("hello", 50, 100)), NOTHING)
    assert abs(region.left - 50) < 6
    assert 70 <= region.top < region.bottom <= 108


def test_words_far_apart_are_two_in_reading_order() -> None:
    first, second = written_regions(page(("below", 40, 200), ("above", 300, 60)), NOTHING)
    assert first.top < second.top


def test_words_of_one_line_and_of_two_lines_are_one_block() -> None:
    assert len(written_regions(page(("send bank", 50, 100), ("account", 55, 124)), NOTHING)) == 1


def test_a_stroke_between_two_words_parts_them() -> None:
    wall = NOTHING.copy()
    wall[:, 106:109] = 1
    writing = page(("left", 70, 100), ("right", 112, 100))
    assert len(written_regions(writing, NOTHING)) == 1
    assert len(written_regions(writing, wall)) == 2


def test_specks_and_blank_paper_are_no_writing() -> None:
    assert written_regions(NOTHING, NOTHING) == ()
    specked = page(("hello", 50, 100))
    specked[250:252, 400:402] = 1
    assert len(written_regions(specked, NOTHING)) == 1


def test_a_line_that_is_not_quite_level_is_read_from_left_to_right() -> None:
    words = (("one", 20, 102), ("two", 160, 98), ("three", 320, 94), ("below", 20, 220))
    found = written_regions(page(*words), NOTHING)
    assert [region.left // 100 for region in found] == [0, 1, 3, 0]
