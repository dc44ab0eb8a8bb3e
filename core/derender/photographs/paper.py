"""The sheet and what lies around it: tone, ruling, edges, holes, stains; the desk, fingers and things on the page."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.photographs.squares import Squares

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Reflectance (H, W, 3) in [0, 1] of a sheet without strokes, where it is ruled and where it is paper, (H, W) in [0, 1]."""

    tone: Floats
    ruling: Floats
    page: Floats


def random_sheet(rng: np.random.Generator, grid_x: Floats, grid_y: Floats, size: int, squares: Squares | None = None) -> Sheet:
    """A sheet seen through a camera: `grid_x`, `grid_y` (H, W) give each pixel's place on the canvas of `size` pixels. It has these
    squares, or is ruled at random."""
    height, width = grid_x.shape
    brightness = rng.uniform(0.72, 1.0)
    base = np.array([1, 1, 1], np.float32) * np.float32(brightness) - np.float32(rng.uniform(0, 0.16)) * np.array([0, 0.35, 1], np.float32)
    tone = np.broadcast_to(base, (height, width, 3)).copy()
    if rng.random() < 0.5:
        fibre = rng.normal(0, 1, (height // 2 + 1, width // 2 + 1)).astype(np.float32)
        tone += np.float32(rng.uniform(0.002, 0.02)) * cv2.resize(fibre, (width, height), interpolation=cv2.INTER_LINEAR)[..., None]
    ruling = _ruling(rng, grid_x, grid_y, tone, squares)
    if rng.random() < 0.12:
        _fold(rng, grid_x, grid_y, size, tone)
    if rng.random() < 0.12:
        _stain(rng, grid_x, grid_y, size, tone)
    page = np.ones((height, width), np.float32)
    if rng.random() < 0.35:
        page = _edges(rng, grid_x, grid_y, size)
        tone = _on_desk(rng, tone, page)
        ruling = ruling * page
    if rng.random() < 0.18:
        _holes(rng, grid_x, grid_y, size, tone)
    if rng.random() < 0.1:
        _thing(rng, tone, page)
    return Sheet(tone, ruling, page)


def _ruling(rng: np.random.Generator, grid_x: Floats, grid_y: Floats, tone: Floats, squares: Squares | None) -> Floats:
    kind = "squared" if squares else str(rng.choice(["plain", "squared", "lined", "dots"], p=[0.34, 0.4, 0.22, 0.04]))
    out = np.zeros(grid_x.shape, np.float32)
    if kind == "plain":
        return out
    pitch = squares.pitch if squares else math.exp(rng.uniform(math.log(9), math.log(70)))
    width = min(rng.uniform(0.7, 2.6), 0.16 * pitch)
    turn = 0.0 if squares else rng.normal(0, 0.035)
    u = np.float32(math.cos(turn)) * grid_x + np.float32(math.sin(turn)) * grid_y
    v = np.float32(-math.sin(turn)) * grid_x + np.float32(math.cos(turn)) * grid_y
    left, top = (squares.left, squares.top) if squares else rng.uniform(0, pitch, 2)
    across, down = _lines(v, pitch, top, width), _lines(u, pitch, left, width)
    if kind == "squared":
        out = np.maximum(across, down)
        if rng.random() < 0.15:
            fifth = np.maximum(*(_lines(along, 5 * pitch, rng.uniform(0, pitch), 1.6 * width) for along in (u, v)))
            out = np.clip(0.6 * out + fifth, 0, 1)
    elif kind == "lined":
        out = across
        if rng.random() < 0.4:
            margin = _lines(u, 4000.0, rng.uniform(20, 300), width)
            red = np.array([0.15, 0.7, 0.6], np.float32) * np.float32(rng.uniform(0.2, 0.9))
            tone *= 1 - margin[..., None] * red
            out = np.maximum(out, margin)
    else:
        out = np.minimum(across, down)
    # Some ruling is as dark as a pen, which a telephone's sharpening makes darker still.
    strength = rng.uniform(0.4, 0.85) if rng.random() < 0.2 else 0.04 + 0.5 * rng.beta(1.2, 2.2)
    tint = np.array([rng.uniform(0.5, 1), rng.uniform(0.4, 0.8), rng.uniform(0.1, 0.8)], np.float32)
    if rng.random() < 0.35:
        tint[:] = rng.uniform(0.6, 1)
    tone *= 1 - np.float32(strength) * out[..., None] * tint / tint.max()
    return out


def _lines(along: Floats, pitch: float, start: float, width: float) -> Floats:
    """1 on lines every `pitch` pixels of `along`, soft at their sides."""
    away = np.abs(np.mod(along - np.float32(start), np.float32(pitch)) - np.float32(pitch / 2))
    return np.asarray(np.clip(away - np.float32(pitch / 2 - width / 2 - 0.5), 0, 1), dtype=np.float32)


def _fold(rng: np.random.Generator, grid_x: Floats, grid_y: Floats, size: int, tone: Floats) -> None:
    angle = rng.choice([0, math.pi / 2]) + rng.normal(0, 0.2)
    along = np.float32(math.cos(angle)) * (grid_x - rng.uniform(0, size)) + np.float32(math.sin(angle)) * (grid_y - rng.uniform(0, size))
    crease = np.exp(-np.abs(along) / np.float32(rng.uniform(1.5, 6)))
    tone *= 1 - np.float32(rng.uniform(0.03, 0.2)) * crease[..., None]
    tone *= 1 - np.float32(rng.uniform(0, 0.08)) * (along > 0)[..., None]


def _stain(rng: np.random.Generator, grid_x: Floats, grid_y: Floats, size: int, tone: Floats) -> None:
    away = np.hypot(grid_x - np.float32(rng.uniform(0, size)), grid_y - np.float32(rng.uniform(0, size)))
    radius = np.float32(rng.uniform(0.1, 0.35) * size)
    spot = np.clip((radius - away) / np.float32(rng.uniform(4, 20)), 0, 1)
    rim = np.exp(-(((away - radius) / np.float32(rng.uniform(2, 6))) ** 2))
    brown = np.array([0.25, 0.5, 0.8], np.float32)
    tone *= 1 - (np.float32(rng.uniform(0, 0.15)) * spot + np.float32(rng.uniform(0.05, 0.3)) * rim)[..., None] * brown


def _edges(rng: np.random.Generator, grid_x: Floats, grid_y: Floats, size: int) -> Floats:
    """1 on the sheet, 0 beyond one to four of its straight edges."""
    page = np.ones(grid_x.shape, np.float32)
    for side in rng.permutation(4)[: int(rng.choice([1, 2, 4], p=[0.5, 0.3, 0.2]))].tolist():
        inset = rng.uniform(-0.02, 0.16) * size
        turn = rng.normal(0, 0.03)
        along = {0: grid_x, 1: size - grid_x, 2: grid_y, 3: size - grid_y}[side] + np.float32(turn) * (grid_y if side < 2 else grid_x)
        page = np.minimum(page, np.clip(along - np.float32(inset) + 0.5, 0, 1))
    return page


def _on_desk(rng: np.random.Generator, tone: Floats, page: Floats) -> Floats:
    height, width = page.shape
    colour = rng.uniform(0.05, 0.9) * rng.dirichlet([6, 5, 4]).astype(np.float32) * 2.2
    grain = rng.normal(0, 1, (height // int(rng.integers(2, 30)) + 1, width // int(rng.integers(2, 30)) + 1)).astype(np.float32)
    desk = colour * (1 + np.float32(rng.uniform(0, 0.25)) * cv2.resize(grain, (width, height), interpolation=cv2.INTER_LINEAR)[..., None])
    shadow = cv2.GaussianBlur(page, (0, 0), rng.uniform(2, 8))
    desk *= 1 - np.float32(rng.uniform(0, 0.5)) * shadow[..., None]
    return np.asarray(np.clip(tone * page[..., None] + desk * (1 - page[..., None]), 0, 1), dtype=np.float32)


def _holes(rng: np.random.Generator, grid_x: Floats, grid_y: Floats, size: int, tone: Floats) -> None:
    """Punched holes or a spiral's along one side; dark, or the desk's colour."""
    pitch, radius = rng.uniform(14, 160), rng.uniform(2.5, 9)
    depth = rng.uniform(0.02, 0.15) * size
    along, across = (grid_x, grid_y) if rng.random() < 0.6 else (grid_y, grid_x)
    if rng.random() < 0.4:
        across = size - across
    beside = np.mod(along + rng.uniform(0, pitch), pitch) - pitch / 2
    away = np.hypot(beside, across - depth).astype(np.float32)
    colour = (rng.uniform(0.02, 0.6) * rng.uniform(0.5, 1, 3)).astype(np.float32)
    inside = np.clip(np.float32(radius) - away, 0, 1)[..., None]
    tone[:] = tone * (1 - inside) + colour * inside
    if rng.random() < 0.4:
        rim = np.clip(1 - np.abs(away - np.float32(radius + 1)), 0, 1)[..., None]
        tone *= 1 - np.float32(rng.uniform(0.1, 0.5)) * rim


def _thing(rng: np.random.Generator, tone: Floats, page: Floats) -> None:
    """A finger, a pen or another object that reaches into the picture."""
    height, width = page.shape
    layer = np.zeros((height, width), np.uint8)
    side = int(rng.integers(4))
    x, y = rng.uniform(0, width), rng.uniform(0, height)
    start = np.array([(0, y), (width, y), (x, 0), (x, height)][side])
    inward = np.array([(1, 0), (-1, 0), (0, 1), (0, -1)][side]) * rng.uniform(10, 70) + rng.normal(0, 12, 2)
    thickness = int(rng.uniform(8, 44))
    ends = [np.rint(p).astype(int).tolist() for p in (start, start + inward)]
    cv2.line(layer, ends[0], ends[1], 255, thickness, cv2.LINE_AA)
    skin = np.array([0.85, 0.62, 0.5], np.float32) * np.float32(rng.uniform(0.35, 1))
    colour = skin if rng.random() < 0.6 else rng.uniform(0.02, 0.9, 3).astype(np.float32)
    cover = layer.astype(np.float32)[..., None] / 255
    tone[:] = tone * (1 - cover) + colour * cover
    page *= 1 - cover[..., 0]
