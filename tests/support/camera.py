"""A simulated camera: drawings of the simulated hand on a sheet of paper, photographed from nearly above.

Seeded and deterministic; used for the project's own sketches (tests/sketches) and by tests that need photographs.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.rendering.pencil import CELL, Hand, Placement, aligned_placement, draw_by_hand, jittered, sample_hand
from derender.spec import Spec


def photograph(
    spec: Spec,
    seed: int,
    *,
    width_cells: int = 16,
    height_cells: int = 16,
    pixels_per_cell: int = 64,
    tilt_degrees: float = 2.0,
    turn_degrees: float = 2.0,
    squared: bool = False,
) -> NDArray[np.uint8]:
    """(H, W, 3) RGB: a tidy hand with a dark pen, paper in uneven light, a slightly tilted camera, blur and noise."""
    rng = np.random.default_rng(seed)
    factor = pixels_per_cell / CELL
    height, width = round((height_cells + 2) * pixels_per_cell), round((width_cells + 2) * pixels_per_cell)
    hand = tidy_hand(rng)
    placement = Placement(factor * aligned_placement((height_cells + 2) * CELL, CELL).matrix)
    placement = jittered(placement, rng, shift=0.3 * pixels_per_cell, scale=0.03, turn=np.radians(turn_degrees))
    ink = draw_by_hand(spec, hand, placement, (height, width), rng)
    ink = cv2.warpPerspective(ink, _tilt(width, height, tilt_degrees, rng), (width, height), flags=cv2.INTER_LINEAR)
    ink = cv2.GaussianBlur(ink, (0, 0), rng.uniform(0.6, 1.2))
    paper = _paper(height, width, rng)
    if squared:
        paper = _ruled(paper, pixels_per_cell, rng)
    pen = np.array([rng.uniform(15, 50), rng.uniform(15, 50), rng.uniform(30, 110)], dtype=np.float32)
    shaded = paper * (1 - 0.92 * ink[..., None]) + pen * 0.92 * ink[..., None]
    lit = shaded * _light(height, width, rng)[..., None] + rng.normal(0, 2.0, shaded.shape)
    return np.asarray(np.clip(lit, 0, 255), dtype=np.uint8)


def tidy_hand(rng: np.random.Generator) -> Hand:
    """A person who draws with care: as an author who means the figure to be read."""
    return replace(
        sample_hand(rng),
        thickness=float(rng.uniform(1.3, 2.0)),
        wobble=float(rng.uniform(0.1, 0.3)),
        bow=0.004,
        position_jitter=0.5,
        size_jitter=0.02,
        corner_overshoot=0.6,
        end_slack=0.6,
        roundness_noise=0.012,
        head_length=6.0,
        head_angle=0.5,
        head_style="open",
        dash_on=4.5,
        dash_gap=4.0,
    )


def _tilt(width: int, height: int, degrees: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """The homography of a camera whose axis leans by up to `degrees`, one picture width away."""
    lean = np.radians(rng.uniform(-degrees, degrees, 2))
    middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1.0]])
    perspective = np.array([[1, 0, 0], [0, 1, 0], [np.sin(lean[0]) / width, np.sin(lean[1]) / width, 1.0]])
    return np.asarray(np.linalg.inv(middle) @ perspective @ middle)


def _paper(height: int, width: int, rng: np.random.Generator) -> NDArray[np.float32]:
    fibre = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 1.5)
    tone = np.array([246, 243, 236], dtype=np.float32) - rng.uniform(0, 14)
    return np.asarray(tone + 4 * fibre[..., None], dtype=np.float32)


def _ruled(paper: NDArray[np.float32], pixels_per_cell: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Squared paper with a pale ruling."""
    out = paper.copy()
    start_x, start_y = rng.integers(0, pixels_per_cell, 2)
    pale = np.array([30, 18, 6], dtype=np.float32)
    out[:, start_x::pixels_per_cell] -= pale
    out[start_y::pixels_per_cell] -= pale
    return out


def _light(height: int, width: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """A gradient across the sheet and a soft darker corner."""
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    slope = rng.uniform(-0.12, 0.12, 2)
    corner = rng.uniform(0, 1, 2)
    shade = 0.15 * np.exp(-((x - corner[0]) ** 2 + (y - corner[1]) ** 2) / 0.15)
    return np.asarray(0.92 + slope[0] * (x - 0.5) + slope[1] * (y - 0.5) - shade, dtype=np.float32)
