"""The reader's evidence where the ink shows attributes: the network is asked for plain shapes, the ink for what makes them special."""

from __future__ import annotations

import math
from collections.abc import Sequence

from derender.interpretation.evidence import Evidence, Observation
from derender.perception import ranking
from derender.perception.attributes import Attributes
from derender.spec import Circle, Command, Line, Rectangle, Spec

_LACKING, _UNSHOWN = 7.0, 4.0
"""Nats by which a command is less likely without the attributes that the ink shows, and with others. Regularity may outweigh it, the
second rather: of 1,691 single outlines in simulated drawings none looked like a double one, of the double ones one in ten like a single."""

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
        ellipses = {(c.x, c.y) for c in shown if isinstance(c, Circle) and c.rx != c.ry}
        return math.fsum(
            _OTHER_SHAPE if _middle(command) in ellipses else _LACKING if command in plain else _UNSHOWN for command in spec - shown
        )

    def _missed(self, spec: Spec, plain: Spec) -> float:
        """The log likelihood of ellipses and bent arrows that are in the ink and not in the spec: their strokes are left over."""
        missed = self._attributes.left_by(plain) - spec
        strokes = math.fsum(map(_stroke, missed))
        return ranking.log_likelihood(ranking.Evidence(0.0, strokes, 0.0, len(missed), 0.0, 0.0), self._weights)

    def estimate(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        """That of the plain specs."""
        return self._plain.estimate([self._attributes.plain(spec) for spec in specs])


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
