"""The graphics programs of the paper's Table 2, as immutable trees.

A position is an affine expression `a*v + b` of one enclosing variable. Statements draw, loop (`for`), test (`if`, at most one,
directly in a loop's body) or reflect. Labels stand beside the statements, at the top level; they cost nothing and take no
part in what a program draws.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_PLACEHOLDER = re.compile(r"label \d+")


@dataclass(frozen=True, slots=True)
class Affine:
    """`coefficient * variable + constant`; a plain integer has coefficient 0 and no variable."""

    constant: int
    coefficient: int = 0
    variable: str | None = None

    def __post_init__(self) -> None:
        if (self.coefficient == 0) != (self.variable is None):
            raise ValueError("an affine expression has a variable exactly when its coefficient is not 0")


@dataclass(frozen=True, slots=True)
class DrawCircle:
    """`circle(x, y)`, radii in cells."""

    x: Affine
    y: Affine
    rx: float = 1
    ry: float = 1
    double: bool = False


@dataclass(frozen=True, slots=True)
class DrawRectangle:
    """`rectangle(x1, y1, x2, y2)`."""

    x1: Affine
    y1: Affine
    x2: Affine
    y2: Affine
    rounded: bool = False
    double: bool = False


@dataclass(frozen=True, slots=True)
class DrawLine:
    """`line(x1, y1, x2, y2)`, head at (x2, y2) when `arrow`."""

    x1: Affine
    y1: Affine
    x2: Affine
    y2: Affine
    arrow: bool = False
    dashed: bool = False
    bend: int = 0


@dataclass(frozen=True, slots=True)
class For:
    """`for (variable < bound)`: variable = 0 … bound - 1; nothing for a bound of 0 or less."""

    variable: str
    bound: Affine
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class If:
    """`if (variable > 0)`."""

    variable: str
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Reflect:
    """`reflect(axis = position)`: the body and its image under axis → position - axis."""

    axis: Literal["x", "y"]
    position: int
    body: tuple[Statement, ...]


Draw = DrawCircle | DrawRectangle | DrawLine
Statement = Draw | For | If | Reflect


@dataclass(frozen=True, slots=True)
class Label:
    """Text at (x, y), in cells, which may be fractions: labels need not sit on the lattice."""

    x: float
    y: float
    text: str

    @property
    def is_placeholder(self) -> bool:
        """Whether its text, 'label 1' or another number, stands for writing that could not be read, until its author replaces it."""
        return _PLACEHOLDER.fullmatch(self.text) is not None


@dataclass(frozen=True, slots=True)
class Program:
    """A whole program: statements, then labels."""

    statements: tuple[Statement, ...] = ()
    labels: tuple[Label, ...] = ()
