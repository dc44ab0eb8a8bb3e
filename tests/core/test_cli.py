"""The command line: its contracts, and one clear line for whatever cannot be used."""

from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from PIL import Image

from derender import cli
from derender.evaluation import normalised
from derender.language.execute import execute
from derender.language.text import parse_program
from derender.pipeline import Pipeline
from derender.spec import spec_from_json

SKETCHES = Path(__file__).parents[1] / "sketches"
ROW = "for (i < 3)\n    circle(3*i + 1, 1)\n"


class Outcome(NamedTuple):
    """What a command line came to."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> list[dict[str, Any]]:
        """The objects printed, one a line."""
        return [json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is no JSON")) for line in self.out.splitlines()]


Run = Callable[..., Outcome]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command line in this process, with the networks that are already loaded."""
    monkeypatch.setattr(Pipeline, "load", lambda *_: pipeline)

    def run(*arguments: object) -> Outcome:
        capfd.readouterr()
        status = cli.run([str(a) for a in arguments])
        return Outcome(status, *capfd.readouterr())

    return run


def one_line(outcome: Outcome, *words: str, status: int = 2) -> None:
    """Exactly one clear line on stderr with those words, nothing of Python in it."""
    assert outcome.status == status, outcome
    assert outcome.err.count("\n") == 1, outcome.err
    assert outcome.err.startswith("derender: ")
    assert outcome.err.endswith("\n")
    assert "Traceback" not in outcome.err
    for word in words:
        assert word in outcome.err


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
    "corrections": [],
    "tikz": "text",
}
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


def test_no_arguments_show_the_commands(run: Run) -> None:
    outcome = run()
    assert outcome.status == 0
    assert all(command in outcome.out for command in ("infer", "synthesize", "render", "extrapolate", "evaluate", "train"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("infer", SKETCHES / "lattice.jpg", "--top", "2"), ("lattice.jpg", "proven", "least sure of", "unexplained ink")),
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


@pytest.mark.parametrize("output", ["out.gif", "ending", "missing/out.png", "file/out.png", "folder.png", "x" * 300 + ".png"])
def test_what_cannot_be_written(output: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "row.dr").write_text(ROW)
    (tmp_path / "file").touch()
    (tmp_path / "folder.png").mkdir()
    one_line(run("render", tmp_path / "row.dr", "-o", tmp_path / output), output[-3:])
    assert not list(tmp_path.glob("*.part"))


# Bad pictures


def png(grey: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "PNG")
    return file.getvalue()


def bomb() -> bytes:
    """A small file that claims a picture of 100,000 × 100,000."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")


def damaged_tiff() -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64), dtype=np.uint8)).save(file, "TIFF", compression="tiff_deflate")
    data = file.getvalue()
    return data[:40] + bytes(20) + data[60:]


BAD_PICTURES = {
    "empty.png": (b"", "empty"),
    "truncated.jpg": ((SKETCHES / "tree.jpg").read_bytes()[:5000], "damaged or incomplete"),
    "truncated.png": (png(np.random.default_rng(0).integers(0, 255, (64, 64), dtype=np.uint8))[:900], "damaged or incomplete"),
    "damaged.tif": (damaged_tiff(), "damaged or incomplete"),
    "bomb.png": (bomb(), "60 million"),
    "text.png": (b"this is not a picture", "not a picture"),
    "page.pdf": (b"%PDF-1.4\n", "the PDF cannot be read"),
}


@pytest.mark.parametrize("name", BAD_PICTURES)
def test_a_bad_picture_is_one_line(name: str, run: Run, tmp_path: Path) -> None:
    data, words = BAD_PICTURES[name]
    (tmp_path / name).write_bytes(data)
    outcome = run("infer", tmp_path / name)
    one_line(outcome, str(tmp_path / name), words)
    assert outcome.out == ""


def test_missing_files_and_folders_are_one_line(run: Run, tmp_path: Path) -> None:
    one_line(run("infer", tmp_path / "missing.png"), "missing.png", "no such file")
    one_line(run("infer", tmp_path), "not a file")


def test_a_bad_picture_does_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bomb.png").write_bytes(bomb())
    images = [SKETCHES / "lattice.jpg", tmp_path / "bomb.png", SKETCHES / "tree.jpg"]
    outcome = run("infer", *images, "--json")
    one_line(outcome, "bomb.png")
    first, bad, last = outcome.json
    assert bad.keys() == {"image", "error"}
    assert bad["image"] == str(images[1])
    assert "60 million" in bad["error"]
    assert first["interpretations"]
    assert last["interpretations"]


@pytest.mark.parametrize("grid", [(), ("--grid", 16)])
@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_blank_picture_is_a_finding(value: int, grid: tuple[object, ...], run: Run, tmp_path: Path) -> None:
    (tmp_path / "blank.png").write_bytes(png(np.full((200, 260), value, np.uint8)))
    outcome = run("infer", tmp_path / "blank.png", *grid, "--json")
    assert (outcome.status, outcome.err) == (1, "")
    (found,) = outcome.json
    assert found.keys() == INFERENCE.keys()
    assert found["interpretations"] == []
    assert found["unexplained_ink"] == 0
    told = run("infer", tmp_path / "blank.png", *grid)
    assert told.status == 1
    assert "nothing drawn was recognised" in told.out


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (20_000, 3), (16, 16)])
@pytest.mark.parametrize("grid", [(), ("--grid", 16)])
def test_pictures_of_odd_sizes_are_no_errors(size: tuple[int, int], grid: tuple[object, ...], run: Run, tmp_path: Path) -> None:
    grey = np.full(size, 255, np.uint8)
    grey[size[0] // 2] = 0
    (tmp_path / "odd.png").write_bytes(png(grey))
    outcome = run("infer", tmp_path / "odd.png", *grid, "--json")
    assert outcome.status in (0, 1), outcome


def sketch_as(name: str, folder: Path) -> Path:
    """The network sketch in another form."""
    photo = Image.open(SKETCHES / "network.jpg")
    grey = np.asarray(photo.convert("L"))
    path = folder / name
    match name:
        case "sixteen.png":
            Image.fromarray(grey.astype(np.uint16) * 257).save(path)
        case "ten.png":
            Image.fromarray(grey.astype(np.uint16) * 4).save(path)
        case "float.tif":
            values = grey.astype(np.float32) / 255
            values[:10, :10] = np.nan
            Image.fromarray(values).save(path)
        case "alpha.png":
            ink = np.where(grey < 0.7 * np.median(grey), 255, 0).astype(np.uint8)
            Image.merge("LA", (Image.new("L", photo.size, 0), Image.fromarray(ink))).save(path)
        case "palette.png":
            photo.quantize(16).save(path)
        case "inverted.png":
            Image.fromarray(255 - grey).save(path)
        case "dark.png":
            Image.fromarray((grey * 0.35).astype(np.uint8)).save(path)
        case "cmyk.tif":
            photo.convert("CMYK").save(path)
        case "gif.gif":
            photo.convert("L").save(path)
        case "turned.jpg":
            exif = Image.Exif()
            exif[0x0112] = 6
            photo.rotate(90, expand=True).save(path, quality=90, exif=exif)
        case _:
            raise AssertionError(name)
    return path


@pytest.mark.parametrize(
    "name",
    ["sixteen.png", "ten.png", "float.tif", "alpha.png", "palette.png", "inverted.png", "dark.png", "cmyk.tif", "gif.gif", "turned.jpg"],
)
def test_a_sketch_is_read_whatever_form_it_has(name: str, run: Run, tmp_path: Path) -> None:
    truth = next(row["spec"] for row in json.loads((SKETCHES / "specs.json").read_text()) if row["drawing"] == "network.jpg")
    outcome = run("infer", sketch_as(name, tmp_path), "--top", 1, "--json")
    assert (outcome.status, outcome.err) == (0, "")
    (found,) = outcome.json
    (best,) = found["interpretations"]
    assert normalised(spec_from_json(best["spec"])) == normalised(spec_from_json(truth))


# Bad specs and programs


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
    if command == ("extrapolate",) and "lower" in words:
        assert outcome.status == 1  # no loop can grow
    else:
        one_line(outcome, *words)


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


# The program itself


def started(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "derender.cli", *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False, **options
    )


def test_the_program_exits_with_the_status_and_reads_standard_input(tmp_path: Path) -> None:
    good = started("synthesize", "-", "--json", input='[{"command": "circle", "x": 1, "y": 1}]')
    assert (good.returncode, good.stderr) == (0, "")
    assert json.loads(good.stdout)["cost_thirds"] == 3
    bad = started("synthesize", tmp_path / "missing.json")
    assert bad.returncode == 2
    assert bad.stderr.count("\n") == 1
    assert "Traceback" not in bad.stderr


def until_closed(terminal: int) -> Iterator[bytes]:
    """What is written to a terminal until nobody has its other side open."""
    with suppress(OSError):
        while data := os.read(terminal, 4096):
            yield data


def test_results_go_to_a_file_while_the_terminal_shows_progress(tmp_path: Path) -> None:
    """stdout in a file, stderr on a terminal: what an author does with `> readings.json`."""
    (tmp_path / "bad.png").write_bytes(b"no picture")
    terminal, other_side = os.openpty()
    shown: list[bytes] = []
    reader = threading.Thread(target=lambda: shown.extend(until_closed(terminal)))
    reader.start()
    with (tmp_path / "readings.json").open("wb") as file:
        done = subprocess.run(
            [sys.executable, "-m", "derender.cli", "infer", "--json", tmp_path / "bad.png", SKETCHES / "lattice.jpg"],
            stdout=file,
            stderr=other_side,
            env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "300"},
            timeout=120,
            check=False,
        )
    os.close(other_side)
    reader.join(timeout=60)
    os.close(terminal)
    text = b"".join(shown).decode()
    assert done.returncode == 2
    assert "interpretations" not in text
    # The complaint has a line to itself: whatever the display left on it was erased first.
    assert "bad.png: this is not a picture" in text
    assert [sorted(json.loads(line))[0] for line in (tmp_path / "readings.json").read_text().splitlines()] == ["error", "image"]


def test_a_name_that_is_no_text_can_be_printed(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff.png"
    done = subprocess.run([sys.executable, "-m", "derender.cli", "infer", "--json", name], capture_output=True, timeout=120, check=False)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert json.loads(done.stdout).keys() == {"image", "error"}


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "grid.dr").write_text("for (i < 90)\n    for (j < 90)\n        circle(3*i, 3*j)\n")
    command = f"'{sys.executable}' -m derender.cli extrapolate --json '{tmp_path / 'grid.dr'}' | head -c 10"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, timeout=120, check=False)
    assert done.stderr == ""
    assert done.returncode == 0


def test_help_does_not_load_the_networks() -> None:
    code = (
        "import sys; from derender import cli; cli.run(['infer', '--help']);"
        "print([m for m in ('torch', 'cv2', 'ortools') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
