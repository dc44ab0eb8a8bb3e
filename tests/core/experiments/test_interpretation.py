"""The counterparts of Figures 11, 12 and 13, on a small folder, through the command line."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from derender import cli
from derender.experiments import galleries
from derender.experiments.corrections_picture import Outcome, Taken, corrections_png, cropped
from derender.interpretation.ambiguous import Sort, ambiguous_drawing
from derender.pipeline import Pipeline
from derender.similarity import drawings as similarity
from derender.spec import Circle, Spec

SKETCHES = Path(__file__).parents[2] / "sketches"
PROGRAMS = {
    "row.dr": "for (i < 3)\n    circle(3*i + 1, 1)\n",
    "stairs.dr": "for (i < 3)\n    rectangle(3*i, 2*i, 3*i + 2, 2*i + 1)\n",
    "flat.dr": "circle(1, 1)\nline(3, 0, 5, 7, arrow)\n",
}


def opened(path: str | Path) -> Image.Image:
    """A picture in memory, its file closed."""
    return Image.open(io.BytesIO(Path(path).read_bytes()))


@pytest.fixture
def folder(tmp_path: Path, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs as the present one, the networks loaded, the cache empty."""
    monkeypatch.setattr(Pipeline, "load", lambda *_: pipeline)
    monkeypatch.setattr(similarity, "user_cache_path", lambda _: tmp_path / "cache")
    galleries.cached_gallery.cache_clear()
    for name, text in PROGRAMS.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_corrections_are_counted_on_a_folder_of_drawings(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    shutil.copy(SKETCHES / "lattice.jpg", folder)
    listed = json.loads((SKETCHES / "specs.json").read_text())
    (folder / "specs.json").write_text(json.dumps([drawing for drawing in listed if drawing["drawing"] == "lattice.jpg"]))
    options = ["--simulated", "1", "--timeout", "0.5", "--picture", "corrections.png", "--cross-validate"]
    assert cli.run(["experiment", "corrections", ".", *options]) == 0
    told = capfd.readouterr().out
    assert "real: 1 drawings" in told
    assert "spoilt" in told
    assert "first answer after" in told
    assert "ten-fold" in told
    assert opened("corrections.png").size[0] > 500


def test_each_correction_has_its_row(tmp_path: Path) -> None:
    drawing = ambiguous_drawing(0, Sort.AMBIGUOUS)
    taken = Taken(Spec([Circle(2, 2)]), Spec([Circle(2, 3)]), Spec([Circle(2, 3)]), 0.1)
    outcome = Outcome("ambiguous", drawing.ink, taken, False, True, True)
    heights = []
    for count in (0, 1, 3):
        (tmp_path / "a.png").write_bytes(corrections_png([outcome] * count))
        heights.append(opened(tmp_path / "a.png").size[1])
    assert heights[0] == heights[1]
    assert heights[2] > 2 * heights[1]


def test_extrapolations_are_drawn_side_by_side(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["experiment", "extrapolations", ".", "-o", "more.png"]) == 0
    assert "2 drawings continued in more.png, 1 have no loop that can grow" in capfd.readouterr().out
    assert opened("more.png").size[0] > 600


def test_similarity_names_pairs_in_each_quadrant(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["experiment", "similarity", ".", "-o", "pairs.png", "--pairs", "1"]) == 0
    told = capfd.readouterr().out
    assert "3 drawings, 3 pairs" in told
    assert told.count("↔") == 4
    assert opened("pairs.png").size[0] > 600


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["extrapolations", "empty"], "has a loop that can grow"),
        (["similarity", "empty"], "fewer than three"),
        (["similarity", ".", "-o", "a.jpg"], "a .png"),
        (["extrapolations", ".", "-o", "a.jpg"], "a .png"),
        (["corrections", "--picture", "a.jpg"], "a .png"),
        (["corrections", "empty", "--simulated", "0"], "specs.json"),
    ],
)
def test_bad_questions_are_one_line(arguments: list[str], words: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "empty").mkdir()
    assert cli.run(["experiment", *arguments]) == 2
    told = capfd.readouterr().err
    assert told.count("\n") == 1
    assert words in told


def test_drawings_are_cropped_to_their_strokes_as_renderings_are() -> None:
    ink = np.zeros((100, 120), np.float32)
    ink[40, 30:60] = ink[40:70, 60] = 1
    ink[5:7, 100:102] = 1  # a speck
    assert cropped(ink).shape == (70 + 8 - (40 - 8), 60 + 1 + 8 - (30 - 8))
    assert cropped(np.zeros((10, 10), np.float32)).shape == (10, 10)
