"""Pieces of strokes that were taken for writing."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from derender.photo.maps import Maps
from derender.photo.pieces import pieces_of, with_pieces

Floats = NDArray[np.float32]
SHAPE = (240, 400)


def maps_of(geometry: Floats, writing: Floats) -> Maps:
    """What a network tells that holds each as likely as the layers (H, W) say."""
    return Maps(geometry, writing, np.zeros(SHAPE, np.float32), np.ones(SHAPE, np.float32))


def boxes() -> Floats:
    """Two boxes beside each other, certain."""
    out = np.zeros(SHAPE, np.float32)
    cv2.rectangle(out, (20, 80), (120, 140), 0.95, 3)
    cv2.rectangle(out, (280, 80), (380, 140), 0.95, 3)
    return out


def dashes(y: int, probability: float) -> Floats:
    """A dashed line from the one box to the other."""
    out = np.zeros(SHAPE, np.float32)
    for x in range(130, 270, 16):
        cv2.line(out, (x, y), (x + 8, y), probability, 3)
    return out


def word(x: int, y: int, probability: float) -> Floats:
    """Letters of eleven pixels."""
    out = np.zeros(SHAPE, np.uint8)
    cv2.putText(out, "mask", (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 255, 2)
    return np.asarray(probability * (out > 0), dtype=np.float32)


def test_dashes_that_are_doubtful_are_strokes() -> None:
    found = with_pieces(maps_of(np.maximum(boxes(), dashes(110, 0.4)), dashes(110, 0.6)))
    on_dashes = dashes(110, 1.0) > 0.9
    assert (found.geometry[on_dashes] > found.writing[on_dashes]).all()


def test_words_in_boxes_stay_writing() -> None:
    written = word(45, 115, 0.6)
    given = maps_of(np.maximum(boxes(), 0.5 * written), written)
    assert with_pieces(given) is given


def test_the_same_word_beside_dashes_is_told_from_them() -> None:
    written, line = word(45, 115, 0.6), dashes(110, 0.6)
    found = with_pieces(maps_of(np.maximum.reduce([boxes(), 0.7 * line, 0.5 * written]), np.maximum(written, line)))
    assert (found.writing[written > 0.5] > 0.5).all()
    assert (found.geometry[line > 0.5] > 0.5).all()


@pytest.mark.parametrize("degrees", [0, 25, 90])
def test_a_row_is_followed_in_every_direction(degrees: int) -> None:
    written = np.zeros(SHAPE, np.float32)
    along = np.array([math.cos(math.radians(degrees)), math.sin(math.radians(degrees))])
    for k in range(-2, 3):
        start, end = (np.rint(np.array([200, 120]) + (18 * k + reach) * along).astype(int).tolist() for reach in (-5, 5))
        cv2.line(written, start, end, 0.8, 3)
    rows = np.exp(pieces_of(maps_of(np.zeros(SHAPE, np.float32), written)).measurements[:, 4])
    assert rows.max() == pytest.approx(5)


def test_what_is_closed_in_and_what_lies_near_is_measured() -> None:
    written = np.maximum.reduce([word(26, 115, 0.8), word(74, 115, 0.8), word(180, 40, 0.8)])
    pieces = pieces_of(maps_of(boxes(), written))
    inside = {int(n) for n in np.unique(pieces.number[85:135, 25:115]) if n}
    for number, (one, geometry, writing, closed_in, *_, near, _fills) in enumerate(pieces.measurements, 1):
        assert (one, geometry) == (1, 0)
        assert writing == pytest.approx(0.8, abs=0.05)
        assert closed_in == (number in inside)
        assert (near > math.log(0.1)) == (number in inside)


def test_nothing_written_and_pages_of_writing_stay_as_they_are() -> None:
    nothing = maps_of(boxes(), np.zeros(SHAPE, np.float32))
    assert with_pieces(nothing) is nothing
    page = np.zeros(SHAPE, np.float32)
    page[::6, ::8] = page[::6, 1::8] = 0.8
    crowded = maps_of(boxes(), page)
    assert not len(pieces_of(crowded).measurements)
    assert with_pieces(crowded) is crowded
