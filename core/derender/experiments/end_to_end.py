"""The end-to-end baseline (A.7.2, Figure 14): programs sampled from clean renderings, how many are valid and right, and the best ones."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PIL import Image, ImageChops

from derender.cli_options import Cluster
from derender.end_to_end.network import ProgramWriter
from derender.end_to_end.programs import random_program
from derender.end_to_end.writing import BATCH, MODEL, load_writer, sampled
from derender.experiments.study import Claim, Json, Picture, Setting, Study, Table, kept_picture, picture_text, show
from derender.extrapolation.sheet import contact_sheet
from derender.language.cost import cost_thirds
from derender.language.execute import execute
from derender.language.text import pretty
from derender.spec import Spec, intersection_over_union
from derender.spec_json import spec_from_json, spec_to_json

SAMPLES = 512
"""Programs for each drawing; the paper samples for an hour."""
SIMULATED = 100

FIRST_SEED = 900
"""Training draws its programs from other seeds."""
_SHOWN = 12


def main(
    drawings: Annotated[Path | None, typer.Option(envvar="DERENDER_DRAWINGS", help="A folder whose specs.json is rendered.")] = None,
    samples: Annotated[int, typer.Option(help="Programs sampled for each drawing.")] = 256,
    simulated: Annotated[int, typer.Option(help="Random programs that training did not see.")] = SIMULATED,
    picture: Annotated[Path | None, typer.Option(help="Draw specs and best programs side by side: a .png.")] = None,
    seed: Annotated[int, typer.Option(help="Of simulated programs and samples.")] = 0,
    cluster: Cluster = None,
) -> None:
    """Fractions of valid and of right programs (A.7.2); Markdown on standard output."""
    result = measured(Setting(drawings, seed=seed, cluster=cluster), simulated, samples)
    show(result, tables)
    if picture is not None:
        kept_picture(result["picture"], picture, "")


def measured(setting: Setting, simulated: int, samples: int) -> Json:
    """For specs of random programs and of the folder's drawings what the best of the samples comes to."""
    random = [execute(random_program(np.random.default_rng([FIRST_SEED + setting.seed, number]))) for number in range(simulated)]
    listed = setting.listed() if setting.drawings is not None else ()
    work = partial(_written, samples=samples, seed=setting.seed)
    found = setting.each(work, [*random, *(drawing.truth for drawing in listed)], "writing programs")
    names = [f"simulated {number + 1}" for number in range(simulated)] + [drawing.name for drawing in listed]
    rows = [{"name": name, **one} for name, one in zip(names, found, strict=True)]
    shown = (rows[simulated:] or rows)[:_SHOWN]
    return {"samples": samples, "simulated": rows[:simulated], "drawings": rows[simulated:], "picture": picture_text(side_by_side(shown))}


@cache
def _writer() -> ProgramWriter:
    return load_writer()


def _written(spec: Spec, samples: int, seed: int) -> Json:
    return best_of(_writer(), spec, samples, seed)


def best_of(writer: ProgramWriter, spec: Spec, samples: int, seed: int) -> Json:
    """Of so many sampled programs the share that is valid, whether one draws the spec, and the one that comes closest."""
    valid = [written for written in islice(sampled(writer, spec, seed), max(samples, BATCH)) if written is not None]
    best = min(valid, key=lambda written: written.errors(spec), default=None)
    return {
        "spec": spec_to_json(spec),
        "valid": len(valid) / max(samples, BATCH),
        "right": best is not None and best.spec == spec,
        "errors": best.errors(spec) if best is not None else len(spec),
        "iou": intersection_over_union(best.spec, spec) if best is not None else 0.0,
        "program": pretty(best.program) if best is not None else "",
        "drawn": spec_to_json(best.spec) if best is not None else [],
    }


def seconds_until_right(spec: Spec, thirds: int, limit: float) -> float | None:
    """Processor seconds until the shipped network has written a program that draws the spec at that cost; None where time was up before."""
    writer = _writer()
    started = time.thread_time()
    for written in sampled(writer, spec, seed=0):
        if written is not None and written.spec == spec and cost_thirds(written.program) <= thirds:
            return time.thread_time() - started
        if time.thread_time() - started > limit:
            break
    return None


def side_by_side(rows: Sequence[Json]) -> bytes:
    """As Figure 14: above what is to be drawn, below, white on black, what the best program draws."""
    above = contact_sheet([(row["name"], spec_from_json(row["spec"]), ()) for row in rows], side=110, columns=len(rows) or 1)
    below = contact_sheet([(f"{row['errors']} wrong", spec_from_json(row["drawn"]), ()) for row in rows], side=110, columns=len(rows) or 1)
    top, bottom = (Image.open(io.BytesIO(png)) for png in (above, below))
    sheet = Image.new("RGB", (top.width, top.height + bottom.height))
    sheet.paste(top, (0, 0))
    sheet.paste(ImageChops.invert(bottom), (0, top.height))
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def tables(result: Json) -> list[Table]:
    """Totals, then what the best program for each drawing is."""
    totals = tuple(
        (kind, str(len(rows)), f"{_mean(rows, 'valid'):.1%}", f"{sum(row['right'] for row in rows)}", f"{_mean(rows, 'iou'):.2f}")
        for kind in ("simulated", "drawings")
        if (rows := result[kind])
    )
    head = ("specs", "count", "valid programs among samples", "specs that a sample draws exactly", "IoU of the best sample, mean")
    best = tuple((row["name"], row["program"].rstrip("\n"), str(row["errors"]), f"{row['iou']:.2f}") for row in result["drawings"])
    found = [Table(head, totals, f"{result['samples']} programs sampled for each")]
    return [*found, Table(("drawing", "best program", "wrong commands", "IoU"), best)] if best else found


def _mean(rows: Sequence[Json], field: str) -> float:
    return float(np.mean([row[field] for row in rows])) if rows else 0.0


def _valid_here(result: Json) -> str:
    rows = result["drawings"] or result["simulated"]
    right = sum(row["right"] for row in rows)
    return f"{_mean(rows, 'valid'):.0%} of the samples are valid programs; {right} of {len(rows)} specs drawn exactly by one of the samples"


def _draw(result: Json, folder: Path) -> Sequence[Picture]:
    caption = "Above what is to be drawn, rendered; below, on black, the best program that the end-to-end baseline writes (Figure 14)."
    return [kept_picture(result["picture"], folder / "end-to-end.png", caption)]


STUDY = Study(
    name="end-to-end",
    title="The end-to-end baseline (A.7.2, Figure 14)",
    command="derender experiment end-to-end --drawings DIR",
    measure=lambda setting: measured(setting, setting.count(SIMULATED, 10), setting.count(SAMPLES, 2 * BATCH)),
    tables=tables,
    draw=_draw,
    claims=(
        Claim(
            "Table 5, Figure 14",
            "A network that writes programs from images succeeds on trivial ones and fails on most drawings",
            "no right program within an hour for 94 % of the drawings",
            _valid_here,
            "In kind: renderings of the true specs and the closest of the samples count, as in the paper; a smaller network, trained "
            "on far fewer programs (the model card tells how many; 10 million in the paper), and a number of samples in place of an hour.",
        ),
    ),
    models=(MODEL,),
)
