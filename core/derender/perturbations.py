"""Pictures made worse in known ways, to measure how robust the reader is: blur, specks, stretched paper, worn strokes, moved lattices.

Each perturbation takes a grey picture (H, W), uint8, 255 = paper, and a seeded generator and gives another one. Lengths are in pixels of a
picture whose longer side is 256, as the paper's drawings have; other pictures are treated in proportion.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.errors import OptionError
from derender.rendering.pencil import elastic

Grey = NDArray[np.uint8]

_PAPER = 255


@dataclass(frozen=True, slots=True)
class Perturbation:
    """What is done, and whether the picture stays registered to its lattice (else the lattice must be inferred)."""

    name: str
    apply: Callable[[Grey, np.random.Generator], Grey]
    registered: bool


def _unit(grey: Grey) -> float:
    return float(max(grey.shape) / 256)


def _blurred(grey: Grey, _: np.random.Generator) -> Grey:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.5 * _unit(grey)), dtype=np.uint8)


def _speckled(grey: Grey, rng: np.random.Generator) -> Grey:
    """Twenty dots of one to three pixels."""
    height, width = grey.shape
    out = grey.copy()
    for x, y, r in zip(rng.integers(0, width, 20), rng.integers(0, height, 20), rng.integers(0, 2, 20), strict=True):
        cv2.circle(out, (int(x), int(y)), round(float(r) * _unit(grey)), 40, -1)
    return out


def _stretched(grey: Grey, rng: np.random.Generator) -> Grey:
    ink = elastic(((_PAPER - grey) / np.float32(255)).astype(np.float32), 2 * _unit(grey), rng)
    return np.asarray(np.rint(_PAPER - 255 * ink.clip(0, 1)), dtype=np.uint8)


def _shifted(grey: Grey, rng: np.random.Generator) -> Grey:
    """By three pixels in any direction."""
    angle = rng.uniform(0, 2 * math.pi)
    dx, dy = 3 * _unit(grey) * math.cos(angle), 3 * _unit(grey) * math.sin(angle)
    return _warped(grey, np.array([[1, 0, dx], [0, 1, dy]]), (grey.shape[1], grey.shape[0]))


def _worn(grey: Grey, _: np.random.Generator) -> Grey:
    """Strokes thinner by a pixel."""
    side = max(2, round(2 * _unit(grey)))
    return np.asarray(cv2.dilate(grey, np.ones((side, side), np.uint8)), dtype=np.uint8)


def _turned(degrees: float) -> Callable[[Grey, np.random.Generator], Grey]:
    def apply(grey: Grey, _: np.random.Generator) -> Grey:
        height, width = grey.shape
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
        return _grown(grey, np.asarray(matrix))

    return apply


def _scaled(factor: float) -> Callable[[Grey, np.random.Generator], Grey]:
    def apply(grey: Grey, _: np.random.Generator) -> Grey:
        return _grown(grey, np.array([[factor, 0, 0], [0, factor, 0]], dtype=np.float64))

    return apply


def _grown(grey: Grey, matrix: NDArray[np.float64]) -> Grey:
    """The picture under `matrix` (2×3) on a canvas that holds all of it, with some paper around."""
    height, width = grey.shape
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]]) @ matrix.T
    low, high = corners.min(0) - 8, corners.max(0) + 8
    moved = matrix.copy()
    moved[:, 2] -= low
    return _warped(grey, moved, (math.ceil(high[0] - low[0]), math.ceil(high[1] - low[1])))


def _warped(grey: Grey, matrix: NDArray[np.float64], size: tuple[int, int]) -> Grey:
    return np.asarray(cv2.warpAffine(grey, matrix, size, flags=cv2.INTER_LINEAR, borderValue=_PAPER), dtype=np.uint8)


PERTURBATIONS: dict[str, Perturbation] = {
    p.name: p
    for p in (
        Perturbation("blur", _blurred, registered=True),
        Perturbation("specks", _speckled, registered=True),
        Perturbation("elastic", _stretched, registered=True),
        Perturbation("shift", _shifted, registered=True),
        Perturbation("eroded", _worn, registered=True),
        Perturbation("left", _turned(3), registered=False),
        Perturbation("right", _turned(-3), registered=False),
        Perturbation("smaller", _scaled(0.8), registered=False),
        Perturbation("larger", _scaled(1.2), registered=False),
    )
}
"""By name: σ 1.5 px of blur, 20 specks, 2 px of uneven stretch, 3 px of shift, strokes a pixel thinner; 3° to either side, 0.8 and 1.2
in scale."""


def perturbation(name: str) -> Perturbation:
    """The perturbation of that name; raises `OptionError`."""
    if name not in PERTURBATIONS:
        raise OptionError(f"there is no perturbation {name!r}; known: {', '.join(PERTURBATIONS)}")
    return PERTURBATIONS[name]
