"""Corrections (Section 4.1, Figure 11): what programs change in what the reader reads, and whether that is right.

On simulated drawings with ambiguous strokes, on which the prior's kind of slips is measured; on a folder of real drawings with their
truth (`specs.json`), where nothing may get worse; and as a picture: drawing, the reader's favourite, the interpretation. Beside that the
time of interpretation until its first answer, programs of all candidates and neighbours included, in processor time, since a busy machine
would else be measured with it.
"""

from __future__ import annotations

import io
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from derender.cli_files import require_png, write
from derender.evaluation import drawings_in, normalised
from derender.interpretation.ambiguous import CELLS, Sort, ambiguous_drawing
from derender.interpretation.frames import kept_on, settled_from
from derender.interpretation.learning import Competition, LearningSettings, chosen, competition, folds, learn
from derender.interpretation.prior import BY_COST
from derender.interpretation.ranking import interpret
from derender.interpretation.reader_evidence import ReaderEvidence, as_candidates
from derender.photo.ink import ink_of
from derender.photo.load import load_picture, to_grey
from derender.pipeline import Pipeline
from derender.rendering.preview import preview_png
from derender.report import console, progress
from derender.settings import InferSettings
from derender.spec import Spec
from derender.training.prior import FIRST_TEST_SEED


@dataclass(frozen=True, slots=True)
class Taken:
    """What the reader alone says, and what is best of the first and of the last answer; seconds of the former."""

    own: Spec
    first: Spec
    joint: Spec
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """One drawing: its sort, what it was taken for, and whether the reader, the first and the last answer are right."""

    sort: str
    picture: NDArray[np.float32]
    taken: Taken
    own_is_right: bool
    first_is_right: bool
    joint_is_right: bool


def main(
    drawings: Annotated[Path | None, typer.Argument(help="A folder with pictures and their specs.json.")] = None,
    grid: Annotated[int | None, typer.Option(help="The folder's pictures are aligned to an N×N lattice.")] = None,
    simulated: Annotated[int, typer.Option(help="How many simulated drawings to measure on, half of them ambiguous.")] = 100,
    timeout: Annotated[float, typer.Option(help="Seconds for the best reading's program after the first answer.")] = 5.0,
    cross_validate: Annotated[bool, typer.Option(help="Also learn weights on parts of the folder, to measure on the rest.")] = False,
    picture: Annotated[Path | None, typer.Option(help="Draw the corrections side by side: a .png.")] = None,
) -> None:
    """Programs correct what the network reads (Figure 11): shares of drawings that are read right without and with them."""
    require_png(picture, "the picture")
    pipeline = Pipeline.load("cpu")
    outcomes: list[Outcome] = []
    with progress() as bar:
        if simulated:
            seeds = range(FIRST_TEST_SEED, FIRST_TEST_SEED + simulated)
            outcomes += bar.track(simulated_outcomes(pipeline, seeds, timeout), total=simulated, description="simulated drawings")
        if drawings is not None:
            settings = InferSettings(grid=grid, synthesis_timeout=timeout)
            listed = len(drawings_in(drawings))
            outcomes += bar.track(folder_outcomes(pipeline, drawings, settings), total=listed, description="drawings")
    _show(outcomes)
    if drawings is not None and cross_validate:
        right, own, count = cross_validated(pipeline, drawings, grid)
        console.print(f"weights of Eq. 8 learned on the folder, ten-fold: {right} of {count} right, the reader alone {own}")
    if picture is not None:
        write(picture, corrections_png([o for o in outcomes if o.taken.own != o.taken.joint][:12]))


def simulated_outcomes(pipeline: Pipeline, seeds: range, timeout: float) -> Iterator[Outcome]:
    """Simulated drawings read and interpreted."""
    for seed in seeds:
        drawing = ambiguous_drawing(seed)
        taken = _taken(pipeline, drawing.ink, InferSettings(grid=CELLS, synthesis_timeout=timeout))
        yield Outcome(drawing.sort, drawing.ink, taken, *(spec == drawing.truth for spec in (taken.own, taken.first, taken.joint)))


def folder_outcomes(pipeline: Pipeline, folder: Path, settings: InferSettings) -> Iterator[Outcome]:
    """A folder's drawings read and interpreted; without a grid, right up to shift and scale."""
    told = (lambda spec: spec) if settings.grid is not None else normalised
    for drawing in drawings_in(folder):
        ink = ink_of(to_grey(load_picture(drawing.path)))
        taken = _taken(pipeline, ink, settings)
        yield Outcome("real", ink, taken, *(told(spec) == told(drawing.truth) for spec in (taken.own, taken.first, taken.joint)))


def _taken(pipeline: Pipeline, ink: NDArray[np.float32], settings: InferSettings) -> Taken:
    lattice, drawing = pipeline.open(ink, settings)
    readings = drawing.readings(10) if drawing is not None else ()
    if lattice is None or drawing is None or not readings:
        return Taken(Spec(), Spec(), Spec(), 0.0)
    framing = settled_from(lattice) if settings.grid is None else kept_on(lattice)
    started = time.process_time()
    answers = interpret(
        as_candidates(readings),
        ReaderEvidence(drawing),
        framing,
        pipeline.prior,
        top=settings.top,
        timeout=settings.synthesis_timeout,
        clock=time.process_time,
    )
    first = next(answers)
    seconds = time.process_time() - started
    *_, last = (first, *answers)
    best_first, best = (answer.interpretations[0].spec if answer.interpretations else Spec() for answer in (first, last))
    return Taken(framing(readings[0].spec).told, best_first, best, seconds)


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
        right += sum(c.truth is not None and chosen(c, prior) == c.truth for c in held_out)
    return right, sum(c.own == c.truth for c in gathered), len(gathered)


def _show(outcomes: Sequence[Outcome]) -> None:
    for sort in [*(s.value for s in Sort), "real"]:
        of_sort = [o for o in outcomes if o.sort == sort]
        if of_sort:
            counts = Counter((o.own_is_right, o.joint_is_right) for o in of_sort)
            own = sum(o.own_is_right for o in of_sort)
            first, joint = sum(o.first_is_right for o in of_sort), sum(o.joint_is_right for o in of_sort)
            console.print(
                f"{sort}: {len(of_sort)} drawings · the reader alone {own} right · with programs {joint} right (first answer {first}) · "
                f"{counts[False, True]} mended, {counts[True, False]} spoilt"
            )
    seconds = [o.taken.seconds for o in outcomes]
    if seconds:
        console.print(f"first answer after {statistics.median(seconds):.3f} s in the median, {max(seconds):.3f} s at most (processor time)")


def corrections_png(outcomes: Sequence[Outcome], side: int = 170) -> bytes:
    """A row for each drawing: the picture, the reader's favourite, the interpretation."""
    gap, head = 10, 20
    sheet = Image.new("RGB", (3 * (side + gap) + gap, max(1, len(outcomes)) * (side + gap) + head + gap), "white")
    pen = ImageDraw.Draw(sheet)
    for column, title in enumerate(("drawing", "the network's favourite", "with programs")):
        pen.text((gap + column * (side + gap), 5), title, fill="black", font=ImageFont.load_default())
    for row, outcome in enumerate(outcomes):
        drawn = Image.fromarray((255 * (1 - np.clip(outcome.picture, 0, 1))).astype(np.uint8))
        rendered = [Image.open(io.BytesIO(preview_png(spec))).convert("RGB") for spec in (outcome.taken.own, outcome.taken.joint)]
        for column, image in enumerate((drawn.convert("RGB"), *rendered)):
            sheet.paste(ImageOps.pad(image, (side, side), color="white"), (gap + column * (side + gap), head + row * (side + gap)))
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()
