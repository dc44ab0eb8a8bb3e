"""Figures that a hand spaces unevenly: each gap between columns and between rows of shapes is off by a factor, and what is off adds up.

Lines stretch; shapes keep their size, and so does a gap that is like no other along its axis: nobody could tell how wide it was meant
to be. Seeded and deterministic.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from camera import tidy_hand
from numpy.typing import NDArray

from derender.language.execute import execute
from derender.language.text import parse_program
from derender.rendering.pencil import Placement, draw_by_hand
from derender.spec import Circle, Line, Rectangle, Spec, bounding_box

PROGRAMS = {
    "pipeline": """for (i < 3)
    if (i > 0)
        line(5*i - 3, 6, 5*i, 6, arrow)
    circle(5*i + 1, 6)
    rectangle(5*i, 0, 5*i + 3, 2)
    line(5*i + 1, 2, 5*i + 1, 5, arrow)
""",
    "chain": """for (i < 4)
    if (i > 0)
        line(5*i - 2, 1, 5*i, 1, arrow)
    rectangle(5*i, 0, 5*i + 3, 2)
""",
    "grid": """for (i < 4)
    for (j < 3)
        circle(4*i + 1, 4*j + 1)
        if (i > 0)
            line(4*i - 2, 4*j + 1, 4*i, 4*j + 1)
""",
    "flow": """for (i < 4)
    if (i > 0)
        line(3, 4*i, 3, 4*i - 2, arrow)
    rectangle(0, 4*i, 6, 4*i + 2)
circle(9, 1)
line(8, 1, 6, 1, arrow)
""",
    "columns": """for (i < 3)
    rectangle(0, 4*i, 3, 4*i + 2)
    rectangle(7, 4*i, 10, 4*i + 2)
    line(3, 4*i + 1, 7, 4*i + 1, arrow)
    if (i > 0)
        line(8, 4*i - 2, 8, 4*i, dashed)
""",
    "mirrored": """reflect(x = 12)
    circle(1, 7)
    rectangle(0, 0, 2, 3)
    line(1, 6, 1, 3, arrow)
    line(2, 7, 4, 7, arrow)
rectangle(4, 6, 8, 8)
""",
}
"""Several columns and rows each, of boxes, circles and lines; loops of one and two levels and a reflection."""

SPECS = {name: execute(parse_program(text)) for name, text in PROGRAMS.items()}

CELL = 64
"""Pixels."""


@dataclass(frozen=True, slots=True)
class Uneven(Placement):
    """A placement on which columns and rows lie elsewhere: those at `columns` at `across`, those at `rows` at `down`."""

    columns: NDArray[np.float64]
    across: NDArray[np.float64]
    rows: NDArray[np.float64]
    down: NDArray[np.float64]

    def to_pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = [np.interp(points[..., 0], self.columns, self.across), np.interp(points[..., 1], self.rows, self.down)]
        return Placement.to_pixels(self, np.stack(moved, -1))


def drawn_unevenly(spec: Spec, spread: float, seed: int) -> NDArray[np.float32]:
    """Ink (H, W) of a tidy hand that makes each gap wider or narrower by a factor with the standard deviation `spread`."""
    rng = np.random.default_rng([seed, 15])
    (columns, across), (rows, down) = (_moved(_sides(spec, axis), spread, rng) for axis in (0, 1))
    x1, y1, x2, y2 = bounding_box(spec)
    left, below = np.interp(x1, columns, across) - 2, np.interp(y1, rows, down) - 2
    width, height = np.interp(x2, columns, across) + 2 - left, np.interp(y2, rows, down) + 2 - below
    shape = (round(float(height) * CELL), round(float(width) * CELL))
    matrix = np.array([[CELL, 0, -left * CELL], [0, -CELL, shape[0] + below * CELL]], dtype=np.float64)
    return draw_by_hand(spec, tidy_hand(rng), Uneven(matrix, columns, across, rows, down), shape, rng)


def _sides(spec: Spec, axis: int) -> list[tuple[float, float]]:
    """From where to where columns (axis 0) or rows (1) of shapes go; those that overlap or touch are one."""
    spans: list[tuple[float, float]] = []
    for command in spec:
        match command:
            case Circle(x, y, rx, ry):
                spans.append((x - rx, x + rx) if axis == 0 else (y - ry, y + ry))
            case Rectangle(x1, y1, x2, y2):
                spans.append((x1, x2) if axis == 0 else (y1, y2))
            case Line():
                pass
    merged: list[tuple[float, float]] = []
    for low, high in sorted(spans):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def _moved(sides: list[tuple[float, float]], spread: float, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where columns or rows begin and end on the lattice, and where they are drawn; the first one, and what is beyond all, as it should."""
    at = np.array(sides, dtype=np.float64).ravel()
    widths = np.diff(at)
    gaps = widths[1::2]
    is_told = (gaps[:, None] == gaps).sum(1) > 1
    widths[1::2] *= 1 + np.where(is_told, np.clip(spread * rng.normal(0, 1, len(gaps)), -0.5, 0.5), 0)
    drawn = at[0] + np.concatenate([[0.0], np.cumsum(widths)])
    return np.concatenate([[at[0] - 9], at, [at[-1] + 9]]), np.concatenate([[at[0] - 9], drawn, [drawn[-1] + 9]])
