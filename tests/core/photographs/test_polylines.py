"""Parts of ways in a box and outside of it."""

from __future__ import annotations

import numpy as np
import pytest

from derender.photographs.polylines import length, parts

BOX = (100.0, 0.0, 200.0, 100.0)
ANGLED = np.array([(0.0, 50.0), (150.0, 50.0), (150.0, 300.0)])


def test_a_way_with_a_corner_in_a_box_is_parted_where_it_enters_and_leaves() -> None:
    before, after = parts(ANGLED, BOX, inside=False)
    (within,) = parts(ANGLED, BOX, inside=True)
    assert np.allclose(before, [(0, 50), (99, 50)], atol=1.01)
    assert np.allclose(within, [(100, 50), (150, 50), (150, 100)], atol=1.01)
    assert np.allclose(after, [(150, 101), (150, 300)], atol=1.01)
    assert length(before) + length(within) + length(after) == pytest.approx(length(ANGLED), abs=4.0)


def test_what_does_not_meet_a_box_is_whole_outside_and_nothing_inside() -> None:
    (whole,) = parts(ANGLED, (300.0, 300.0, 400.0, 400.0), inside=False)
    assert np.allclose(whole, ANGLED, atol=1.0)
    assert parts(ANGLED, (300.0, 300.0, 400.0, 400.0), inside=True) == ()
