"""The judges of marks and of connectors learn from simulated photographs whose letters and links are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from derender.errors import OptionError
from derender.labels import Recognizer
from derender.labels.mark_judge import LOOKED_AT, MarkJudge, measured
from derender.labels.mark_views import CHANNELS, VIEWS
from derender.labels.signs import OTHER
from derender.photo.separation import Separator
from derender.samples import SIDE
from derender.tracing.judges import ShapeJudges
from derender.tracing.way_context import CONTEXT
from derender.tracing.way_network import WayJudge
from derender.training import connectors, marks
from derender.training.traced_photographs import photographed

MEASURED = measured((), np.zeros((9, 9), np.float32), np.zeros((9, 9), np.float32)).shape[1]


def some_marks(rng: np.random.Generator, count: int = 60) -> marks.Rows:
    """Letters, of which a judge sees that the ink network thinks so and that they look like a sign, and others."""
    is_letter = rng.random(count) < 0.5
    rows = rng.normal(size=(count, MEASURED))
    rows[:, 2] += 3 * is_letter
    told = np.full((count, OTHER + 1), 1e-3, np.float32)
    told[np.arange(count), np.where(is_letter, rng.integers(0, OTHER, count), OTHER)] = 0.9
    return marks.Rows(rows, told, some_views(rng, is_letter), rng.uniform(10, 60, count), is_letter, np.ones(count, dtype=bool))


def some_views(rng: np.random.Generator, is_letter: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Noise, in which what is no letter has a stroke around it."""
    views = rng.integers(0, 60, (len(is_letter), len(VIEWS), len(CHANNELS), SIDE, SIDE), dtype=np.uint8)
    views[~is_letter, 1, 0, 8:12] = 255
    return views


def test_a_judge_of_marks_learns_what_letters_are() -> None:
    rng = np.random.default_rng(3)
    judge = marks.fitted([some_marks(rng) for _ in range(8)])
    others = some_marks(rng, 200)
    right = (judge.looked(others.looked(judge.first)) > 0) == others.is_letter
    assert right.mean() > 0.95
    assert ((judge.first(others.measurements) > 0) == others.is_letter).mean() > 0.8
    # Normalisation is folded into what is read again.
    again, rows = MarkJudge.of(judge.tensors()), others.looked(judge.first)
    assert (again.looked(rows) == judge.looked(rows)).all()
    assert np.allclose(again.network.log_odds(others.views, rows), judge.network.log_odds(others.views, rows), atol=1e-3)


def test_too_few_marks_in_doubt_are_told_in_a_sentence() -> None:
    with pytest.raises(OptionError, match="too few to learn from"):
        marks.fitted([some_marks(np.random.default_rng(3), 30)])


def test_marks_of_both_kinds_count_for_nothing() -> None:
    rng = np.random.default_rng(4)
    rows = [some_marks(rng) for _ in range(10)]
    spoilt = [
        marks.Rows(
            np.concatenate([r.measurements, r.measurements]),
            np.concatenate([r.told, r.told]),
            np.concatenate([r.views, r.views]),
            np.concatenate([r.heights, r.heights]),
            np.concatenate([r.is_letter, ~r.is_letter]),
            np.concatenate([r.known, np.zeros_like(r.known)]),
        )
        for r in rows
    ]
    assert np.allclose(marks.fitted(rows).first.weights, marks.fitted(spoilt).first.weights)


def test_a_network_of_marks_learns_from_what_it_sees() -> None:
    rng = np.random.default_rng(6)
    is_letter = rng.random(600) < 0.5
    measured_in_vain = rng.normal(size=(600, LOOKED_AT))
    views = some_views(rng, is_letter)
    network = marks.fitted_network(views[:400], measured_in_vain[:400], is_letter[:400].astype(np.float64))
    odds = network.log_odds(views[400:], measured_in_vain[400:])
    assert ((odds > 0) == is_letter[400:]).mean() > 0.95
    assert network.log_odds(views[:0], measured_in_vain[:0]).shape == (0,)


def test_the_marks_of_a_simulated_photograph_are_known() -> None:
    separator, recognizer = Separator.load(torch.device("cpu")), Recognizer.load()
    found = [rows for rows in (marks.rows_of(seed, separator, recognizer) for seed in range(1, 12)) if rows is not None]
    assert all(len(r.measurements) == len(r.told) == len(r.views) == len(r.heights) == len(r.is_letter) == len(r.known) for r in found)
    is_letter = np.concatenate([r.is_letter[r.known] for r in found])
    seen = np.concatenate([r.measurements[r.known] for r in found])
    assert 0.1 < is_letter.mean() < 0.9
    # What the ink network is sure of is mostly right.
    sure = np.abs(seen[:, 2]) > 0.5
    assert ((seen[sure, 2] > 0) == is_letter[sure]).mean() > 0.85


def test_a_judge_of_connectors_learns_what_links_are() -> None:
    rng = np.random.default_rng(5)

    def some(count: int) -> connectors.Rows:
        is_link = rng.random(count) < 0.4
        rows = rng.normal(size=(count, len(CONTEXT)))
        rows[:, CONTEXT.index("claimed by likelier")] -= 3 * is_link
        return connectors.Rows(rows, is_link)

    judge = connectors.fitted([some(80) for _ in range(6)])
    others = some(300)
    assert ((judge(others.context) > 0) == others.is_link).mean() > 0.85


def test_the_ways_of_a_simulated_photograph_are_known() -> None:
    separator, shapes, look = Separator.load(torch.device("cpu")), ShapeJudges.load(), WayJudge.load(torch.device("cpu"))
    rows = [connectors.rows_of(photographed(np.random.default_rng([seed, 8]), separator), shapes, look) for seed in range(4)]
    assert all(r.context.shape == (len(r.is_link), len(CONTEXT)) for r in rows)
    links = np.concatenate([r.is_link for r in rows])
    odds = np.concatenate([r.context[:, 0] for r in rows])
    assert 0 < links.mean() < 0.9
    assert odds[links].mean() > odds[~links].mean() + 1


@pytest.mark.parametrize("run", [marks.run_marks, connectors.run_connectors])
def test_too_few_photographs_are_refused(run: object, tmp_path: Path) -> None:
    assert callable(run)
    with pytest.raises(OptionError, match="at least"):
        run(3, tmp_path)
