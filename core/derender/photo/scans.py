"""Scans with a flat background: their ink is what is darker than the paper, less what is certainly writing."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from derender.photo.ink import ink_of
from derender.photo.load import to_grey
from derender.photo.maps import Floats, Maps
from derender.photo.separation import Separator
from derender.photo.views import SECOND_LOOK, Picture, sized


def is_scan(picture: Picture) -> bool:
    """Whether the background is one flat bright tone, as a scanner program or a drawing program leaves it."""
    red, green, blue = cv2.split(picture)
    grey = np.asarray(cv2.min(cv2.min(red, green), blue), dtype=np.uint8)
    counts = np.bincount(grey.ravel(), minlength=256)
    tone = int(counts.argmax())
    near = int(counts[max(0, tone - 2) : tone + 3].sum())
    return tone >= 225 and near >= 0.6 * grey.size


_MOST_RULED, _LEAST_BESIDE_RULING = 0.3, 0.2
_MOST_WRITTEN, _LEAST_BESIDE_WRITING = 0.3, 0.3
"""Parts of the ink: a scan shows more than a drawing where more than the first is ruling, or writing, and at least the second geometry.

Of 510 simulated scans of nothing else, a third of them blurred, three are beyond them, all blurred; of 170 with ruling 69, of 49 with
much writing 17.
"""

_RULED_PAPER = 0.02
"""Of the pixels that are seen as ruling: of paper with so much of it some is left, however pale. Of 100 simulated scans without ruling none
shows half as much."""


class Scan(NamedTuple):
    """Ink and writing of a scan (H, W), and whether ruling or writing that could not be taken out lies beside the drawing; the maps that
    were looked at and how many of the scan's pixels one of theirs is wide and high."""

    ink: Floats
    writing: Floats
    is_mixed: bool
    maps: Maps
    shrunk: tuple[float, float]


def scanned(picture: Picture, separator: Separator) -> Scan:
    """A scan as it is, less what is certainly writing."""
    ink = ink_of(to_grey(Image.fromarray(picture)))
    small, _ = sized(picture, SECOND_LOOK)
    maps = separator.maps(small)
    size = (picture.shape[1], picture.shape[0])
    certain = _certain_writing(maps)
    if certain.any():
        written = cv2.resize(certain, size, interpolation=cv2.INTER_LINEAR) >= 0.5
        ink, writing = np.asarray(ink * ~written, dtype=np.float32), np.asarray(ink * written, dtype=np.float32)
    else:
        writing = np.zeros_like(ink)
    drawn = _part(ink, maps.geometry > 0.4)
    is_ruling, is_writing = ((other > 0.4) & (other > maps.geometry) for other in (maps.ruling, maps.writing))
    ruled, written_on = _part(ink, is_ruling), _part(ink, is_writing)
    has_ruling = ruled > _MOST_RULED or float(is_ruling.mean()) > _RULED_PAPER
    is_mixed = (has_ruling and drawn >= _LEAST_BESIDE_RULING) or (written_on > _MOST_WRITTEN and drawn >= _LEAST_BESIDE_WRITING)
    return Scan(ink, writing, is_mixed, maps, (size[0] / small.shape[1], size[1] / small.shape[0]))


def _part(ink: Floats, marked: NDArray[np.bool_]) -> float:
    """The part of ink (H, W) that lies where a map of another size is marked."""
    if not marked.any():
        return 0.0
    enlarged = cv2.resize(marked.astype(np.float32), (ink.shape[1], ink.shape[0]), interpolation=cv2.INTER_LINEAR)
    drawn = ink > 0.5
    return float((enlarged[drawn] > 0.5).mean()) if drawn.any() else 0.0


_LEAST_WRITTEN, _MOST_DRAWN = 0.93, 0.04
"""Of strokes that are certainly writing. On 240 simulated scans without any, no stroke is beyond them (on two one beyond 0.85 and 0.08)."""

_LEAST_OF_SEVERAL, _MOST_OF_SEVERAL, _SEVERAL = 0.7, 0.04, 3
"""The same where so many strokes are beyond: letters seldom come alone. Of those scans seven have one such stroke at least, three two, and
one three."""


def _certain_writing(maps: Maps) -> Floats:
    """1 on connected strokes of which nearly all is writing and next to nothing geometry, 0 elsewhere."""
    marked = np.maximum(maps.geometry, maps.writing) > 0.4
    if not (maps.writing > _LEAST_OF_SEVERAL).any():
        return np.zeros(marked.shape, np.float32)
    count, labels = cv2.connectedComponents(marked.astype(np.uint8))
    flat = labels.ravel()
    area = np.bincount(flat, minlength=count)
    written = np.bincount(flat, weights=maps.writing.ravel(), minlength=count) / np.maximum(area, 1)
    drawn = np.bincount(flat, weights=maps.geometry.ravel(), minlength=count) / np.maximum(area, 1)
    certain = (written > _LEAST_WRITTEN) & (drawn < _MOST_DRAWN)
    likely = (written > _LEAST_OF_SEVERAL) & (drawn < _MOST_OF_SEVERAL)
    certain[0] = likely[0] = False
    if likely.sum() >= _SEVERAL:
        certain |= likely
    out = certain[labels].astype(np.uint8)
    return np.asarray(cv2.dilate(out, np.ones((5, 5), np.uint8)), dtype=np.float32)
