"""Drawings as images: what the reader's network sees at each lattice point, and how many commands lie between two drawings.

The network gives for each lattice point how probable a circle, each corner of a rectangle and a line's end are there. Summed up, the
differences of two images are an estimate of the symmetric difference of what they show (Eq. 3), without reading either: a circle is
one centre, a rectangle four corners, a line two ends.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from derender.perception.looks import look
from derender.perception.network import CIRCLES, CORNERS, ReaderNetwork
from derender.perception.views import IDENTITY
from derender.spec import Spec

_WEIGHTS = np.array([1.0, *[1 / CORNERS] * CORNERS, 0.5])
"""Commands for each circle, corner and end."""


@dataclass(frozen=True, slots=True)
class ImageFeatures:
    """Probabilities (6, rows, columns), bottom row first: circle, four corners, line end; the drawing begins at 0."""

    maps: NDArray[np.float16]


def image_features(network: ReaderNetwork, canvas: NDArray[np.float32], device: torch.device) -> ImageFeatures:
    """What the network sees on a canvas (16h, 16w); empty rows and columns around the drawing are left out."""
    (seen_at,) = look(network, canvas, (Spec(),), (IDENTITY,), device)
    lattice = seen_at.lattice
    circles = lattice[:CIRCLES].max(0, keepdims=True)
    # The last corners are named as seen with y down; only that both images are named alike matters.
    maps = np.concatenate([circles, lattice[CIRCLES:]])[:, ::-1]
    seen = maps.max(0) > 0.5
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    window = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)) if len(rows) else (slice(0), slice(0))
    return ImageFeatures(maps[:, *window].astype(np.float16))


def image_distance(a: ImageFeatures, b: ImageFeatures) -> float:
    """About how many commands must be taken away and added to make one drawing of the other, at the best shift of up to a cell."""
    return min(_difference(a.maps, b.maps, dx, dy) for dx, dy in itertools.product((-1, 0, 1), repeat=2))


def _difference(a: NDArray[np.float16], b: NDArray[np.float16], dx: int, dy: int) -> float:
    height = max(a.shape[1], b.shape[1]) + 2
    width = max(a.shape[2], b.shape[2]) + 2
    sheets = np.zeros((2, len(_WEIGHTS), height, width))
    sheets[0, :, 1 : 1 + a.shape[1], 1 : 1 + a.shape[2]] = a
    sheets[1, :, 1 + dy : 1 + dy + b.shape[1], 1 + dx : 1 + dx + b.shape[2]] = b
    return float((np.abs(sheets[0] - sheets[1]).sum((1, 2)) * _WEIGHTS).sum())
