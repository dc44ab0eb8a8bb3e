"""What a region's outline and inside look like: the measurements by which it is told whether it is a shape."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.tracing.regions import Contour, Region
from derender.tracing.strokes import Traces

Rows = NDArray[np.float64]

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


def fits(regions: Sequence[Region]) -> Rows:
    """For each region (N) and each of `KINDS` (7) the intersection over union of the region with it in the region's box."""
    corners, sides = np.array([r.box[:2] for r in regions]), np.maximum([r.sides for r in regions], 1e-6)
    own = [_filled((r.outline.astype(np.float64) - corner) / side) for r, corner, side in zip(regions, corners, sides, strict=True)]
    flat, kinds = (np.reshape(masks, (-1, _SIDE**2)).astype(np.float32) for masks in (own, _FILLED))
    both = (flat @ kinds.T).astype(np.float64)
    return np.asarray(both / (flat.sum(1)[:, None] + kinds.sum(1) - both), dtype=np.float64)


FEATURES = (
    *("one", "support", "gap run", "geometry", "ruling", "solidity", "gap", "size", "size²", "length", "length²"),
    *("round", "square", "other", "inked", "written", "drawn in", "beyond", "outline ink", "pixels"),
)


def features(regions: Sequence[Region], traces: Traces) -> Rows:
    """The numbers (N, F) that `FEATURES` names for each region (N)."""
    if not regions:
        return np.zeros((0, len(FEATURES)))
    reach = max(1.5, 0.6 * traces.width, 0.03 * traces.height)
    around = np.stack([_walk(region.outline) for region in regions])
    beyond = np.stack([_walk(_scaled(region, 2.2 * reach)) for region in regions])
    near = _near(traces.ink, around, reach)
    geometry, writing = _near(traces.maps.geometry, around, reach), _near(traces.maps.writing, around, reach)
    ruling = _near(traces.maps.ruling, around, 1.0)
    fit = fits(regions)
    sides = np.array([r.sides for r in regions])
    shorter, longer = np.maximum(1.0, sides.min(1)), sides.max(1)
    size, length = np.log(shorter / traces.height), np.log(longer / shorter)
    maps = traces.ink, traces.maps.writing, traces.maps.geometry
    columns = [
        *(np.ones(len(regions)), near.mean(1), [_longest(row < 0.3) / _STEPS for row in near], (geometry > writing).mean(1)),
        *(ruling.mean(1), [r.solidity for r in regions], [r.gap for r in regions], size, size**2, length, length**2),
        *(fit[:, 1], fit[:, 0], fit[:, 2:].max(1)),
        *np.array([_means(_under(_scaled(r, -1.8 * reach), traces.ink.shape), *maps) for r in regions]).T,
        *(_near(traces.ink, beyond, 0.5).mean(1), geometry.mean(1), np.log(shorter / 40)),
    ]
    return np.stack(columns, 1).astype(np.float64)


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


_STEPS = 96
"""Points along an outline at which it is looked at."""


def _walk(outline: Contour) -> Contour:
    """Points (`_STEPS`, 2) at equal distances along a closed outline."""
    closed = np.concatenate([outline, outline[:1]])
    at = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    t = np.linspace(0, at[-1], _STEPS, endpoint=False)
    return np.stack([np.interp(t, at, closed[:, axis]) for axis in (0, 1)], -1).astype(np.float32)


def _near(picture: NDArray[np.float32], points: Contour, reach: float) -> NDArray[np.float32]:
    """The greatest value of a picture (H, W) within about `reach` pixels of each point (N, P, 2) to any side.

    The windows around points are wider than the narrowest by a pixel at most, so four squares cover each: what is greatest in squares
    is told for the whole picture at once.
    """
    low, high = (np.rint(points.astype(np.float64) - 0.5 + by).astype(int) for by in (-reach, reach))
    side = int((high - low).min()) + 1
    first = low.min((0, 1)).clip(0, np.array(picture.shape[::-1]) - 1)
    last = high.max((0, 1)).clip(first)
    part = picture[first[1] : last[1] + 1, first[0] : last[0] + 1]
    # What lies beyond the picture is like its edge.
    edged = cv2.copyMakeBorder(part, side, side, side, side, cv2.BORDER_REPLICATE)
    greatest = cv2.dilate(edged, np.ones((side, side), np.uint8), anchor=(0, 0))
    corners = np.stack([low, high - side + 1]) - first + side
    x, y = (corners[..., axis].clip(0, length + side) for axis, length in enumerate(part.shape[::-1]))
    return np.asarray(greatest[y[:, None], x].max((0, 1)), dtype=np.float32)


def _longest(marks: NDArray[np.bool_]) -> int:
    """The longest run of marks around a closed row."""
    if marks.all():
        return len(marks)
    turned = np.roll(marks, -int(np.argmin(marks)))
    ends = np.flatnonzero(np.diff(np.concatenate([[0], turned.astype(np.int8), [0]])))
    return int((ends[1::2] - ends[::2]).max(initial=0))
