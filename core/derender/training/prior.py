"""The prior over programs learned from the command line: simulated drawings, some of them ambiguous, and the weights of Eq. 8."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import cache
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

import torch

from derender.checkpoints import models_folder, save_weights
from derender.errors import OptionError
from derender.interpretation.ambiguous import CELLS, Sort, ambiguous_drawing
from derender.interpretation.features import NAMES
from derender.interpretation.frames import kept_on
from derender.interpretation.learning import Competition, LearningSettings, chosen, competition, learn
from derender.interpretation.prior import MODEL, ProgramPrior
from derender.interpretation.reader_evidence import ReaderEvidence
from derender.perception.lattice import registered_lattice
from derender.perception.network import CELL
from derender.perception.reader import Reader, canvas_of
from derender.report import errors, progress
from derender.training.loop import current_commit

DRAWINGS = 200
"""Simulated drawings, seeds from 0 on; every other one is ambiguous."""
HELD_OUT = 200
"""Ambiguous drawings that nothing is learned from; no more than are learned from."""
FIRST_TEST_SEED = 1_000_000
"""Far from the seeds that the prior is learned from."""


def run_prior(drawings: int | None, models: Path | None) -> str:
    """Learn β from so many simulated drawings, write it as the model 'program_prior'; the sentences that tell so.

    The last one is how many ambiguous drawings, on which nothing was learned, are right before and after. All cores take part.
    """
    count = DRAWINGS if drawings is None else drawings
    if count < 20:
        raise OptionError(f"the prior is learned from 20 drawings at least, not {count}")
    gathered = _shown(range(count), None)
    prior = learn(gathered, LearningSettings())
    held_out = _shown(range(FIRST_TEST_SEED, FIRST_TEST_SEED + min(HELD_OUT, count)), Sort.AMBIGUOUS)
    path = save_prior(prior, gathered, held_out, models or models_folder())
    return f"wrote {path}: {count} drawings, {told(gathered, prior)}\n{len(held_out)} held-out ambiguous drawings, {told(held_out, prior)}"


def told(gathered: list[Competition], prior: ProgramPrior) -> str:
    """How many drawings are right before and after, in words."""
    right = sum(c.truth is not None and chosen(c, prior) == c.truth for c in gathered)
    own = sum(c.own == c.truth for c in gathered)
    return f"{own} of them read right by the reader alone, {right} with the prior"


def _shown(seeds: range, sort: Sort | None) -> list[Competition]:
    """The candidates of simulated drawings, with a display of how far it is."""
    found: list[Competition] = []
    with progress() as bar:
        task = bar.add_task("reading simulated drawings", total=len(seeds))
        for number, one in enumerate(competitions(seeds, sort), 1):
            found.append(one)
            bar.update(task, completed=number)
            if not errors.is_terminal and number % 20 == 0:
                sys.stderr.write(f"drawing {number}/{len(seeds)}\n")
    return found


def competitions(seeds: range, sort: Sort | None) -> Iterator[Competition]:
    """The candidates of simulated drawings of one sort, or of all, in their order; a process on each core reads."""
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), initializer=torch.set_num_threads, initargs=(1,)) as pool:
        yield from pool.map(_competition, seeds, repeat(sort))


@cache
def _reader() -> Reader:
    """A process's own."""
    return Reader.load("cpu")


def _competition(seed: int, sort: Sort | None) -> Competition:
    side = CELLS * CELL
    drawing = ambiguous_drawing(seed, sort)
    opened = _reader().open(canvas_of(drawing.ink))
    framing = kept_on(registered_lattice(side, side, CELLS))
    return competition(opened.readings(10), ReaderEvidence(opened), framing, drawing.truth, LearningSettings())


def save_prior(prior: ProgramPrior, gathered: list[Competition], held_out: list[Competition], folder: Path) -> Path:
    """The weights and their manifest entry."""
    about = {
        "command": f"derender train prior --steps {len(gathered)}",
        "commit": current_commit(Path(__file__).resolve().parents[3]),
        "date": datetime.now(UTC).date().isoformat(),
        "drawings": len(gathered),
        "with_truth": sum(c.truth is not None for c in gathered),
        "score": f"{len(held_out)} held-out ambiguous drawings, {told(held_out, prior)}",
        "features": list(NAMES),
        "weights": [round(weight, 3) for weight in prior.weights],
    }
    return save_weights(MODEL, {"weights": torch.tensor(prior.weights, dtype=torch.float64)}, about, folder)
