"""The learned likelihood beside pixel distance (A.3): how often the truth beats specs that are nearly right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, NamedTuple

import numpy as np
import typer

from derender.perception.drawing_model import DrawingModel, ReaderSettings
from derender.perception.likelihood_targets import edited
from derender.perception.ranking import Evidence
from derender.perception.reader import Reader
from derender.perception.targets import draw_scene
from derender.pipeline import Pipeline
from derender.report import progress

CELLS = (16, 16)


class Trial(NamedTuple):
    """One simulated drawing: the evidence of the truth, and that of its rivals."""

    truth: Evidence
    rivals: tuple[Evidence, ...]


def main(
    drawings: Annotated[int, typer.Option(help="Simulated drawings.")] = 300,
    rivals: Annotated[int, typer.Option(help="Specs with mistakes that are held against each drawing's truth.")] = 20,
    seed: Annotated[int, typer.Option(help="Of the drawings.")] = 505,
) -> None:
    """Pixel distance and the learned likelihood alone, neither with the network's proposal; Markdown on standard output."""
    found = list(trials(Pipeline.load().reader, drawings, rivals, seed))
    typer.echo("| likelihood | truth before all rivals | before a rival |\n|---|---|---|")
    for name, distance in (("pixel distance", pixel_distance), ("learned", learned_distance)):
        first, pairs = preferred([[distance(e) for e in (t.truth, *t.rivals)] for t in found])
        typer.echo(f"| {name} | {first:.1%} | {pairs:.1%} |")


def trials(reader: Reader, drawings: int, rivals: int, seed: int) -> Iterator[Trial]:
    """Drawings by simulated hands, each with its truth and rivals that differ from it."""
    with progress() as bar:
        for k in bar.track(range(drawings), description="simulated drawings"):
            rng = np.random.default_rng([seed, k])
            drawing = draw_scene(rng, *CELLS, off_lattice=0.0)
            tried = (edited(drawing.scene, CELLS, rng) for _ in range(rivals))
            specs = [drawing.scene, *dict.fromkeys(spec for spec in tried if spec != drawing.scene)]
            truth, *others = DrawingModel(reader.networks, drawing.ink, ReaderSettings(views=1)).evidence(specs)
            yield Trial(truth, tuple(others))


def pixel_distance(evidence: Evidence) -> float:
    """Cells of stroke that the spec leaves unexplained or draws where there is no ink."""
    return evidence.unexplained + evidence.unsupported


def learned_distance(evidence: Evidence) -> float:
    """The expected size of the symmetric difference, in commands."""
    return evidence.missing + evidence.spurious


def preferred(distances: Sequence[Sequence[float]]) -> tuple[float, float]:
    """The truth's distance comes first in each row: the fraction of rows in which it is the least, and of single rivals that it beats.

    Equal distances count half.
    """
    first, pairs = [], []
    for truth, *others in distances:
        beaten = [1.0 if truth < other else 0.5 if truth == other else 0.0 for other in others]
        pairs.extend(beaten)
        first.append(min(beaten, default=1.0))
    return float(np.mean(first)), float(np.mean(pairs)) if pairs else 1.0
