"""Promises of `derender synthesize`: it prints program, cost, proof, time and the search space that won, and imports no network."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from derender import cli
from derender.spec import Circle, Spec
from derender.spec_json import spec_to_json
from derender.synthesis.search_space import FULL

PROGRAM = "for (i < 3)\n    circle(3*i + 1, 5)\n"


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(spec_to_json(Spec(Circle(3 * x + 1, 5) for x in range(3)))))
    return path


@pytest.mark.parametrize("policy", ["none", "uniform"])
def test_program_cost_proof_time_and_space_are_printed(spec: Path, policy: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["synthesize", str(spec), "--policy", policy]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(PROGRAM)
    # All of it in one line, however narrow the terminal is taken to be.
    (told,) = (line for line in shown.splitlines() if "cost 2 (proven shortest)" in line)
    assert " s · " in told
    assert "loops" in told
    assert "depth" in told


def test_json_names_the_space_that_was_searched(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["synthesize", str(spec), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["program"], found["cost_thirds"], found["optimal"]) == (PROGRAM, 6, True)
    assert found["search_space"] == str(FULL)


@pytest.mark.parametrize(
    "arguments",
    [["--programs", "2", "--policy", "uniform"], ["--programs", "2", "--engine", "sketch"], ["--engine", "both"]],
)
def test_options_that_do_not_go_together_are_one_line(spec: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["synthesize", str(spec), *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_fewer_programs_than_were_asked_for_is_said(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["synthesize", str(spec), "--programs", "100"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith(PROGRAM)
    assert told.err == "No more programs within a statement of the best were found in 20 s.\n"


@pytest.mark.parametrize("arguments", [["--engine", "sketch"], ["--engine", "both", "--policy", "learned"]])
def test_a_missing_tool_is_said_clearly(
    spec: Path, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cli.run(["synthesize", str(spec), *arguments]) == 2
    told = capsys.readouterr().err
    assert "the Sketch tool is not installed" in told
    assert told.count("\n") == 1


def test_no_network_is_imported(spec: Path) -> None:
    """Torch and OpenCV would take seconds."""
    code = f"import sys\nfrom derender import cli\ncli.run(['synthesize', {str(spec)!r}])\n"
    code += "print(sorted({'torch', 'cv2'} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.splitlines()[-1] == "[]"
