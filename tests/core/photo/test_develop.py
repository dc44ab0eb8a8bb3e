"""From photograph to ink with a network that is always right: in these pictures colours say what is geometry (blue), writing (red),
desk (green) and paper (grey)."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from derender.photo.develop import Development, develop
from derender.photo.ink import ink_of
from derender.photo.maps import Maps
from derender.photo.scans import is_scan
from derender.photo.separation import Separator
from derender.plane import moved_to

BLUE, RED, GREEN = (40, 40, 210), (210, 40, 40), (40, 120, 50)


class ByColour:
    """Stands for the network."""

    def maps(self, picture: NDArray[np.uint8]) -> Maps:
        r, g, b = (picture[..., k].astype(np.float32) for k in range(3))
        blue, red, green = (np.clip((a - np.maximum(c, d)) / 80, 0, 1) for a, c, d in ((b, r, g), (r, g, b), (g, r, b)))
        return Maps(blue, red, np.zeros_like(blue), np.asarray(green < 0.3, dtype=np.float32))


def figure(paper: tuple[int, int, int] = (214, 214, 210)) -> NDArray[np.uint8]:
    """Two boxes, an arrow's shaft between them, a word in the left one: 900 × 700 pixels on slightly uneven paper."""
    noise = np.random.default_rng(1).integers(-4, 5, (700, 900, 1))
    picture = np.clip(np.array(paper) + noise, 0, 255).astype(np.uint8)
    for x in (200, 520):
        cv2.rectangle(picture, (x, 250), (x + 180, 370), BLUE, 3)
    cv2.line(picture, (380, 310), (520, 310), BLUE, 3)
    cv2.putText(picture, "word", (240, 320), cv2.FONT_HERSHEY_SIMPLEX, 1.2, RED, 3)
    return picture


def seen_from(picture: NDArray[np.uint8], border: tuple[int, int, int]) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The same from a camera that leans, and the homography."""
    corners = np.array([(0, 0), (900, 0), (900, 700), (0, 700)], np.float32)
    moved = np.array([(60, 40), (850, 90), (800, 640), (100, 670)], np.float32)
    lean = cv2.getPerspectiveTransform(corners, moved)
    return cv2.warpPerspective(picture, lean, (900, 700), borderValue=border).astype(np.uint8), np.asarray(lean)


def develops(picture: NDArray[np.uint8], by: ByColour | None = None, **settings: bool) -> Development:
    return develop(picture, cast(Separator, by or ByColour()), **settings)


def is_rectified(found: Development) -> bool:
    """Whether perspective was undone: the view is no upright piece of the picture."""
    return bool(np.abs(found.to_picture[[0, 1, 2, 2], [1, 0, 0, 1]]).max() > 1e-9)


def test_geometry_is_ink_and_writing_is_not() -> None:
    found = develops(figure())
    back = moved_to(found.to_picture, np.argwhere(found.ink > 0.5)[:, ::-1].astype(np.float64))
    assert (back.min(0), back.max(0)) == (pytest.approx((199, 249), abs=4), pytest.approx((701, 371), abs=4))
    written = moved_to(found.to_picture, np.argwhere(found.writing > 0.5)[:, ::-1].astype(np.float64))
    assert written.min(0) == pytest.approx((240, 293), abs=8)
    assert not (found.ink[found.writing > 0.5] > 0.5).any()
    assert not found.is_scan
    assert not is_rectified(found)


def test_a_leaning_camera_is_undone_and_the_sheet_is_found() -> None:
    picture, lean = seen_from(figure(), GREEN)
    found = develops(picture)
    assert is_rectified(found)
    assert found.page is not None
    corners = np.array(sorted(found.page))
    assert corners == pytest.approx(np.array(sorted([(60, 40), (850, 90), (800, 640), (100, 670)])), abs=15)
    # The boxes' corners, through the camera and back to the view, stand level and upright.
    box = moved_to(np.linalg.inv(found.to_picture) @ lean, np.array([(200.0, 250), (700, 250), (700, 370), (200, 370)]))
    assert abs(box[0, 1] - box[1, 1]) < 0.02 * abs(box[0, 0] - box[1, 0])
    assert abs(box[0, 0] - box[3, 0]) < 0.03 * abs(box[0, 1] - box[3, 1]) + 2


def test_a_given_grid_keeps_the_frame() -> None:
    picture, _ = seen_from(figure(), GREEN)
    found = develops(picture, keep_frame=True)
    assert not is_rectified(found)
    assert moved_to(found.to_picture, np.array([(0.0, 0), found.ink.shape[::-1]])) == pytest.approx(np.array([(0, 0), (900, 700)]), abs=1)


def test_a_scan_is_not_touched() -> None:
    picture = np.full((400, 500, 3), 255, np.uint8)
    cv2.rectangle(picture, (100, 100), (300, 250), (0, 0, 0), 2)
    assert is_scan(picture)
    found = develops(picture)
    assert found.is_scan
    assert np.array_equal(found.ink, ink_of(picture[..., 0]))
    assert np.array_equal(found.to_picture, np.eye(3))


def test_writing_is_taken_out_of_a_scan() -> None:
    picture = np.full((400, 500, 3), 255, np.uint8)
    cv2.rectangle(picture, (100, 100), (300, 250), BLUE, 3)
    without = develops(picture).ink
    cv2.putText(picture, "word", (140, 190), cv2.FONT_HERSHEY_SIMPLEX, 1.2, RED, 3)
    found = develops(picture)
    assert found.is_scan
    assert (found.writing[150:200, 130:260] > 0.5).any()
    assert np.abs(found.ink - without).max() < 0.05


def test_a_scan_of_ruled_paper_is_developed_as_a_photograph() -> None:
    class Ruled(ByColour):
        """Tells what is green as ruling."""

        def maps(self, picture: NDArray[np.uint8]) -> Maps:
            seen = super().maps(picture)
            return Maps(seen.geometry, seen.writing, 1 - seen.page, np.ones_like(seen.page))

    picture = np.full((400, 500, 3), 255, np.uint8)
    cv2.rectangle(picture, (100, 100), (300, 250), BLUE, 3)
    for y in range(60, 400, 90):
        cv2.line(picture, (0, y), (500, y), GREEN, 1)
    assert is_scan(picture)
    found = develops(picture, Ruled())
    assert not found.is_scan
    back = moved_to(found.to_picture, np.argwhere(found.ink > 0.5)[:, ::-1].astype(np.float64))
    assert (back.min(0), back.max(0)) == (pytest.approx((99, 99), abs=4), pytest.approx((301, 251), abs=4))


def test_large_shapes_are_looked_at_smaller() -> None:
    picture = cv2.resize(figure(), None, fx=1.3, fy=1.3, interpolation=cv2.INTER_CUBIC)
    cv2.rectangle(picture, (200, 100), (900, 800), BLUE, 24)
    found = develops(np.asarray(picture, dtype=np.uint8))
    # A view of the 700 pixels of the large box in which it is less than a hundred high: its strokes are thick enough for that.
    assert max(found.view.shape) < 130
    back = moved_to(found.to_picture, np.argwhere(found.ink > 0.5)[:, ::-1].astype(np.float64))
    assert (back.min(0), back.max(0)) == (pytest.approx((200, 100), abs=20), pytest.approx((900, 800), abs=20))


@pytest.mark.parametrize("shape", [(1, 1), (40, 3), (90, 1000)])
@pytest.mark.parametrize("tone", [255, 120, 0])
def test_plain_paper_of_any_size_has_no_ink(shape: tuple[int, int], tone: int) -> None:
    found = develops(np.full((*shape, 3), tone, np.uint8))
    assert not found.ink.any()
    assert not found.writing.any()


def test_a_photograph_of_a_blackboard_is_turned_over() -> None:
    found = develops(255 - figure())
    assert found.ink.any()
