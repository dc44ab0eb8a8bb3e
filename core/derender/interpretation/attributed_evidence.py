"""The reader's evidence where the ink shows attributes: the network is asked for plain shapes, the ink for what makes them special."""

from __future__ import annotations

from collections.abc import Sequence

from derender.interpretation.evidence import Evidence, Observation
from derender.perception.attributes import Attributes
from derender.spec import Spec

_AGAINST_INK = 4.0
"""Nats by which a command is less likely whose attributes are not those that the ink shows; regularity may outweigh it."""


class AttributedEvidence:
    """An `Observation` of specs with attributes, by an observation of plain ones."""

    def __init__(self, plain: Observation, attributes: Attributes) -> None:
        self._plain = plain
        self._attributes = attributes

    def score(self, specs: Sequence[Spec]) -> tuple[Evidence, ...]:
        """That of the plain specs, less where attributes are not as the ink shows them."""
        bare = [self._attributes.plain(spec) for spec in specs]
        return tuple(
            Evidence(evidence.likelihood - _AGAINST_INK * self._mistakes(spec, plain), evidence.proposal)
            for spec, plain, evidence in zip(specs, bare, self._plain.score(bare), strict=True)
        )

    def _mistakes(self, spec: Spec, plain: Spec) -> int:
        """How many commands are not as the ink shows them, or are ellipses in the ink and not in the spec."""
        return len(spec - self._attributes.of(plain)) + len(self._attributes.left_by(plain) - spec)

    def estimate(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        """That of the plain specs."""
        return self._plain.estimate([self._attributes.plain(spec) for spec in specs])
