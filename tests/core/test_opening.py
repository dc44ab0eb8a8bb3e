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
from derender.spec import Circle, Line, Rectangle, Spec


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


SHAPES = Spec([Circle(4, 6, 2, 2), Rectangle(12, 4, 16, 8), Line(4, 8, 4, 14)])
BENT = Line(6, 6, 12, 6, arrow=True, bend=45)


@pytest.mark.parametrize(("spec", "bent", "looks"), [(SHAPES, 0, 0), (SHAPES | Spec([BENT]), 1, 1)])
def test_on_a_grid_bent_arrows_are_looked_for_where_strokes_are_left_over(
    spec: Spec, bent: int, looks: int, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drawing that the reader explains costs no second look."""
    settings, reader = InferSettings(grid=18), pipeline.reader
    found = opening.opened_on_grid(simulate(spec, 18, 18, 3, damaged=False), settings, reader)
    (best,) = found.drawing.readings(1)
    looked: list[ReaderSettings] = []
    read = reader.read

    def read_(canvas: np.ndarray, settings: ReaderSettings, most: int) -> object:
        looked.append(settings)
        return read(canvas, settings, most)

    monkeypatch.setattr(reader, "read", read_)
    beside = opening.beside_bent_arrows_on_grid(found, best, settings, reader, reader, None)
    assert len(looked) == looks
    assert [(line.x1, line.x2, line.bend > 0) for line in beside.bent] == [(6, 12, True)] * bent
    assert (beside.canvas < found.canvas).any() == bool(bent)


@pytest.mark.parametrize("times", [1, 2])
def test_ink_is_looked_at_more_closely_where_the_picture_has_more_pixels(times: int, pipeline: Pipeline) -> None:
    ink = np.kron(simulate(SHAPES, 18, 18, 3, damaged=False), np.ones((times, times), np.float32))
    found = opening.opened_on_grid(ink, InferSettings(grid=18), pipeline.reader)
    if times == 1:
        assert found.closely is None
        return
    assert found.closely is not None
    assert found.closely.shape == (2 * found.canvas.shape[0], 2 * found.canvas.shape[1])
    halved = found.closely.reshape(found.canvas.shape[0], 2, -1, 2).mean((1, 3))
    assert np.abs(halved - found.canvas).mean() < 0.01
