"""What was found in a picture, as a value and as the contract's JSON (`infer --json`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from derender.interpretation.json_form import interpretation_to_json, lattice_to_json
from derender.interpretation.values import Interpretation
from derender.labels import PlacedLabel, WrittenRegion, label_to_json
from derender.perception.lattice import Lattice
from derender.perception.reader import Drawing, Reading
from derender.photo.develop import Development
from derender.photo.load import Photo
from derender.spec import Line


@dataclass(frozen=True, slots=True)
class Seconds:
    """Wall-clock seconds that the stages took."""

    photo: float
    perception: float
    synthesis: float

    @property
    def total(self) -> float:
        """All stages together."""
        return self.photo + self.perception + self.synthesis


class Opened(NamedTuple):
    """The lattice that a drawing is read on, its ink there (16·rows, 16·columns), and the reader's answers to questions about it."""

    lattice: Lattice
    canvas: NDArray[np.float32]
    drawing: Drawing
    glimpsed: Reading | None = None
    """What a quick look read there; None where it was not asked."""
    is_traced: bool = False
    """Whether what was traced has its attributes from the first; the reader reads plain commands, which the ink is asked about."""
    bent: tuple[Line, ...] = ()
    """Bent arrows, which the reader does not know: they were set apart from the ink."""
    closely: NDArray[np.float32] | None = None
    """All ink on the lattice with twice as many pixels, where the picture has them."""


@dataclass(frozen=True, slots=True)
class Perceived:
    """What a picture shows before programs are looked for; nothing is opened where nothing is drawn."""

    path: Path
    photo: Photo
    development: Development
    regions: tuple[WrittenRegion, ...]
    opened: Opened | None
    readings: tuple[Reading, ...]
    """The reader's own, best first, on the opened lattice."""
    seconds: Seconds


@dataclass(frozen=True, slots=True)
class Inference:
    """What was found in a picture; `interpretations` best first, empty when nothing is drawn; `unexplained_ink` and `labels` are the
    best one's; `development` is what the photograph, `photo`, was made into."""

    image: str
    lattice: Lattice | None
    interpretations: tuple[Interpretation, ...]
    unexplained_ink: float
    seconds: Seconds
    labels: tuple[PlacedLabel, ...] = ()
    development: Development | None = field(default=None, compare=False, repr=False)
    is_final: bool = True
    """Whether no better founded answer follows."""
    photo: Photo | None = field(default=None, compare=False, repr=False)


def inference_to_json(inference: Inference) -> dict[str, Any]:
    """The contract's object for one picture (`infer --json`)."""
    lattice = inference.lattice
    return {
        "image": inference.image,
        "lattice": lattice_to_json(lattice) if lattice else None,
        "interpretations": [interpretation_to_json(i, inference.interpretations[0].lattice) for i in inference.interpretations],
        "labels": [label_to_json(label) for label in inference.labels],
        "unexplained_ink": round(inference.unexplained_ink, 4),
        "seconds": {
            "photo": round(inference.seconds.photo, 4),
            "perception": round(inference.seconds.perception, 4),
            "synthesis": round(inference.seconds.synthesis, 4),
            "total": round(inference.seconds.total, 4),
        },
    }
