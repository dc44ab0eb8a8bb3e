"""Similarity (Section 4.2, Figure 12): pairs of a folder's drawings near and far as programs, near and far as images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from derender.cli_files import require_png, write
from derender.errors import InputError
from derender.report import console, progress
from derender.settings import InferSettings
from derender.similarity.drawings import Drawing, Gallery, drawings_of
from derender.similarity.quadrants import chosen_pairs, quadrants_png, ranked_pairs


def main(
    drawings: Annotated[Path, typer.Argument(help="A folder of photographs, programs (.dr) or specs (.json).")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The picture: a .png.")] = Path("similarity.png"),
    grid: Annotated[int | None, typer.Option(help="The pictures are aligned to an N×N lattice.")] = None,
    pairs: Annotated[int, typer.Option(help="Pairs in each quadrant.")] = 3,
) -> None:
    """Which drawings are alike (Figure 12), and how far the two ways of comparing them agree."""
    require_png(output, "the picture")
    gallery = Gallery(InferSettings(grid=grid, device="cpu"))
    known: list[Drawing] = []
    with progress() as bar:
        for path in bar.track(list(drawings_of(drawings)), description="looking"):
            try:
                known.append(gallery.drawing(path))
            except InputError as error:
                console.print(str(error), markup=False)
    if len(known) < 3:
        raise InputError(f"{drawings}: there are fewer than three drawings to compare")
    ranked = ranked_pairs(known)
    write(output, quadrants_png(ranked, pairs))
    agreement = np.corrcoef([p.program_rank for p in ranked], [p.image_rank for p in ranked])[0, 1]
    console.print(
        f"{len(known)} drawings, {len(ranked)} pairs; correlation of the ranks of both distances {agreement:.2f}; {output}", markup=False
    )
    for (program, image), picked in chosen_pairs(ranked, pairs).items():
        names = ", ".join(f"{p.first.path.name} ↔ {p.second.path.name}" for p in picked)
        console.print(f"{program} as programs, {image} as images: {names}", markup=False)
