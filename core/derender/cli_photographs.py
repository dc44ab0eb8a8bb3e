"""`derender evaluate` for folders of photographs whose shapes and arrows people marked in pixels."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from derender.cli_options import complain
from derender.errors import InputError
from derender.evaluation_photographs import Counts, count, marked_in, summary
from derender.spec import Spec

_NOWHERE = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
"""Stands where nothing was read."""


def evaluate_photographs(folder: Path, device: str, *, as_json: bool) -> None:
    """Read the folder's photographs and print precision, recall and F1 of shapes and arrows.

    A photograph that cannot be read is told and does not count; the exit status is 2 then.
    """
    pictures = marked_in(folder)
    from derender import report
    from derender.pipeline import Pipeline
    from derender.settings import InferSettings

    settings = InferSettings(top=1, device=device, synthesis_timeout=1.0)
    pipeline = Pipeline.load(settings.device)
    counts = []
    with report.progress() as bar:
        for marked in bar.track(pictures, description="reading"):
            started = time.perf_counter()
            try:
                inference = pipeline.infer(marked.path, settings)
            except InputError as error:
                with report.paused(bar):
                    complain(str(error))
                continue
            seconds = time.perf_counter() - started
            spec = inference.interpretations[0].spec if inference.interpretations else Spec()
            homography: Sequence[Sequence[float]] = inference.lattice.homography if inference.lattice else _NOWHERE
            counts.append(count(marked, spec, homography, seconds))
    if not counts:
        raise typer.Exit(2)
    if as_json:
        typer.echo(json.dumps({**summary(counts), "pictures": [asdict(c) for c in counts]}, ensure_ascii=False))
    else:
        _show(counts)
    raise typer.Exit(0 if len(counts) == len(pictures) else 2)


def _show(counts: list[Counts]) -> None:
    from derender import report

    table = Table("picture", "shapes", "arrows", "spurious", "seconds", box=None, padding=(0, 2))
    for c in counts:
        table.add_row(Text(c.picture), _three(c.shapes), _three(c.arrows), str(c.spurious), f"{c.seconds:.2f}")
    report.console.print(table)
    report.console.print("shapes and arrows: right / read / there", style="dim")
    total = summary(counts)
    for kind in ("shapes", "arrows"):
        report.console.print(f"{kind}: {_rates(total[kind])}")
    low, high = total["spurious_interval"]
    report.console.print(f"spurious commands a picture: {total['spurious_a_picture']:.2f} ({low:.2f} to {high:.2f})")


def _three(counted: tuple[int, int, int]) -> str:
    return " / ".join(map(str, counted))


def _rates(rates: dict[str, Any]) -> str:
    low, high = rates["f1_interval"]
    return f"precision {rates['precision']:.3f} · recall {rates['recall']:.3f} · F1 {rates['f1']:.3f} ({low:.3f} to {high:.3f})"
