"""The reader's evidence for any spec of a picture, also for commands that it did not propose by itself."""

from __future__ import annotations

from collections.abc import Sequence

from derender.interpretation.evidence import Candidate, Evidence
from derender.perception.reader import Drawing, Reading
from derender.spec import Spec


class ReaderEvidence:
    """A canvas that the reader has open, as an `Observation` of specs on the canvas's lattice."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing

    def score(self, specs: Sequence[Spec]) -> tuple[Evidence, ...]:
        """The reader's own likelihood and proposal, for each spec."""
        return tuple(Evidence(likelihood, proposal) for likelihood, proposal in self._drawing.score(specs))

    def estimate(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        """The same without the learned likelihood."""
        return self._drawing.estimate(specs)


def as_candidates(readings: Sequence[Reading]) -> list[Candidate]:
    """Readings as interpretation takes them."""
    return [Candidate(reading.spec, Evidence(reading.likelihood, reading.proposal)) for reading in readings]
