"""What a region's outline and inside look like: the measurements by which it is told whether it is a shape."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.tracing.regions import Contour, Region
from derender.tracing.strokes import Traces

Row = NDArray[np.float64]

KINDS = ("box", "ellipse", "diamond", "up", "down", "left", "right")
"""Outlines in a box that regions are held against; the last four are triangles by where they point."""

_CORNERS: dict[str, list[tuple[float, float]]] = {
    "box": [(0, 0), (1, 0), (1, 1), (0, 1)],
    "ellipse": [(0.5 + 0.5 * math.cos(t), 0.5 + 0.5 * math.sin(t)) for t in np.linspace(0, math.tau, 48, endpoint=False)],
    "diamond": [(0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)],
    "up": [(0.5, 0), (1, 1), (0, 1)],
    "down": [(0, 0), (1, 0), (0.5, 1)],
    "left": [(0, 0.5), (1, 0), (1, 1)],
    "right": [(0, 0), (1, 0.5), (0, 1)],
}

_SIDE = 48
"""Pixels of the square that regions are brought to, to be held against kinds."""


def _filled(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    out = np.zeros((_SIDE, _SIDE), np.uint8)
    cv2.fillPoly(out, [np.rint(points * (_SIDE - 1) * 16).astype(np.int32)], 1, shift=4)
    return out > 0


_FILLED = np.stack([_filled(np.array(_CORNERS[kind])) for kind in KINDS])


def fits(region: Region) -> Row:
    """For each of `KINDS` the intersection over union of the region with it in the region's box."""
    left, top, _, _ = region.box
    unit = (region.outline.astype(np.float64) - (left, top)) / np.maximum(region.sides, 1e-6)
    own = _filled(unit)
    both = (_FILLED & own).sum((1, 2))
    return np.asarray(both / (_FILLED | own).sum((1, 2)), dtype=np.float64)


FEATURES = (
    *("one", "support", "gap run", "geometry", "ruling", "solidity", "gap", "size", "size²", "length", "length²"),
    *("round", "square", "other", "inked", "written", "drawn in", "beyond", "outline ink", "pixels"),
)


def features(region: Region, traces: Traces) -> Row:
    """The numbers that `FEATURES` names."""
    around = _walk(region.outline, 96)
    reach = max(1.5, 0.6 * traces.width, 0.03 * traces.height)
    near = _near(traces.ink, around, reach)
    geometry, writing = _near(traces.maps.geometry, around, reach), _near(traces.maps.writing, around, reach)
    ruling = _near(traces.maps.ruling, around, 1.0)
    fit = fits(region)
    within, beyond = _scaled(region, -1.8 * reach), _scaled(region, 2.2 * reach)
    inside = _under(within, traces.ink.shape)
    width, height = region.sides
    size = math.log(max(1.0, min(width, height)) / traces.height)
    length = math.log(max(width, height) / max(1.0, min(width, height)))
    return np.array(
        [
            *(1.0, near.mean(), _longest(near < 0.3) / len(near), (geometry > writing).mean(), ruling.mean(), region.solidity, region.gap),
            *(size, size**2, length, length**2, fit[1], fit[0], fit[2:].max()),
            *_means(inside, traces.ink, traces.maps.writing, traces.maps.geometry),
            *(_near(traces.ink, _walk(beyond, 96), 0.5).mean(), geometry.mean(), math.log(max(1.0, min(width, height)) / 40)),
        ]
    )


def _means(where: tuple[slice, slice, NDArray[np.bool_]], *maps: NDArray[np.float32]) -> list[float]:
    rows, columns, mask = where
    return [float(m[rows, columns][mask].mean()) if mask.any() else 0.0 for m in maps]


def _under(outline: Contour, shape: tuple[int, ...]) -> tuple[slice, slice, NDArray[np.bool_]]:
    """Rows, columns and there the pixels in an outline."""
    low = np.maximum(0, np.floor(outline.min(0))).astype(int)
    high = np.minimum((shape[1], shape[0]), np.ceil(outline.max(0)) + 1).astype(int)
    size = np.maximum(0, high - low)
    mask = np.zeros((size[1], size[0]), np.uint8)
    if mask.size:
        cv2.fillPoly(mask, [np.rint(outline - low).astype(np.int32)], 1)
    return slice(low[1], low[1] + size[1]), slice(low[0], low[0] + size[0]), mask > 0


def _scaled(region: Region, by: float) -> Contour:
    left, top, right, bottom = region.box
    middle = np.array([(left + right) / 2, (top + bottom) / 2], dtype=np.float32)
    half = np.maximum(np.array(region.sides, dtype=np.float32) / 2, 1)
    return np.asarray(middle + (region.outline - middle) * np.maximum(0.05, 1 + by / half), dtype=np.float32)


def _walk(outline: Contour, steps: int) -> Contour:
    """Points (`steps`, 2) at equal distances along a closed outline."""
    closed = np.concatenate([outline, outline[:1]])
    at = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    t = np.linspace(0, at[-1], steps, endpoint=False)
    return np.stack([np.interp(t, at, closed[:, axis]) for axis in (0, 1)], -1).astype(np.float32)


def _near(picture: NDArray[np.float32], points: Contour, reach: float) -> NDArray[np.float32]:
    """The greatest value of a picture (H, W) within about `reach` pixels of each point."""
    steps = np.linspace(-reach, reach, 2 * math.ceil(reach) + 1)
    dx, dy = (d.ravel() for d in np.meshgrid(steps, steps))
    x = np.rint(points[:, :1] - 0.5 + dx).astype(int).clip(0, picture.shape[1] - 1)
    y = np.rint(points[:, 1:] - 0.5 + dy).astype(int).clip(0, picture.shape[0] - 1)
    return np.asarray(picture[y, x].max(1), dtype=np.float32)


def _longest(marks: NDArray[np.bool_]) -> int:
    """The longest run of marks around a closed row."""
    if marks.all():
        return len(marks)
    turned = np.roll(marks, -int(np.argmin(marks)))
    ends = np.flatnonzero(np.diff(np.concatenate([[0], turned.astype(np.int8), [0]])))
    return int((ends[1::2] - ends[::2]).max(initial=0))
