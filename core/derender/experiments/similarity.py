"""Similarity (Section 4.2, Figure 12): pairs of a folder's drawings near and far as programs, near and far as images."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from derender.cli_files import require_png
from derender.cli_options import Cluster
from derender.errors import InputError
from derender.experiments.galleries import drawing_in
from derender.experiments.study import Claim, Json, Picture, Setting, Study, Table, kept_picture, picture_text
from derender.report import console
from derender.similarity.drawings import drawings_of
from derender.similarity.quadrants import chosen_pairs, quadrants_png, ranked_pairs

PAIRS = 3
"""In each quadrant."""


def main(
    drawings: Annotated[Path, typer.Argument(help="A folder of photographs, programs (.dr) or specs (.json).")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The picture: a .png.")] = Path("similarity.png"),
    grid: Annotated[int | None, typer.Option(help="The pictures are aligned to an N×N lattice.")] = None,
    pairs: Annotated[int, typer.Option(help="Pairs in each quadrant.")] = PAIRS,
    cluster: Cluster = None,
) -> None:
    """Which drawings are alike (Figure 12), and how far the two ways of comparing them agree."""
    require_png(output, "the picture")
    result = measured(Setting(drawings, grid, cluster=cluster), list(drawings_of(drawings)), pairs)
    for error in result["errors"]:
        console.print(error, markup=False)
    kept_picture(result["picture"], output, "")
    console.print(f"{_agreement(result)}; {output}", markup=False)
    for quadrant, names in tables(result)[0].rows:
        console.print(f"{quadrant}: {names}", markup=False)


def measured(setting: Setting, paths: Sequence[Path], pairs: int) -> Json:
    """All drawings compared in both ways; raises `InputError` for fewer than three."""
    looked = setting.each(partial(drawing_in, grid=setting.grid), paths, "looking")
    known = [one for one in looked if not isinstance(one, str)]
    if len(known) < 3:
        raise InputError(f"{setting.drawings}: there are fewer than three drawings to compare")
    ranked = ranked_pairs(known)
    return {
        "errors": [one for one in looked if isinstance(one, str)],
        "drawings": len(known),
        "pairs": len(ranked),
        "agreement": float(np.corrcoef([p.program_rank for p in ranked], [p.image_rank for p in ranked])[0, 1]),
        "quadrants": [
            {"program": program, "image": image, "pairs": [[p.first.path.name, p.second.path.name] for p in picked]}
            for (program, image), picked in chosen_pairs(ranked, pairs).items()
        ],
        "picture": picture_text(quadrants_png(ranked, pairs)),
    }


def _agreement(result: Json) -> str:
    return f"{result['drawings']} drawings, {result['pairs']} pairs; correlation of the ranks of both distances {result['agreement']:.2f}"


def tables(result: Json) -> list[Table]:
    """The pairs of each quadrant."""
    rows = tuple(
        (f"{one['program']} as programs, {one['image']} as images", ", ".join(" ↔ ".join(pair) for pair in one["pairs"]))
        for one in result["quadrants"]
    )
    return [Table(("quadrant", "pairs"), rows)]


def _measure(setting: Setting) -> Json:
    return measured(setting, [drawing.path for drawing in setting.listed(12)], PAIRS)


def _draw(result: Json, folder: Path) -> Sequence[Picture]:
    caption = "Pairs of drawings near and far as programs (columns) and as images (rows), as their programs draw them (Figure 12)."
    return [kept_picture(result["picture"], folder / "similarity.png", caption)]


STUDY = Study(
    name="similarity",
    title="Similarity between drawings (Section 4.2, Figure 12)",
    command="derender experiment similarity DIR --grid 16",
    measure=_measure,
    tables=tables,
    draw=_draw,
    claims=(
        Claim(
            "Section 4.2, Figure 12",
            "Likeness of programs and likeness of images are different things",
            "eight pairs shown",
            _agreement,
            "In kind: the same features of programs, another distance between images; the pairs are in the report.",
        ),
    ),
    models=("reader", "closeup", "likelihood", "program_prior", "ink"),
)
