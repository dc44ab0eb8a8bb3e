"""How reading grows: accuracy with the number of objects, time with the number of objects and the area."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from derender.perception.reader import Reader, canvas_of
from derender.perception.scenes import figure_scene
from derender.pipeline import Pipeline
from derender.rendering.pencil import simulate
from derender.report import progress
from derender.spec import Spec, moved

SIZES: tuple[tuple[int, int, int], ...] = (
    (5, 16, 16), (10, 16, 16), (25, 24, 24), (50, 32, 32), (100, 48, 48), (200, 64, 64)
)  # fmt: skip
"""Objects, and columns and rows of cells of the canvases that they are drawn on."""


@dataclass(frozen=True, slots=True)
class Read:
    """One simulated drawing: its objects, those read, those right, processor seconds."""

    true: int
    read: int
    right: int
    seconds: float


def main(
    drawings: Annotated[int, typer.Option(help="Simulated drawings of each size.")] = 40,
    seed: Annotated[int, typer.Option(help="Of the first drawing.")] = 77_000,
    out: Annotated[Path | None, typer.Option(help="A folder for the plot.")] = None,
) -> None:
    """Read simulated figures of 5 to 200 objects on canvases of 16×16 to 64×64 cells; Markdown on standard output."""
    reader = Pipeline.load().reader
    rows: list[tuple[int, int, int, float, float, float]] = []
    with progress() as bar:
        task = bar.add_task("reading", total=len(SIZES) * drawings)
        for objects, columns, rows_ in SIZES:
            results = []
            for result in simulated(reader, objects, columns, rows_, range(seed, seed + drawings)):
                bar.update(task, advance=1, description=f"{objects} objects")
                results.append(result)
            rows.append((objects, columns, rows_, *_totals(results)))
    typer.echo("| objects | cells | exact | F1 | processor time, median |\n|---|---|---|---|---|")
    for objects, columns, rows_, exact, f1, seconds in rows:
        typer.echo(f"| {objects} | {columns}×{rows_} | {exact:.0%} | {f1:.3f} | {seconds * 1e3:.0f} ms |")
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        _plot(rows, out / "scaling.png")
        typer.echo(f"\nwrote {out / 'scaling.png'}")


def simulated(reader: Reader, objects: int, columns: int, rows: int, seeds: Sequence[int]) -> Iterator[Read]:
    """Figures of so many objects, drawn by simulated hands, registered, and read."""
    for seed in seeds:
        # A cell of paper around it: what the canvas cuts off cannot be read.
        scene = moved(figure_scene(np.random.default_rng(seed), columns - 2, rows - 2, objects), 1, 1)
        ink = canvas_of(simulate(scene, columns, rows, seed=seed))
        started = time.process_time()
        found = reader.read(ink)[0].spec
        yield Read(len(scene), len(found), len(_common(scene, found)), time.process_time() - started)


def _common(a: Spec, b: Spec) -> Spec:
    return Spec(c for c in a if c in b)


def _totals(results: Sequence[Read]) -> tuple[float, float, float]:
    """Fraction read exactly, F1 over all objects, median seconds."""
    exact = sum(r.true == r.read == r.right for r in results) / len(results)
    right, count = sum(r.right for r in results), sum(r.true + r.read for r in results)
    return exact, 2 * right / max(1, count), statistics.median(r.seconds for r in results)


def _plot(rows: Sequence[tuple[int, int, int, float, float, float]], path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.2), layout="constrained")
    accuracy, by_objects, by_area = figure.subplots(1, 3)
    objects = [r[0] for r in rows]
    accuracy.plot(objects, [r[3] for r in rows], "o-", label="read exactly")
    accuracy.plot(objects, [r[4] for r in rows], "s-", label="F1")
    accuracy.set_xlabel("objects")
    accuracy.set_ylim(0, 1.02)
    accuracy.legend()
    seconds = [1e3 * r[5] for r in rows]
    by_objects.loglog(objects, seconds, "o-")
    by_objects.set_xlabel("objects")
    by_objects.set_ylabel("processor time, ms")
    areas = [r[1] * r[2] for r in rows]
    by_area.loglog(areas, seconds, "o-", label="measured")
    by_area.loglog(areas, [seconds[0] * a / areas[0] for a in areas], "--", color="0.6", label="linear")
    by_area.set_xlabel("cells")
    by_area.legend()
    figure.savefig(path, dpi=150)
