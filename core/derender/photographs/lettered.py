"""Labels as photographs of them leave them: many labels on a sheet, most of them in a shape, photographed and developed as any sketch is.

What the recognizer sees of a label depends on pens, light, camera and the ink network, none of which a font shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
import torch

from derender.labels import WrittenRegion, written_regions
from derender.labels.lettering import lettering
from derender.photo.develop import develop
from derender.photo.separation import Separator
from derender.photographs.diagrams import Sketch
from derender.photographs.examples import photograph_straight
from derender.photographs.letters import Label, Use, Writing, sample_hand, sample_writings
from derender.photographs.pen_strokes import Box, Kind, Pen, draw, outline
from derender.photographs.writing import Mask, paste

_ROWS, _COLUMNS = 6, 8
_FEW_ROWS, _FEW_COLUMNS = 4, 6
"""Labels on a sheet, and on one that is seen closely."""

_CLOSE = 2.0
"""Pixels of a close picture for each of the others: telephones have more than the ink network looks at, and letters gain by it."""

_OFTEN_CLOSE = 0.75

_PLACE = (104, 132)
"""Height and width in pixels of a label's place on the sheet."""

_SHAPES: tuple[Kind, ...] = ("box", "circle", "ellipse", "rounded", "diamond")

_LEAST_MET = 0.6
"""The part of a label's box and of the region found there that they must share: a label that came apart is not what was written."""


class _Placed(NamedTuple):
    """A label and the box of its strokes on the sheet."""

    writing: Writing
    box: Box


def photographed_labels(rng: np.random.Generator, use: Use) -> list[Label]:
    """The labels of one photograph, by one hand in the fonts for that use, that are found again as one region each."""
    is_close = rng.random() < _OFTEN_CLOSE
    placed, sketch = _sheet(rng, use, *((_FEW_ROWS, _FEW_COLUMNS) if is_close else (_ROWS, _COLUMNS)))
    if is_close:
        sketch = Sketch(_enlarged(sketch.geometry), _enlarged(sketch.writing))
    development = develop(photograph_straight(rng, sketch).picture, _separator(), keep_frame=True)
    regions = written_regions(development.writing, development.ink)
    scale = (_CLOSE if is_close else 1.0) / float(development.to_picture[0, 0])
    found = []
    for label in placed:
        region = _met(tuple(scale * v for v in label.box), regions)
        if region is not None:
            strokes = lettering(region, development.writing, development.picture, development.to_picture)
            found.append(Label(strokes, label.writing.text, label.writing.signs, label.writing.family))
    return found


def _enlarged(layer: Mask) -> Mask:
    return np.asarray(cv2.resize(layer, None, fx=_CLOSE, fy=_CLOSE, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def _sheet(rng: np.random.Generator, use: Use, rows: int, columns: int) -> tuple[list[_Placed], Sketch]:
    height, width = _PLACE
    shape = (rows * height, columns * width)
    writing, strokes, placed = np.zeros(shape, np.uint8), [], []
    labels = iter(sample_writings(rng, use, sample_hand(rng, use), rows * columns))
    pen = Pen(float(rng.uniform(1.5, 4)), float(rng.uniform(0.002, 0.012)))
    for row in range(rows):
        for column in range(columns):
            label = next(labels)
            tall, wide = label.mask.shape
            if not label.mask.any() or tall > 0.8 * height or wide > 0.85 * width:
                continue
            x, y = (column + 0.5) * width + rng.normal(0, 3), (row + 0.5) * height + rng.normal(0, 3)
            paste(writing, label.mask, x, y)
            ys, xs = np.flatnonzero(label.mask.any(1)), np.flatnonzero(label.mask.any(0))
            left, top = round(x - wide / 2), round(y - tall / 2)
            placed.append(_Placed(label, (left + xs[0], top + ys[0], left + xs[-1] + 1, top + ys[-1] + 1)))
            if rng.random() < 0.75:
                kind = _SHAPES[int(rng.integers(len(_SHAPES)))]
                half_x, half_y = float(rng.uniform(0.38, 0.46)) * width, float(rng.uniform(0.38, 0.46)) * height
                half_x = half_y if kind == "circle" else half_x
                strokes += outline(kind, (x - half_x, y - half_y, x + half_x, y + half_y), 0.0, pen, rng)
    return placed, Sketch(draw(strokes, shape), writing)


def _met(box: Sequence[float], regions: Sequence[WrittenRegion]) -> WrittenRegion | None:
    """The region that lies where a label's box is, if it is about as large."""
    best, share = None, _LEAST_MET
    for region in regions:
        across = min(box[2], region.right) - max(box[0], region.left)
        down = min(box[3], region.bottom) - max(box[1], region.top)
        if across > 0 and down > 0:
            both = across * down
            either = (box[2] - box[0]) * (box[3] - box[1]) + (region.right - region.left) * (region.bottom - region.top) - both
            if both / either > share:
                best, share = region, both / either
    return best


@cache
def _separator() -> Separator:
    """The shipped ink network, loaded once in a process."""
    return Separator.load(torch.device("cpu"))
