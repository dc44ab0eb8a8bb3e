"""The judge of ways among others (`tracing/way_context.py`) fitted to simulated photographs, whose links are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from derender.judge import Array, Judge
from derender.tracing.connector_judge import MODEL
from derender.tracing.figure import at_scale, first_shapes, shapes_in
from derender.tracing.judges import ShapeJudges
from derender.tracing.paths import between, ways
from derender.tracing.strokes import traces_of
from derender.tracing.way_context import way_context
from derender.tracing.way_network import WayJudge
from derender.training.judging import fitted_judge, run_fitting
from derender.training.kept_photographs import COUNT, kept_photograph
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


def fitted(rows: Sequence[Rows]) -> Judge:
    """By maximum likelihood."""
    return fitted_judge(np.concatenate([r.context for r in rows]), np.concatenate([r.is_link for r in rows]).astype(np.float64))


def run_connectors(photographs: int | None, models: Path | None) -> str:
    """`judging.run_fitting` of the model 'connectors'."""
    shapes, look = ShapeJudges.load(), WayJudge.load(torch.device("cpu"))

    def rows(number: int) -> Rows:
        photo = kept_photograph(COUNT + number)
        rng = np.random.default_rng([number, 31])
        return rows_of(replace(photo, maps=as_seen_on_real_ones(photo.maps, rng)), shapes, look)

    return run_fitting(MODEL, PHOTOGRAPHS if photographs is None else photographs, models, rows, lambda found: fitted(found).arrays(MODEL))
