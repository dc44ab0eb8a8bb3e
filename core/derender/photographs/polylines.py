"""Polylines and boxes in pixels: how long a way is, and which parts of it lie in a box or outside of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from derender.photographs.pen_strokes import Box, Points


def length(path: Points) -> float:
    """Of a path (N, 2)."""
    return float(np.hypot(*np.diff(path, axis=0).T).sum())


def in_box(points: Points, box: Box) -> NDArray[np.bool_]:
    """Whether each of the points (…, 2) lies in a box."""
    return np.asarray(((points >= box[:2]) & (points <= box[2:])).all(-1))


def parts(path: Points, box: Box, *, inside: bool) -> tuple[Points, ...]:
    """The parts of a path (N, 2) that lie in a box, or outside of it, with the path's corners: to a pixel."""
    steps = np.hypot(*np.diff(path, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    # A pixel at a time, and the path's own corners.
    t = np.unique(np.concatenate([np.arange(0.0, along[-1]), along]))
    points = np.stack([np.interp(t, along, path[:, axis]) for axis in (0, 1)], -1)
    changes = np.flatnonzero(np.diff(np.concatenate([[0], (in_box(points, box) == inside).astype(np.int8), [0]])))
    return tuple(_between(path, along, t[first], t[last - 1]) for first, last in zip(changes[::2], changes[1::2], strict=True))


def _between(path: Points, along: Points, start: float, end: float) -> Points:
    """A path from one place along it to another, with the corners between."""
    first, last = (np.array([np.interp(t, along, path[:, axis]) for axis in (0, 1)]) for t in (start, end))
    return np.concatenate([first[None], path[(along > start) & (along < end)], last[None]])
