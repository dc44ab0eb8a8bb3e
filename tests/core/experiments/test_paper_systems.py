"""Figures 4 and 6 to 8 at a tiny scale, with the shipped weights: every system is measured, and pictures come of the result alone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from derender.errors import OptionError
from derender.experiments import parsing_errors, readings
from derender.experiments.paper_systems import Ranked, within
from derender.experiments.study import Setting
from derender.rendering.raster import render
from derender.spec import Circle, Line, Rectangle, Spec
from derender.spec_json import spec_to_json

TRUTH = Spec([Circle(3, 12), Rectangle(6, 3, 12, 8)])


def test_each_system_parses_clean_scenes_and_the_plot_is_drawn(tmp_path: Path) -> None:
    result = json.loads(json.dumps(parsing_errors.measured(Setting(), (1, 2), 1, 0.0)))
    assert [(row["system"], row["objects"]) for row in result["rows"]] == [(s, n) for s in parsing_errors.SYSTEMS for n in (1, 2)]
    own = [row for row in result["rows"] if row["system"] == parsing_errors.OWN]
    assert all(row["errors"] == 0 and row["exact"] == 1 for row in own)
    (picture,) = parsing_errors.drawn(result, tmp_path)
    assert picture.path.read_text(encoding="utf-8").startswith("<?xml")
    errors, exact, _ = parsing_errors.tables(result)
    assert errors.rows[-1] == (parsing_errors.OWN, "0.0", "0.0")
    assert exact.rows[-1] == (parsing_errors.OWN, "100%", "100%")
    assert all(claim.here(result) for claim in parsing_errors.STUDY.claims)


def test_drawings_are_read_by_the_model_its_lesions_and_the_shipped_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "PARTICLES", 4)
    monkeypatch.setattr(readings, "BLIND_PARTICLES", 4)
    truths = {"right.png": TRUTH, "wrong.png": TRUTH | Spec([Line(1, 1, 15, 1)])}
    for name in truths:
        # The second is not what its list says: a line is missing.
        Image.fromarray(255 - render(TRUTH, width_cells=16, height_cells=16, pixels_per_cell=16)).save(tmp_path / name)
    listed = [{"drawing": name, "spec": spec_to_json(truth)} for name, truth in truths.items()]
    (tmp_path / "specs.json").write_text(json.dumps(listed))
    result = json.loads(json.dumps(readings.measured(Setting(drawings=tmp_path, grid=16))))
    assert result["systems"][readings.FULL] == result["systems"][readings.OWN] == [[1, 1, 1], [pytest.approx(2 / 3)] * 3]
    assert [shown["drawing"] for shown in result["exact"] + result["near"]] == ["right.png", "wrong.png"]
    pictures = readings.drawn(result, tmp_path)
    assert [p.path.name for p in pictures] == ["readings.svg", "readings-exact.png", "readings-near.png"]
    assert np.asarray(Image.open(pictures[1].path)).min() < 128
    (table,) = readings.tables(result)
    assert table.rows[0][:4] == (readings.FULL, "50%", "50%", "50%")
    assert all(claim.here(result) for claim in readings.STUDY.claims)


def test_the_paper_s_grid_is_asked_for(tmp_path: Path) -> None:
    for grid in (None, 32):
        with pytest.raises(OptionError, match="16 × 16"):
            readings.measured(Setting(drawings=tmp_path, grid=grid))


def test_effort_grows_while_there_is_time_and_the_best_is_kept() -> None:
    asked: list[int] = []

    def run(effort: int) -> Ranked:
        asked.append(effort)
        return [(TRUTH, -float(effort))]

    spent = within(1e9, run, 2, 64)
    assert asked == [2, 64]
    assert (spent.effort, spent.ranked[0][1]) == (64, -2.0)
    assert within(0.0, run, 3, 64).effort == 3
