"""Corrections (Section 4.1, Figure 11): what programs change in what the reader reads, and whether that is right.

On simulated drawings with ambiguous strokes, on which the prior's kind of slips is measured; on a folder of real drawings with their
truth (`specs.json`), where nothing may get worse; and as a picture: drawing, the reader's favourite, the interpretation.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from derender.cli_files import write
from derender.errors import OptionError
from derender.evaluation import drawings_in, normalised
from derender.interpretation.ambiguous import CELLS, Sort, ambiguous_drawing
from derender.interpretation.frames import kept_on, settled_from
from derender.interpretation.learning import Competition, LearningSettings, as_candidates, chosen, competition, folds, learn
from derender.interpretation.prior import BY_COST
from derender.interpretation.ranking import interpret
from derender.interpretation.reader_evidence import ReaderEvidence
from derender.photo.ink import ink_of
from derender.photo.load import load_picture, to_grey
from derender.pipeline import Pipeline
from derender.rendering.preview import preview_png
from derender.report import console, progress
from derender.settings import InferSettings
from derender.spec import Spec

FIRST_TEST_SEED = 1_000_000
"""Far from the seeds that the prior is learned from."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One drawing: its sort, what was meant, what the reader reads, what it is taken for; all in one frame."""

    name: str
    sort: str
    picture: NDArray[np.float32]
    own_is_right: bool
    joint_is_right: bool
    own: Spec
    joint: Spec


def main(
    drawings: Annotated[Path | None, typer.Argument(help="A folder with pictures and their specs.json.")] = None,
    grid: Annotated[int | None, typer.Option(help="The folder's pictures are aligned to an N×N lattice.")] = None,
    simulated: Annotated[int, typer.Option(help="How many simulated drawings to measure on, half of them ambiguous.")] = 100,
    cross_validate: Annotated[bool, typer.Option(help="Also learn weights on parts of the folder, to measure on the rest.")] = False,
    picture: Annotated[Path | None, typer.Option(help="Draw the corrections side by side: a .png.")] = None,
) -> None:
    """Programs correct what the network reads (Figure 11): shares of drawings that are read right without and with them."""
    if picture is not None and picture.suffix.lower() != ".png":
        raise OptionError(f"the picture is a .png, not {picture.suffix or 'a file without an ending'}")
    pipeline = Pipeline.load("cpu")
    outcomes: list[Outcome] = []
    with progress() as bar:
        if simulated:
            seeds = range(FIRST_TEST_SEED, FIRST_TEST_SEED + simulated)
            outcomes += bar.track(simulated_outcomes(pipeline, seeds), total=simulated, description="simulated drawings")
        if drawings is not None:
            listed = len(drawings_in(drawings))
            outcomes += bar.track(folder_outcomes(pipeline, drawings, grid), total=listed, description="drawings")
    _show(outcomes)
    if drawings is not None and cross_validate:
        right, own, count = cross_validated(pipeline, drawings, grid)
        console.print(f"weights of Eq. 8 learned on the folder, ten-fold: {right} of {count} right, the reader alone {own}")
    if picture is not None:
        write(picture, corrections_png([o for o in outcomes if o.own != o.joint][:12]))


def simulated_outcomes(pipeline: Pipeline, seeds: range) -> Iterator[Outcome]:
    """Simulated drawings read and interpreted."""
    for seed in seeds:
        drawing = ambiguous_drawing(seed)
        settings = InferSettings(grid=CELLS)
        own, joint = _both(pipeline, drawing.ink, settings)
        yield Outcome(f"seed {seed}", drawing.sort, drawing.ink, own == drawing.truth, joint == drawing.truth, own, joint)


def folder_outcomes(pipeline: Pipeline, folder: Path, grid: int | None) -> Iterator[Outcome]:
    """A folder's drawings read and interpreted; without a grid, right up to shift and scale."""
    for drawing in drawings_in(folder):
        ink = ink_of(to_grey(load_picture(drawing.path)))
        own, joint = _both(pipeline, ink, InferSettings(grid=grid))
        right = [o == drawing.truth if grid is not None else normalised(o) == normalised(drawing.truth) for o in (own, joint)]
        yield Outcome(drawing.name, "real", ink, right[0], right[1], own, joint)


def _both(pipeline: Pipeline, ink: NDArray[np.float32], settings: InferSettings) -> tuple[Spec, Spec]:
    """What the reader alone says, and the best interpretation."""
    lattice, drawing = pipeline.open(ink, settings)
    readings = drawing.readings(10) if drawing is not None else ()
    if lattice is None or drawing is None or not readings:
        return Spec(), Spec()
    framing = settled_from(lattice) if settings.grid is None else kept_on(lattice)
    *_, last = interpret(
        as_candidates(readings), ReaderEvidence(drawing), framing, pipeline.prior, top=settings.top, timeout=settings.synthesis_timeout
    )
    return framing(readings[0].spec).told, last[0].spec if last else Spec()


def cross_validated(pipeline: Pipeline, folder: Path, grid: int | None, parts: int = 10) -> tuple[int, int, int]:
    """Drawings right with weights that were learned on the others, with the reader alone, and all; nothing of it is kept."""
    gathered: list[Competition] = []
    for drawing in drawings_in(folder):
        ink = ink_of(to_grey(load_picture(drawing.path)))
        lattice, opened = pipeline.open(ink, InferSettings(grid=grid or CELLS))
        if lattice is not None and opened is not None:
            gathered.append(competition(opened.readings(10), ReaderEvidence(opened), kept_on(lattice), drawing.truth, LearningSettings()))
    right = 0
    for rest, held_out in folds(gathered, parts):
        prior = learn(rest) if rest else BY_COST
        right += sum(chosen(c, prior) == c.truth for c in held_out)
    return right, sum(c.own == c.truth for c in gathered), len(gathered)


def _show(outcomes: Sequence[Outcome]) -> None:
    for sort in [*(s.value for s in Sort), "real"]:
        of_sort = [o for o in outcomes if o.sort == sort]
        if of_sort:
            counts = Counter((o.own_is_right, o.joint_is_right) for o in of_sort)
            own, joint = sum(o.own_is_right for o in of_sort), sum(o.joint_is_right for o in of_sort)
            console.print(
                f"{sort}: {len(of_sort)} drawings · the reader alone {own} right · with programs {joint} right · "
                f"{counts[False, True]} mended, {counts[True, False]} spoilt"
            )


def corrections_png(outcomes: Sequence[Outcome], side: int = 170) -> bytes:
    """A row for each drawing: the picture, the reader's favourite, the interpretation."""
    gap, head = 10, 20
    sheet = Image.new("RGB", (3 * (side + gap) + gap, max(1, len(outcomes)) * (side + gap) + head + gap), "white")
    pen = ImageDraw.Draw(sheet)
    for column, title in enumerate(("drawing", "the network's favourite", "with programs")):
        pen.text((gap + column * (side + gap), 5), title, fill="black", font=ImageFont.load_default())
    for row, outcome in enumerate(outcomes):
        drawn = Image.fromarray((255 * (1 - np.clip(outcome.picture, 0, 1))).astype(np.uint8))
        rendered = [Image.open(io.BytesIO(preview_png(spec))).convert("RGB") for spec in (outcome.own, outcome.joint)]
        for column, image in enumerate((drawn.convert("RGB"), *rendered)):
            sheet.paste(ImageOps.pad(image, (side, side), color="white"), (gap + column * (side + gap), head + row * (side + gap)))
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()
