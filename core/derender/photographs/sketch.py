"""Sketches to photograph: geometry on one layer, writing on another, in pixels of a square canvas.

Half of them are the training scenes of the reader, on a lattice; half are figures as people draw them without one: boxes of all
kinds in uneven rows, joined by straight, angled and curved arrows. Some pages hold only writing, plots or nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cairo
import numpy as np
from numpy.typing import NDArray

from derender.perception.scenes import random_scene
from derender.photographs.writing import Mask, Writer, paste, sample_text, sample_writer, scribble, written
from derender.rendering.pencil import CELL, Placement, draw_by_hand, sample_hand
from derender.spec import Circle, Line, Rectangle

Points = NDArray[np.float64]
Box = tuple[float, float, float, float]
"""left, top, right, bottom in pixels."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """Geometry and writing, (size, size) uint8 each, 255 = ink."""

    geometry: Mask
    writing: Mask


@dataclass(frozen=True, slots=True)
class _Stroke:
    points: Points
    thickness: float
    dash: tuple[float, float] | None = None
    filled: bool = False


def random_sketch(rng: np.random.Generator, size: int) -> Sketch:
    """A sketch of any kind that fills a canvas of `size` pixels."""
    kind = rng.random()
    if kind < 0.40:
        return _on_lattice(rng, size)
    if kind < 0.86:
        return _free(rng, size)
    if kind < 0.93:
        return _text_only(rng, size)
    if kind < 0.97:
        return _plot(rng, size)
    return Sketch(np.zeros((size, size), np.uint8), np.zeros((size, size), np.uint8))


# On a lattice


def _on_lattice(rng: np.random.Generator, size: int) -> Sketch:
    cell = math.exp(rng.uniform(math.log(9), math.log(38)))
    across = int(np.clip(size / cell, 4, 20))
    spec = random_scene(rng, across, across)
    thickness = _thickness(rng, 2.2 * cell)
    hand = replace(sample_hand(rng), thickness=thickness * CELL / cell, elastic=0.0, erosion=0.0)
    left, bottom = (rng.uniform(0, max(1.0, size - across * cell)) for _ in range(2))
    placement = Placement(np.array([[cell, 0, left], [0, -cell, size - bottom]]))
    geometry = np.asarray(np.rint(255 * draw_by_hand(spec, hand, placement, (size, size), rng)), dtype=np.uint8)
    writing = np.zeros((size, size), np.uint8)
    share = float(rng.choice([0.0, 0.3, 0.7, 1.0], p=[0.3, 0.25, 0.25, 0.2]))
    if share:
        writer = sample_writer(rng)
        for command in spec:
            if rng.random() >= share:
                continue
            match command:
                case Circle(x, y, rx, ry):
                    box = _pixels(placement, x - 0.7 * rx, y - 0.7 * ry, x + 0.7 * rx, y + 0.7 * ry)
                case Rectangle(x1, y1, x2, y2):
                    box = _pixels(placement, x1, y1, x2, y2)
                case Line(x1, y1, x2, y2):
                    if rng.random() < 0.7:
                        continue
                    beside = rng.choice([-1, 1]) * rng.uniform(0.4, 0.9)
                    mx, my = (x1 + x2) / 2 + beside * (x1 == x2), (y1 + y2) / 2 + beside * (x1 != x2)
                    box = _pixels(placement, mx - 1, my - 0.5, mx + 1, my + 0.5)
            _write_in(writing, box, writer, thickness, rng)
    return Sketch(geometry, writing)


def _pixels(placement: Placement, x1: float, y1: float, x2: float, y2: float) -> Box:
    (left, bottom), (right, top) = placement.to_pixels(np.array([(x1, y1), (x2, y2)])).tolist()
    return left, top, right, bottom


# Without a lattice


def _free(rng: np.random.Generator, size: int) -> Sketch:
    """Shapes in uneven rows and columns, joined by arrows, with words."""
    height = math.exp(rng.uniform(math.log(22), math.log(min(150, 0.5 * size))))
    thickness = _thickness(rng, height)
    wobble = rng.uniform(0.002, 0.02)
    pitch_x, pitch_y = height * rng.uniform(1.8, 3.4), height * rng.uniform(1.4, 2.6)
    columns, rows = max(1, int(size / pitch_x)), max(1, int(size / pitch_y))
    writer, strokes = sample_writer(rng), list[_Stroke]()
    writing = np.zeros((size, size), np.uint8)
    share = float(rng.choice([0.0, 0.5, 0.95], p=[0.12, 0.28, 0.6]))
    kinds = rng.dirichlet([1.2, 1.2, 0.8, 1.0, 0.6, 0.4])
    wide, style = rng.uniform(1.0, 2.0), _arrow_style(rng)
    placed: dict[tuple[int, int], Box] = {}
    for i in range(columns):
        for j in range(rows):
            if rng.random() < 0.3 and columns * rows > 2:
                continue
            kind = int(rng.choice(6, p=kinds))
            h = height * rng.uniform(0.75, 1.2) * (0.6 if kind in (2, 3) and rng.random() < 0.6 else 1)
            w = h * (1 if kind == 2 else rng.uniform(0.9, 1.3) if kind == 3 else wide * rng.uniform(0.8, 1.25))
            x, y = (i + 0.5) * pitch_x + rng.normal(0, 0.12 * pitch_x), (j + 0.5) * pitch_y + rng.normal(0, 0.1 * pitch_y)
            box = (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
            placed[i, j] = box
            strokes.extend(_shape(kind, box, thickness, wobble, rng))
            if kind in (2, 3) and rng.random() < 0.45:
                _icon(writing, box, thickness, rng)
                if rng.random() < share:
                    _write_in(writing, (x - w, y + 0.55 * h, x + w, y + 1.1 * h), writer, thickness, rng)
            elif rng.random() < share:
                inset = 0.22 if kind >= 3 else 0.04
                _write_in(writing, (box[0] + inset * w, box[1] + inset * h, box[2] - inset * w, box[3] - inset * h), writer, thickness, rng)
            if rng.random() < 0.03:
                paste(writing, scribble(0.8 * w, thickness, rng), x, y)
    for (i, j), box in placed.items():
        for other in ((i + 1, j), (i, j + 1), (i + 1, j + 1), (i + 2, j)):
            if other in placed and rng.random() < (0.75 if abs(other[0] - i) + abs(other[1] - j) == 1 else 0.15):
                a, b = (box, placed[other]) if rng.random() < 0.75 else (placed[other], box)
                path = _connection(a, b, rng)
                strokes.extend(_arrow(path, style, height, thickness, wobble, rng))
                if rng.random() < 0.25 * share:
                    mx, my = path[len(path) // 2]
                    room = (mx - 0.6 * height, my - 0.5 * height, mx + 0.6 * height, my - 0.1 * height)
                    _write_in(writing, room, writer, thickness, rng)
    return Sketch(_draw(strokes, size), writing)


def _text_only(rng: np.random.Generator, size: int) -> Sketch:
    """Lines of writing from edge to edge."""
    writing = np.zeros((size, size), np.uint8)
    writer, height = sample_writer(rng), rng.uniform(8, 36)
    for y in np.arange(height, size, height * rng.uniform(1.6, 3)):
        x = rng.uniform(0, 3 * height)
        while x < size and rng.random() < 0.93:
            mark = written(sample_text(rng, 1).replace("\n", " "), writer, height, _thickness(rng, 3 * height), rng)
            paste(writing, mark, x + mark.shape[1] / 2, y)
            x += mark.shape[1] + 0.6 * height
    return Sketch(np.zeros((size, size), np.uint8), writing)


def _plot(rng: np.random.Generator, size: int) -> Sketch:
    """Axes with arrow heads; the curves, ticks and marks between them are no commands and count as writing."""
    thickness, wobble = rng.uniform(1.2, 3.5), rng.uniform(0.002, 0.012)
    x0, y0 = rng.uniform(0.08, 0.3) * size, rng.uniform(0.7, 0.92) * size
    style = _arrow_style(rng)
    axes = [np.array([(x0, y0), (rng.uniform(0.75, 0.97) * size, y0)]), np.array([(x0, y0), (x0, rng.uniform(0.05, 0.2) * size)])]
    strokes = [s for a in axes for s in _arrow(a, (style[0], None), 60, thickness, wobble, rng)]
    writing = np.zeros((size, size), np.uint8)
    curves = []
    t = np.linspace(0, 1, 80)
    for _ in range(int(rng.integers(1, 4))):
        y = 0.5 + sum(rng.normal(0, 0.25 / k) * np.sin(2 * math.pi * k * t * rng.uniform(0.5, 1.5) + rng.uniform(0, 6)) for k in (1, 2, 3))
        curves.append(_Stroke(np.stack([x0 + t * 0.6 * size, y0 - np.clip(y, 0.02, 1.2) * 0.6 * size], -1), thickness))
    np.maximum(writing, _draw(curves, size), out=writing)
    writer = sample_writer(rng)
    for _ in range(int(rng.integers(0, 6))):
        mark = written(sample_text(rng, 1), writer, rng.uniform(9, 22), thickness, rng)
        paste(writing, mark, rng.uniform(0, size), rng.uniform(0, size))
    return Sketch(_draw(strokes, size), writing)


def _thickness(rng: np.random.Generator, height: float) -> float:
    """A pen's width in pixels for shapes of that height: between a fortieth and an eighth of it, as people draw."""
    return float(np.clip(height / math.exp(rng.uniform(math.log(8), math.log(40))), 1.0, 7.0))


def _write_in(writing: Mask, box: Box, writer: Writer, thickness: float, rng: np.random.Generator) -> None:
    """Some text that about fits a box; now and then it is too wide for it, as people write."""
    left, top, right, bottom = box
    text = sample_text(rng)
    rows, letters = text.count("\n") + 1, max(len(line) for line in text.split("\n"))
    room = rng.uniform(0.35, 0.9) * min((bottom - top) / (1.9 * rows), 1.6 * (right - left) / letters)
    height = float(np.clip(room, 5.5, 60))
    if height > 0.9 * (bottom - top):
        return
    mark = written(text, writer, height, min(thickness * rng.uniform(0.7, 1.05), 0.28 * height), rng)
    x = (left + right) / 2 + rng.normal(0, 0.05) * (right - left)
    paste(writing, mark, x, (top + bottom) / 2 + rng.normal(0, 0.06) * (bottom - top))


def _icon(writing: Mask, box: Box, thickness: float, rng: np.random.Generator) -> None:
    """A sign inside a shape: cross, plus, clock hands, envelope, coil."""
    left, top, right, bottom = box
    x, y, r = (left + right) / 2, (top + bottom) / 2, 0.28 * min(right - left, bottom - top)
    if r < 3:
        return
    signs: list[list[list[tuple[float, float]]]] = [
        [[(-1, -1), (1, 1)], [(-1, 1), (1, -1)]],
        [[(-1, 0), (1, 0)], [(0, -1), (0, 1)]],
        [[(0, -1), (0, 0), (0.7, 0.3)]],
        [[(-1, -0.7), (1, -0.7), (1, 0.7), (-1, 0.7), (-1, -0.7)], [(-1, -0.7), (0, 0.1), (1, -0.7)]],
        [[(math.cos(a) * a / 16, math.sin(a) * a / 16) for a in np.linspace(2, 16, 50)]],
    ]
    lines = signs[int(rng.integers(5))]
    points = [np.array(line) * r * rng.uniform(0.7, 1.2) + (x, y) + rng.normal(0, 0.06 * r, 2) for line in lines]
    strokes = [_Stroke(_shaken(p, 0.01, rng), thickness) for p in points]
    np.maximum(writing, _draw(strokes, writing.shape[0]), out=writing)


# Strokes of the shapes


def _shape(kind: int, box: Box, thickness: float, wobble: float, rng: np.random.Generator) -> list[_Stroke]:
    """Rectangle, rounded box, circle, diamond, ellipse, slanted box."""
    left, top, right, bottom = box
    w, h = right - left, bottom - top
    middle = np.array([(left + right) / 2, (top + bottom) / 2])
    double = rng.random() < (0.15 if kind == 2 else 0.04)
    heavy = thickness * (rng.uniform(1.8, 3) if kind == 2 and rng.random() < 0.25 else 1)
    turned = rng.normal(0, 0.02)
    out: list[_Stroke] = []
    for shrink in (1.0, 1 - max(0.12, 5 * thickness / h)) if double and h > 10 * thickness else (1.0,):
        if kind in (2, 4):
            angle = rng.uniform(0, 6.3) + np.linspace(0, 2 * math.pi + rng.normal(0, 0.12), 48)
            radial = 1 + rng.normal(0, 0.03) * np.cos(2 * angle + rng.uniform(0, 6)) + rng.normal(0, 0.03) * np.linspace(-1, 1, 48)
            flat = np.stack([np.cos(angle) * w / 2, np.sin(angle) * h / 2], -1) * radial[:, None]
        elif kind == 1:
            flat = _rounded(w, h, rng.uniform(0.12, 0.5) * min(w, h))
        elif kind == 3:
            flat = np.array([(0, -h / 2), (w / 2, 0), (0, h / 2), (-w / 2, 0), (0, -h / 2)])
        else:
            lean = rng.uniform(0.1, 0.35) * h if kind == 5 else 0
            corners = [(-w / 2 + lean, -h / 2), (w / 2 + lean, -h / 2), (w / 2 - lean, h / 2), (-w / 2 - lean, h / 2)]
            flat = np.array([*corners, corners[0]])
        turn = np.array([[math.cos(turned), -math.sin(turned)], [math.sin(turned), math.cos(turned)]])
        points = shrink * flat @ turn.T + middle
        if kind in (0, 3, 5):
            points = points + rng.normal(0, 0.02 * h, points.shape)
            if rng.random() < 0.5:
                # Each side a stroke of its own.
                sides = [points[k : k + 2] for k in range(4)]
                out.extend(_Stroke(_shaken(_overshot(s, 0.02 * h, rng), wobble, rng), heavy) for s in sides)
                continue
        out.append(_Stroke(_shaken(points, wobble, rng), heavy))
    return out


def _rounded(w: float, h: float, r: float) -> Points:
    corners = [((w / 2 - r, -h / 2 + r), -90), ((w / 2 - r, h / 2 - r), 0), ((-w / 2 + r, h / 2 - r), 90), ((-w / 2 + r, -h / 2 + r), 180)]
    points = [
        (cx + r * math.cos(math.radians(start + a)), cy + r * math.sin(math.radians(start + a)))
        for (cx, cy), start in corners
        for a in (0, 22, 45, 68, 90)
    ]
    return np.array([*points, points[0]])


def _connection(a: Box, b: Box, rng: np.random.Generator) -> Points:
    """From an outline of `a` to an outline of `b`: straight, angled or curved."""
    (ax, ay), (bx, by) = _middle(a), _middle(b)
    across = abs(bx - ax) > abs(by - ay)
    if across:
        start, end = (a[2] if bx > ax else a[0], ay), (b[0] if bx > ax else b[2], by)
    else:
        start, end = (ax, a[3] if by > ay else a[1]), (bx, b[1] if by > ay else b[3])
    style = rng.random()
    offset = rng.normal(0, 0.02, (2, 2)) * (abs(bx - ax) + abs(by - ay))
    p, q = np.array(start) + offset[0], np.array(end) + offset[1]
    if style < 0.6:
        return np.array([p, q])
    if style < 0.85:
        if across:
            m = p[0] + (q[0] - p[0]) * rng.uniform(0.3, 0.7)
            return np.array([p, (m, p[1]), (m, q[1]), q])
        return np.array([p, (p[0], (p[1] + q[1]) / 2), (q[0], (p[1] + q[1]) / 2), q])
    t = np.linspace(0, 1, 20)[:, None]
    normal = np.array([-(q - p)[1], (q - p)[0]]) * rng.normal(0, 0.2)
    return np.asarray(p + t * (q - p) + 4 * t * (1 - t) * normal)


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _arrow_style(rng: np.random.Generator) -> tuple[str, tuple[float, float] | None]:
    head = str(rng.choice(["open", "open", "closed", "filled", "none"]))
    return head, (rng.uniform(4, 9), rng.uniform(3, 7)) if rng.random() < 0.12 else None


def _arrow(
    path: Points, style: tuple[str, tuple[float, float] | None], height: float, thickness: float, wobble: float, rng: np.random.Generator
) -> list[_Stroke]:
    head, dash = style
    out = [_Stroke(_shaken(path, wobble, rng), thickness * rng.uniform(0.85, 1.1), dash)]
    if head == "none":
        return out
    tip, before = path[-1], path[-2]
    length = float(np.hypot(*(tip - before)))
    reach = max(2.5 * thickness, min(height * rng.uniform(0.12, 0.3), 0.8 * length))
    back = (before - tip) / max(1e-6, length) * reach
    sides = []
    for side in (-1, 1):
        angle = side * rng.uniform(0.35, 0.85)
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        sides.append(tip + turn @ back)
    closed = [sides[0], tip, sides[1]] + ([sides[0]] if head != "open" else [])
    out.append(_Stroke(_shaken(np.array(closed), 0.5 * wobble, rng), thickness, None, head == "filled"))
    return out


def _overshot(side: Points, by: float, rng: np.random.Generator) -> Points:
    along = (side[1] - side[0]) / max(1e-6, float(np.hypot(*(side[1] - side[0]))))
    return np.array([side[0] - along * rng.normal(0, by), side[1] + along * rng.normal(0, by)])


def _shaken(points: Points, wobble: float, rng: np.random.Generator) -> Points:
    """A polyline with a tremor that grows with its length: slow and fast, in both directions."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    length = float(steps.sum())
    n = int(np.clip(length / 6, 8, 120))
    at = np.concatenate([[0], np.cumsum(steps)])
    t = np.linspace(0, length, n)
    out = np.stack([np.interp(t, at, points[:, 0]), np.interp(t, at, points[:, 1])], -1)
    slow = rng.normal(0, 1, (max(3, n // 8), 2))
    knots = np.linspace(0, length, len(slow))
    for axis in (0, 1):
        out[:, axis] += wobble * min(length, 160) * np.interp(t, knots, slow[:, axis]) + rng.normal(0, 0.15, n)
    return out


def _draw(strokes: Sequence[_Stroke], size: int) -> Mask:
    surface = cairo.ImageSurface(cairo.FORMAT_A8, size, size)
    context = cairo.Context(surface)
    context.set_line_cap(cairo.LINE_CAP_ROUND)
    context.set_line_join(cairo.LINE_JOIN_ROUND)
    for stroke in strokes:
        context.set_line_width(stroke.thickness)
        context.set_dash([d * max(1.0, stroke.thickness / 2) for d in stroke.dash] if stroke.dash else [])
        points = stroke.points.tolist()
        context.move_to(*points[0])
        for point in points[1:]:
            context.line_to(*point)
        if stroke.filled:
            context.close_path()
            context.fill_preserve()
        context.stroke()
    surface.flush()
    return np.frombuffer(surface.get_data(), np.uint8).reshape(size, surface.get_stride())[:, :size].copy()
