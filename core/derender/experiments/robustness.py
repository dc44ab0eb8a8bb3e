"""How well drawings are read when their pictures are made worse: a table, and a plot beside the clean pictures' score."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from derender.evaluation import Score, drawings_in, summary
from derender.experiments.drawings import read_drawing
from derender.perturbations import PERTURBATIONS, Perturbation
from derender.pipeline import Pipeline
from derender.report import progress
from derender.settings import InferSettings


def main(
    drawings: Annotated[Path, typer.Option(envvar="DERENDER_DRAWINGS", help="Pictures and a specs.json that lists them.")],
    grid: Annotated[int, typer.Option(help="Cells along the longer side, for what is registered.")] = 16,
    out: Annotated[Path | None, typer.Option(help="A folder for the plot.")] = None,
) -> None:
    """Read the drawings of a folder clean and under each perturbation; Markdown on standard output."""
    found = drawings_in(drawings)
    pipeline = Pipeline.load()
    conditions: list[tuple[str, bool, Perturbation | None]] = [("clean", True, None), ("lattice inferred", False, None)]
    conditions += [(p.name, p.registered, p) for p in PERTURBATIONS.values()]
    rows = []
    with progress() as bar:
        task = bar.add_task("reading", total=len(conditions) * len(found))
        for name, registered, change in conditions:
            settings = InferSettings(grid=grid if registered else None)
            scores: list[Score] = []
            for drawing in found:
                bar.update(task, advance=1, description=name)
                scores.append(read_drawing(pipeline, drawing, settings, change, up_to_lattice=not registered))
            rows.append((name, "registered" if registered else "inferred", summary(scores)))
    typer.echo(f"| picture | lattice | top-1 of {len(found)} | top-5 | mean IoU |\n|---|---|---|---|---|")
    for name, lattice, total in rows:
        counts = (round(total[key] * len(found)) for key in ("top1", "top5"))
        typer.echo(f"| {name} | {lattice} | {' | '.join(map(str, counts))} | {total['iou_mean']:.3f} |")
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        _plot([(name, total["top1"], total["top5"]) for name, _, total in rows], out / "robustness.png")
        typer.echo(f"\nwrote {out / 'robustness.png'}")


def _plot(rows: list[tuple[str, float, float]], path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3.5), layout="constrained")
    axes = figure.subplots()
    places = range(len(rows))
    axes.barh(places, [top5 for *_, top5 in rows], color="0.85", label="within five")
    axes.barh(places, [top1 for _, top1, _ in rows], color="tab:blue", label="first")
    axes.set_yticks(list(places), [name for name, *_ in rows])
    axes.invert_yaxis()
    axes.set_xlim(0.5, 1)
    axes.set_xlabel("drawings read exactly")
    axes.legend(loc="lower right")
    figure.savefig(path, dpi=150)
