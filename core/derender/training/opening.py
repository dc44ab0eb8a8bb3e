"""The choice between a reader's lattice and tracing (`tracing/opening.py`) fitted anew: `python -m derender.training.opening`.

Simulated photographs of both kinds, drawings on a lattice and diagrams on none, are seen through the shipped networks. Which of the two
readings is nearer to what was drawn, and by how much, is held against what they tell by logistic regression; the weights that are printed
belong into `tracing/opening.py`.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from derender.evaluation_photographs import FARTHEST_END, LEAST_OVERLAP, apart, matched
from derender.figures_read import figures, led_by
from derender.perception.lattice import Lattice, seen_through
from derender.perception.scenes import random_scene
from derender.photographs.cutouts import random_cutout
from derender.photographs.diagrams import Diagram, Sketch
from derender.photographs.examples import photograph_straight
from derender.photographs.sketch import draw_scene_with_words
from derender.pipeline import Pipeline
from derender.plane import Box, Point, overlap
from derender.rendering.pencil import Placement
from derender.settings import InferSettings
from derender.spec import Spec
from derender.tracing.drawing import TracedDrawing
from derender.tracing.judges import Judges
from derender.tracing.opening import Support, lies_on_none, measurements, traced
from derender.training.traced_photographs import whole

FIRST_SEED = 500_000
"""The judges of tracing are fitted to photographs of lower seeds."""

_RIDGE = 0.05
"""Keeps weights finite where the kinds can be told without an error."""

_FOLDS = 5
"""Parts of the photographs, each of which is once held out."""

_LATTICE_OVERLAP, _LATTICE_END = 0.8, 0.35
"""What is drawn on a lattice is right when it is on the same points: the overlap of shapes, and cells between ends."""

_Strokes = tuple[tuple[Point, Point], ...]
"""First and last points in pixels."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What was drawn, in the picture's pixels: boxes of shapes, arrows and plain lines; the overlap from which on a shape is right, and how
    many pixels ends may lie apart."""

    shapes: tuple[Box, ...]
    arrows: _Strokes
    lines: _Strokes
    overlap: float
    reach: float

    def agreement(self, spec: Spec, to_pixels: Callable[[Sequence[Point]], list[Point]]) -> float:
        """F1 of a reading's shapes, arrows and lines."""
        shapes, arrows, lines = figures(spec, to_pixels)
        right = len(matched([[overlap(f.place, s) - self.overlap for s in self.shapes] for f in shapes]))
        right += len(matched([[self.reach - apart(f.place, a) for a in self.arrows] for f in arrows]))
        # A plain line has no direction.
        right += len(matched([[self.reach - min(apart(p, (a, b)), apart(p, (b, a))) for a, b in self.lines] for p in lines]))
        there = len(self.shapes) + len(self.arrows) + len(self.lines)
        return 2 * right / max(1, there + len(shapes) + len(arrows) + len(lines))


@dataclass(frozen=True, slots=True)
class Seen:
    """A simulated photograph: whether it was drawn on a lattice, how much better (F1) the reading on one is than the traced one, what
    speaks for the lattice that was found, and the part of the geometry that the traced figure leaves unexplained."""

    on_lattice: bool
    better: float
    support: Support
    unexplained_traced: float


def sketched(seed: int) -> tuple[Sketch, Truth, bool]:
    """The sketch of that seed and whether it lies on a lattice, as every other one does; of the rest every fourth is a page, every other
    one is cut out of a larger diagram."""
    rng = np.random.default_rng([seed, 11])
    if seed % 2:
        shown = random_cutout(rng) if seed % 4 == 1 else whole(rng, page=seed % 8 == 7)
        return shown.sketch, _truth_of(shown.diagram, shown.shape), False
    cell = math.exp(rng.uniform(math.log(18), math.log(45)))
    columns, rows = int(rng.integers(8, 19)), int(rng.integers(6, 17))
    left, below = rng.uniform(0.5, 3.0, 2) * cell
    shape = (round(rows * cell + 2 * below), round(columns * cell + 2 * left))
    placement = Placement(np.array([[cell, 0, left], [0, -cell, shape[0] - below]]))
    scene = random_scene(rng, columns, rows)
    shapes, arrows, lines = figures(scene, led_by(np.vstack([placement.matrix, [0.0, 0.0, 1.0]])))
    truth = Truth(
        tuple(f.place for f in shapes), _strokes([f.place for f in arrows]), _strokes(lines), _LATTICE_OVERLAP, _LATTICE_END * cell
    )
    return draw_scene_with_words(rng, scene, placement, shape), truth, True


def _truth_of(diagram: Diagram, shape: tuple[int, int]) -> Truth:
    joins = tuple(((float(a[0]), float(a[1])), (float(b[0]), float(b[1]))) for a, b in (link.path[[0, -1]] for link in diagram.links))
    arrows, lines = (joins, ()) if diagram.arrows.head != "none" else ((), joins)
    return Truth(tuple(s.box for s in diagram.shapes), arrows, lines, LEAST_OVERLAP, FARTHEST_END * math.hypot(*shape))


def _strokes(places: Sequence[Box]) -> _Strokes:
    return tuple(((x1, y1), (x2, y2)) for x1, y1, x2, y2 in places)


def seen(seed: int, pipeline: Pipeline, judges: Judges, folder: Path) -> Seen | None:
    """The photograph of that seed as a pipeline that traces nothing reads it, and as it is traced; None where either finds nothing."""
    sketch, truth, on_lattice = sketched(seed)
    path = folder / f"{seed}.png"
    Image.fromarray(photograph_straight(np.random.default_rng([seed, 12]), sketch).picture).save(path)
    perceived = pipeline.perceive(path, InferSettings())
    found = traced(perceived.development, judges)
    if perceived.opened is None or perceived.opened.glimpsed is None or found is None:
        return None
    (reading,) = TracedDrawing(found.parts, found.unexplained, found.lattice.canvas_shape, pipeline.reader.networks.weights).readings()
    to_picture = perceived.development.to_picture

    def agreement(spec: Spec, on: Lattice) -> float:
        return truth.agreement(spec, led_by(np.asarray(seen_through(on, to_picture).homography)))

    first = perceived.readings[0].spec if perceived.readings else Spec()
    better = agreement(first, perceived.opened.lattice) - agreement(reading.spec, found.lattice)
    return Seen(on_lattice, better, Support.of(perceived.opened.lattice, perceived.opened.glimpsed), found.unexplained)


def fitted(cases: Sequence[Seen]) -> NDArray[np.float64]:
    """The weights (5) of greatest likelihood, each case counted by how much depends on it, both kinds as much, by Newton's method."""
    rows = np.array([measurements(c.support, c.unexplained_traced) for c in cases])
    labels = np.array([float(c.better > 0) for c in cases])
    on, stakes = np.array([c.on_lattice for c in cases]), np.array([abs(c.better) for c in cases])
    counts = np.where(on, stakes / max(1e-9, stakes[on].sum()), stakes / max(1e-9, stakes[~on].sum())) * len(cases) / 2
    weights, ridge = np.zeros(rows.shape[1]), _RIDGE * np.diag([0.0, 1.0, 1.0, 1.0, 1.0])
    for _ in range(50):
        told = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (counts * (labels - told)) - ridge @ weights
        weights += np.linalg.solve(rows.T @ (rows * (counts * told * (1 - told))[:, None]) + ridge, slope)
    return weights


def regret(cases: Sequence[Seen], on_lattice: Sequence[bool]) -> float:
    """The F1 that choices lose on average against the better reading of each photograph."""
    lost = [max(0.0, -case.better if on else case.better) for case, on in zip(cases, on_lattice, strict=True)]
    return round(math.fsum(lost) / len(lost), 4)


def held_out_regret(cases: Sequence[Seen]) -> float:
    """The F1 that choices lose by weights that are fitted to four fifths of the cases where they choose for the last one."""
    parts = [cases[k::_FOLDS] for k in range(_FOLDS)]
    chosen = [_choices(part, fitted([case for other in parts if other is not part for case in other])) for part in parts]
    return regret([case for part in parts for case in part], [on for part in chosen for on in part])


def _choices(cases: Sequence[Seen], weights: NDArray[np.float64]) -> list[bool]:
    """Which of the cases weights (5) take for drawings on a lattice."""
    rows = np.array([measurements(c.support, c.unexplained_traced) for c in cases])
    return [bool(on) for on in rows @ weights > 0]


def main() -> None:
    """Fit and print; each photograph's numbers go to standard error."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--photographs", type=int, default=100)
    count = arguments.parse_args().photographs
    cases = list(_all_seen(count))
    weights = fitted(cases)
    shipped = [not lies_on_none(c.support, c.unexplained_traced) for c in cases]
    told = {
        "weights": np.round(weights, 2).tolist(),
        "photographs": len(cases),
        "lost": regret(cases, _choices(cases, weights)),
        "lost_held_out": held_out_regret(cases),
        "lost_as_shipped": regret(cases, shipped),
        "most_evidence_on_none": max(c.support.evidence for c in cases if not c.on_lattice),
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
