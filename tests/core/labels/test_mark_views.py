"""Marks are seen from near and with what lies around them."""

from __future__ import annotations

import cv2
import numpy as np

from derender.labels.mark_judge import may_be_letters
from derender.labels.mark_views import CHANNELS, VIEWS, mark_views
from derender.samples import SIDE

GEOMETRY, WRITING, MARK = range(len(CHANNELS))
CLOSE, AROUND = range(len(VIEWS))


def test_a_mark_is_seen_alone_and_among_what_lies_around_it() -> None:
    ink, writing = np.zeros((200, 300), np.float32), np.zeros((200, 300), np.float32)
    cv2.line(ink, (60, 90), (60, 110), 1.0, 3)
    cv2.line(writing, (85, 90), (85, 110), 0.8, 3)
    marks = sorted(may_be_letters(ink, writing), key=lambda mark: mark.place[1].start)
    first, second = mark_views(marks, ink, writing)
    assert first.shape == (len(VIEWS), len(CHANNELS), SIDE, SIDE)
    # The mark is in the middle, as high as the close view but for its margins, and no other one is the mark.
    rows, columns = np.nonzero(first[CLOSE, MARK] > 127)
    assert abs(rows.mean() - (SIDE - 1) / 2) < 1
    assert abs(columns.mean() - (SIDE - 1) / 2) < 1
    assert abs(np.ptp(rows) + 1 - SIDE / 1.4) < 3
    assert (first[CLOSE, MARK] <= first[CLOSE, GEOMETRY].astype(int) + 2).all()
    # The other one is seen beside it, as what it is taken for, from farther away alone.
    assert not first[CLOSE, WRITING].any()
    assert np.nonzero(first[AROUND, WRITING])[1].mean() > SIDE / 2
    assert 0.7 * 255 < second[CLOSE, WRITING].max() < 0.9 * 255


def test_marks_at_the_border_and_no_marks_are_seen() -> None:
    ink = np.zeros((60, 80), np.float32)
    ink[:30, :4] = 1
    marks = may_be_letters(ink, np.zeros_like(ink))
    (seen,) = mark_views(marks, ink, np.zeros_like(ink))
    assert seen[CLOSE, MARK].max() == 255
    assert mark_views((), ink, ink).shape == (0, len(VIEWS), len(CHANNELS), SIDE, SIDE)
