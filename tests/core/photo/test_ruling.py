"""Ruling that was taken for strokes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from derender.photo.maps import Maps
from derender.photo.ruling import without_ruling

PITCH, HEIGHT, WIDTH = 20, 200, 300
RULED, PEN = 200, 40
"""Grey of ruled lines and of a pen."""
STROKE = (slice(20, 185), slice(20, 24))


def lined(*, slope: float = 0.0) -> tuple[NDArray[np.uint8], Maps]:
    """Paper with lines two pixels wide and a short upright stroke, and maps that tell them."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    on_line = (rows - slope * columns + 10) % PITCH < 2
    picture = np.repeat(np.where(on_line, RULED, 250)[..., None], 3, -1).astype(np.uint8)
    picture[STROKE] = PEN
    geometry = np.zeros((HEIGHT, WIDTH), np.float32)
    geometry[STROKE] = 0.95
    ruling = np.where(geometry > 0, 0, 0.9 * on_line).astype(np.float32)
    return picture, Maps(geometry, np.zeros_like(geometry), ruling, np.ones_like(geometry))


def taken_for_stroke(maps: Maps, place: tuple[slice, slice]) -> Maps:
    """The ruling of that place as geometry."""
    geometry, ruling = maps.geometry.copy(), maps.ruling.copy()
    geometry[place], ruling[place] = maps.ruling[place], 0.1
    return Maps(geometry, maps.writing, ruling, maps.page)


def test_a_part_of_a_ruled_line_is_no_stroke() -> None:
    for slope in (0.0, 0.03):
        picture, maps = lined(slope=slope)
        found = without_ruling(picture, taken_for_stroke(maps, (slice(60, 100), slice(80, 200))))
        assert ((found.geometry > 0.3) == (maps.geometry > 0.3)).all()
        assert ((found.ruling > 0.5) == (maps.ruling > 0.5)).mean() > 0.99


def test_of_wide_lines_both_sides_are_ruling_where_one_was_seen() -> None:
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    # Six pixels wide with soft sides, as in a small photograph that was enlarged.
    across = (rows + 10) % 40 - 10
    picture = np.repeat((250 - 90 * np.clip((4 - np.abs(across)) / 2, 0, 1))[..., None], 3, -1).astype(np.uint8)
    picture[STROKE] = PEN
    geometry, ruling = np.zeros((HEIGHT, WIDTH), np.float32), np.where(np.abs(across + 2) < 1, 0.9, 0).astype(np.float32)
    # In the middle the other side is taken for a stroke.
    geometry[(np.abs(across - 2) < 1) & (columns > 80) & (columns < 200)] = 0.6
    ruling[STROKE], geometry[STROKE] = 0, 0.95
    drawn = np.zeros((HEIGHT, WIDTH), np.bool_)
    drawn[STROKE] = True
    found = without_ruling(picture, Maps(geometry, np.zeros_like(geometry), ruling, np.ones_like(geometry)))
    # One of the five lines lies at the edge of the picture.
    assert (found.geometry[~drawn] > 0.5).sum() <= 0.2 * (geometry[~drawn] > 0.5).sum()
    assert (found.geometry[drawn] > 0.5).all()


def test_upright_ruling_is_found_as_level_ruling_is() -> None:
    picture, maps = lined()
    given = taken_for_stroke(maps, (slice(60, 100), slice(80, 200)))
    turned = without_ruling(
        np.ascontiguousarray(picture.transpose(1, 0, 2)), Maps(given.geometry.T, given.writing.T, given.ruling.T, given.page.T)
    )
    assert ((turned.geometry.T > 0.3) == (maps.geometry > 0.3)).all()


def test_a_stroke_drawn_upon_a_line_stays() -> None:
    picture, maps = lined()
    place = (slice(90, 92), slice(80, 200))
    picture[place] = PEN
    found = without_ruling(picture, taken_for_stroke(maps, place))
    # A few pixels at its ends are as pale as the line beside it.
    assert (found.geometry[place] > 0.5).mean() > 0.9


def test_strokes_across_ruled_lines_stay_whole() -> None:
    picture, maps = lined()
    place = (slice(45, 155), slice(148, 152))
    picture[place] = PEN
    geometry = maps.geometry.copy()
    geometry[place] = 0.95
    found = without_ruling(picture, Maps(geometry, maps.writing, np.where(geometry > 0, 0, maps.ruling).astype(np.float32), maps.page))
    assert (found.geometry[place] > 0.9).all()
    assert (found.geometry[STROKE] > 0.9).all()


def test_what_is_as_dark_as_ruling_and_lies_beside_it_stays() -> None:
    picture, maps = lined()
    place = (slice(100, 102), slice(80, 200))
    picture[place] = RULED
    geometry = maps.geometry.copy()
    geometry[place] = 0.9
    found = without_ruling(picture, Maps(geometry, maps.writing, maps.ruling, maps.page))
    assert (found.geometry[place] > 0.5).all()


def with_dark_line(columns: slice) -> tuple[NDArray[np.uint8], Maps]:
    """The same with a level line as dark as the pen and a little wider than ruling, taken for a stroke."""
    picture, maps = lined()
    place = (slice(99, 102), columns)
    picture[place] = PEN
    geometry, ruling = maps.geometry.copy(), maps.ruling.copy()
    geometry[place], ruling[place] = 0.95, 0.05
    return picture, Maps(geometry, maps.writing, ruling, maps.page)


def test_a_line_as_dark_as_the_pen_from_end_to_end_is_a_margin() -> None:
    picture, maps = with_dark_line(slice(0, WIDTH))
    found = without_ruling(picture, maps)
    beside = slice(STROKE[1].stop + 8, None)
    assert (found.geometry[99:102, beside] > 0.3).mean() < 0.1
    assert (found.geometry[STROKE] > 0.9).mean() > 0.9


def test_a_line_that_ends_before_the_sheet_is_a_stroke() -> None:
    picture, maps = with_dark_line(slice(0, round(0.85 * WIDTH)))
    found = without_ruling(picture, maps)
    assert (found.geometry[99:102, : round(0.85 * WIDTH)] > 0.5).mean() > 0.9


def test_paper_without_ruling_stays_as_it_is() -> None:
    picture, maps = lined()
    plain = Maps(np.maximum(maps.geometry, maps.ruling), maps.writing, np.zeros_like(maps.ruling), maps.page)
    assert without_ruling(picture, plain) is plain
