"""Extrapolations (Section 4.3, Figure 13): for each drawing of a folder the best figure that goes on, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from derender.cli_files import require_png, write
from derender.errors import InputError
from derender.extrapolation import proposals
from derender.extrapolation.sheet import contact_sheet
from derender.language.program import Label
from derender.report import console, progress
from derender.settings import InferSettings
from derender.similarity.drawings import Gallery, drawings_of
from derender.spec import Spec


def main(
    drawings: Annotated[Path, typer.Argument(help="A folder of photographs, programs (.dr) or specs (.json).")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The picture: a .png.")] = Path("extrapolations.png"),
    grid: Annotated[int | None, typer.Option(help="The pictures are aligned to an N×N lattice.")] = None,
    turns: Annotated[int, typer.Option(help="How many turns more.")] = 2,
    most: Annotated[int, typer.Option(help="How many drawings to show.")] = 24,
) -> None:
    """Figures that go on (Figure 13): each drawing as it is, and beside it with more turns of its loops."""
    require_png(output, "the picture")
    gallery = Gallery(InferSettings(grid=grid, device="cpu"))
    pictures: list[tuple[str, Spec, tuple[Label, ...]]] = []
    without = 0
    with progress() as bar:
        for path in bar.track(list(drawings_of(drawings)), description="continuing"):
            try:
                drawing = gallery.drawing(path)
            except InputError as error:
                console.print(str(error), markup=False)
                continue
            best = next(iter(proposals(drawing.program, turns)), None)
            if best is None:
                without += 1
            elif len(pictures) < 2 * most:
                pictures.append((path.name, drawing.spec, drawing.program.labels))
                pictures.append((best.title, best.spec, best.program.labels))
    if not pictures:
        raise InputError(f"{drawings}: no drawing has a loop that can grow")
    write(output, contact_sheet(pictures, side=150, columns=6))
    console.print(f"{len(pictures) // 2} drawings continued in {output}, {without} have no loop that can grow", markup=False)
