"""Promises of `derender experiment`."""

from __future__ import annotations

import inspect
from importlib import import_module

import pytest

from derender import cli, cli_experiments


def test_without_a_name_the_experiments_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["experiment"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in cli_experiments.EXPERIMENTS)


@pytest.mark.parametrize("name", sorted(cli_experiments.EXPERIMENTS))
def test_each_experiment_is_there_and_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert callable(import_module(cli_experiments.EXPERIMENTS[name].module).main)
    assert inspect.getdoc(import_module(cli_experiments.EXPERIMENTS[name].module).main)
    assert cli.run(["experiment", name, "--help"]) == 0
    assert f"derender experiment {name}" in capsys.readouterr().out


def test_unknown_experiments_and_options_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["nothing"], ["benchmarks", "--nothing"]):
        assert cli.run(["experiment", *arguments]) == 2
        assert capsys.readouterr().err.count("\n") == 1
