"""Simulated photographs with what each pixel shows: sketch, sheet, pens, light and camera put together, each from one seed.

Targets are known by construction: the layers of geometry, writing, ruling and page pass through the same perspective as the
picture. Nothing of a real photograph is used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.photographs.diagrams import Sketch
from derender.photographs.paper import Sheet, random_sheet
from derender.photographs.sketch import random_sketch

SIDE = 256
"""Pixels of a training photograph's side."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PhotoExample:
    """`picture` (H, W, 3) uint8 RGB; `targets` (4, H, W) uint8, 255 = geometry, writing, ruling, page."""

    picture: NDArray[np.uint8]
    targets: NDArray[np.uint8]


def make_photograph(rng: np.random.Generator, side: int = SIDE) -> PhotoExample:
    """One photograph of a random sketch."""
    size = round(1.15 * side)
    sketch = random_sketch(rng, size)
    homography = _perspective(rng, size, side)
    flat = np.stack([sketch.geometry, sketch.writing], -1)
    layers = np.asarray(cv2.warpPerspective(flat, homography, (side, side), flags=cv2.INTER_LINEAR), dtype=np.uint8)
    grid_x, grid_y = _seen(np.asarray(np.linalg.inv(homography), dtype=np.float64), side)
    clean = _is_clean(rng)
    return _photographed(rng, layers, random_sheet(rng, grid_x, grid_y, size, sketch.squares), clean)


def photograph_straight(rng: np.random.Generator, sketch: Sketch) -> PhotoExample:
    """A sketch seen from straight above, pixel for pixel, with the sheet's edges and things on it beside the strokes."""
    layers = np.stack([sketch.geometry, sketch.writing], -1)
    height, width = sketch.geometry.shape
    grid_x, grid_y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    drawn = sketch.geometry > 0
    clean = _is_clean(rng)
    for _ in range(_SHEETS):
        sheet = random_sheet(rng, grid_x, grid_y, max(height, width), sketch.squares)
        if clean or not (sheet.page[drawn] < 1).any():
            break
    return _photographed(rng, layers, sheet, clean)


_SHEETS = 8
"""So many are tried for a sketch that wants to be seen as a whole."""


def _is_clean(rng: np.random.Generator) -> bool:
    """Whether a sketch is scanned rather than photographed: white paper, even light."""
    return bool(rng.random() < 0.12)


def _photographed(rng: np.random.Generator, layers: NDArray[np.uint8], sheet: Sheet, clean: bool) -> PhotoExample:
    """Layers of geometry and writing (H, W, 2) on a sheet, in some light, as a camera or a scanner sees them."""
    height, width = layers.shape[:2]
    tone = np.ones((height, width, 3), np.float32) if clean else sheet.tone
    ruling, page = (np.zeros_like(sheet.ruling), np.ones_like(sheet.page)) if clean else (sheet.ruling, sheet.page)
    strokes = np.asarray(layers / np.float32(255) * page[..., None], dtype=np.float32)
    reflectance = _with_pens(rng, tone, strokes, clean)
    picture = reflectance if clean else reflectance * _light(rng, height, width)[..., None]
    seen = _camera(rng, picture, clean)
    targets = np.stack([strokes[..., 0], strokes[..., 1], ruling, page])
    return PhotoExample(seen, np.asarray(np.rint(255 * targets), dtype=np.uint8))


def _perspective(rng: np.random.Generator, size: int, side: int) -> NDArray[np.float64]:
    """A camera that leans a little, now and then much, and is turned a little or by quarters."""
    amount = 0.02 if rng.random() < 0.5 else 0.07
    margin = (size - side) / 2
    inner = np.array([(0, 0), (side, 0), (side, side), (0, side)], np.float32)
    outer = inner + np.float32(margin) + rng.normal(0, amount * side, (4, 2)).clip(-0.12 * side, 0.12 * side).astype(np.float32)
    turn = rng.normal(0, 0.04)
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]], np.float32)
    middle = np.float32(size / 2)
    return np.asarray(cv2.getPerspectiveTransform(((outer - middle) @ rotation.T + middle).astype(np.float32), inner))


def _seen(back: NDArray[np.float64], side: int) -> tuple[Floats, Floats]:
    """Where on the canvas each pixel of the picture lies."""
    x, y = np.meshgrid(np.arange(side, dtype=np.float32), np.arange(side, dtype=np.float32))
    h = back.astype(np.float32)
    depth = h[2, 0] * x + h[2, 1] * y + h[2, 2]
    return (h[0, 0] * x + h[0, 1] * y + h[0, 2]) / depth, (h[1, 0] * x + h[1, 1] * y + h[1, 2]) / depth


def _pen(rng: np.random.Generator) -> tuple[NDArray[np.float32], float, float]:
    """Colour, cover and unevenness of a pen or a pencil."""
    kind = rng.random()
    if kind < 0.35:
        return rng.uniform(0.02, 0.2, 3).astype(np.float32), rng.uniform(0.75, 1), rng.uniform(0, 0.2)
    if kind < 0.65:
        return (
            np.array([rng.uniform(0.02, 0.3), rng.uniform(0.05, 0.35), rng.uniform(0.35, 0.75)], np.float32),
            rng.uniform(0.6, 1),
            rng.uniform(0, 0.3),
        )
    if kind < 0.75:
        return (
            rng.permutation(np.array([rng.uniform(0.5, 0.8), rng.uniform(0.05, 0.3), rng.uniform(0.05, 0.3)], np.float32)),
            rng.uniform(0.6, 1),
            0.2,
        )
    grey = rng.uniform(0.2, 0.45)
    return np.full(3, grey, np.float32), rng.uniform(0.3, 0.9), rng.uniform(0.1, 0.55)


def _with_pens(rng: np.random.Generator, tone: Floats, strokes: Floats, clean: bool) -> Floats:
    """The sheet with geometry and writing on it, in one pen or two."""
    height, width = tone.shape[:2]
    first = _pen(rng)
    pens = (first, _pen(rng) if rng.random() < 0.2 else first)
    out = tone
    for channel, (colour, cover, unevenness) in enumerate(pens):
        ink = strokes[..., channel]
        if clean:
            colour, cover, unevenness = colour * np.float32(rng.random() < 0.3), 1.0, unevenness * float(rng.random() < 0.3)
        if unevenness:
            coarse = rng.normal(0, 1, (height // 2 + 1, width // 2 + 1)).astype(np.float32)
            texture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
            ink = ink * np.clip(1 - np.float32(unevenness) * (0.5 + texture), 0, 1)
        alpha = np.float32(cover) * ink[..., None]
        out = out * (1 - alpha) + np.minimum(out, colour) * alpha
    if not clean and rng.random() < 0.06:
        # What is written on the other side shines through.
        behind = cv2.GaussianBlur(np.ascontiguousarray(strokes[:, ::-1].max(-1)), (0, 0), 1.5)
        out = out * (1 - np.float32(rng.uniform(0.03, 0.12)) * behind[..., None])
    return np.asarray(out, dtype=np.float32)


def _light(rng: np.random.Generator, height: int, width: int) -> Floats:
    """Brightness of the light: slow gradients, soft shadow edges, glare."""
    slow = rng.uniform(0.55, 1.0, (3, 3)).astype(np.float32) if rng.random() < 0.5 else np.full((3, 3), rng.uniform(0.5, 1), np.float32)
    light = cv2.resize(slow, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(int(rng.integers(0, 3)) if rng.random() < 0.45 else 0):
        angle = rng.uniform(0, 2 * math.pi)
        x, y = _from(rng.uniform(0.2, 0.8) * width, rng.uniform(0.2, 0.8) * height, height, width)
        along = np.float32(math.cos(angle)) * x + np.float32(math.sin(angle)) * y + np.float32(rng.normal(0, 0.1)) * np.abs(x)
        light = light * (1 - np.float32(rng.uniform(0.1, 0.5)) * np.clip(along / np.float32(rng.uniform(3, 60)) + 0.5, 0, 1))
    if rng.random() < 0.08:
        x, y = _from(rng.uniform(0, width), rng.uniform(0, height), height, width)
        reach = np.float32((rng.uniform(0.1, 0.3) * max(height, width)) ** 2)
        light = light + np.float32(rng.uniform(0.2, 0.7)) * np.exp(-(x * x + y * y) / reach)
    return np.asarray(light, dtype=np.float32)


def _from(x: float, y: float, height: int, width: int) -> tuple[Floats, Floats]:
    """Each pixel's place as seen from (x, y)."""
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32) - np.float32(x), np.arange(height, dtype=np.float32) - np.float32(y))
    return columns, rows


def _camera(rng: np.random.Generator, picture: Floats, clean: bool) -> NDArray[np.uint8]:
    """Blur, white balance, sharpening, noise, JPEG; some pictures went through a scanner program that leaves black and white, and some
    had few pixels and were enlarged."""
    height, width = picture.shape[:2]
    seen = picture
    if rng.random() < 0.1:
        part = rng.uniform(0.35, 0.7)
        seen = np.asarray(cv2.resize(seen, (round(part * width), round(part * height)), interpolation=cv2.INTER_AREA), dtype=np.float32)
    if rng.random() < 0.75:
        seen = _softened(seen, rng.uniform(0.3, 1.3))
    if not clean:
        seen = seen * (1 + rng.normal(0, 0.05, 3)).astype(np.float32)
        if rng.random() < 0.3:
            seen = seen + np.float32(rng.uniform(0.2, 1.2)) * (seen - _softened(seen, 1.5))
        seen = seen + np.float32(rng.uniform(0, 0.035)) * rng.standard_normal(seen.shape, dtype=np.float32)
    out = np.asarray(np.clip(255 * seen, 0, 255), dtype=np.uint8)
    if rng.random() < 0.08:
        wide = 2 * int(rng.integers(8, 30)) + 1
        black = cv2.adaptiveThreshold(out.min(-1), 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, wide, int(rng.integers(6, 25)))
        out = np.repeat(black[..., None], 3, -1).astype(np.uint8)
    if rng.random() < 0.15:
        out = np.repeat(cv2.cvtColor(out, cv2.COLOR_RGB2GRAY)[..., None], 3, -1).astype(np.uint8)
    if rng.random() < 0.8:
        _, data = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 97))])
        out = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)
    if out.shape[:2] != (height, width):
        out = np.asarray(cv2.resize(out, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    return out


def _softened(picture: Floats, by: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), by), dtype=np.float32)
