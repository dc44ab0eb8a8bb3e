"""Ink opened on its lattice: how many candidates are looked at there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from derender import opening
from derender.perception.drawing_model import ReaderSettings
from derender.perception.lattice import Lattice, registered_lattice
from derender.perception.reader import canvas_of
from derender.pipeline import Pipeline
from derender.rendering.pencil import simulate
from derender.settings import InferSettings
from derender.spec import Line, Spec


@pytest.mark.parametrize(("evidence", "many"), [(0.0, False), (40.0, True)])
def test_a_fine_lattice_has_more_candidates_only_where_something_speaks_for_it(
    evidence: float, many: bool, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That a lattice has many cells tells how much is drawn only where the drawing lies on it."""
    ink = canvas_of(simulate(Spec([Line(2, 2, 36, 30), Line(2, 30, 36, 2)]), 38, 32, 0))
    fine = replace(registered_lattice(ink.shape[0], ink.shape[1], 40), evidence=evidence)
    asked: list[ReaderSettings] = []
    opened = pipeline.reader.open

    def open_(canvas: np.ndarray, settings: ReaderSettings) -> object:
        asked.append(settings)
        return opened(canvas, settings)

    def fitted(*_: object) -> tuple[Lattice, ...]:
        return (fine,)

    monkeypatch.setattr(opening, "infer_lattices", fitted)
    monkeypatch.setattr(pipeline.reader, "open", open_)
    found = opening.opened_on_best(ink, InferSettings(), pipeline.reader, pipeline.reader)
    assert found is not None
    assert asked
    for settings in asked:
        limits = settings.proposals
        assert (limits.at_most(limits.most_segments, found.canvas.shape) > limits.most_segments) == many
