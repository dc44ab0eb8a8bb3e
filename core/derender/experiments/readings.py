"""Hand drawings read by the paper's system, by its lesions and by the shipped reader (Experiment 2, Figures 6 to 8).

For each drawing of a folder: the intersection over union of what was drawn and of the best among the first 1, 5 and 100 specs that a
system finds.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple

import cv2
import numpy as np
import typer
from PIL import Image

from derender.cli_options import Cluster
from derender.errors import OptionError
from derender.evaluation import Drawing
from derender.experiments.paper_systems import MOST, Ranked, shared_systems, unguided
from derender.experiments.readings_pictures import galleries, share_at_least, summary_plot
from derender.experiments.study import Claim, Json, Picture, Setting, Study, Table, shared_pipeline, show
from derender.opening import on_canvas
from derender.paper.likelihoods import PixelLikelihood
from derender.paper.reader import on_grid
from derender.paper.scenes import Array
from derender.paper.tokens import CELLS
from derender.perception.lattice import registered_lattice
from derender.photo.load import load_picture, to_colour
from derender.settings import InferSettings
from derender.spec import Spec, intersection_over_union
from derender.spec_json import spec_to_json

PARTICLES = 100
BLIND_PARTICLES = 100
WIDTH = 20

FULL, NO_NETWORK, NO_SMC, PIXELS, OWN = "full model", "no network", "no SMC", "pixel likelihood", "Derender's reader"
SYSTEMS = (FULL, NO_NETWORK, NO_SMC, PIXELS, OWN)
FIRST = (1, 5, MOST)

_SHOWN = 12
"""Drawings of each gallery."""
_SIDE = 160
"""Pixels of a drawing kept for a gallery."""


class Read(NamedTuple):
    """One system on one drawing: the intersection over union of the best of the first 1, 5 and 100, and the first spec."""

    iou: tuple[float, ...]
    first: Spec


class Outcome(NamedTuple):
    """One drawing: what was drawn, what each system read, and its picture for a gallery."""

    drawing: str
    truth: Spec
    read: dict[str, Read]
    picture: str


def main(
    drawings: Annotated[Path, typer.Option(help="A folder with pictures and their specs.json.")],
    grid: Annotated[int, typer.Option(help="The pictures are aligned to an N×N lattice; the paper's reader has 16 × 16 cells.")] = CELLS,
    scale: Annotated[float, typer.Option(help="The share of the drawings.")] = 1.0,
    out: Annotated[Path | None, typer.Option(help="A folder for plot and galleries.")] = None,
    cluster: Cluster = None,
) -> None:
    """How close readings come to what was drawn (Figures 6 to 8); Markdown on standard output."""
    result = measured(Setting(drawings=drawings, grid=grid, scale=scale, cluster=cluster))
    show(result, tables, drawn, out)


def measured(setting: Setting) -> Json:
    """For each system and drawing intersection over union; the drawings of the galleries with what the full model read."""
    if setting.grid is None or setting.grid > CELLS:
        raise OptionError(f"the paper's reader needs pictures aligned to a lattice of at most {CELLS} × {CELLS} cells: give --grid")
    found = setting.each(partial(_outcome, grid=setting.grid, seed=setting.seed), setting.listed(least=4), "reading")
    full = [(outcome, outcome.read[FULL]) for outcome in found]
    right = sorted((o for o, read in full if read.iou[0] == 1), key=lambda o: -len(o.truth))
    near = sorted((o for o, read in full if 0 < read.iou[0] < 1), key=lambda o: -o.read[FULL].iou[0])
    return {
        "drawings": [outcome.drawing for outcome in found],
        "particles": PARTICLES,
        "systems": {system: [list(outcome.read[system].iou) for outcome in found] for system in SYSTEMS},
        "exact": [_shown(outcome) for outcome in right[:_SHOWN]],
        "near": [_shown(outcome) for outcome in near[:_SHOWN]],
    }


def _shown(outcome: Outcome) -> Json:
    read, own = (spec_to_json(outcome.read[system].first) for system in (FULL, OWN))
    return {"drawing": outcome.drawing, "picture": outcome.picture, "read": read, "own": own, "iou": outcome.read[FULL].iou[0]}


def _outcome(drawing: Drawing, grid: int, seed: int) -> Outcome:
    settings = InferSettings(grid=grid, device="cpu")
    ink = shared_pipeline().develop(to_colour(load_picture(drawing.path)), settings).ink
    canvas = on_canvas(ink, registered_lattice(ink.shape[0], ink.shape[1], grid))
    read = {system: _read(run(), drawing.truth) for system, run in _runs(canvas, seed).items()}
    return Outcome(drawing.name, drawing.truth, read, _packed(canvas))


def _runs(canvas: Array, seed: int) -> dict[str, Callable[[], Ranked]]:
    """Each system on a canvas of the grid, and the shipped reader on the same one."""
    systems = shared_systems()
    ink, _, _ = on_grid(canvas)
    learned = systems.learned(ink)
    return {
        FULL: lambda: systems.sampled(ink, learned, PARTICLES, seed),
        NO_NETWORK: lambda: unguided(learned, BLIND_PARTICLES, seed),
        NO_SMC: lambda: systems.searched(ink, WIDTH),
        PIXELS: lambda: systems.sampled(ink, PixelLikelihood(ink), PARTICLES, seed),
        OWN: lambda: systems.read(canvas),
    }


def _read(ranked: Ranked, truth: Spec) -> Read:
    overlaps = [intersection_over_union(truth, spec) for spec, _ in ranked[:MOST]]
    return Read(tuple(max(overlaps[:k], default=0.0) for k in FIRST), ranked[0][0] if ranked else Spec())


def _packed(canvas: Array) -> str:
    """A small picture of the drawing as text."""
    grey = (255 * (1 - cv2.resize(canvas, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA))).clip(0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


def tables(result: Json) -> list[Table]:
    """The share of drawings that the first 1, 5, 100 specs hold exactly, the mean overlap, and how many are missed altogether."""
    head = ("", *(f"exact, top {k}" for k in FIRST), *(f"mean IoU, top {k}" for k in FIRST), f"nothing right, top {MOST}")
    rows = []
    for system, overlaps in result["systems"].items():
        columns = list(zip(*overlaps, strict=True))
        exact = (f"{share_at_least(column, 1.0):.0%}" for column in columns)
        means = (f"{np.mean(column):.2f}" for column in columns)
        rows.append((system, *exact, *means, f"{1 - share_at_least(columns[-1], 1e-9):.0%}"))
    return [Table(head, tuple(rows), f"{len(result['drawings'])} drawings, {result['particles']} particles")]


def drawn(result: Json, folder: Path) -> list[Picture]:
    """Figures 8, 6 and 7."""
    plot = folder / "readings.svg"
    summary_plot(result["systems"], FIRST, plot)
    return [
        Picture(plot, "The share of drawings that are read at least so well, by intersection over union (Figure 8)."),
        *galleries(result, folder),
    ]


def _exact(result: Json, system: str, first: int) -> str:
    column = [row[FIRST.index(first)] for row in result["systems"][system]]
    return f"{share_at_least(column, 1.0):.0%}"


def _claim(first: int, paper: str, claim: str) -> Claim:
    return Claim(
        "Figure 8",
        claim,
        paper,
        lambda result: (
            f"the paper's reader {_exact(result, FULL, first)}, Derender's {_exact(result, OWN, first)} of {len(result['drawings'])}"
        ),
        "The same measure on the folder's drawings (the paper's own, where they are given). The paper's reader was trained for about an"
        f" hour on one processor core here, and samples with {PARTICLES} particles instead of 1,000.",
    )


STUDY = Study(
    name="readings",
    title="How close readings come to what was drawn by hand (Experiment 2, Figures 6 to 8)",
    command="derender experiment readings --drawings DIR",
    measure=measured,
    tables=tables,
    draw=drawn,
    claims=(
        _claim(1, "63%", "Hand drawings whose most likely spec is exactly right"),
        _claim(5, "70%", "The right spec is among the five most likely"),
        Claim(
            "Figure 8",
            "Without the network, without SMC or with a pixel likelihood, readings are worse",
            "curves below the full model's",
            lambda result: "exact: " + "; ".join(f"{system} {_exact(result, system, 1)}" for system in SYSTEMS[:4]),
            "The same lesions.",
        ),
    ),
    models=("paper", "reader", "closeup", "likelihood", "ink"),
)
