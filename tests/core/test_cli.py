"""The command line: its contracts, help, tables and pictures."""

from __future__ import annotations

import json
import os
import stat
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from command_line import Outcome, Run, one_line

from derender.language.execute import execute
from derender.language.text import parse_program
from derender.spec_json import spec_from_json

SKETCHES = Path(__file__).parents[1] / "sketches"
ROW = "for (i < 3)\n    circle(3*i + 1, 1)\n"


def fields(value: object) -> object:
    """The shape of a JSON value: field names and kinds; of a list its first item's."""
    match value:
        case dict():
            return {key: fields(item) for key, item in value.items()}
        case [first, *_]:
            return [fields(first)]
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case str():
            return "text"
        case _:
            return value


# Contracts

INTERPRETATION = {
    "program": "text",
    "cost_thirds": "number",
    "optimal": "bool",
    "probability": "number",
    "confidences": ["number"],
    "log_score": {"likelihood": "number", "proposal": "number", "prior": "number"},
    "tikz": "text",
}
CORRECTION = {"read", "taken", "cost_thirds", "log_odds", "region", "undone"}
INFERENCE = {
    "image": "text",
    "lattice": {"homography": [["number"]], "residual": "number"},
    "interpretations": [INTERPRETATION],
    "labels": [],
    "unexplained_ink": "number",
    "seconds": {"photo": "number", "perception": "number", "synthesis": "number", "total": "number"},
}


def test_infer_prints_the_contract_s_object_for_each_image(run: Run) -> None:
    images = [SKETCHES / "lattice.jpg", SKETCHES / "tree.jpg"]
    outcome = run("infer", *images, "--top", 2, "--json")
    assert (outcome.status, outcome.err) == (0, "")
    assert [found["image"] for found in outcome.json] == [str(image) for image in images]
    for found in outcome.json:
        specs = [i.pop("spec") for i in found["interpretations"]]
        # The best one lies on the picture's lattice; others tell theirs where it is another.
        own = [i.pop("lattice", found["lattice"]) for i in found["interpretations"]]
        corrections = [correction for i in found["interpretations"] for correction in i.pop("corrections")]
        assert all(correction.keys() == CORRECTION for correction in corrections)
        assert fields(found) == INFERENCE
        assert own[0] == found["lattice"]
        assert all(fields(lattice) == INFERENCE["lattice"] for lattice in own)
        assert np.array(found["lattice"]["homography"]).shape == (3, 3)
        assert 1 <= len(found["interpretations"]) <= 2
        for spec, i in zip(specs, found["interpretations"], strict=True):
            assert execute(parse_program(i["program"])) == spec_from_json(spec)
            assert len(i["confidences"]) == len(spec)
            assert all(0 <= confidence <= 1 for confidence in i["confidences"])
        probabilities = [i["probability"] for i in found["interpretations"]]
        assert probabilities == sorted(probabilities, reverse=True)
        assert 0 < sum(probabilities) <= 1 + 1e-9
        seconds = found["seconds"]
        assert seconds["total"] == pytest.approx(seconds["photo"] + seconds["perception"] + seconds["synthesis"], abs=0.001)


def test_synthesize_prints_the_contract_s_object(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "spec.json"
    path.write_text(json.dumps([{"command": "circle", "x": 3 * i + 1, "y": 1} for i in range(4)]))
    outcome = run("synthesize", path, "--json")
    assert (outcome.status, outcome.err) == (0, "")
    (found,) = outcome.json
    assert fields(found) == {"program": "text", "cost_thirds": "number", "optimal": "bool", "seconds": "number", "search_space": "text"}
    assert found["program"] == "for (i < 4)\n    circle(3*i + 1, 1)\n"
    assert (found["cost_thirds"], found["optimal"]) == (6, True)


def test_extrapolate_prints_an_object_for_each_figure(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "row.dr"
    path.write_text(ROW)
    outcome = run("extrapolate", path, "--loop", "i=5", "--json")
    assert (outcome.status, outcome.err) == (0, "")
    (found,) = outcome.json
    assert found.keys() == {"bounds", "program", "spec", "tikz"}
    assert found["bounds"] == {"i": 5}
    assert len(found["spec"]) == 5
    assert found["program"] == ROW.replace("3)", "5)", 1)
    assert [f["bounds"] for f in run("extrapolate", path, "--json").json] == [{"i": 4}]


def test_evaluate_prints_the_contract_s_object(run: Run) -> None:
    outcome = run("evaluate", SKETCHES, "--json")
    assert (outcome.status, outcome.err) == (0, "")
    (found,) = outcome.json
    drawing = {"drawing": "text", "exact_rank": "number", "iou": "number", "seconds": "number"}
    assert fields(found) == {"top1": "number", "top5": "number", "iou_mean": "number", "drawings": [drawing]}
    listed = [row["drawing"] for row in json.loads((SKETCHES / "specs.json").read_text())]
    assert [row["drawing"] for row in found["drawings"]] == listed


@pytest.mark.parametrize("command", ["infer", "synthesize", "render", "extrapolate", "evaluate", "train", "format", "similar", None])
def test_help(command: str | None, run: Run) -> None:
    outcome = run(*filter(None, [command]), "--help")
    assert (outcome.status, outcome.err) == (0, "")
    assert "Usage: derender" in outcome.out


def test_the_version_is_told(run: Run) -> None:
    assert run("--version") == Outcome(0, f"derender {version('derender')}\n", "")


def test_no_arguments_show_the_commands(run: Run) -> None:
    outcome = run()
    assert outcome.status == 0
    assert all(command in outcome.out for command in ("infer", "synthesize", "render", "extrapolate", "evaluate", "train"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("infer", SKETCHES / "lattice.jpg", "--top", "2"), ("lattice.jpg", "proven", "least sure of", "cells beside the lattice")),
        (("evaluate", SKETCHES), ("3 drawings", "top-1")),
    ],
)
def test_tables_are_for_people(arguments: tuple[object, ...], words: tuple[str, ...], run: Run) -> None:
    outcome = run(*arguments)
    assert (outcome.status, outcome.err) == (0, "")
    assert all(word in outcome.out for word in words)


# Rendering


STARTS = {
    ".tex": b"\\IfFileExists{standalone.cls}",
    ".png": b"\x89PNG",
    ".PNG": b"\x89PNG",
    ".svg": b"<?xml",
    ".pdf": b"%PDF",
}


@pytest.mark.parametrize("ending", STARTS)
@pytest.mark.parametrize("kind", ["program", "spec"])
def test_render(kind: str, ending: str, run: Run, tmp_path: Path) -> None:
    source = tmp_path / ("row.dr" if kind == "program" else "row.json")
    source.write_text(ROW if kind == "program" else json.dumps([{"command": "circle", "x": 1, "y": 1}]))
    output = tmp_path / f"out{ending}"
    assert run("render", source, "-o", output) == Outcome(0, "", "")
    assert output.read_bytes().startswith(STARTS[ending])
    assert {path.name for path in tmp_path.iterdir()} == {source.name, output.name}


def test_a_picture_is_written_behind_a_link_and_over_nothing_else(run: Run, tmp_path: Path) -> None:
    (tmp_path / "row.dr").write_text(ROW)
    (tmp_path / "real.png").touch(0o600)
    (tmp_path / "link.png").symlink_to("real.png")
    (tmp_path / "link.png.part").touch()
    assert run("render", tmp_path / "row.dr", "-o", tmp_path / "link.png") == Outcome(0, "", "")
    assert (tmp_path / "link.png").is_symlink()
    assert (tmp_path / "real.png").read_bytes().startswith(STARTS[".png"])
    assert stat.S_IMODE((tmp_path / "real.png").stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"row.dr", "real.png", "link.png", "link.png.part"}


def test_what_is_no_file_is_written_to_and_not_replaced(run: Run, tmp_path: Path) -> None:
    (tmp_path / "row.dr").write_text(ROW)
    os.mkfifo(tmp_path / "pipe.png")
    reader = os.open(tmp_path / "pipe.png", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert run("render", tmp_path / "row.dr", "-o", tmp_path / "pipe.png") == Outcome(0, "", "")
        assert os.read(reader, 10_000).startswith(STARTS[".png"])
    finally:
        os.close(reader)
    assert (tmp_path / "pipe.png").is_fifo()


@pytest.mark.parametrize("output", ["out.gif", "ending", "missing/out.png", "file/out.png", "folder.png", "x" * 300 + ".png"])
def test_what_cannot_be_written(output: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "row.dr").write_text(ROW)
    (tmp_path / "file").touch()
    (tmp_path / "folder.png").mkdir()
    one_line(run("render", tmp_path / "row.dr", "-o", tmp_path / output), output[-3:])
    assert not list(tmp_path.glob("*.part"))
