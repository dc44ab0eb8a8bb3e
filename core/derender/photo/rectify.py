"""Perspective undone: a homography under which what was drawn level is level and what was drawn upright is upright.

Evidence are straight segments: of the ruling, of the sheet's edges, and of the drawing itself, whose sides are mostly meant to be
level or upright. Four numbers are fitted (a turn, a shear, the two tilts), robustly and with a prior for a camera that looks
straight down; a picture without evidence stays as it is. How much a leaning camera foreshortens cannot be seen from level and upright
lines; it follows from the tilts and a telephone's usual lens.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.plane import Matrix, moved_to

_FAMILY = math.radians(24)
"""Segments within this of level (or upright) count as level (upright)."""

_NOISE = math.radians(1.5)
"""How far a hand's level strokes are from level; what is much farther is meant to slant."""

_PRIOR = np.array([0.06, 0.01, 0.08, 0.08])
"""Standard deviations of turn and shear (slopes) and of the tilts (change of scale over half the picture). A camera that leans hardly
shears: on 160 simulated photographs by cameras that lean by up to 8° or 20° a freer prior left a tenth of the first ones more sheared
than they had been tilted."""

_INDEPENDENT, _LEAST_NOISE = 4.0, math.radians(0.2)
"""Segments of one sheet err together, as it bends and as a hand slopes: all of them tell no more than so many independent ones that are as
far off as what the fit leaves of them, or so far at least. On 120 simulated photographs, flat and bent, whole and cut, by cameras that lean
by up to 8° or 20°, scale across the view is then 5.7 % off on average and by a factor of 1.6 at worst; with 120 it was 8.4 % and a
factor of 2.8, hardly better than untouched (8.7 %)."""

_FOCAL_LENGTH = 1.5
"""Of a telephone's lens, in halves of the picture's longer side: about 26 mm on 36 mm."""

_SCALE = 0.65
"""At which segments are looked for: at the detector's usual 0.8 it finds no more of them and looks at half as many pixels again."""


@dataclass(frozen=True, slots=True)
class Segments:
    """Ends (N, 4) as x1, y1, x2, y2 in pixels, and weights (N)."""

    ends: Matrix
    weights: Matrix


NO_SEGMENTS = Segments(np.zeros((0, 4)), np.zeros(0))


def segments_of(strokes: NDArray[np.float32], weight: float, least: float) -> Segments:
    """Straight segments of at least `least` pixels in a map (H, W) of strokes; weights are shares of their length times `weight`."""
    marked = np.asarray(np.clip(255 * strokes, 0, 255), dtype=np.uint8)
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD, _SCALE).detect(marked)[0]
    if found is None:
        return NO_SEGMENTS
    ends = np.asarray(found, dtype=np.float64).reshape(-1, 4)
    lengths = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    kept = lengths >= least
    if not kept.any():
        return NO_SEGMENTS
    # Long before many: a segment's direction is known the better, the longer it is.
    strength = np.minimum(lengths[kept] / least, 8)
    return Segments(ends[kept], weight * strength)


def along_axes(segments: Segments, within: float = _FAMILY) -> Segments:
    """The segments that are level or upright but for an angle in radians."""
    away = (np.arctan2(*(segments.ends[:, 2:] - segments.ends[:, :2]).T[::-1]) + math.pi / 4) % (math.pi / 2) - math.pi / 4
    kept = np.abs(away) < within
    return Segments(segments.ends[kept], segments.weights[kept])


def joined(*parts: Segments) -> Segments:
    """All segments together."""
    return Segments(np.concatenate([p.ends for p in parts]), np.concatenate([p.weights for p in parts]))


def upright_view(segments: Segments, width: int, height: int) -> Matrix:
    """3 × 3 homography from the picture's pixels to those of the picture as seen from straight above, at the same scale in the middle.

    The identity where segments are few or agree that nothing leans.
    """
    used = along_axes(segments)
    if len(used.weights) < 3:
        return np.eye(3)
    half, middle = max(width, height) / 2, np.array([width / 2, height / 2])
    ends, weights = (used.ends.reshape(-1, 2, 2) - middle) / half, used.weights
    level = np.abs(ends[:, 1] - ends[:, 0]).argmax(1) == 0
    weights = weights * min(1.0, _INDEPENDENT / weights.sum())
    parameters = np.zeros(4)
    # From below: what a strong prior leaves of a lean would pass for noise, and so confirm itself.
    noise = _LEAST_NOISE
    for _ in range(24):
        errors, slopes = _errors(parameters, ends, level), np.empty((len(ends), 4))
        for k in range(4):
            nudged = parameters.copy()
            nudged[k] += 1e-5
            slopes[:, k] = (_errors(nudged, ends, level) - errors) / 1e-5
        near = weights / (1 + (errors / (2 * _NOISE)) ** 2)
        robust = near / noise**2
        normal = (slopes * robust[:, None]).T @ slopes + np.diag(1 / _PRIOR**2)
        step = np.linalg.solve(normal, (slopes * robust[:, None]).T @ errors + parameters / _PRIOR**2)
        parameters = np.clip(parameters - step, -0.35, 0.35)
        noise = max(_LEAST_NOISE, math.sqrt(float(near @ errors**2 / near.sum())))
    if np.abs(parameters).max() < 0.006:
        return np.eye(3)
    centre = np.array([[1 / half, 0, -middle[0] / half], [0, 1 / half, -middle[1] / half], [0, 0, 1]])
    return np.asarray(np.linalg.inv(centre) @ _matrix(parameters) @ centre)


def _matrix(parameters: Matrix) -> Matrix:
    turn, shear, tilt_x, tilt_y = parameters
    matrix = np.array([[1, shear - turn, 0], [turn, 1, 0], [tilt_x, tilt_y, 1.0]])
    matrix[:2, :2] /= math.sqrt(abs(np.linalg.det(matrix[:2, :2])))
    tilts = np.array([tilt_x, tilt_y])
    # A camera that leans by an angle whose tangent is tilt times focal length sees the sheet shorter by the angle's cosine.
    longer = math.sqrt(1 + float(tilts @ tilts) * _FOCAL_LENGTH**2)
    stretch = np.eye(2) + (longer - 1) * np.outer(tilts, tilts) / max(1e-12, float(tilts @ tilts))
    matrix[:2] = stretch / math.sqrt(longer) @ matrix[:2]
    return matrix


def _errors(parameters: Matrix, ends: Matrix, level: NDArray[np.bool_]) -> Matrix:
    """The angles (N) by which level segments are not level, and upright ones not upright, after the homography."""
    places = moved_to(_matrix(parameters), ends.reshape(-1, 2)).reshape(-1, 2, 2)
    across = places[:, 1] - places[:, 0]
    angle = np.arctan2(across[:, 1], across[:, 0])
    from_level = (angle + math.pi / 2) % math.pi - math.pi / 2
    from_upright = angle % math.pi - math.pi / 2
    return np.asarray(np.where(level, from_level, from_upright))
