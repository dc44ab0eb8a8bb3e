"""The drawing's lattice: cell size, offset and small turn, inferred from where key points lie.

Centres, corners and line ends of a drawing sit at lattice points. For every cell size and turn the key points' phases tell the
best offset; a mixture of 'near a lattice point' and 'anywhere' tells how probable the key points are under that lattice, and a
coarser lattice that explains them as well is the more probable one. A circle's radius counts half cells.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from derender.perception.key_points import KeyPoints, content_box, key_points, scaled
from derender.perception.network import CELL, MARGIN, ReaderNetwork

_MOST_ENLARGEMENT = 3.0
"""Small drawings are enlarged by no more: there is nothing to see between their pixels."""


@dataclass(frozen=True, slots=True)
class LatticeSettings:
    """The search: long sides (pixels) of the copies searched for key points, cells (pixels of the copy), turns (radians)."""

    long_sides: tuple[int, ...] = (128, 181, 256, 362, 512)
    least_cell: float = 10.0
    most_cell: float = 25.0
    cell_step: float = 0.005
    most_turn: float = math.radians(5)
    turn_steps: int = 21
    least_key_point: float = 0.2
    faintest_key_point: float = 0.04
    spread: float = 1.3
    outliers: float = 0.05
    hypotheses: int = 3
    most_cells: int = 64


@dataclass(frozen=True, slots=True)
class Lattice:
    """Lattice coordinates (x, y), y up, to pixels of the picture, y down: pixel = matrix @ (x, y, 1), `matrix` 2×3.

    The lattice spans 0 … `columns` - 1 and 0 … `rows` - 1; `residual` is the key points' root mean square distance from lattice
    points, in cells; `evidence` in nats.
    """

    matrix: NDArray[np.float64]
    columns: int
    rows: int
    residual: float
    evidence: float
    view: NDArray[np.float64] | None = None
    """3×3, from the pixels that `matrix` leads to on to the picture's, where the drawing was read on a view of it without perspective."""

    @property
    def homography(self) -> list[list[float]]:
        """The contract's 3×3 form."""
        matrix = np.vstack([self.matrix, [0.0, 0.0, 1.0]])
        return [[float(v) for v in row] for row in (matrix if self.view is None else self.view @ matrix)]

    @property
    def cell(self) -> float:
        """The side of a cell in pixels."""
        return float(np.sqrt(abs(np.linalg.det(self.matrix[:, :2]))))

    def canvas_matrix(self) -> NDArray[np.float64]:
        """2×3 map from the network's canvas pixels to the picture's."""
        to_lattice = np.array([[1 / CELL, 0, -MARGIN / CELL], [0, -1 / CELL, self.rows - 1 + MARGIN / CELL], [0, 0, 1.0]])
        return np.asarray(self.matrix @ to_lattice)

    @property
    def canvas_shape(self) -> tuple[int, int]:
        """Height and width of the network's canvas in pixels."""
        return self.rows * CELL, self.columns * CELL


def registered_lattice(height: int, width: int, grid: int) -> Lattice:
    """The lattice of a picture that is aligned to a `grid` × `grid` lattice by its longer side."""
    cell = max(height, width) / grid
    columns, rows = max(1, round(width / cell)), max(1, round(height / cell))
    matrix = np.array([[width / columns, 0, 0], [0, -height / rows, height]], dtype=np.float64)
    return Lattice(matrix, columns + 1, rows + 1, 0.0, 0.0)


def seen_through(lattice: Lattice, to_picture: NDArray[np.float64]) -> Lattice:
    """A view's lattice on the picture: `to_picture` (3×3) leads from the view's pixels to the picture's."""
    if np.abs(to_picture[2] - (0, 0, 1)).max() > 1e-12:
        return replace(lattice, view=to_picture)
    whole = to_picture @ np.vstack([lattice.matrix, [0.0, 0.0, 1.0]])
    return replace(lattice, matrix=np.asarray(whole[:2], dtype=np.float64))


class Copy(NamedTuple):
    """What is seen in a drawing at one scale: `points` on `ink` (H, W), a copy of its content that is `factor` times as large and the top
    left corner of which lies at `corner` (x, y) in the picture."""

    points: KeyPoints
    ink: NDArray[np.float32]
    factor: float
    corner: tuple[int, int]

    def on_picture(self, lattice: Lattice) -> Lattice:
        """A lattice of the copy as one of the picture."""
        matrix = lattice.matrix / self.factor
        matrix[:, 2] += self.corner
        return replace(lattice, matrix=matrix)


def seen_at_scales(network: ReaderNetwork, ink: NDArray[np.float32], settings: LatticeSettings, device: torch.device) -> tuple[Copy, ...]:
    """The key points of a drawing's ink (H, W) at each scale that shows any; none for blank ink."""
    box = content_box(ink)
    if box is None:
        return ()
    left, top, right, bottom = box
    content = ink[top:bottom, left:right]
    factors = [side / max(content.shape) for side in settings.long_sides if side <= _MOST_ENLARGEMENT * max(content.shape)] or [1.0]
    for least in (settings.least_key_point, settings.faintest_key_point):
        copies = [(scaled(content, factor), factor) for factor in factors]
        found = [Copy(key_points(network, copy, least, device), copy, factor, (left, top)) for copy, factor in copies]
        if any(len(copy.points.positions) for copy in found):
            return tuple(copy for copy in found if len(copy.points.positions))
    return ()


def infer_lattices(copies: Sequence[Copy], settings: LatticeSettings) -> tuple[Lattice, ...]:
    """The most probable lattices of a drawing that is seen at several scales, best first."""
    found = [copy.on_picture(lattice) for copy in copies for lattice in fit_lattices(copy.points, copy.ink.shape, settings)]
    return _different(sorted(found, key=lambda lattice: -lattice.evidence))[: settings.hypotheses]


def fit_lattices(points: KeyPoints, shape: tuple[int, ...], settings: LatticeSettings) -> list[Lattice]:
    """Lattices that explain `points` on a copy of `shape` (H, W), one for each of the best separate cell sizes."""
    if len(points.positions) < 1:
        return []
    steps = int(math.log(settings.most_cell / settings.least_cell) / settings.cell_step)
    cells = settings.least_cell * np.exp(settings.cell_step * np.arange(steps + 1))
    turns = np.linspace(-settings.most_turn, settings.most_turn, settings.turn_steps)
    evidence = np.stack([_evidence(points, cells, float(turn), settings)[0] for turn in turns])
    best_turn = evidence.argmax(0)
    by_cell = evidence.max(0)
    peaks = [k for k in range(len(cells)) if by_cell[k] == by_cell[max(0, k - 8) : k + 9].max()]
    peaks.sort(key=lambda k: -by_cell[k])
    return [_refined(points, float(cells[k]), float(turns[best_turn[k]]), float(by_cell[k]), shape, settings) for k in peaks[:2]]


def _evidence(
    points: KeyPoints, cells: NDArray[np.float64], turn: float, settings: LatticeSettings
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each cell size (C,), the log probability of the points in nats, and the best offsets (2, C)."""
    turned = points.positions @ turned_by(turn).T
    weights = points.confidence
    total = np.zeros(len(cells))
    offsets = np.zeros((2, len(cells)))
    for axis in (0, 1):
        phase = np.exp(2j * math.pi * turned[:, axis, None] / cells)
        offsets[axis] = np.angle((weights[:, None] * phase).sum(0)) / (2 * math.pi) * cells
        distance = turned[:, axis, None] - offsets[axis]
        distance -= np.rint(distance / cells) * cells
        total += (weights[:, None] * log_near(distance, cells, settings)).sum(0)
        # The offset was fitted: one of the points explains nothing.
        total -= np.log(cells / settings.spread)
    total += radii_evidence(points, cells, settings)
    return total, offsets


def radii_evidence(points: KeyPoints, cells: NDArray[np.float64], settings: LatticeSettings) -> NDArray[np.float64]:
    """For each cell size (C,), the log probability of the circles' radii in nats."""
    centres = points.kinds == 0
    if not centres.any():
        return np.zeros(len(cells))
    radii = points.radii[centres, None]
    distance = radii - np.maximum(1, np.rint(2 * radii / cells)) * cells / 2
    plain = np.where(np.rint(2 * radii / cells) == 2, math.log(0.8), math.log(0.05))
    spread = replace(settings, spread=1.2 * settings.spread)
    return np.asarray((points.confidence[centres, None] * (log_near(distance, cells / 2, spread) + plain)).sum(0))


def log_near(distance: NDArray[np.float64], cells: NDArray[np.float64], settings: LatticeSettings) -> NDArray[np.float64]:
    """log of (near a lattice point, or anywhere in the cell) over (anywhere in a cell of one pixel)."""
    near = np.exp(-0.5 * (distance / settings.spread) ** 2) / (settings.spread * math.sqrt(2 * math.pi))
    return np.asarray(np.log((1 - settings.outliers) * near + settings.outliers / cells) - np.log(1 / cells))


def _refined(points: KeyPoints, cell: float, turn: float, evidence: float, shape: tuple[int, ...], settings: LatticeSettings) -> Lattice:
    """Least squares over the points that sit near lattice points; the lattice spans the whole copy."""
    rotation = turned_by(turn)
    _, offsets = _evidence(points, np.array([cell]), turn, settings)
    turned = points.positions @ rotation.T
    whole = np.rint((turned - offsets[:, 0]) / cell)
    near = (np.abs(turned - offsets[:, 0] - whole * cell) < 3 * settings.spread).all(1)
    # pixel = a·(x, -y) rotated + shift, a similarity: solved for its two parameters and the shift.
    angle, scale, shift = turn, cell, rotation.T @ offsets[:, 0]
    if near.sum() >= 3 and np.ptp(whole[near], axis=0).max() >= 2:
        u, v = whole[near, 0], whole[near, 1]
        one, zero = np.ones_like(u), np.zeros_like(u)
        design = np.concatenate([np.stack([u, -v, one, zero], 1), np.stack([v, u, zero, one], 1)])
        solution, *_ = np.linalg.lstsq(design, np.concatenate([points.positions[near, 0], points.positions[near, 1]]), rcond=None)
        scale, angle, shift = float(np.hypot(solution[0], solution[1])), -float(np.arctan2(solution[1], solution[0])), solution[2:]
    forward = scale * turned_by(-angle)
    residual = points.positions[near] - (whole[near] @ forward.T + shift)
    error = float(np.sqrt((residual**2).sum(1).mean())) / scale if near.any() else 0.0
    return _spanning(forward, shift, shape, error, evidence, settings)


def _spanning(
    forward: NDArray[np.float64],
    shift: NDArray[np.float64],
    shape: tuple[int, ...],
    error: float,
    evidence: float,
    settings: LatticeSettings,
) -> Lattice:
    """The lattice through (u right, v down) ↦ forward @ (u, v) + shift that covers a copy of `shape`, one cell to spare at each side."""
    height, width = shape
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]], dtype=np.float64)
    uv = (corners - shift) @ np.linalg.inv(forward).T
    low, high = np.floor(uv.min(0) - 0.3), np.ceil(uv.max(0) + 0.3)
    high = np.minimum(high, low + settings.most_cells)
    columns, rows = (int(n) + 1 for n in high - low)
    # Lattice (x, y): u = low_u + x, v = high_v - y.
    origin = forward @ np.array([low[0], high[1]]) + shift
    matrix = np.column_stack([forward[:, 0], -forward[:, 1], origin])
    return Lattice(matrix, columns, rows, error, evidence)


def _different(lattices: Sequence[Lattice]) -> tuple[Lattice, ...]:
    """Without those whose cell is within 2 % of a better one's."""
    kept: list[Lattice] = []
    for lattice in lattices:
        if all(abs(math.log(lattice.cell / other.cell)) > 0.02 for other in kept):
            kept.append(lattice)
    return tuple(kept)


def turned_by(angle: float) -> NDArray[np.float64]:
    """The rotation (2×2) by an angle in radians."""
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
