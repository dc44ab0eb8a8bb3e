"""From the lattice that a drawing was read on to the one that is reported: the coarsest that has everything drawn."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from derender.perception.lattice import Lattice
from derender.spec import Circle, Command, Line, Rectangle, Spec


def settle(spec: Spec, lattice: Lattice) -> tuple[Spec, Lattice]:
    """`spec` moved so that everything drawn begins at 0, on the coarsest lattice that has it; and that lattice.

    Coarsest: all positions are integers and all radii multiples of one half.
    """
    if not spec.commands:
        return spec, lattice
    factor = _coarsest(spec)
    xs, ys = zip(*(p for c in spec for p in _positions(c)), strict=True)
    # Positions of the drawing are congruent modulo the factor: move one to 0 first, then divide.
    x0, y0 = min(xs), min(ys)
    coarse = Spec(_transformed(c, factor, x0, y0) for c in spec)
    reach_x = max((math.ceil(c.rx) - c.x for c in coarse if isinstance(c, Circle)), default=0)
    reach_y = max((math.ceil(c.ry) - c.y for c in coarse if isinstance(c, Circle)), default=0)
    dx, dy = max(0, reach_x), max(0, reach_y)
    moved = Spec(_transformed(c, 1, -dx, -dy) for c in coarse)
    matrix = lattice.matrix.copy()
    matrix[:, :2] *= factor
    matrix[:, 2] = lattice.matrix @ np.array([x0 - dx * factor, y0 - dy * factor, 1.0])
    return moved, replace(lattice, matrix=matrix, residual=lattice.residual / factor)


def _coarsest(spec: Spec) -> int:
    xs, ys = zip(*(p for c in spec for p in _positions(c)), strict=True)
    span = math.gcd(*(x - xs[0] for x in xs), *(y - ys[0] for y in ys))
    if span == 0:
        return 1
    radii = [r for c in spec if isinstance(c, Circle) for r in (c.rx, c.ry)]
    return max(f for f in range(1, span + 1) if span % f == 0 and all((2 * r) % f == 0 for r in radii))


def _positions(c: Command) -> tuple[tuple[int, int], ...]:
    match c:
        case Circle(x, y):
            return ((x, y),)
        case Rectangle(x1, y1, x2, y2) | Line(x1, y1, x2, y2):
            return ((x1, y1), (x2, y2))


def _transformed(c: Command, divisor: int, x0: int, y0: int) -> Command:
    match c:
        case Circle():
            return replace(c, x=(c.x - x0) // divisor, y=(c.y - y0) // divisor, rx=c.rx / divisor, ry=c.ry / divisor)
        case Rectangle() | Line():
            (x1, y1), (x2, y2) = (((x - x0) // divisor, (y - y0) // divisor) for x, y in _positions(c))
            return replace(c, x1=x1, y1=y1, x2=x2, y2=y2)
