"""Unequal spacing: a lattice each column and row of which may lie beside its place, so that what is off adds up from gap to gap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.perception.breaks import Axis, Segment, axes_of, log_evidence, segments
from derender.perception.lattice import Copy, Lattice, LatticeSettings, radii_evidence, turned_by

Floats = NDArray[np.float64]

_CELL_STEP, _FINE_STEP = 0.02, 0.0025
"""Cells whose logarithms differ by less than the first fit the few cells of a column alike, by less than the second those of a drawing."""

_LEAST_GAP = 0.35
"""Cells between columns that circles' sides may not come nearer than."""

_ROOM = 1.3
"""Cells around everything drawn."""

_FAR = 1e6
"""Cells; no drawing reaches as far."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Positions along one axis and where they are drawn, both in cells and increasing (N); linear between them, and beyond them as far
    beside as at the end."""

    meant: Floats
    drawn: Floats

    def to_drawn(self, at: Floats) -> Floats:
        """Where lattice positions are drawn."""
        return np.asarray(np.interp(at, _beyond(self.meant), _beyond(self.drawn)))

    def to_meant(self, at: Floats) -> Floats:
        """The lattice positions that are drawn there."""
        return np.asarray(np.interp(at, _beyond(self.drawn), _beyond(self.meant)))


class UnevenLattice(NamedTuple):
    """A lattice, and for columns and rows where on it they are drawn; `places` are where along each axis key points lie
    (N), (M), in cells from where the lattice begins."""

    lattice: Lattice
    across: Stretch
    up: Stretch
    places: tuple[Floats, Floats]


def uneven_lattice(copies: Sequence[Copy], like: Lattice, settings: LatticeSettings) -> UnevenLattice | None:
    """The most probable lattice with breaks of a drawing that is seen at several scales, turned as the lattice `like`."""
    turn = -math.atan2(like.matrix[1, 0], like.matrix[0, 0])
    steps = int(math.log(settings.most_cell / settings.least_cell) / _CELL_STEP)
    cells = settings.least_cell * np.exp(_CELL_STEP * np.arange(steps + 1))
    tried = [(_best_of(copy, axes, cells, settings), axes, copy) for copy in copies for axes in [axes_of(copy, turn)]]
    if not tried:
        return None
    (_, cell), axes, copy = max(tried, key=lambda found: found[0])
    evidence, cell = _best_of(copy, axes, cell * np.exp(np.arange(-_CELL_STEP, 1.01 * _CELL_STEP, _FINE_STEP)), settings)
    across, up = (list(segments(axis, cell, settings)) for axis in axes)
    if not across or not up:
        return None
    cell = _common_cell([*across, *up], cell)
    # From positions in cells, y up, to pixels of the copy.
    matrix = np.column_stack([cell * turned_by(-turn) @ np.diag([1.0, -1.0]), np.zeros(2)])
    places = (_joined(across) / cell, _joined(up) / cell)
    found = UnevenLattice(Lattice(matrix, 0, 0, 0.0, evidence), _stretch(across, cell), _stretch(up, cell), places)
    on_copy = laid_out(found)
    return on_copy._replace(lattice=copy.on_picture(on_copy.lattice))


def laid_out(uneven: UnevenLattice) -> UnevenLattice:
    """The same with the lattice moved and scaled to lie as near to what is drawn as it can, large enough for all of it; its residual is the
    key points' root mean square distance from lattice points, in cells."""
    stretches = (uneven.across, uneven.up)
    meant = [np.rint(stretch.to_meant(places)) for stretch, places in zip(stretches, uneven.places, strict=True)]
    middles = [(float(m.mean()), float(d.mean())) for m, d in zip(meant, uneven.places, strict=True)]
    squares = sum(float(((m - at) ** 2).sum()) for m, (at, _) in zip(meant, middles, strict=True))
    products = sum(float(((m - at) * d).sum()) for m, d, (at, _) in zip(meant, uneven.places, middles, strict=True))
    scale = products / squares if squares else 1.0
    shift = np.array([drawn_at - scale * at for at, drawn_at in middles])
    drawn = [(stretch.drawn - by) / scale for stretch, by in zip(stretches, shift, strict=True)]
    low = np.array([math.floor(min(s.meant[0], d[0]) - _ROOM) for s, d in zip(stretches, drawn, strict=True)], dtype=np.float64)
    high = np.array([math.ceil(max(s.meant[-1], d[-1]) + _ROOM) for s, d in zip(stretches, drawn, strict=True)], dtype=np.float64)
    across, up = (Stretch(s.meant - by, d - by) for s, d, by in zip(stretches, drawn, low, strict=True))
    places = [(d - by) / scale for d, by in zip(uneven.places, shift, strict=True)]
    residual = math.sqrt(sum(float(((p - m) ** 2).mean()) for p, m in zip(places, meant, strict=True)))
    old = uneven.lattice.matrix
    matrix = np.column_stack([scale * old[:, :2], old[:, :2] @ (scale * low + shift) + old[:, 2]])
    columns, rows = (int(n) + 1 for n in high - low)
    lattice = Lattice(matrix, columns, rows, residual, uneven.lattice.evidence)
    return UnevenLattice(lattice, across, up, (places[0] - low[0], places[1] - low[1]))


def straightened(canvas: NDArray[np.float32], uneven: UnevenLattice) -> NDArray[np.float32]:
    """The canvas (16·rows, 16·columns) of the lattice, or one with more pixels, with each column and row moved to its place."""
    height, width = canvas.shape
    cell = height // uneven.lattice.rows
    across = uneven.across.to_drawn((np.arange(width) + 0.5) / cell - 0.5)
    highest = uneven.lattice.rows - 1
    up = uneven.up.to_drawn(highest + 0.5 - (np.arange(height) + 0.5) / cell)
    x, y = (across + 0.5) * cell - 0.5, (highest - up + 0.5) * cell - 0.5
    grid_x, grid_y = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
    # The canvas was resampled before: strokes would be blurred a second time by linear interpolation.
    return np.asarray(np.clip(cv2.remap(canvas, grid_x, grid_y, cv2.INTER_CUBIC), 0, 1), dtype=np.float32)


def _best_of(copy: Copy, axes: Sequence[Axis], cells: Floats, settings: LatticeSettings) -> tuple[float, float]:
    """The evidence for the best of some cells (pixels of the copy) of a lattice with breaks, in nats, and that cell."""
    total = radii_evidence(copy.points, cells, settings)
    for axis in axes:
        total = total + log_evidence(axis, cells, settings) - np.log(cells / settings.spread)
    best = int(total.argmax())
    return float(total[best]), float(cells[best])


def _common_cell(found: Sequence[Segment], cell: float) -> float:
    """Least squares of all segments, each of which lies where it will."""
    numbers = [segment.numbers - segment.numbers.mean() for segment in found]
    squares = sum(float((n**2).sum()) for n in numbers)
    products = sum(float((n * segment.positions).sum()) for n, segment in zip(numbers, found, strict=True))
    return products / squares if squares else cell


def _stretch(found: Sequence[Segment], cell: float) -> Stretch:
    """Both ends of each segment, numbered from segment to segment by the nearest whole gap."""
    places = [float((segment.positions / cell - segment.numbers).mean()) for segment in found]
    ends = _ends(found, places, cell)
    meant, drawn = list(ends[0]), [end + places[0] for end in ends[0]]
    for (low, high), place in zip(ends[1:], places[1:], strict=True):
        # Lattice points stay whole; only the sides of circles may lie between them.
        renumbered = max(round(meant[-1] + place - drawn[-1]), math.floor(meant[-1] - low) + 1)
        meant += [low + renumbered, high + renumbered]
        drawn += [low + place, high + place]
    knots = [0, *(k for k in range(1, len(meant)) if meant[k] > meant[k - 1])]
    return Stretch(np.array(meant)[knots], np.array(drawn)[knots])


def _ends(found: Sequence[Segment], places: Sequence[float], cell: float) -> list[tuple[float, float]]:
    """The least and the greatest number in each segment, as far as circles reach where that leaves a gap."""
    reaches = [np.round(2 * segment.radii / cell) / 2 for segment in found]
    ends = [(float((s.numbers - r).min()), float((s.numbers + r).max())) for s, r in zip(found, reaches, strict=True)]
    for k in range(1, len(ends)):
        if ends[k][0] + places[k] < ends[k - 1][1] + places[k - 1] + _LEAST_GAP:
            ends[k - 1] = (ends[k - 1][0], float(found[k - 1].numbers.max()))
            ends[k] = (float(found[k].numbers.min()), ends[k][1])
    return ends


def _joined(found: Sequence[Segment]) -> Floats:
    """The positions (N) of all segments, in pixels."""
    return np.concatenate([segment.positions for segment in found])


def _beyond(knots: Floats) -> Floats:
    """Knots (N + 2) with one far beyond each end: between these what is beside stays so."""
    return np.concatenate([[knots[0] - _FAR], knots, [knots[-1] + _FAR]])
