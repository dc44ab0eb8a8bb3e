"""Perspective undone: what leant stands upright again, what stood upright is left alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from derender.photo.rectify import NO_SEGMENTS, Segments, segments_of, upright_view
from derender.plane import moved_to

WIDTH, HEIGHT = 640, 480


def grid(lean: np.ndarray) -> Segments:
    """A grid of level and upright segments, seen through a homography."""
    level = [(x, y, x + 80, y) for x in range(60, 520, 100) for y in range(50, 450, 60)]
    upright = [(x, y, x, y + 60) for x in range(60, 600, 90) for y in range(50, 380, 80)]
    ends = np.array([*level, *upright], dtype=np.float64)
    seen = moved_to(lean, ends.reshape(-1, 2)).reshape(-1, 4)
    return Segments(seen, np.ones(len(seen)))


def tilted(turn: float, tilt_x: float, tilt_y: float) -> np.ndarray:
    half, middle = WIDTH / 2, (WIDTH / 2, HEIGHT / 2)
    centre = np.array([[1 / half, 0, -middle[0] / half], [0, 1 / half, -middle[1] / half], [0, 0, 1]])
    c, s = np.cos(turn), np.sin(turn)
    return np.asarray(np.linalg.inv(centre) @ np.array([[c, -s, 0], [s, c, 0], [tilt_x, tilt_y, 1]]) @ centre)


def slopes(segments: Segments, view: np.ndarray) -> np.ndarray:
    """How far each segment is from level or upright under `view`, in radians."""
    ends = moved_to(view, segments.ends.reshape(-1, 2)).reshape(-1, 2, 2)
    along = np.abs(ends[:, 1] - ends[:, 0])
    return np.asarray(np.arctan2(along.min(1), along.max(1)))


@given(turn=st.floats(-0.08, 0.08), tilt_x=st.floats(-0.12, 0.12), tilt_y=st.floats(-0.12, 0.12))
@example(turn=0.08, tilt_x=0.12, tilt_y=0.12)
@example(turn=0.0, tilt_x=0.1171875, tilt_y=0.119140625)
def test_a_leaning_camera_is_set_upright(turn: float, tilt_x: float, tilt_y: float) -> None:
    segments = grid(tilted(turn, tilt_x, tilt_y))
    assert slopes(segments, upright_view(segments, WIDTH, HEIGHT)).max() < np.radians(0.6)


def test_what_is_upright_is_left_alone() -> None:
    assert np.array_equal(upright_view(grid(np.eye(3)), WIDTH, HEIGHT), np.eye(3))


@pytest.mark.parametrize("segments", [NO_SEGMENTS, Segments(np.array([[0, 0, 50, 5.0]]), np.ones(1))])
def test_too_little_evidence_leaves_the_picture_alone(segments: Segments) -> None:
    assert np.array_equal(upright_view(segments, WIDTH, HEIGHT), np.eye(3))


def test_slanted_strokes_do_not_lead_astray() -> None:
    """A third of the segments are level to within 15°: arrows that are meant to slant."""
    true = grid(tilted(0.03, 0.06, -0.05))
    count = len(true.weights) // 3
    slanted = Segments(np.array([(100 + 20 * k, 100, 180 + 20 * k, 121.0) for k in range(count)]), np.ones(count))
    both = Segments(np.concatenate([true.ends, slanted.ends]), np.concatenate([true.weights, slanted.weights]))
    assert slopes(true, upright_view(both, WIDTH, HEIGHT)).max() < np.radians(1.6)


def test_segments_are_found_where_lines_are_drawn() -> None:
    strokes = np.zeros((200, 300), np.float32)
    cv2.line(strokes, (30, 50), (260, 60), 1.0, 3)
    found = segments_of(strokes, 1.0, 40)
    assert len(found.weights) >= 1
    assert np.abs(np.diff(found.ends[:, [0, 2]])).max() > 100
    assert len(segments_of(np.zeros((50, 50), np.float32), 1.0, 10).weights) == 0
