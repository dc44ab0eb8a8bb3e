"""The choice between a reader's lattice and tracing (`tracing/opening.py`) fitted anew: `python -m derender.training.opening`.

Simulated photographs of both kinds, drawings on a lattice and diagrams on none, are seen through the shipped networks. What they tell
of each is held against its kind by logistic regression; the weights that are printed belong into `tracing/opening.py`.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from derender.perception.scenes import random_scene
from derender.photographs.diagrams import Sketch, draw_diagram
from derender.photographs.examples import photograph_straight
from derender.photographs.sketch import draw_scene_with_words
from derender.pipeline import Pipeline, on_canvas
from derender.rendering.pencil import Placement
from derender.settings import InferSettings
from derender.tracing.drawing import TracedDrawing
from derender.tracing.judge import Judges
from derender.tracing.opening import lies_on_none, measurements, traced
from derender.training.tracing import sample_diagram

FIRST_SEED = 500_000
"""The judges of tracing are fitted to photographs of lower seeds."""

_RIDGE = 0.05
"""Keeps weights finite where the kinds can be told without an error."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A simulated photograph: whether it was drawn on a lattice, nats of evidence for the one that was found, and the parts of the ink
    that the reading there and the traced figure leave unexplained."""

    on_lattice: bool
    evidence: float
    unexplained: float
    unexplained_traced: float


def sketched(seed: int) -> tuple[Sketch, bool]:
    """The sketch of that seed and whether it lies on a lattice, as every other one does; of the rest every fourth is a page."""
    rng = np.random.default_rng([seed, 11])
    if seed % 2:
        diagram, shape = sample_diagram(rng, page=seed % 8 == 7)
        return draw_diagram(rng, diagram, shape), False
    cell = math.exp(rng.uniform(math.log(18), math.log(45)))
    columns, rows = int(rng.integers(8, 19)), int(rng.integers(6, 17))
    left, below = rng.uniform(0.5, 3.0, 2) * cell
    shape = (round(rows * cell + 2 * below), round(columns * cell + 2 * left))
    placement = Placement(np.array([[cell, 0, left], [0, -cell, shape[0] - below]]))
    return draw_scene_with_words(rng, random_scene(rng, columns, rows), placement, shape), True


def seen(seed: int, pipeline: Pipeline, judges: Judges, folder: Path) -> Seen | None:
    """The photograph of that seed as a pipeline that traces nothing reads it, and as it is traced; None where either finds nothing."""
    sketch, on_lattice = sketched(seed)
    path = folder / f"{seed}.png"
    Image.fromarray(photograph_straight(np.random.default_rng([seed, 12]), sketch).picture).save(path)
    perceived = pipeline.perceive(path, InferSettings())
    found = traced(perceived.development, judges)
    if perceived.opened is None or found is None:
        return None
    lattice, parts = found
    (reading,) = TracedDrawing(parts, on_canvas(perceived.development.ink, lattice), pipeline.reader.networks.weights).readings()
    return Seen(on_lattice, perceived.opened.lattice.evidence, perceived.opened.unexplained, reading.unexplained_ink)


def fitted(cases: Sequence[Seen]) -> NDArray[np.float64]:
    """The weights (4) of greatest likelihood, both kinds counting as much, by Newton's method."""
    rows = np.array([measurements(c.evidence, c.unexplained, c.unexplained_traced) for c in cases])
    labels = np.array([float(c.on_lattice) for c in cases])
    counts = np.where(labels > 0, 0.5 / labels.mean(), 0.5 / (1 - labels.mean()))
    weights, ridge = np.zeros(rows.shape[1]), _RIDGE * np.diag([0.0, 1.0, 1.0, 1.0])
    for _ in range(50):
        told = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (counts * (labels - told)) - ridge @ weights
        weights += np.linalg.solve(rows.T @ (rows * (counts * told * (1 - told))[:, None]) + ridge, slope)
    return weights


def main() -> None:
    """Fit and print; each photograph's numbers go to standard error."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--photographs", type=int, default=100)
    count = arguments.parse_args().photographs
    cases = list(_all_seen(count))
    wrong = sum(lies_on_none(c.evidence, c.unexplained, c.unexplained_traced) is c.on_lattice for c in cases)
    right = np.array([measurements(c.evidence, c.unexplained, c.unexplained_traced) for c in cases]) @ fitted(cases) > 0
    told = {
        "weights": np.round(fitted(cases), 2).tolist(),
        "photographs": len(cases),
        "wrong": int(sum(on != c.on_lattice for on, c in zip(right, cases, strict=True))),
        "wrong_as_shipped": wrong,
        "most_evidence_on_none": max(c.evidence for c in cases if not c.on_lattice),
    }
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


def _all_seen(count: int) -> Iterator[Seen]:
    """Those of so many photographs in which both ways find something."""
    loaded, judges = Pipeline.load(), Judges.load()
    untraced = Pipeline(loaded.reader, loaded.prior, loaded.separator, loaded.recognizer)
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(FIRST_SEED, FIRST_SEED + count):
            case = seen(seed, untraced, judges, Path(folder))
            if case is not None:
                sys.stderr.write(json.dumps(asdict(case)) + "\n")
                yield case


if __name__ == "__main__":
    main()
