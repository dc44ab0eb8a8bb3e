"""Whether probabilities mean what they say: of readings and of single commands, on simulated drawings and on those of a folder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import typer

from derender.cli_options import Cluster
from derender.evaluation import Drawing, drawings_in
from derender.experiments.plots import new_figure
from derender.experiments.study import Json, Picture, Setting, Study, Table, shared_pipeline, show
from derender.perception.reader import Reading
from derender.perception.targets import draw_scene
from derender.photo.load import load_picture, to_colour
from derender.settings import InferSettings
from derender.spec import Spec

BINS = 10
SIMULATED = 400

FIRST_SEED = 88
"""No training draws its scenes from it."""

Read = tuple[Reading, Spec]
"""A drawing's first reading, and the truth."""


class Claim(NamedTuple):
    """A probability that was told, and whether what it was told of is true."""

    probability: float
    true: bool


def main(
    simulated: Annotated[int, typer.Option(help="Simulated drawings.")] = SIMULATED,
    drawings: Annotated[Path | None, typer.Option(envvar="DERENDER_DRAWINGS", help="Pictures and a specs.json that lists them.")] = None,
    grid: Annotated[int, typer.Option(help="Cells along the longer side of those pictures.")] = 16,
    out: Annotated[Path | None, typer.Option(help="A folder for the reliability diagram.")] = None,
    cluster: Cluster = None,
) -> None:
    """Expected calibration error and Brier score of readings and commands; Markdown on standard output."""
    result = measured(Setting(drawings, grid, cluster=cluster), simulated, drawings_in(drawings) if drawings is not None else ())
    show(result, tables, _draw, out)


def measured(setting: Setting, simulated: int, drawings: Sequence[Drawing]) -> Json:
    """All claims, each as its probability and whether it is true, by what they are about and where they were made."""
    seeds = [[FIRST_SEED + setting.seed, number] for number in range(simulated)]
    sources = {"simulated": setting.each(_simulated_reading, seeds, "simulated drawings")}
    if drawings:
        found = setting.each(partial(_folder_reading, grid=setting.grid), drawings, "drawings")
        sources["drawings"] = [one for one in found if one is not None]
    return {
        name: {"readings": readings_claimed(found), "commands": commands_claimed(found)}  # a claim is a pair in JSON
        for name, found in sources.items()
    }


def _simulated_reading(seed: list[int]) -> Read:
    drawing = draw_scene(np.random.default_rng(seed), 16, 16, off_lattice=0.0)
    return shared_pipeline().reader.read(drawing.ink, most=1)[0], drawing.scene


def _folder_reading(drawing: Drawing, grid: int | None) -> Read | None:
    settings, pipeline = InferSettings(grid=grid), shared_pipeline()
    _, readings = pipeline.read(pipeline.develop(to_colour(load_picture(drawing.path)), settings).ink, settings)
    return (readings[0], drawing.truth) if readings else None


def _claims(result: Json) -> dict[tuple[str, str], list[Claim]]:
    """By where they were made and what they are about."""
    return {(name, kind): [Claim(*claim) for claim in claims] for name, kinds in result.items() for kind, claims in kinds.items()}


def tables(result: Json) -> list[Table]:
    """A row for readings and one for commands of each source."""
    rows = []
    for (name, kind), claims in _claims(result).items():
        true, told = np.mean([c.true for c in claims]), np.mean([c.probability for c in claims])
        brier = np.mean([(c.probability - c.true) ** 2 for c in claims])
        rows.append((name, f"{len(claims)} {kind}", f"{true:.3f}", f"{told:.3f}", f"{calibration_error(claims):.3f}", f"{brier:.3f}"))
    return [Table(("drawings", "claims", "true", "mean probability", "ECE", "Brier"), tuple(rows))]


def readings_claimed(found: Sequence[tuple[Reading, Spec]]) -> list[Claim]:
    """One claim for each first reading: that it is the drawing, exactly."""
    return [Claim(reading.probability, reading.spec == truth) for reading, truth in found]


def commands_claimed(found: Sequence[tuple[Reading, Spec]]) -> list[Claim]:
    """One claim for each command of each first reading: that it was drawn."""
    return [
        Claim(confidence, command in truth)
        for reading, truth in found
        for command, confidence in zip(reading.spec, reading.confidences, strict=True)
    ]


def calibration_error(claims: Sequence[Claim]) -> float:
    """Expected calibration error: the mean distance of told and true frequency over equal bins, weighted by their claims."""
    return sum(count * abs(told - true) for told, true, count in _binned(claims)) / max(1, len(claims))


def _binned(claims: Sequence[Claim]) -> list[tuple[float, float, int]]:
    """Mean probability, fraction true and number of claims of each bin that has any."""
    rows = []
    for k in range(BINS):
        inside = [c for c in claims if min(BINS - 1, int(c.probability * BINS)) == k]
        if inside:
            rows.append((float(np.mean([c.probability for c in inside])), float(np.mean([c.true for c in inside])), len(inside)))
    return rows


def _draw(result: Json, folder: Path) -> Sequence[Picture]:
    diagrams = _claims(result)
    figure = new_figure(3.2 * len(diagrams), 3.2)
    for axes, ((name, kind), claims) in zip(figure.subplots(1, len(diagrams), squeeze=False)[0], diagrams.items(), strict=True):
        rows = _binned(claims)
        axes.plot([0, 1], [0, 1], "--", color="0.7")
        axes.plot([told for told, *_ in rows], [true for _, true, _ in rows], "o-")
        axes.bar([told for told, *_ in rows], [count / len(claims) for *_, count in rows], width=0.05, color="0.85")
        axes.set_title(f"{kind}, {name}\nECE {calibration_error(claims):.3f}", fontsize=9)
        axes.set_xlabel("told")
        axes.set_ylabel("true")
    figure.savefig(folder / "reliability.png", dpi=150)
    return [Picture(folder / "reliability.png", "How often what is told with a probability is true, of readings and of commands.")]


STUDY = Study(
    name="calibration",
    title="Whether probabilities mean what they say",
    command="derender experiment calibration --drawings DIR",
    measure=lambda setting: measured(setting, setting.count(SIMULATED, 20), setting.listed() if setting.drawings is not None else ()),
    tables=tables,
    draw=_draw,
    models=("reader", "closeup", "likelihood", "ink"),
)
