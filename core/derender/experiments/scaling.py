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

from derender.cli_options import Cluster
from derender.experiments.plots import new_figure
from derender.experiments.study import Json, Picture, Setting, Study, Table, shared_pipeline, show
from derender.perception.reader import Reader, canvas_of
from derender.perception.scenes import figure_scene
from derender.rendering.pencil import simulate
from derender.spec import Spec, moved

SIZES: tuple[tuple[int, int, int], ...] = (
    (5, 16, 16), (10, 16, 16), (25, 24, 24), (50, 32, 32), (100, 48, 48), (200, 64, 64)
)  # fmt: skip
"""Objects, and columns and rows of cells of the canvases that they are drawn on."""

DRAWINGS = 40
"""Of each size."""

FIRST_SEED = 77_000
"""No training draws its figures from it."""


@dataclass(frozen=True, slots=True)
class Read:
    """One simulated drawing: its objects, those read, those right, processor seconds."""

    true: int
    read: int
    right: int
    seconds: float


def main(
    drawings: Annotated[int, typer.Option(help="Simulated drawings of each size.")] = DRAWINGS,
    seed: Annotated[int, typer.Option(help="Of the drawings.")] = 0,
    out: Annotated[Path | None, typer.Option(help="A folder for the plot.")] = None,
    cluster: Cluster = None,
) -> None:
    """Read simulated figures of 5 to 200 objects on canvases of 16×16 to 64×64 cells; Markdown on standard output.

    Each figure is drawn twice: by a person whose pen and scanner lose nothing (the paper's A.4), and by one whose strokes may be
    worn, blurred, speckled or stretched.
    """
    result = measured(Setting(seed=seed, cluster=cluster), drawings)
    show(result, tables, _draw, out)


def measured(setting: Setting, drawings: int) -> Json:
    """For each size and kind of hand the share read exactly, F1 over all objects, and the median of processor seconds."""
    first = FIRST_SEED + setting.seed
    kinds = [(*size, damaged) for size in SIZES for damaged in (False, True)]
    found = setting.each(_read, [(*kind, seed) for kind in kinds for seed in range(first, first + drawings)], "figures read")
    rows = []
    for number, (objects, columns, rows_, damaged) in enumerate(kinds):
        exact, f1, seconds = _totals(found[number * drawings : (number + 1) * drawings])
        about = {"objects": objects, "columns": columns, "rows": rows_, "damaged": damaged}
        rows.append({**about, "exact": exact, "f1": f1, "seconds": seconds})
    return {"drawings": drawings, "rows": rows}


def _read(figure: tuple[int, int, int, bool, int]) -> Read:
    objects, columns, rows, damaged, seed = figure
    return next(simulated(shared_pipeline().reader, objects, columns, rows, [seed], damaged=damaged))


def tables(result: Json) -> list[Table]:
    """A row for each size."""
    rows = tuple(
        (
            str(row["objects"]),
            f"{row['columns']}×{row['rows']}",
            "damaged" if row["damaged"] else "as drawn",
            f"{row['exact']:.0%}",
            f"{row['f1']:.3f}",
            f"{row['seconds'] * 1e3:.0f} ms",
        )
        for row in result["rows"]
    )
    return [Table(("objects", "cells", "strokes", "exact", "F1", "processor time, median"), rows)]


def simulated(reader: Reader, objects: int, columns: int, rows: int, seeds: Sequence[int], *, damaged: bool = True) -> Iterator[Read]:
    """Figures of so many objects, drawn by simulated hands (see `rendering.pencil.simulate`), registered, and read."""
    for seed in seeds:
        # A cell of paper around it: what the canvas cuts off cannot be read.
        scene = moved(figure_scene(np.random.default_rng(seed), columns - 2, rows - 2, objects), 1, 1)
        ink = canvas_of(simulate(scene, columns, rows, seed=seed, damaged=damaged))
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


def _draw(result: Json, folder: Path) -> Sequence[Picture]:
    figure = new_figure(9, 3.2)
    accuracy, by_objects, by_area = figure.subplots(1, 3)
    rows = [row for row in result["rows"] if not row["damaged"]]
    worn = [row for row in result["rows"] if row["damaged"]]
    objects = [row["objects"] for row in rows]
    accuracy.plot(objects, [row["exact"] for row in rows], "o-", label="read exactly")
    accuracy.plot(objects, [row["f1"] for row in rows], "s-", label="F1")
    accuracy.plot(objects, [row["exact"] for row in worn], "o--", color="C0", alpha=0.5, label="damaged, exactly")
    accuracy.plot(objects, [row["f1"] for row in worn], "s--", color="C1", alpha=0.5, label="damaged, F1")
    accuracy.set_xlabel("objects")
    accuracy.set_ylim(0, 1.02)
    accuracy.legend()
    seconds = [1e3 * row["seconds"] for row in rows]
    by_objects.loglog(objects, seconds, "o-")
    by_objects.set_xlabel("objects")
    by_objects.set_ylabel("processor time, ms")
    areas = [row["columns"] * row["rows"] for row in rows]
    by_area.loglog(areas, seconds, "o-", label="measured")
    by_area.loglog(areas, [seconds[0] * area / areas[0] for area in areas], "--", color="0.6", label="linear")
    by_area.set_xlabel("cells")
    by_area.legend()
    figure.savefig(folder / "scaling.png", dpi=150)
    return [Picture(folder / "scaling.png", "Accuracy and processor time by objects and by area of simulated figures.")]


STUDY = Study(
    name="scaling",
    title="Larger figures",
    command="derender experiment scaling",
    measure=lambda setting: measured(setting, setting.count(DRAWINGS, 2)),
    tables=tables,
    draw=_draw,
)
