"""What works with programs, as its users call it: corrections of `infer`, `extrapolate`, `format` and `similar`."""

from __future__ import annotations

import io
import json
import shutil
import stat
from pathlib import Path

import numpy as np
import pytest
from command_line import Outcome, Run, png, runner
from PIL import Image

from derender.interpretation.ambiguous import CELLS, Sort, ambiguous_drawing
from derender.interpretation.corrections import command_text
from derender.language.execute import execute
from derender.language.text import parse_program
from derender.pipeline import Pipeline
from derender.rendering.pencil import CELL
from derender.similarity import drawings as similarity
from derender.spec import Spec
from derender.spec_json import spec_from_json

SKETCH = Path(__file__).parents[1] / "sketches" / "lattice.jpg"
ROW = "for (i < 3)\n    circle(3*i + 1, 1)\n"
GRID = "for (i < 3)\n    for (j < 2)\n        rectangle(4*i, 4*j, 4*i + 2, 4*j + 2)\n"
FOLDER = {
    "row.dr": ROW,
    "column.dr": "for (i < 3)\n    circle(1, 3*i + 1)\n",
    "grid.dr": GRID,
    "flat.dr": "circle(1, 1)\ncircle(4, 1)\ncircle(7, 1)\nrectangle(0, 4, 5, 6)\n",
}


def opened(path: str | Path) -> Image.Image:
    """A picture in memory, its file closed."""
    return Image.open(io.BytesIO(Path(path).read_bytes()))


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command line in a folder of its own, with the networks that are already loaded and an empty cache."""
    monkeypatch.setattr(Pipeline, "load", lambda *_: pipeline)
    monkeypatch.setattr(similarity, "user_cache_path", lambda _: tmp_path / "cache")
    monkeypatch.chdir(tmp_path)

    return runner(capfd)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    where = tmp_path / "drawings"
    where.mkdir()
    for name, text in FOLDER.items():
        (where / name).write_text(text)
    return where


# corrections


def test_a_correction_is_told_and_can_be_taken_back(run: Run) -> None:
    """A simulated slip of the pen: a stroke ends between two cells, where the others tell which one is meant."""
    drawing = ambiguous_drawing(11, Sort.AMBIGUOUS)
    Path("slip.png").write_bytes(png((255 * (1 - drawing.ink)).round().clip(0, 255).astype(np.uint8)))
    (found,) = run("infer", "slip.png", "--grid", "16", "--json").json
    best = found["interpretations"][0]
    spec = spec_from_json(best["spec"])
    assert spec == drawing.truth
    (correction,) = best["corrections"]
    read, taken = (spec_from_json(correction[side]) for side in ("read", "taken"))
    assert correction["log_odds"] > 0
    assert correction["cost_thirds"]["taken"] == best["cost_thirds"] < correction["cost_thirds"]["read"]
    left, top, right, bottom = (correction["region"][side] for side in ("left", "top", "right", "bottom"))
    pixels = [(CELL * c["x1"], CELL * (CELLS - c["y1"])) for c in (*correction["read"], *correction["taken"])]
    assert all(left <= x <= right and top <= y <= bottom for x, y in pixels)

    undone = correction["undone"]
    assert spec_from_json(undone["spec"]) == Spec([*(command for command in spec if command not in taken), *read])
    assert execute(parse_program(undone["program"])) == spec_from_json(undone["spec"])
    Path("kept.dr").write_text(undone["program"])
    assert run("format", "--check", "kept.dr").status == 0

    text = " ".join(run("infer", "slip.png", "--grid", "16").out.split())
    (was,), (is_now,) = read, taken
    cost = correction["cost_thirds"]
    assert f"corrected: {command_text(was)} was read and is taken for {command_text(is_now)}: cost {_thirds(cost['taken'])} " in text
    assert f"instead of {_thirds(cost['read'])}, log-odds {correction['log_odds']:.1f}, at pixels {left:.0f},{top:.0f}" in text


def _thirds(cost: int) -> str:
    return f"{cost // 3}{('', '⅓', '⅔')[cost % 3]}"


# extrapolate


def test_a_loop_gets_its_bound_and_the_figure_is_drawn(run: Run) -> None:
    Path("grid.dr").write_text(GRID)
    (found,) = run("extrapolate", "grid.dr", "--loop", "i=5", "--loop", "j=3", "--json").json
    assert found["bounds"] == {"i": 5, "j": 3}
    assert len(found["spec"]) == 15
    assert execute(parse_program(found["program"])) == spec_from_json(found["spec"])


def test_all_are_proposed_in_both_directions_and_shown_on_a_sheet(run: Run) -> None:
    Path("row.dr").write_text(ROW + "rectangle(0, 4, 9, 6)\n")
    outcome = run("extrapolate", "row.dr", "--all", "--json", "--sheet", "all.png")
    assert (outcome.status, outcome.err) == (0, "")
    assert [(found["bounds"], found.get("backwards", [])) for found in outcome.json] == [({"i": 4}, []), ({"i": 4}, ["i"])]
    # What grows before its start lies at no negative coordinates: the whole figure moves.
    assert [min(command.get("x", command.get("x1")) for command in found["spec"]) for found in outcome.json] == [0, 1]
    assert opened("all.png").size > (440, 440)


@pytest.mark.parametrize("bound", ["i=1000000000", "i=20000"])
def test_a_bound_beyond_the_budget_is_refused_and_not_attempted(bound: str, run: Run) -> None:
    Path("row.dr").write_text(ROW)
    outcome = run("extrapolate", "row.dr", "--loop", bound)
    assert (outcome.status, outcome.err.count("\n")) == (2, 1)
    assert "more than" in outcome.err or "beyond" in outcome.err
    assert outcome.out == ""


# format


def test_programs_are_laid_out_once_and_then_left_alone(run: Run) -> None:
    Path("a.dr").write_text("for( i<3 ){\n".replace("{", "") + "\tcircle( 3*i+1,1 )\n")
    assert run("format", "--check", "a.dr")[:2] == (1, "a.dr: would be laid out anew\n")
    assert Path("a.dr").read_text() != ROW
    assert run("format", "a.dr")[:2] == (0, "a.dr: laid out anew\n")
    assert Path("a.dr").read_text() == ROW
    assert run("format", "a.dr") == run("format", "--check", "a.dr") == Outcome(0, "", "")


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_the_line_ends_of_a_program_stay(end: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out = ROW.replace("\n", end).encode()
    Path("a.dr").write_bytes(laid_out)
    assert run("format", "--check", "a.dr") == Outcome(0, "", "")
    Path("a.dr").write_bytes(laid_out.replace(b"(i < 3)", b"( i<3 )"))
    assert run("format", "a.dr").status == 0
    assert Path("a.dr").read_bytes() == laid_out
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(laid_out)))
    assert run("format", "-") == Outcome(0, laid_out.decode(), "")


def test_a_program_behind_a_link_is_laid_out_in_its_place(run: Run) -> None:
    Path("real.dr").write_text("circle( 1,1 )")
    Path("real.dr").chmod(0o600)
    Path("link.dr").symlink_to("real.dr")
    Path("link.dr.part").write_text("somebody else's")
    assert run("format", "link.dr").status == 0
    assert Path("link.dr").is_symlink()
    assert Path("real.dr").read_text() == "circle(1, 1)\n"
    assert stat.S_IMODE(Path("real.dr").stat().st_mode) == 0o600
    assert Path("link.dr.part").read_text() == "somebody else's"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"circle(1, 1)\ncircle(1\n", "line 2, column "),
        ('label(1, 1, "Z\xfcrich")'.encode("latin-1"), "this is not UTF-8 text"),
    ],
)
def test_what_is_no_program_is_told_left_as_it_is_and_keeps_none_from_its_turn(data: bytes, told: str, run: Run) -> None:
    Path("bad.dr").write_bytes(data)
    Path("good.dr").write_text("circle( 1,1 )")
    outcome = run("format", "bad.dr", "none.dr", "good.dr")
    assert (outcome.status, outcome.out) == (2, "good.dr: laid out anew\n")
    bad, none = outcome.err.splitlines()
    assert bad.startswith(f"derender: bad.dr: {told}")
    assert none.startswith("derender: none.dr: cannot be read")
    assert Path("bad.dr").read_bytes() == data


def test_a_program_on_standard_input_is_printed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"circle( 1,1 )")))
    assert run("format", "-") == Outcome(0, "circle(1, 1)\n", "")


# similar


def test_a_folder_is_searched_and_its_features_are_kept(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run("similar", "--index", folder, folder / "row.dr", "--json")
    assert (first.status, first.err) == (0, "")
    names = [Path(found["drawings"][1]).name for found in first.json]
    assert sorted(names) == sorted(set(FOLDER) - {"row.dr"})
    assert names[0] == "column.dr"
    assert first.json[0]["program_distance"] == 0
    assert first.json[0]["image_distance"] > 1
    monkeypatch.setattr(Pipeline, "load", lambda *_: pytest.fail("the networks are not needed again"))
    assert run("similar", "--index", folder, folder / "row.dr", "--json").out == first.out
    assert len(run("similar", "--index", folder, folder / "row.dr", "--json", "--top", 1).json) == 1


def test_what_cannot_be_compared_in_a_folder_is_told_and_left_out(run: Run, folder: Path) -> None:
    (folder / "bad.dr").write_text("circle(1\n")
    outcome = run("similar", "--index", folder, folder / "row.dr", "--json")
    assert outcome.status == 2
    assert outcome.err.count("\n") == 1
    assert "bad.dr: line 1" in outcome.err
    assert len(outcome.json) == 3


def test_drawings_of_all_kinds_are_compared_and_the_quadrants_drawn(run: Run, folder: Path) -> None:
    shutil.copy(SKETCH, "a.jpg")
    (folder / "row.json").write_text(json.dumps([{"command": "circle", "x": 3 * i + 1, "y": 1} for i in range(3)]))
    outcome = run("similar", "a.jpg", "drawings/row.dr", "drawings/row.json", "--picture", "pairs.png")
    assert (outcome.status, outcome.err) == (0, "")
    assert all(word in outcome.out for word in ("a.jpg", "row.dr", "as programs", "as images"))
    picture = np.asarray(opened("pairs.png").convert("L"))
    assert picture.shape[1] > 600
    # Two quadrants in each of two rows, a drawing in each.
    assert all(quarter.min() < 100 for half in np.array_split(picture, 2) for quarter in np.array_split(half, 2, axis=1))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("similar", "a.dr"), "two drawings"),
        (("similar", "a.dr", "b.dr", "--index", "."), "compares one drawing"),
        (("similar", "a.dr", "b.dr", "--picture", "pairs.jpg"), "a .png"),
        (("similar", "a.dr", "--index", "none"), "cannot be read"),
        (("similar", "a.dr", "--index", "empty"), "no drawings"),
    ],
)
def test_bad_questions_are_one_line(arguments: tuple[str, ...], words: str, run: Run) -> None:
    Path("empty").mkdir()
    for name in ("a.dr", "b.dr"):
        Path(name).write_text(ROW)
    outcome = run(*arguments)
    assert (outcome.status, outcome.err.count("\n")) == (2, 1)
    assert words in outcome.err
