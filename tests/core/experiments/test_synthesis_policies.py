"""The comparison of policies: every method is there, times are in order, the plot is drawn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derender import cli
from derender.experiments.synthesis_policies import compared, solved_by
from derender.language.execute import execute
from derender.language.text import parse_program
from derender.policy.times import measure
from derender.spec_json import spec_to_json
from derender.synthesis.policy import UNIFORM

SPECS = [
    execute(parse_program(text))
    for text in (
        "for (i < 3)\n    circle(3*i, 0)\n",
        "reflect(x = 9)\n    circle(1, 1)\n    rectangle(1, 3, 2, 4)\n",
        "line(0, 0, 3, 0)\n",
        "for (i < 3)\n    for (j < 3)\n        circle(3*i, 3*j)\n",
    )
]


def test_every_method_solves_small_specs() -> None:
    times = [measure(spec, 30.0) for spec in SPECS]
    for methods in compared(times, folds=2, limit=30.0):
        assert len(methods) >= 7
        assert all(solved.least is not None for name, solved in methods.items() if name != "Sketch")
        assert methods["learned policy, run"].proof is not None
        oracle, whole = methods["oracle"].least, methods["whole problem at once"].least
        assert oracle is not None
        assert whole is not None
        assert oracle <= whole


def test_a_search_out_of_time_is_told() -> None:
    (times,) = [measure(SPECS[3], 30.0)]
    solved = solved_by(UNIFORM, times, limit=0.0)
    assert (solved.least, solved.proof) == (None, None)


def test_the_command_prints_a_table_and_draws_the_plot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib")
    (tmp_path / "specs.json").write_text(json.dumps([{"spec": spec_to_json(spec)} for spec in SPECS]))
    plot = tmp_path / "plot.svg"
    arguments = ["--drawings", str(tmp_path), "--folds", "2", "--limit", "30", "--plot", str(plot)]
    assert cli.run(["experiment", "synthesis-policies", *arguments]) == 0
    shown = capsys.readouterr().out
    assert "learned policy" in shown
    assert "oracle" in shown
    assert plot.stat().st_size > 0


def test_bad_options_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--drawings", str(tmp_path)], ["--specs", "4", "--folds", "9"]):
        assert cli.run(["experiment", "synthesis-policies", *arguments]) == 2
        assert capsys.readouterr().err.count("\n") == 1
