"""Figures of any size are simulated and read, and what is right is counted."""

from __future__ import annotations

import numpy as np
import pytest

from derender.experiments.scaling import simulated
from derender.perception.scenes import figure_scene
from derender.pipeline import Pipeline


@pytest.mark.parametrize(("objects", "columns", "rows"), [(1, 16, 16), (25, 24, 24), (60, 20, 40)])
def test_figures_have_as_many_objects_as_asked_for(objects: int, columns: int, rows: int) -> None:
    scene = figure_scene(np.random.default_rng(objects), columns, rows, objects)
    assert len(scene) == objects


def test_too_many_objects_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        figure_scene(np.random.default_rng(0), 1, 1, 80)


def test_counts_of_a_reading_agree(pipeline: Pipeline) -> None:
    (result,) = simulated(pipeline.reader, 10, 16, 16, [3])
    assert result.true == 10
    assert 0 < result.right <= min(result.true, result.read)
    assert result.seconds > 0
