"""The learned likelihood beside pixel distance (A.3): how often the truth beats specs that are nearly right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated, NamedTuple

import numpy as np
import typer

from derender.cli_options import Cluster
from derender.experiments.study import Claim, Json, Setting, Study, Table, no_pictures, shared_pipeline
from derender.perception.drawing_model import DrawingModel, ReaderSettings
from derender.perception.likelihood_targets import edited
from derender.perception.ranking import Evidence
from derender.perception.reader import Reader
from derender.perception.targets import draw_scene

CELLS = (16, 16)
DRAWINGS = 300
RIVALS = 20

FIRST_SEED = 505
"""No training or fitting draws its scenes from it."""


class Trial(NamedTuple):
    """One simulated drawing: the evidence of the truth, and that of its rivals."""

    truth: Evidence
    rivals: tuple[Evidence, ...]


def main(
    drawings: Annotated[int, typer.Option(help="Simulated drawings.")] = DRAWINGS,
    rivals: Annotated[int, typer.Option(help="Specs with mistakes that are held against each drawing's truth.")] = RIVALS,
    seed: Annotated[int, typer.Option(help="Of the drawings.")] = 0,
    cluster: Cluster = None,
) -> None:
    """Pixel distance and the learned likelihood alone, neither with the network's proposal; Markdown on standard output."""
    for table in tables(measured(Setting(seed=seed, cluster=cluster), drawings, rivals)):
        typer.echo(table.markdown())


def measured(setting: Setting, drawings: int, rivals: int) -> Json:
    """For each likelihood how often the truth comes before all rivals, and before a single one."""
    found = setting.each(partial(_trial, rivals=rivals, seed=setting.seed), range(drawings), "simulated drawings")
    rows = []
    for name, distance in (("pixel distance", pixel_distance), ("learned", learned_distance)):
        first, pairs = preferred([[distance(e) for e in (t.truth, *t.rivals)] for t in found])
        rows.append({"likelihood": name, "first": first, "pairs": pairs})
    return {"drawings": drawings, "rivals": rivals, "rows": rows}


def tables(result: Json) -> list[Table]:
    """A row for each likelihood."""
    rows = tuple((row["likelihood"], f"{row['first']:.1%}", f"{row['pairs']:.1%}") for row in result["rows"])
    return [Table(("likelihood", "truth before all rivals", "before a rival"), rows)]


def _trial(number: int, rivals: int, seed: int) -> Trial:
    return trial(shared_pipeline().reader, number, rivals, seed)


def trial(reader: Reader, number: int, rivals: int, seed: int) -> Trial:
    """A drawing by a simulated hand with its truth and rivals that differ from it."""
    rng = np.random.default_rng([FIRST_SEED + seed, number])
    drawing = draw_scene(rng, *CELLS, off_lattice=0.0)
    tried = (edited(drawing.scene, CELLS, rng) for _ in range(rivals))
    specs = [drawing.scene, *dict.fromkeys(spec for spec in tried if spec != drawing.scene)]
    truth, *others = DrawingModel(reader.networks, drawing.ink, ReaderSettings(views=1)).evidence(specs)
    return Trial(truth, tuple(others))


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


STUDY = Study(
    name="likelihood",
    title="The learned likelihood beside pixel distance (Section 2.1, A.3)",
    command="derender experiment likelihood",
    measure=lambda setting: measured(setting, setting.count(DRAWINGS, 20), RIVALS),
    tables=tables,
    draw=no_pictures,
    claims=(
        Claim(
            "Section 2.1",
            "Pixel-wise distance fares poorly on hand drawings, so a likelihood is learned from simulated ones",
            "no figure of its own",
            lambda result: "; ".join(f"{row['likelihood']}: truth before all rivals in {row['first']:.0%}" for row in result["rows"]),
            "Only in kind: simulated drawings with specs that are nearly right, each likelihood by itself.",
        ),
    ),
)
