"""A traced figure as a drawing that questions can be asked about, as the reader's are: its reading, and what speaks for any spec."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from derender.perception.odds import UNKNOWN
from derender.perception.pixels import PixelEvidence
from derender.perception.reader import Reading
from derender.spec import Circle, Command, Line, Rectangle, Spec
from derender.tracing.placing import Part

_TOLERANCE = 6
"""Pixels of a canvas with 16 to a cell by which strokes lie beside where they are drawn, on no lattice."""

_MOVED = 3.0
"""Nats for each cell by which an end or a side lies elsewhere than it was traced: regularity may outweigh one."""

_FARTHEST = 2
"""Cells; what lies farther off was not traced."""


class TracedDrawing:
    """What was traced in ink (16·rows, 16·columns) on its lattice (see `perception.reader.Drawing`)."""

    def __init__(self, parts: Sequence[Part], ink: NDArray[np.float32]) -> None:
        self._odds: dict[Command, float] = {}
        for part in parts:
            for command in part.commands:
                self._odds[command] = max(self._odds.get(command, -math.inf), part.log_odds)
        self._pixels = PixelEvidence(ink, _TOLERANCE)

    def readings(self, most: int = 5) -> tuple[Reading, ...]:
        """The figure itself; nothing else competes with it."""
        del most
        spec = Spec(self._odds)
        confidences = tuple(1 / (1 + math.exp(-self._odds[command])) for command in spec)
        ((likelihood, proposal),) = self.score([spec])
        probability = math.prod(confidences) ** (1 / max(1, len(confidences)))
        return (Reading(spec, likelihood, proposal, probability, confidences, self._pixels.unexplained_ink(spec)),)

    def score(self, specs: Sequence[Spec]) -> tuple[tuple[float, float], ...]:
        """Log likelihood, all of it in the odds here, and log odds of each spec."""
        return tuple((0.0, odds) for odds in self.estimate(specs))

    def estimate(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        """Log odds of each spec: those of its commands as they were traced, less where they were moved."""
        return tuple(math.fsum(self._of(command) for command in spec) for spec in specs)

    def _of(self, command: Command) -> float:
        known = self._odds.get(command)
        if known is not None:
            return known
        near = [(moved, odds) for other, odds in self._odds.items() if (moved := _moved(command, other)) <= _FARTHEST]
        return max((odds - _MOVED * moved for moved, odds in near), default=UNKNOWN)


def _moved(a: Command, b: Command) -> float:
    """Cells between two commands of one kind; infinite for others."""
    match a, b:
        case Circle(), Circle():
            return max(abs(a.x - b.x), abs(a.y - b.y), abs(a.rx - b.rx), abs(a.ry - b.ry))
        case (Rectangle(), Rectangle()):
            return _apart(a, b)
        case Line(), Line() if (a.arrow, a.dashed) == (b.arrow, b.dashed):
            return _apart(a, b)
        case _:
            return math.inf


def _apart(a: Rectangle | Line, b: Rectangle | Line) -> float:
    return max(abs(a.x1 - b.x1), abs(a.y1 - b.y1), abs(a.x2 - b.x2), abs(a.y2 - b.y2))
