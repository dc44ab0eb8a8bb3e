"""Extrapolations (Section 4.3, Figure 13): for each drawing of a folder the best figure that goes on, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from derender.cli_files import require_png
from derender.cli_options import Cluster
from derender.errors import InputError
from derender.experiments.galleries import drawing_in
from derender.experiments.study import Claim, Json, Picture, Setting, Study, Table, kept_picture, picture_text
from derender.extrapolation import proposals
from derender.extrapolation.sheet import contact_sheet
from derender.report import console
from derender.similarity.drawings import drawings_of

TURNS = 2
MOST = 24
"""Drawings that are shown."""


def main(
    drawings: Annotated[Path, typer.Argument(help="A folder of photographs, programs (.dr) or specs (.json).")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The picture: a .png.")] = Path("extrapolations.png"),
    grid: Annotated[int | None, typer.Option(help="The pictures are aligned to an N×N lattice.")] = None,
    turns: Annotated[int, typer.Option(help="How many turns more.")] = TURNS,
    most: Annotated[int, typer.Option(help="How many drawings to show.")] = MOST,
    cluster: Cluster = None,
) -> None:
    """Figures that go on (Figure 13): each drawing as it is, and beside it with more turns of its loops."""
    require_png(output, "the picture")
    result = measured(Setting(drawings, grid, cluster=cluster), list(drawings_of(drawings)), turns, most)
    for error in result["errors"]:
        console.print(error, markup=False)
    kept_picture(result["picture"], output, "")
    shown = min(most, len(result["continued"]))
    console.print(f"{shown} drawings continued in {output}, {result['without']} have no loop that can grow", markup=False)


def measured(setting: Setting, paths: Sequence[Path], turns: int, most: int) -> Json:
    """Each drawing's best continuation; raises `InputError` where there is none at all."""
    looked = setting.each(partial(drawing_in, grid=setting.grid), paths, "continuing")
    known = [one for one in looked if not isinstance(one, str)]
    continued = [(one, best) for one in known if (best := next(iter(proposals(one.program, turns)), None)) is not None]
    if not continued:
        raise InputError(f"{setting.drawings}: no drawing has a loop that can grow")
    pictures = []
    for drawing, best in continued[:most]:
        pictures.append((drawing.path.name, drawing.spec, drawing.program.labels))
        pictures.append((best.title, best.spec, best.program.labels))
    return {
        "errors": [one for one in looked if isinstance(one, str)],
        "continued": [{"name": drawing.path.name, "how": best.title} for drawing, best in continued],
        "without": len(known) - len(continued),
        "picture": picture_text(contact_sheet(pictures, side=150, columns=6)),
    }


def tables(result: Json) -> list[Table]:
    """What was continued, and how."""
    return [Table(("drawing", "continued by"), tuple((one["name"], one["how"]) for one in result["continued"]))]


def _measure(setting: Setting) -> Json:
    return measured(setting, [drawing.path for drawing in setting.listed(12)], TURNS, MOST)


def _draw(result: Json, folder: Path) -> Sequence[Picture]:
    caption = "Drawings as they were read, each beside the same figure with more turns of its loops (Figure 13)."
    return [kept_picture(result["picture"], folder / "extrapolations.png", caption)]


STUDY = Study(
    name="extrapolations",
    title="Figures that go on (Section 4.3, Figure 13)",
    command="derender experiment extrapolations DIR --grid 16",
    measure=_measure,
    tables=tables,
    draw=_draw,
    claims=(
        Claim(
            "Section 4.3, Figure 13",
            "With its program a figure can be continued by more turns of its loops",
            "examples shown",
            lambda result: f"{len(result['continued'])} drawings continued, {result['without']} have no loop that can grow",
            "In kind: the folder's drawings, read and continued without any choice by hand; the figures are in the report.",
        ),
    ),
    models=("reader", "closeup", "likelihood", "program_prior", "ink"),
)
