"""Strokes that lines across a closed outline meet: whether it is drawn once or twice, and where."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

STEPS = 96
"""Lines across an outline."""

_INKED = 0.4
"""How dark a stroke is at least."""

_EVEN = (0.6, 1.5)
"""Of the median distance: strokes that lie nearer or farther are no second outline."""


class Across(NamedTuple):
    """Points (`STEPS`, 2) along a closed outline and the directions outwards there."""

    points: Points
    outwards: Points

    @classmethod
    def of(cls, outline: NDArray[np.floating]) -> Across:
        """Of an outline (N, 2) in pixels."""
        closed = np.concatenate([outline, outline[:1]]).astype(np.float64)
        at = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
        t = np.linspace(0, at[-1], STEPS, endpoint=False)
        points = np.stack([np.interp(t, at, closed[:, axis]) for axis in (0, 1)], -1)
        along = np.roll(points, -3, 0) - np.roll(points, 3, 0)
        outwards = np.stack([along[:, 1], -along[:, 0]], -1) / np.maximum(1e-6, np.hypot(*along.T))[:, None]
        if float(((points - points.mean(0)) * outwards).sum()) < 0:
            outwards = -outwards
        return cls(points, outwards)


def crossings(across: Across, ink: NDArray[np.float32], reach: float) -> list[Points]:
    """For each line how far outwards the middles of the strokes lie that it crosses within so many pixels of the outline, inner ones first.

    `ink`: (H, W) in [0, 1].
    """
    offsets = np.arange(-reach, reach + 1)
    x, y = (across.points[:, None] + offsets[None, :, None] * across.outwards[:, None]).transpose(2, 0, 1).astype(np.float32)
    inked = np.asarray(cv2.remap(ink, x, y, cv2.INTER_LINEAR)) > _INKED
    changes = np.diff(np.pad(inked.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    (row, first), (_, last) = np.nonzero(changes > 0), np.nonzero(changes < 0)
    middles = (offsets[first] + offsets[last - 1]) / 2
    return np.split(middles, np.searchsorted(row, np.arange(1, len(across.points))))


def at_one_distance(apart: Points) -> NDArray[np.bool_]:
    """On which lines (N) two strokes lie apart by about the usual distance; `apart` (N) in pixels, NaN where there are none."""
    usual = np.nanmedian(apart) if np.isfinite(apart).any() else np.inf
    return np.asarray((apart > _EVEN[0] * usual) & (apart < _EVEN[1] * usual))


def part_drawn_twice(outline: NDArray[np.floating], ink: NDArray[np.float32], beside: float) -> float:
    """The part of an outline (N, 2) around which two strokes run side by side, at about one distance of `beside` pixels at most."""
    apart = np.full(STEPS, np.nan)
    for line, middles in enumerate(crossings(Across.of(outline), ink, beside)):
        gaps, away = np.diff(middles), np.abs(middles[1:] + middles[:-1]) / 2
        if len(gaps) and gaps[nearest := int(away.argmin())] <= beside:
            apart[line] = gaps[nearest]
    return float(at_one_distance(apart).mean())
