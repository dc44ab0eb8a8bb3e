"""A simulated telephone: ink on a sheet of paper on a table, photographed by hand in a room.

Perspective to ±8°, a gradient of light, soft shadow edges, plain, lined and squared paper, three pens, blur, noise and JPEG. It is
made apart from the photographs that the ink network is trained on, so that tests ask more than that training was remembered.
Seeded and deterministic.
"""

from __future__ import annotations

import io
import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

PAPERS = ("plain", "lined", "squared")
PENS = {"black": (32, 30, 34), "blue": (36, 52, 132), "pencil": (98, 96, 98)}


def telephone(
    ink: NDArray[np.float32], seed: int, *, paper: str | None = None, pen: str | None = None, side: int = 1600, degrees: float = 8.0
) -> NDArray[np.uint8]:
    """(H, W, 3) RGB of ink (h, w) in [0, 1] as a telephone sees it, about `side` pixels long, JPEG's traces included."""
    rng = np.random.default_rng([seed, 20])
    paper = paper or PAPERS[int(rng.integers(3))]
    pen = pen or list(PENS)[int(rng.integers(3))]
    rows, columns = ink.shape
    margin = 0.22 * max(rows, columns)
    scale = side / (max(rows, columns) + 2 * margin)
    height, width = round((rows + 2 * margin) * scale), round((columns + 2 * margin) * scale)
    sheet = _sheet(rng, height, width, paper)
    onto = np.array([[scale, 0, margin * scale], [0, scale, margin * scale]])
    drawn = cv2.warpAffine(ink.astype(np.float32), onto, (width, height), flags=cv2.INTER_CUBIC).clip(0, 1)
    grain = 1 - (0.35 if pen == "pencil" else 0.1) * rng.random((height, width), dtype=np.float32)
    cover = (0.8 if pen == "pencil" else 0.93) * (drawn * grain)[..., None]
    sheet = sheet * (1 - cover) + np.array(PENS[pen], np.float32) * cover
    table = tuple(float(v) for v in rng.uniform(60, 130) * np.array([1, 0.8, 0.62]))
    seen = cv2.warpPerspective(sheet, _camera(rng, width, height, degrees), (width, height), borderValue=table)
    lit = seen * _room(rng, height, width)[..., None] * rng.uniform(0.93, 1.05, 3).astype(np.float32)
    soft = cv2.GaussianBlur(lit, (0, 0), rng.uniform(0.6, 1.4))
    noisy = soft + rng.normal(0, rng.uniform(1, 4), soft.shape)
    file = io.BytesIO()
    Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=int(rng.integers(70, 93)))
    return np.asarray(Image.open(file), dtype=np.uint8)


def _sheet(rng: np.random.Generator, height: int, width: int, paper: str) -> NDArray[np.float32]:
    tone = np.array([244, 242, 234], np.float32) - np.float32(rng.uniform(0, 20))
    sheet = np.broadcast_to(tone, (height, width, 3)) + rng.normal(0, 1.5, (height, width, 1))
    if paper == "plain":
        return sheet.astype(np.float32)
    # 5 mm squares or 8 mm lines on a sheet 180 mm wide.
    pitch = max(height, width) * (5 if paper == "squared" else 8) / 180
    thin, strength = max(1.0, 0.05 * pitch), rng.uniform(0.12, 0.35)
    colour = np.array([(0.9, 0.6, 0.25), (0.6, 0.6, 0.55)][int(rng.integers(2))], np.float32)
    lines = [_ruled(height, pitch, thin, rng)[:, None] * np.ones((1, width))]
    if paper == "squared":
        lines.append(_ruled(width, pitch, thin, rng)[None] * np.ones((height, 1)))
    ruling = np.maximum.reduce(lines)[..., None]
    return np.asarray(sheet * (1 - strength * ruling * colour), dtype=np.float32)


def _ruled(length: int, pitch: float, thin: float, rng: np.random.Generator) -> NDArray[np.float64]:
    beside = np.abs((np.arange(length) + rng.uniform(0, pitch)) % pitch - pitch / 2)
    return np.clip(thin / 2 + 0.5 - beside, 0, 1)


def _camera(rng: np.random.Generator, width: int, height: int, degrees: float) -> NDArray[np.float64]:
    """A camera 1.3 picture widths away that leans by up to `degrees` about two axes and is turned by up to three."""
    focal = 1.3 * max(width, height)
    lean_x, lean_y = np.radians(rng.uniform(-degrees, degrees, 2))
    turn = math.radians(rng.uniform(-3, 3))
    about_x = np.array([[1, 0, 0], [0, math.cos(lean_x), -math.sin(lean_x)], [0, math.sin(lean_x), math.cos(lean_x)]])
    about_y = np.array([[math.cos(lean_y), 0, math.sin(lean_y)], [0, 1, 0], [-math.sin(lean_y), 0, math.cos(lean_y)]])
    about_z = np.array([[math.cos(turn), -math.sin(turn), 0], [math.sin(turn), math.cos(turn), 0], [0, 0, 1]])
    rotation = about_x @ about_y @ about_z
    # A point (x, y) of the sheet lies at rotation @ (x, y, 0) + (0, 0, focal) before the camera.
    pose = np.column_stack([rotation[:, 0], rotation[:, 1], np.array([0, 0, focal])])
    lens = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]])
    return np.asarray(lens @ pose @ np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1.0]]))


def _room(rng: np.random.Generator, height: int, width: int) -> NDArray[np.float32]:
    """A lamp to one side, and in half of the pictures the shadow of a hand or a head."""
    y, x = np.mgrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j].astype(np.float32)
    slope = rng.uniform(-0.3, 0.3, 2)
    light = 0.85 + slope[0] * x + slope[1] * y
    if rng.random() < 0.5:
        angle, offset, soft = rng.uniform(0, 2 * math.pi), rng.uniform(-0.3, 0.3), rng.uniform(0.01, 0.08)
        beyond = math.cos(angle) * x + math.sin(angle) * y - offset + 0.04 * np.sin(9 * (x - y))
        light = light * (1 - rng.uniform(0.15, 0.4) * np.clip(beyond / soft + 0.5, 0, 1))
    return np.asarray(light, dtype=np.float32)
