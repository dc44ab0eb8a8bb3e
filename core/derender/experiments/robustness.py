"""How well drawings are read when their pictures are made worse: a table, and a plot beside the clean pictures' score."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from derender.cli_options import Cluster
from derender.evaluation import Drawing, Score, drawings_in, summary
from derender.experiments.drawings import read_drawing
from derender.experiments.plots import new_figure
from derender.experiments.study import Json, Picture, Setting, Study, Table, shared_pipeline, show
from derender.perturbations import PERTURBATIONS
from derender.settings import InferSettings


def main(
    drawings: Annotated[Path, typer.Option(envvar="DERENDER_DRAWINGS", help="Pictures and a specs.json that lists them.")],
    grid: Annotated[int, typer.Option(help="Cells along the longer side, for what is registered.")] = 16,
    out: Annotated[Path | None, typer.Option(help="A folder for the plot.")] = None,
    cluster: Cluster = None,
) -> None:
    """Read the drawings of a folder clean and under each perturbation; Markdown on standard output."""
    result = measured(Setting(drawings, grid, cluster=cluster), drawings_in(drawings))
    show(result, tables, _draw, out)


def measured(setting: Setting, drawings: Sequence[Drawing]) -> Json:
    """Drawings read exactly, first and within five, and mean intersection over union, for each condition."""
    conditions = [("clean", True), ("lattice inferred", False), *((p.name, p.registered) for p in PERTURBATIONS.values())]
    scores = setting.each(partial(_score, grid=setting.grid), [(drawing, *one) for one in conditions for drawing in drawings], "reading")
    rows = []
    for number, (name, registered) in enumerate(conditions):
        total = summary(scores[number * len(drawings) : (number + 1) * len(drawings)])
        rows.append({"picture": name, "lattice": "registered" if registered else "inferred", **total})
    return {"drawings": len(drawings), "rows": rows}


def _score(one: tuple[Drawing, str, bool], grid: int | None) -> Score:
    drawing, condition, registered = one
    settings = InferSettings(grid=grid if registered else None)
    return read_drawing(shared_pipeline(), drawing, settings, PERTURBATIONS.get(condition), up_to_lattice=settings.grid is None)


def tables(result: Json) -> list[Table]:
    """A row for each condition."""
    count = result["drawings"]
    rows = tuple(
        (row["picture"], row["lattice"], *(str(round(row[key] * count)) for key in ("top1", "top5")), f"{row['iou_mean']:.3f}")
        for row in result["rows"]
    )
    return [Table(("picture", "lattice", f"top-1 of {count}", "top-5", "mean IoU"), rows)]


def _draw(result: Json, folder: Path) -> Sequence[Picture]:
    path = folder / "robustness.png"
    _plot([(row["picture"], row["top1"], row["top5"]) for row in result["rows"]], path)
    return [Picture(path, "Drawings read exactly, first and within five, when their pictures are made worse.")]


def _plot(rows: list[tuple[str, float, float]], path: Path) -> None:
    figure = new_figure(7, 3.5)
    axes = figure.subplots()
    places = range(len(rows))
    axes.barh(places, [top5 for *_, top5 in rows], color="0.85", label="within five")
    axes.barh(places, [top1 for _, top1, _ in rows], color="tab:blue", label="first")
    axes.set_yticks(list(places), [name for name, *_ in rows])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel("drawings read exactly")
    axes.legend(loc="lower right")
    figure.savefig(path, dpi=150)


STUDY = Study(
    name="robustness",
    title="Pictures made worse",
    command="derender experiment robustness --drawings DIR",
    measure=lambda setting: measured(setting, setting.listed(5)),
    tables=tables,
    draw=_draw,
    models=("reader", "closeup", "likelihood", "ink"),
)
