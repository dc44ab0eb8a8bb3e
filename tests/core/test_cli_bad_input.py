"""Specs, programs and options that cannot be used: one clear line each."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import Outcome, Run, one_line, png

SKETCHES = Path(__file__).parents[1] / "sketches"
ROW = "for (i < 3)\n    circle(3*i + 1, 1)\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ("not JSON",)),
        ("[", ("not JSON",)),
        ("[" * 100_000, ("not JSON",)),
        ("{}", ("list of commands",)),
        ("[3]", ("command 1",)),
        ('[{"x": 1}]', ("command 1", "'command'")),
        ('[{"command": "circle", "x": 1, "y": 1}, {"command": "circle", "x": 1}]', ("command 2", "circle", "'y'")),
        ('[{"command": "circle", "x": NaN, "y": 1}]', ("command 1", "'x'")),
        ('[{"command": "circle", "x": 1, "y": 1, "r": 0.3}]', ("command 1", "'r'")),
        ('[{"command": "circle", "x": 1e999, "y": 1}]', ("command 1", "'x'")),
        ('[{"command": "line", "x1": 0, "y1": 0, "x2": 0, "y2": 0}]', ("command 1", "line")),
        ('[{"command": "line", "x1": 0, "y1": 0, "x2": 0, "y2": 3, "arow": true}]', ("command 1", "'arow'")),
    ],
)
@pytest.mark.parametrize("command", [("synthesize",), ("render", "-o", "out.png")])
def test_a_malformed_spec_is_one_line(command: tuple[str, ...], text: str, words: tuple[str, ...], run: Run, tmp_path: Path) -> None:
    (tmp_path / "spec.json").write_text(text)
    one_line(run(*command, tmp_path / "spec.json"), "spec.json", *words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("circle(1, 1)\nsquare(2, 2)\n", ("line 2, column 1",)),
        ("for (i < 3)\n    circle(3*j, 1)\n", ("line 2, column 14",)),
        ("circle(1, 1\n", ("line 1",)),
        ("for (i < 999999999)\n    circle(i, 1)\n", ("lower",)),
    ],
)
@pytest.mark.parametrize("command", [("extrapolate",), ("render", "-o", "out.png")])
def test_a_malformed_program_is_one_line(command: tuple[str, ...], text: str, words: tuple[str, ...], run: Run, tmp_path: Path) -> None:
    (tmp_path / "figure.dr").write_text(text)
    outcome = run(*command, tmp_path / "figure.dr")
    one_line(outcome, "figure.dr", *words)


@pytest.mark.parametrize("command", [("synthesize",), ("extrapolate",), ("render", "-o", "out.png"), ("evaluate",)])
def test_files_that_are_no_text(command: tuple[str, ...], run: Run, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "missing", tmp_path, tmp_path / "binary"):
        one_line(run(*command, path))


@pytest.mark.parametrize(
    ("listing", "words"),
    [("[]", None), ("{", "not JSON"), ('[{"drawing": "gone.png", "spec": []}]', "no such file"), ('[{"drawing": "a.png"}]', "spec")],
)
def test_evaluate_on_bad_folders(listing: str, words: str | None, run: Run, tmp_path: Path) -> None:
    (tmp_path / "specs.json").write_text(listing)
    outcome = run("evaluate", tmp_path, "--json")
    if words:
        one_line(outcome, words)
    else:
        assert outcome.json == [{"top1": 0, "top5": 0, "iou_mean": 0, "drawings": []}]


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    """A folder of two marked photographs, the first of which is gone."""
    for name in ("a", "b"):
        listing = {"image": f"{name}.png", "width": 40, "height": 40, "shapes": [{"bbox": [1, 2, 30, 30]}]}
        (tmp_path / f"{name}.json").write_text(json.dumps(listing))
    (tmp_path / "b.png").write_bytes(png(np.full((40, 40), 255, np.uint8)))
    return tmp_path


def test_evaluate_counts_the_photographs_that_can_be_read(run: Run, marked: Path) -> None:
    outcome = run("evaluate", marked, "--json")
    one_line(outcome, "a.png", "no such file")
    (found,) = outcome.json
    assert [picture["picture"] for picture in found["pictures"]] == ["b.png"]
    (marked / "b.png").unlink()
    outcome = run("evaluate", marked)
    assert (outcome.status, outcome.out, outcome.err.count("no such file")) == (2, "", 2)


@pytest.mark.parametrize("options", [("--grid", "8"), ("--shift",), ("--perturb", "blur")])
def test_evaluate_refuses_what_says_nothing_of_marked_photographs(options: tuple[str, ...], run: Run, marked: Path) -> None:
    one_line(run("evaluate", marked, *options), f"leave out {options[0]}")


# Bad options


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("nonsense",), "nonsense"),
        (("--nonsense",), "nonsense"),
        (("infer",), "images"),
        (("infer", "a.png", "--top", "many"), "--top"),
        (("infer", "a.png", "--top", "0"), "0"),
        (("infer", "a.png", "--grid", "1"), "grid"),
        (("infer", "a.png", "--grid", "9999"), "grid"),
        (("infer", "a.png", "--device", "abacus"), "abacus"),
        (("infer", "a.png", "--timeout", "nan"), "time limit"),
        (("infer", "a.png", "--timeout", "-1"), "time limit"),
        (("synthesize", "a.json", "--timeout", "0"), "time limit"),
        (("synthesize", "a.json", "--engine", "steam"), "steam"),
        (("render", "a.dr"), "output"),
        (("extrapolate", "a.dr", "--loop", "i"), "a.dr"),
        (("train", "nonsense"), "nonsense"),
    ],
)
def test_bad_options_are_one_line(arguments: tuple[str, ...], word: str, run: Run) -> None:
    outcome = run(*arguments)
    one_line(outcome)
    assert word.lower() in outcome.err.lower()


@pytest.mark.parametrize("loop", ["i", "i=--5", "i=" + "9" * 5000, "k=4", "i=-1", "i=999999999"])
def test_bad_bounds_are_one_line(loop: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "row.dr").write_text(ROW)
    one_line(run("extrapolate", tmp_path / "row.dr", "--loop", loop))


def test_a_program_without_loops_is_a_finding(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.dr").write_text("circle(1, 1)\n")
    assert run("extrapolate", tmp_path / "one.dr", "--json") == Outcome(1, "", "")
    assert "no loop can grow" in run("extrapolate", tmp_path / "one.dr").out


def test_names_with_brackets_are_no_markup(run: Run, tmp_path: Path) -> None:
    name = "[/b].png"
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).write_bytes(png(np.full((40, 40), 255, np.uint8)))
    (tmp_path / "specs.json").write_text(json.dumps([{"drawing": name, "spec": [{"command": "circle", "x": 1, "y": 1}]}]))
    outcome = run("evaluate", tmp_path)
    assert (outcome.status, outcome.err) == (0, "")
    assert name in outcome.out
    assert name in run("infer", tmp_path / name).out.replace("\n", "")
