"""Two holes of a punch are no circles; circles, dots and lone holes are drawn."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from derender.photo.punched import punched

Picture = NDArray[np.uint8]
Mask = NDArray[np.bool_]

PAPER, PEN, DESK = (232, 230, 224), (40, 40, 60), (196, 138, 74)
HOLES = ((36, 140), (35, 360))


def page(places: tuple[tuple[int, int], ...], inside: tuple[int, int, int], radii: tuple[int, ...] = (11, 11)) -> tuple[Picture, Mask]:
    """A box, and round marks at these places with something of that colour in them: 500 × 800 pixels, and what of it are strokes."""
    picture = np.full((500, 800, 3), PAPER, np.uint8)
    cv2.rectangle(picture, (300, 200), (500, 320), PEN, 3)
    for (x, y), radius in zip(places, radii, strict=True):
        cv2.circle(picture, (x, y), radius, inside, cv2.FILLED)
        cv2.circle(picture, (x, y), radius, PEN, 2)
    return picture, (picture == PEN).all(-1)


@pytest.mark.parametrize("turns", range(4))
def test_two_holes_on_any_side_are_found_and_nothing_else(turns: int) -> None:
    picture, drawn = (np.ascontiguousarray(np.rot90(a, turns)) for a in page(HOLES, DESK))
    _, box_alone = page((), DESK, ())
    assert np.array_equal(punched(picture, drawn), drawn & ~np.rot90(box_alone, turns))


@pytest.mark.parametrize(
    ("places", "inside", "radii"),
    [
        (HOLES, PAPER, (11, 11)),  # circles
        (HOLES, PEN, (11, 11)),  # dots
        (HOLES[:1], DESK, (11,)),  # one is no punch
        (((36, 140), (78, 360)), DESK, (11, 11)),  # not in a row
        (HOLES, DESK, (11, 17)),  # not alike
        (((36, 140), (36, 180)), DESK, (11, 11)),  # too near each other
        (((400, 100), (400, 400)), DESK, (11, 11)),  # in the middle
    ],
)
def test_other_round_marks_are_drawn(places: tuple[tuple[int, int], ...], inside: tuple[int, int, int], radii: tuple[int, ...]) -> None:
    assert not punched(*page(places, inside, radii)).any()
