"""What lies on the sheet and in the picture is drawn, up to the picture's own border and not to the sheet's."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from derender.photo.maps import Maps
from derender.photo.sheet import on_sheet

HEIGHT, WIDTH = 400, 600


def maps(page: NDArray[np.bool_] | None = None) -> Maps:
    """Geometry everywhere."""
    sheet = np.ones((HEIGHT, WIDTH), np.float32) if page is None else page.astype(np.float32)
    return Maps(np.ones((HEIGHT, WIDTH), np.float32), np.zeros((HEIGHT, WIDTH), np.float32), np.zeros((HEIGHT, WIDTH), np.float32), sheet)


def part(left: int, top: int, right: int, low: int) -> NDArray[np.bool_]:
    out = np.zeros((HEIGHT, WIDTH), dtype=bool)
    out[top:low, left:right] = True
    return out


@pytest.mark.parametrize("away", [4, 6, 10])
def test_strokes_near_the_picture_s_border_stay(away: int) -> None:
    """Sketches are often cut out tightly; the view of one that is turned upright shows more than the picture."""
    kept = on_sheet(maps(), part(50, 60, 500, 350)).geometry > 0
    assert kept[60 + away, 300]
    assert kept[350 - away - 1, 300]
    assert kept[200, 50 + away]
    assert kept[200, 500 - away - 1]


def test_what_lies_beyond_the_picture_and_at_its_very_border_is_nothing() -> None:
    kept = on_sheet(maps(), part(50, 60, 500, 350)).geometry > 0
    assert not (kept & ~part(52, 62, 498, 348)).any()


def test_the_edges_of_the_sheet_are_no_strokes() -> None:
    kept = on_sheet(maps(part(80, 60, 520, 340))).geometry > 0
    assert kept[200, 300]
    assert not kept[200, 80:85].any()
    assert not kept[60:65, 300].any()


def test_where_all_is_sheet_and_picture_nothing_changes() -> None:
    assert (on_sheet(maps()).geometry == 1).all()
