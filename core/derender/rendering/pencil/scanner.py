"""Ink after pen, paper and scanner."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.rendering.pencil.hand import Hand

_CROSS = np.asarray(cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)), dtype=np.uint8)

_EDGE = 0.8
"""Pixels of softness of a stroke's edge, within which the paper's grain moves it."""


def degrade(ink: NDArray[np.float32], hand: Hand, rng: np.random.Generator) -> NDArray[np.float32]:
    """`ink` after pen, paper and scanner: elastic paper, rough and broken strokes, blur, specks, threshold; same shape, [0, 1]."""
    height, width = ink.shape
    if hand.elastic:
        ink = elastic(ink, hand.elastic, rng)
    strokes = ink > 0.5
    if hand.grain:
        ink = _rough(ink, strokes, hand, rng)
    if hand.erosion:
        coarse = rng.normal(0, 1, (height // 3 + 2, width // 3 + 2)).astype(np.float32)
        texture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        ink = ink * np.clip(1.6 - hand.erosion * (1 + texture), 0, 1)
    if hand.thinning:
        # What a scanner's threshold eats from both sides of a stroke.
        # The cross eats from both sides, the square from one.
        is_wide = hand.thickness > 2 * hand.thinning
        eaten = cv2.erode(ink, _CROSS if is_wide and rng.random() < 0.4 else np.ones((2, 2), np.uint8))
        ink = np.asarray((1 - hand.thinning) * ink + hand.thinning * eaten, dtype=np.float32)
        ink = ink / max(0.3, float(ink.max()))
    if hand.specks:
        ink = ink.copy()
        for x, y, r in zip(rng.integers(0, width, hand.specks), rng.integers(0, height, hand.specks), rng.random(hand.specks), strict=True):
            cv2.circle(ink, (int(x), int(y)), int(r < 0.25), float(0.4 + 0.6 * r), -1)
    if hand.blur:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), hand.blur), dtype=np.float32)
    if hand.binarise:
        level = rng.uniform(0.25, 0.5) * _faintest(ink, strokes)
        ink = np.clip((ink - level) * max(8.0, 4 / level) + 0.5, 0, 1)
    noise = rng.normal(0, rng.uniform(0, 0.03), ink.shape).astype(np.float32) if rng.random() < 0.3 else np.float32(0)
    return np.asarray(np.clip(ink * max(0.4, hand.intensity) + noise, 0, 1), dtype=np.float32)


def _rough(ink: NDArray[np.float32], strokes: NDArray[np.bool_], hand: Hand, rng: np.random.Generator) -> NDArray[np.float32]:
    """Strokes whose edges come and go: where the paper takes less ink, more of a stroke's soft edge is lost."""
    if not strokes.any():
        return ink
    soft = cv2.GaussianBlur(ink, (0, 0), _EDGE)
    height, width = ink.shape
    coarse = rng.normal(0, 1, (int(height / hand.grain_size) + 2, int(width / hand.grain_size) + 2)).astype(np.float32)
    texture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    # The level lies between paper and the middle of the finer strokes: the darkest grain narrows them, and none is drawn over.
    middle = float(np.quantile(soft[strokes], 0.3))
    level = middle * np.clip(0.62 + hand.grain * texture, 0.3, 1.05)
    drawn = np.clip((soft - level) * (1.6 / middle) + 0.5, 0, 1)
    return np.asarray(np.where(soft > 0.02, drawn, 0), dtype=np.float32)


def _faintest(ink: NDArray[np.float32], strokes: NDArray[np.bool_]) -> float:
    """How dark the faintest of the `strokes` still is: a threshold below it loses neither a thin line beside filled heads nor a dash."""
    if not strokes.any():
        return max(0.3, float(ink.max(initial=0)))
    darkest_near = cv2.dilate(ink, np.ones((3, 3), np.uint8))[strokes]
    count, labels = cv2.connectedComponents(strokes.astype(np.uint8))
    pieces = np.asarray(labels[strokes], dtype=np.int64)
    darkest_of_pieces = np.zeros(count, np.float32)
    np.maximum.at(darkest_of_pieces, pieces, darkest_near)
    return max(0.1, float(min(np.quantile(darkest_near, 0.05), np.quantile(darkest_of_pieces[1:], 0.05))))


def elastic(ink: NDArray[np.float32], amplitude: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """`ink` on paper stretched unevenly, by `amplitude` pixels at most."""
    height, width = ink.shape
    field = rng.uniform(-1, 1, (2, height // 48 + 2, width // 48 + 2)).astype(np.float32)
    dx, dy = (cv2.resize(f, (width, height), interpolation=cv2.INTER_CUBIC) * amplitude for f in field)
    grid_x, grid_y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.asarray(cv2.remap(ink, grid_x + dx, grid_y + dy, cv2.INTER_LINEAR), dtype=np.float32)
