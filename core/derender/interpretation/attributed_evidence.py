"""The reader's evidence where the ink shows attributes: the network is asked for plain shapes, the ink for what makes them special."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from derender.interpretation.evidence import Evidence, Observation
from derender.perception import ranking
from derender.perception.attributes import Attributes
from derender.spec import Circle, Command, Line, Rectangle, Spec, bounding_box

_AGAINST_INK = 4.0
"""Nats by which a command is less likely whose attributes are not those that the ink shows; regularity may outweigh it."""

_SINGLE = 7.0
"""The same for a single outline where the ink shows a double one: of 1,691 single ones in simulated drawings none looked like it, while of
double ones one in ten looks like a single one."""

_OTHER_SHAPE = 12.0
"""The same for a box or a circle where the ink shows an ellipse: it explains an ellipse's strokes to the network, which knows none, and
gains up to nine nats by that."""


class AttributedEvidence:
    """An `Observation` of specs with attributes, by an observation of plain ones."""

    def __init__(self, plain: Observation, attributes: Attributes, weights: ranking.Weights) -> None:
        """`weights`: the reader's, of strokes that are left over and of commands that are missed."""
        self._plain = plain
        self._attributes = attributes
        self._weights = weights

    def score(self, specs: Sequence[Spec]) -> tuple[Evidence, ...]:
        """That of the plain specs, less where attributes are not as the ink shows them."""
        bare = [self._attributes.plain(spec) for spec in specs]
        return tuple(
            Evidence(evidence.likelihood - self._against_ink(spec, plain) + self._missed(spec, plain), evidence.proposal)
            for spec, plain, evidence in zip(specs, bare, self._plain.score(bare), strict=True)
        )

    def _against_ink(self, spec: Spec, plain: Spec) -> float:
        """Nats by which a spec is less likely for its commands that are not as the ink shows them."""
        shown = self._attributes.of(plain)
        shapes = [c for c in shown if not isinstance(c, Line)]
        return math.fsum(_against(command, _in_place_of(command, shapes)) for command in spec - shown)

    def _missed(self, spec: Spec, plain: Spec) -> float:
        """The log likelihood of ellipses and bent arrows that are in the ink and not in the spec: their strokes are left over."""
        missed = self._attributes.left_by(plain) - spec
        strokes = math.fsum(map(_stroke, missed))
        return ranking.log_likelihood(ranking.Evidence(0.0, strokes, 0.0, len(missed), 0.0, 0.0), self._weights)

    def estimate(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        """That of the plain specs."""
        return self._plain.estimate([self._attributes.plain(spec) for spec in specs])


def _in_place_of(command: Command, shapes: Sequence[Circle | Rectangle]) -> Circle | Rectangle | None:
    """The shape that is shown where a command has its middle: of several the one of about its size."""
    there = [shape for shape in shapes if _middle(shape) == _middle(command)]
    box = np.array(bounding_box(Spec([command])))
    return min(there, key=lambda shape: float(np.abs(np.array(bounding_box(Spec([shape]))) - box).sum()), default=None)


def _against(command: Command, shown: Circle | Rectangle | None) -> float:
    """Nats by which a command is less likely than what the ink shows in its place."""
    if isinstance(shown, Circle) and shown.rx != shown.ry:
        return _OTHER_SHAPE
    return _SINGLE if shown is not None and shown.double and not getattr(command, "double", False) else _AGAINST_INK


def _middle(command: Command) -> tuple[float, float] | None:
    """Of a shape."""
    match command:
        case Circle(x, y):
            return x, y
        case Rectangle(x1, y1, x2, y2):
            return (x1 + x2) / 2, (y1 + y2) / 2
        case Line():
            return None


def _stroke(command: Command) -> float:
    """About how many cells of stroke a command has."""
    match command:
        case Circle(rx=rx, ry=ry):
            return math.pi * (rx + ry)
        case Rectangle(x1, y1, x2, y2):
            return 2 * (x2 - x1 + y2 - y1)
        case Line(x1, y1, x2, y2):
            return math.dist((x1, y1), (x2, y2))
