"""Where the stages meet: photo → ink → readings → programs → TikZ.

`infer` takes a path and returns a value; `inference_to_json` gives the contract's form. A `Pipeline` keeps the network loaded
between pictures.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from derender.interpretation.values import Interpretation, LogScore, log_prior
from derender.language.text import pretty
from derender.perception.lattice import Lattice, LatticeSettings, infer_lattices, magnified, registered_lattice, settle
from derender.perception.reader import Reader, ReaderSettings, Reading
from derender.photo.ink import ink_of, resample
from derender.photo.load import load_photo, to_grey
from derender.rendering.tikz import program_to_tikz
from derender.settings import InferSettings
from derender.spec import Spec, spec_to_json
from derender.synthesis import synthesize

Report = Callable[[str], None]
"""Told the name of each stage as it begins."""


def _silent(_: str) -> None:
    """Tells nobody."""


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


@dataclass(frozen=True, slots=True)
class Inference:
    """What was found in a picture; `interpretations` best first, empty when nothing is drawn; `unexplained_ink` is the best one's."""

    image: str
    lattice: Lattice | None
    interpretations: tuple[Interpretation, ...]
    unexplained_ink: float
    seconds: Seconds


class Pipeline:
    """The stages with their networks loaded once."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    @classmethod
    def load(cls, device: str = "auto", threads: int = 1) -> Pipeline:
        """The shipped networks on a device; raises `ModelError`.

        `threads` is for all numeric work of the process. The networks are small: more threads gain little on an idle machine, and
        on a busy one they wait for each other and lose a great deal.
        """
        torch.set_num_threads(threads)
        cv2.setNumThreads(threads)
        return cls(Reader.load(device))

    def infer(
        self,
        path: Path,
        settings: InferSettings | None = None,
        *,
        report: Report = _silent,
        should_stop: Callable[[], bool] | None = None,
    ) -> Inference:
        """Interpretations of the picture at `path`; raises `ImageError`. `should_stop` ends the search for programs early."""
        settings = settings or InferSettings()
        started = time.perf_counter()
        report("photo")
        photo = load_photo(path)
        ink = ink_of(to_grey(photo.picture))
        inked = time.perf_counter()
        report("reading")
        lattice, readings = self.read(ink, settings)
        read = time.perf_counter()
        report("synthesis")
        interpretations = interpret(readings, settings, should_stop)
        finished = time.perf_counter()
        unexplained = readings[0].unexplained_ink if readings else 0.0
        if lattice is not None:
            lattice = magnified(lattice, *photo.scale)
        return Inference(str(path), lattice, interpretations, unexplained, Seconds(inked - started, read - inked, finished - read))

    def read(self, ink: NDArray[np.float32], settings: InferSettings) -> tuple[Lattice | None, tuple[Reading, ...]]:
        """Readings of ink (H, W) and the lattice that they are on; no lattice and no readings where nothing is drawn."""
        if settings.grid is not None:
            lattice = registered_lattice(ink.shape[0], ink.shape[1], settings.grid)
            canvas = on_canvas(ink, lattice)
            readings = self.reader.read(canvas, most=settings.top)
            return lattice, tuple(r for r in readings if r.spec.commands or len(readings) > 1)
        hypotheses = infer_lattices(self.reader.network, ink, LatticeSettings(), self.reader.device)
        if not hypotheses:
            return None, ()
        quick = ReaderSettings(views=1)
        tried = [(self.reader.read(on_canvas(ink, h), quick, most=1)[0], h) for h in hypotheses]
        # The lattice's evidence and the reading's: together they choose better than either alone.
        best = max(tried, key=lambda t: t[0].likelihood + t[0].proposal + t[1].evidence)[1]
        # More than are asked for: some come out as one on their coarsest lattice.
        coarse, merged = settled(self.reader.read(on_canvas(ink, best), most=2 * settings.top), best)
        return coarse, merged[: settings.top]


def on_canvas(ink: NDArray[np.float32], lattice: Lattice) -> NDArray[np.float32]:
    """Ink of the picture as the network sees it on `lattice`."""
    return resample(ink, lattice.canvas_matrix(), lattice.canvas_shape)


def settled(readings: tuple[Reading, ...], lattice: Lattice) -> tuple[Lattice | None, tuple[Reading, ...]]:
    """Readings on the coarsest lattice of each, the most probable first; the lattice that is reported is the first one's.

    Readings that come out as one are one, with both probabilities.
    """
    merged: dict[Spec, tuple[Reading, Lattice]] = {}
    for reading in readings:
        if reading.spec.commands:
            spec, coarse = settle(reading.spec, lattice)
            first, kept = merged.get(spec, (replace(reading, spec=spec, probability=0.0), coarse))
            merged[spec] = (replace(first, probability=first.probability + reading.probability), kept)
    if not merged:
        return None, ()
    ordered = sorted(merged.values(), key=lambda found: -found[0].probability)
    return ordered[0][1], tuple(reading for reading, _ in ordered)


def interpret(
    readings: tuple[Reading, ...], settings: InferSettings, should_stop: Callable[[], bool] | None = None
) -> tuple[Interpretation, ...]:
    """A program for each reading, in the readings' order; the best reading gets the larger part of the time."""
    out = []
    rest = settings.synthesis_timeout / 2 / max(1, len(readings) - 1)
    for k, reading in enumerate(readings):
        found = synthesize(reading.spec, timeout=settings.synthesis_timeout if k == 0 else rest, should_stop=should_stop)
        score = LogScore(reading.likelihood, reading.proposal, log_prior(found.cost_thirds))
        out.append(Interpretation(reading.spec, found.program, found.cost_thirds, found.optimal, reading.probability, score))
    return tuple(out)


def inference_to_json(inference: Inference) -> dict[str, Any]:
    """The contract's object for one picture (`infer --json`)."""
    lattice = inference.lattice
    return {
        "image": inference.image,
        "lattice": {"homography": lattice.homography, "residual": round(lattice.residual, 4)} if lattice else None,
        "interpretations": [_interpretation_to_json(i) for i in inference.interpretations],
        "labels": [],
        "unexplained_ink": round(inference.unexplained_ink, 4),
        "seconds": {
            "photo": round(inference.seconds.photo, 4),
            "perception": round(inference.seconds.perception, 4),
            "synthesis": round(inference.seconds.synthesis, 4),
            "total": round(inference.seconds.total, 4),
        },
    }


def _interpretation_to_json(i: Interpretation) -> dict[str, Any]:
    return {
        "spec": spec_to_json(i.spec),
        "program": pretty(i.program),
        "cost_thirds": i.cost_thirds,
        "optimal": i.optimal,
        "probability": i.probability,
        "log_score": {"likelihood": i.score.likelihood, "proposal": i.score.proposal, "prior": i.score.prior},
        "corrections": [],
        "tikz": program_to_tikz(i.program),
    }
