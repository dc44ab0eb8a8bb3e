"""A traced figure as a drawing that questions can be asked about, as the reader's are: its reading, and what speaks for any spec."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from derender.perception.moves import Move
from derender.perception.odds import UNKNOWN
from derender.perception.pixels import PixelEvidence, rendering_on_canvas
from derender.perception.ranking import Evidence, Weights, log_likelihood
from derender.perception.reader import Reading
from derender.spec import Circle, Command, Line, Rectangle, Spec
from derender.tracing.placing import Part

_TOLERANCE = 6
"""Pixels, 16 to a cell, by which a command may lie beside another one that it stands for."""

_MOVED = 3.0
"""Nats for each cell by which an end or a side lies elsewhere than it was traced: regularity may outweigh one."""

_FARTHEST = 2
"""Cells; what lies farther off was not traced."""


class TracedDrawing:
    """What was traced, on its lattice (see `perception.reader.Drawing`).

    There shapes and connectors lie elsewhere than in the photograph, so that specs are held against them, not against the ink.
    """

    def __init__(self, parts: Sequence[Part], unexplained: float, canvas: tuple[int, int], weights: Weights) -> None:
        """`unexplained`: the part of what is drawn that is none of the parts; `canvas`: the lattice's height and width in pixels, 16 to a
        cell; `weights`: the reader's, of strokes that are left over and of commands that are missed."""
        self._weights = weights
        self._unexplained = unexplained
        self._odds: dict[Command, float] = {}
        for part in parts:
            for command in part.commands:
                self._odds[command] = max(self._odds.get(command, -math.inf), part.log_odds)
        self._pixels = PixelEvidence(rendering_on_canvas(Spec(self._odds), canvas).astype(np.float32), _TOLERANCE)

    def readings(self, most: int = 5) -> tuple[Reading, ...]:
        """The figure itself; nothing else competes with it."""
        del most
        spec = Spec(self._odds)
        confidences = tuple(1 / (1 + math.exp(-self._odds[command])) for command in spec)
        ((likelihood, proposal),) = self.score([spec])
        probability = math.prod(confidences) ** (1 / max(1, len(confidences)))
        return (Reading(spec, likelihood, proposal, probability, confidences, self._unexplained),)

    def score(self, specs: Sequence[Spec]) -> tuple[tuple[float, float], ...]:
        """Log likelihood, of what a spec misses, and log odds of each spec."""
        return tuple((self._missed(traced), odds) for traced, odds in map(self._held, specs))

    def estimate(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        """Their sum."""
        return tuple(likelihood + proposal for likelihood, proposal in self.score(specs))

    def _held(self, spec: Spec) -> tuple[set[Command], float]:
        """The traced commands that a spec has, at their place or near it, and the log odds of all its commands.

        What was traced once is one command of a spec: others near it were not traced.
        """
        found = {command for command in spec if command in self._odds}
        odds = math.fsum(self._odds[command] for command in found)
        moved = [command for command in spec if command not in found]
        near = [(of, k, other) for k, command in enumerate(moved) for other, of in self._near(command) if other not in found]
        placed = set[int]()
        for of, k, other in sorted(near, key=lambda pair: pair[0], reverse=True):
            if k not in placed and other not in found:
                placed.add(k)
                found.add(other)
                odds += of
        return found, odds + UNKNOWN * (len(moved) - len(placed))

    def _near(self, command: Command) -> Iterator[tuple[Command, float]]:
        """The traced commands that another one may be, moved, and its log odds as each of them."""
        for other, odds in self._odds.items():
            if (moved := _moved(command, other)) <= _FARTHEST:
                yield other, odds - _MOVED * moved

    def _missed(self, found: set[Command]) -> float:
        """The log likelihood of ink in which commands were traced that a spec misses: they are missed, and their strokes are left over."""
        missed = [command for command in self._odds if command not in found]
        left = math.fsum(self._own_lengths[command] for command in missed)
        return log_likelihood(Evidence(0.0, left, 0.0, len(missed), 0.0, 0.0), self._weights)

    @cached_property
    def _own_lengths(self) -> dict[Command, float]:
        """Cells of stroke that each command alone explains."""
        moves = [Move(frozenset({command}), frozenset()) for command in self._odds]
        changes = self._pixels.changes(Spec(self._odds), moves)
        return {command: unexplained for command, (unexplained, _) in zip(self._odds, changes, strict=True)}


def _moved(a: Command, b: Command) -> float:
    """Cells between two commands of one kind with the same attributes; infinite for others."""
    match a, b:
        case Circle(), Circle() if a.double == b.double:
            return max(abs(a.x - b.x), abs(a.y - b.y), abs(a.rx - b.rx), abs(a.ry - b.ry))
        case Rectangle(), Rectangle() if (a.rounded, a.double) == (b.rounded, b.double):
            return _apart(a, b)
        case Line(), Line() if (a.arrow, a.dashed, a.bend) == (b.arrow, b.dashed, b.bend):
            return _apart(a, b)
        case _:
            return math.inf


def _apart(a: Rectangle | Line, b: Rectangle | Line) -> float:
    return max(abs(a.x1 - b.x1), abs(a.y1 - b.y1), abs(a.x2 - b.x2), abs(a.y2 - b.y2))
