"""Coordinates: interpretations stand on their own coarsest lattice, evidence on the lattice that the picture was read on.

A `Frame` leads from the latter to the former. With a grid that is given there is nothing to change; otherwise every interpretation
gets the frame that its spec settles in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from derender.perception.lattice import Lattice
from derender.perception.settling import settle
from derender.rendering.strokes import drawn_box
from derender.spec import Circle, Command, Line, Rectangle, Spec


@dataclass(frozen=True, slots=True)
class Frame:
    """A spec as it was read and as it is told; `lattice` is that of the latter."""

    read: Spec
    told: Spec
    lattice: Lattice
    divisor: Fraction
    """Cells of the lattice that was read on to a cell of this frame."""
    offset: tuple[Fraction, Fraction]
    """Where this frame's origin lies on the lattice that was read on."""

    def tell(self, command: Command) -> Command:
        """A command of the lattice that was read on, in this frame's coordinates; they are fractions where it lies between its points."""
        match command:
            case Circle(x, y, rx, ry):
                place = self._position(x, y)
                return replace(
                    command, x=place[0], y=place[1], rx=_plain(Fraction(rx) / self.divisor), ry=_plain(Fraction(ry) / self.divisor)
                )
            case Rectangle(x1, y1, x2, y2) | Line(x1, y1, x2, y2):
                first, second = self._position(x1, y1), self._position(x2, y2)
                return replace(command, x1=first[0], y1=first[1], x2=second[0], y2=second[1])

    def _position(self, x: int, y: int) -> tuple[int, int]:
        # Between lattice points a position is a fraction: shown to people, never executed.
        return _plain((x - self.offset[0]) / self.divisor), _plain((y - self.offset[1]) / self.divisor)  # type: ignore[return-value]


Framing = Callable[[Spec], Frame]
"""The frame of a spec on the lattice that was read on."""


def kept_on(lattice: Lattice) -> Framing:
    """Every spec stays as it was read: the lattice was given."""
    return lambda spec: Frame(spec, spec, lattice, Fraction(1), (Fraction(0), Fraction(0)))


def settled_from(lattice: Lattice) -> Framing:
    """Every spec settles on its own coarsest lattice, beginning at 0."""

    def framed(spec: Spec) -> Frame:
        told, coarse = settle(spec, lattice)
        # Both lattices lie on the same picture, turned alike: the one's points in the other's coordinates.
        inverse = np.linalg.inv(lattice.matrix[:, :2])
        origin = inverse @ (coarse.matrix[:, 2] - lattice.matrix[:, 2])
        scale = (inverse @ coarse.matrix[:, 0])[0]
        return Frame(spec, told, coarse, _fraction(scale), (_fraction(origin[0]), _fraction(origin[1])))

    return framed


def region(commands: tuple[Command, ...], lattice: Lattice, margin: float = 0.5) -> tuple[float, float, float, float]:
    """Left, top, right, bottom in the picture's pixels around commands on `lattice`, with a margin in cells."""
    x1, y1, x2, y2 = drawn_box(Spec(commands))
    corners: NDArray[np.float64] = np.array(
        [(x, y, 1.0) for x in (x1 - margin, x2 + margin) for y in (y1 - margin, y2 + margin)], dtype=np.float64
    )
    projected = corners @ np.asarray(lattice.homography, dtype=np.float64).T
    pixels = projected[:, :2] / projected[:, 2:]
    (left, top), (right, bottom) = pixels.min(0), pixels.max(0)
    return (round(float(left), 1), round(float(top), 1), round(float(right), 1), round(float(bottom), 1))


def _fraction(value: float) -> Fraction:
    return Fraction(round(2 * float(value)), 2)


def _plain(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)
