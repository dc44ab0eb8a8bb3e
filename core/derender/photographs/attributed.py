"""Scenes with attributes that the reader does not know: wide ellipses, rounded and double boxes, bent arrows."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from derender.spec import Circle, Command, Line, Rectangle

BENDS = (-60, -45, -30, 30, 45, 60)
"""Degrees."""


def attributed(command: Command, kind: int, rng: np.random.Generator) -> Command:
    """`command` with an attribute, or as it is where it can have none.

    All shapes of one `kind` of scene (0, 1 or 2) get the same, as in a figure; longer arrows are bent.
    """
    match command:
        case Circle(rx=rx):
            wide = rx + max(0.5, math.ceil(rx) / 2)
            return replace(command, double=True) if kind == 1 else replace(command, rx=wide) if kind == 0 else command
        case Rectangle():
            return replace(command, double=True) if kind == 1 else replace(command, rounded=True)
        case Line(x1, y1, x2, y2, arrow, dashed):
            is_long = arrow and not dashed and math.dist((x1, y1), (x2, y2)) >= 3
            return replace(command, bend=int(rng.choice(BENDS))) if is_long else command
