"""Corrections (Section 4.1, Figure 11): what programs change in what the reader reads, and whether that is right.

On simulated drawings with ambiguous strokes, on which the prior's kind of slips is measured; on a folder of real drawings with their
truth (`specs.json`), where nothing may get worse; and as a picture: drawing, the reader's favourite, the interpretation. Beside that the
time of interpretation until its first answer, programs of all candidates and neighbours included, in processor time, since a busy machine
would else be measured with it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from derender.cli_files import require_png
from derender.cli_options import Cluster
from derender.evaluation import Drawing, drawings_in, normalised
from derender.experiments.corrections_picture import Outcome, Taken, corrections_png
from derender.experiments.study import Claim, Json, Picture, Setting, Study, Table, kept_picture, picture_text, shared_pipeline
from derender.interpretation.ambiguous import CELLS, Sort, ambiguous_drawing
from derender.interpretation.frames import kept_on, settled_from
from derender.interpretation.learning import Competition, LearningSettings, chosen, competition, folds, learn
from derender.interpretation.prior import BY_COST
from derender.interpretation.ranking import interpret
from derender.interpretation.reader_evidence import ReaderEvidence, as_candidates
from derender.photo.ink import ink_of
from derender.photo.load import load_picture, to_grey
from derender.pipeline import Pipeline
from derender.report import console
from derender.settings import InferSettings
from derender.spec import Spec
from derender.training.prior import FIRST_TEST_SEED

SIMULATED = 100
TIMEOUT = 5.0
"""Seconds for the best reading's program."""

_PARTS = 10
"""Of a folder, each held out once while weights are learned on the others."""

REAL = "real"
"""The sort of a folder's drawings."""


def main(
    drawings: Annotated[Path | None, typer.Argument(help="A folder with pictures and their specs.json.")] = None,
    grid: Annotated[int | None, typer.Option(help="The folder's pictures are aligned to an N×N lattice.")] = None,
    simulated: Annotated[int, typer.Option(help="How many simulated drawings to measure on, half of them ambiguous.")] = SIMULATED,
    timeout: Annotated[float, typer.Option(help="Seconds for the best reading's program after the first answer.")] = TIMEOUT,
    cross_validate: Annotated[bool, typer.Option(help="Also learn weights on parts of the folder, to measure on the rest.")] = False,
    picture: Annotated[Path | None, typer.Option(help="Draw the corrections side by side: a .png.")] = None,
    cluster: Cluster = None,
) -> None:
    """Programs correct what the network reads (Figure 11): shares of drawings that are read right without and with them."""
    require_png(picture, "the picture")
    setting = Setting(drawings, grid, cluster=cluster)
    result = measured(setting, simulated, drawings_in(drawings) if drawings is not None else (), timeout)
    for line in sentences(result):
        console.print(line)
    if drawings is not None and cross_validate:
        right, own, count = cross_validated(shared_pipeline(), drawings, grid)
        console.print(f"weights of Eq. 8 learned on the folder, ten-fold: {right} of {count} right, the reader alone {own}")
    if picture is not None:
        kept_picture(result["picture"], picture, "")


def measured(setting: Setting, simulated: int, listed: Sequence[Drawing], timeout: float) -> Json:
    """For each sort of drawings what is right without and with programs, the first answer's seconds, and a picture of corrections."""
    first = FIRST_TEST_SEED + setting.seed
    of_scenes = partial(simulated_outcome, timeout=timeout)
    of_drawings = partial(drawing_outcome, settings=InferSettings(grid=setting.grid, synthesis_timeout=timeout))
    outcomes = [
        *setting.each(of_scenes, range(first, first + simulated), "simulated drawings"),
        *setting.each(of_drawings, listed, "drawings"),
    ]
    sorts = [(sort, [o for o in outcomes if o.sort == sort]) for sort in (*(s.value for s in Sort), REAL)]
    return {
        "rows": [_counted(sort, of_sort) for sort, of_sort in sorts if of_sort],
        "seconds": [round(o.taken.seconds, 4) for o in outcomes],
        "picture": picture_text(corrections_png([o for o in outcomes if o.taken.own != o.taken.joint][:12])),
    }


def _counted(sort: str, outcomes: Sequence[Outcome]) -> Json:
    return {
        "sort": sort,
        "drawings": len(outcomes),
        "own": sum(o.own_is_right for o in outcomes),
        "joint": sum(o.joint_is_right for o in outcomes),
        "first": sum(o.first_is_right for o in outcomes),
        "mended": sum(o.joint_is_right and not o.own_is_right for o in outcomes),
        "spoilt": sum(o.own_is_right and not o.joint_is_right for o in outcomes),
    }


def simulated_outcome(seed: int, timeout: float) -> Outcome:
    """A simulated drawing read and interpreted."""
    drawing = ambiguous_drawing(seed)
    taken = _taken(shared_pipeline(), drawing.ink, InferSettings(grid=CELLS, synthesis_timeout=timeout))
    return Outcome(drawing.sort, drawing.ink, taken, *(spec == drawing.truth for spec in (taken.own, taken.first, taken.joint)))


def drawing_outcome(drawing: Drawing, settings: InferSettings) -> Outcome:
    """A drawing of a folder read and interpreted; without a grid, right up to shift and scale."""
    told = (lambda spec: spec) if settings.grid is not None else normalised
    ink = ink_of(to_grey(load_picture(drawing.path)))
    taken = _taken(shared_pipeline(), ink, settings)
    return Outcome(REAL, ink, taken, *(told(spec) == told(drawing.truth) for spec in (taken.own, taken.first, taken.joint)))


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


def cross_validated(pipeline: Pipeline, folder: Path, grid: int | None) -> tuple[int, int, int]:
    """Drawings right with weights that were learned on the others, with the reader alone, and all; nothing of it is kept."""
    gathered: list[Competition] = []
    for drawing in drawings_in(folder):
        ink = ink_of(to_grey(load_picture(drawing.path)))
        lattice, opened = pipeline.open(ink, InferSettings(grid=grid or CELLS))
        if lattice is not None and opened is not None:
            gathered.append(competition(opened.readings(10), ReaderEvidence(opened), kept_on(lattice), drawing.truth, LearningSettings()))
    right = 0
    for rest, held_out in folds(gathered, _PARTS):
        prior = learn(rest) if rest else BY_COST
        right += sum(c.truth is not None and chosen(c, prior) == c.truth for c in held_out)
    return right, sum(c.own == c.truth for c in gathered), len(gathered)


def sentences(result: Json) -> list[str]:
    """What was measured, as text."""
    lines = [
        f"{row['sort']}: {row['drawings']} drawings · the reader alone {row['own']} right · with programs {row['joint']} right "
        f"(first answer {row['first']}) · {row['mended']} mended, {row['spoilt']} spoilt"
        for row in result["rows"]
    ]
    seconds = result["seconds"]
    if seconds:
        lines.append(f"first answer after {statistics.median(seconds):.3f} s in the median, {max(seconds):.3f} s at most (processor time)")
    return lines


def tables(result: Json) -> list[Table]:
    """A row for each sort of drawings."""
    head = ("drawings", "count", "right by the reader alone", "right with programs", "right in the first answer", "mended", "spoilt")
    fields = ("sort", "drawings", "own", "joint", "first", "mended", "spoilt")
    return [Table(head, tuple(tuple(str(row[field]) for field in fields) for row in result["rows"]))]


def _draw(result: Json, folder: Path) -> Sequence[Picture]:
    caption = "Where programs overrule the reader: the drawing, the network's favourite, the interpretation (Figure 11)."
    return [kept_picture(result["picture"], folder / "corrections.png", caption)]


def _measure(setting: Setting) -> Json:
    listed = setting.listed() if setting.drawings is not None else ()
    return measured(setting, setting.count(SIMULATED, 6), listed, min(TIMEOUT, max(0.5, TIMEOUT * setting.scale)))


def _right(result: Json, of_real: bool) -> str:
    rows = [row for row in result["rows"] if (row["sort"] == REAL) == of_real]
    own, joint, count = (sum(row[field] for row in rows) for field in ("own", "joint", "drawings"))
    return f"{own} → {joint} of {count}" if count else "no drawings given"


STUDY = Study(
    name="corrections",
    title="Programs correct the network (Section 4.1, Figure 11)",
    command="derender experiment corrections DIR --grid 16",
    measure=_measure,
    tables=tables,
    draw=_draw,
    claims=(
        Claim(
            "Section 4.1",
            "A prior over programs improves what is read of hand drawings",
            "63 → 67 of 100",
            lambda result: _right(result, of_real=True),
            "The folder's drawings (for the paper's: those of them that the folder holds); the prior is learned from simulated drawings, "
            "the paper's from drawings.",
        ),
        Claim(
            "Section 4.1, Figure 11",
            "It mends ambiguous strokes and now and then spoils some",
            "two examples",
            lambda result: _right(result, of_real=False) + " simulated drawings, half of them ambiguous",
            "Only in kind: simulated slips of the pen.",
        ),
    ),
    models=("reader", "closeup", "likelihood", "program_prior"),
)
