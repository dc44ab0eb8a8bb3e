"""The judge of ways among others (`tracing/way_context.py`) fitted to simulated photographs, whose links are known."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from derender.checkpoints import models_folder
from derender.errors import OptionError
from derender.judge import Array, Judge
from derender.tracing.connector_judge import MODEL
from derender.tracing.figure import at_scale, first_shapes, shapes_in
from derender.tracing.judges import ShapeJudges
from derender.tracing.paths import between, ways
from derender.tracing.strokes import traces_of
from derender.tracing.way_context import way_context
from derender.tracing.way_network import WayJudge
from derender.training import kept_photographs
from derender.training.judging import fitted_judge, save_judges
from derender.training.traced_photographs import Photographed, as_seen_on_real_ones

PHOTOGRAPHS = 600
"""Simulated ones, none of which the network that looks at ways was trained on."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The ways (N) of one photograph: what is measured of each among the others, and whether it is a link."""

    context: Array
    is_link: NDArray[np.bool_]


def rows_of(photo: Photographed, shapes: ShapeJudges, look: WayJudge) -> Rows:
    """The ways between the shapes that are found in a photograph."""
    guessed, found = first_shapes(traces_of(photo.maps), shapes)
    traces = at_scale(guessed, [region.sides for region, _ in found])
    kept = found if traces is guessed else shapes_in(traces, shapes)
    strokes = between(traces, [region.outline for region, _ in kept])
    proposed = ways(strokes, traces.height)
    context = way_context(proposed, look(proposed, strokes, traces), strokes, traces)
    return Rows(context, np.array([photo.direction(way.points) != 0 for way in proposed], dtype=bool))


def fitted(rows: list[Rows]) -> Judge:
    """By maximum likelihood."""
    return fitted_judge(np.concatenate([r.context for r in rows]), np.concatenate([r.is_link for r in rows]).astype(np.float64))


def run_connectors(photographs: int | None, models: Path | None) -> str:
    """Fit the judge to so many simulated photographs, write it as the model 'connectors'; the sentence that tells so."""
    count = PHOTOGRAPHS if photographs is None else photographs
    if count < 20:
        raise OptionError(f"the judge of connectors is learned from 20 photographs at least, not {count}")
    rows = list(_shown(count))
    path = save_judges(MODEL, fitted(rows).arrays(MODEL), count, models or models_folder())
    return f"wrote {path}: {count} photographs with {sum(len(r.is_link) for r in rows)} ways"


def _shown(count: int) -> Iterator[Rows]:
    """The rows of the photographs; how far it is is told on standard error."""
    torch.set_num_threads(1)
    shapes, look = ShapeJudges.load(), WayJudge.load(torch.device("cpu"))
    for number in range(count):
        photo = kept_photographs.kept_photograph(kept_photographs.COUNT + number)
        rng = np.random.default_rng([number, 31])
        yield rows_of(replace(photo, maps=as_seen_on_real_ones(photo.maps, rng)), shapes, look)
        if number % 50 == 49:
            sys.stderr.write(f"photograph {number + 1}/{count}\n")
