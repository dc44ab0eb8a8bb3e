"""Ellipses that the network leaves unread: it knows circles, and what is three times as wide as high is none to it.

What a closed stroke encloses is held against the ellipse that fits its outline best (Fitzgibbon and Fisher, 1995).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.perception.network import CELL, MARGIN
from derender.spec import Circle, Command, Rectangle, Spec

Mask = NDArray[np.bool_]

_LEAST_AXES = (0.6, 1.3)
"""The shorter half axis in cells, and the longer one over it, at least: smaller ones may be letters, rounder ones are circles."""

_MOST_LEANING = math.radians(12)
"""From level or upright."""

_MOST_UNEVEN = 0.06
"""Mean part of its radius by which an outline strays from the ellipse; sharp and rounded boxes stray further."""

_GAPS = (1, 5, 9)
"""Pixels of gaps that are closed: a hand ends an outline beside where it began it."""

_BESIDE = 0.4
"""Cells between the middle and the lattice point that is meant, at most."""


def enclosed_ellipses(drawn: Mask) -> tuple[Circle, ...]:
    """The ellipses, no circles, that strokes on a canvas (16h, 16w) enclose but for small gaps, on its lattice; axes in half cells."""
    found: list[Circle] = []
    for gap in _GAPS:
        closed = cv2.morphologyEx(drawn.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8)) > 0
        found += [e for e in _closed_ellipses(closed) if not any(_stands_for(other, e) for other in found)]
    return tuple(found)


def _closed_ellipses(drawn: Mask) -> Iterator[Circle]:
    count, pieces, stats, _ = cv2.connectedComponentsWithStats((~drawn).astype(np.uint8), connectivity=4)
    height, width = drawn.shape
    for piece in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[piece])
        on_border = x == 0 or y == 0 or x + w == width or y + h == height
        # Of the box around it an ellipse fills about 0.79.
        if on_border or min(w, h) < CELL * _LEAST_AXES[0] or not 0.7 < area / (w * h) < 0.88:
            continue
        inside = np.asarray(pieces[y : y + h, x : x + w] == piece, dtype=np.uint8)
        contours, _ = cv2.findContours(inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        ellipse = _fitted(max(contours, key=len).reshape(-1, 2).astype(np.float32) + np.array((x, y), np.float32))
        circle = None if ellipse is None else _on_lattice(ellipse, drawn)
        if circle is not None:
            yield circle


def unread(ellipses: tuple[Circle, ...], spec: Spec) -> Iterator[Circle]:
    """The ellipses that no shape of `spec` stands for."""
    yield from (e for e in ellipses if not any(_stands_for(command, e) for command in spec))


def _fitted(outline: NDArray[np.float32]) -> tuple[float, float, float, float] | None:
    """x, y and half axes across and down, in pixels, of the level or upright ellipse that an outline (N, 2) is."""
    if len(outline) < 20:
        return None
    (x, y), axes, angle = cv2.fitEllipse(outline)
    turn = math.radians(angle)
    leaning = abs((turn + math.pi / 4) % (math.pi / 2) - math.pi / 4)
    if leaning > _MOST_LEANING or not min(axes) > 0:
        return None
    along, across = math.cos(turn), math.sin(turn)
    u, v = ((outline - np.array((x, y), np.float32)) @ np.array([[along, -across], [across, along]], np.float32)).T
    if float(np.abs(np.hypot(u / (axes[0] / 2), v / (axes[1] / 2)) - 1).mean()) > _MOST_UNEVEN:
        return None
    is_upright = abs(along) > abs(across)
    first, second = axes[0] / 2, axes[1] / 2
    return (x, y, first, second) if is_upright else (x, y, second, first)


def _on_lattice(ellipse: tuple[float, float, float, float], drawn: Mask) -> Circle | None:
    """The ellipse through the middle of the stroke, where its own middle is near a lattice point."""
    x, y, across, down = ellipse
    # The middle of pixel 0 lies half a pixel in.
    column, row = (x + 0.5 - MARGIN) / CELL, (drawn.shape[0] - MARGIN - y - 0.5) / CELL
    half = _half_stroke(ellipse, drawn)
    rx, ry = (round(2 * (v + half) / CELL) / 2 for v in (across, down))
    if min(rx, ry) < _LEAST_AXES[0] or max(rx, ry) < _LEAST_AXES[1] * min(rx, ry):
        return None
    if max(abs(column - round(column)), abs(row - round(row))) > _BESIDE:
        return None
    return Circle(round(column), round(row), rx, ry)


def _half_stroke(ellipse: tuple[float, float, float, float], drawn: Mask) -> float:
    """Half the thickness in pixels of the stroke around what is enclosed."""
    x, y, across, down = ellipse
    turns = np.linspace(0, 2 * math.pi, 32, endpoint=False)
    steps = np.arange(0, CELL // 2)
    columns = np.rint(x + np.cos(turns)[:, None] * (across + steps)).astype(int).clip(0, drawn.shape[1] - 1)
    rows = np.rint(y + np.sin(turns)[:, None] * (down + steps)).astype(int).clip(0, drawn.shape[0] - 1)
    return float(np.median(drawn[rows, columns].sum(1))) / 2


def _stands_for(command: Command, ellipse: Circle) -> bool:
    """Whether a shape lies where the ellipse does."""
    match command:
        case Circle(x, y, _, _):
            return abs(x - ellipse.x) < ellipse.rx and abs(y - ellipse.y) < ellipse.ry
        case Rectangle(x1, y1, x2, y2):
            beside = (x1 - ellipse.x + ellipse.rx, x2 - ellipse.x - ellipse.rx, y1 - ellipse.y + ellipse.ry, y2 - ellipse.y - ellipse.ry)
            return max(map(abs, beside)) <= 1
        case _:
            return False
