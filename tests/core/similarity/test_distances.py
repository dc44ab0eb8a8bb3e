"""Drawings compared: distances are distances, programs see structure where images see places, folders are looked at once."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from PIL import Image
from strategies import programs

from derender.errors import InputError
from derender.language.program import Program
from derender.language.text import parse_program
from derender.pipeline import Pipeline
from derender.settings import InferSettings
from derender.similarity.drawings import Drawing, Gallery, distance, drawings_of, nearest
from derender.similarity.program_features import program_counts, program_distance
from derender.similarity.quadrants import QUADRANTS, chosen_pairs, quadrants_png, ranked_pairs

DRAWINGS = {
    "row.dr": "for (i < 4)\n    circle(3*i + 1, 1)\n",
    "moved.dr": "for (i < 4)\n    circle(1, 3*i + 7)\n",
    "flat.dr": "circle(1, 1)\ncircle(4, 1)\ncircle(7, 1)\ncircle(10, 1)\nrectangle(0, 3, 4, 5)\n",
    "grid.dr": "for (i < 3)\n    for (j < 3)\n        rectangle(4*i, 4*j, 4*i + 2, 4*j + 2)\n",
    "mirror.dr": "reflect(x = 12)\n    for (i < 2)\n        line(3*i, 0, 3*i, 3, arrow)\n",
}


@pytest.fixture
def gallery(pipeline: Pipeline, tmp_path: Path) -> Gallery:
    made = Gallery(InferSettings(device="cpu"), tmp_path / "cache")
    made._pipeline = pipeline
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    where = tmp_path / "drawings"
    where.mkdir()
    for name, text in DRAWINGS.items():
        (where / name).write_text(text)
    (where / "specs.json").write_text("[]")
    (where / ".hidden.dr").write_text("")
    return where


@given(programs(), programs(), programs())
def test_distances_of_programs_are_a_metric_up_to_equal_counts(a: Program, b: Program, c: Program) -> None:
    x, y, z = (program_counts(program) for program in (a, b, c))
    assert program_distance(x, x) == 0
    assert program_distance(x, y) == pytest.approx(program_distance(y, x))
    assert program_distance(x, y) >= 0
    assert program_distance(x, z) <= program_distance(x, y) + program_distance(y, z) + 1e-9


def test_programs_see_structure_and_images_see_places(gallery: Gallery, folder: Path) -> None:
    row, turned, flat = (gallery.drawing(folder / name) for name in ("row.dr", "moved.dr", "flat.dr"))
    assert distance(row, turned).program == 0
    assert distance(row, flat).program > 1
    assert distance(row, flat).image < distance(row, turned).image
    assert distance(row, row).image == pytest.approx(0, abs=1e-3)
    # A rectangle more is about one command more.
    assert distance(row, flat).image == pytest.approx(1, abs=0.4)


def test_the_place_on_the_paper_does_not_count(gallery: Gallery, tmp_path: Path) -> None:
    (tmp_path / "a.dr").write_text("circle(1, 1)\nline(2, 1, 6, 1, arrow)\n")
    (tmp_path / "b.dr").write_text("circle(11, 31)\nline(12, 31, 16, 31, arrow)\n")
    assert distance(gallery.drawing(tmp_path / "a.dr"), gallery.drawing(tmp_path / "b.dr")).image < 0.3


def test_a_folder_is_looked_at_once(gallery: Gallery, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = [gallery.drawing(path) for path in drawings_of(folder)]
    assert [d.path.name for d in first] == sorted(DRAWINGS)
    again = Gallery(InferSettings(device="cpu"), tmp_path / "cache")
    monkeypatch.setattr(Pipeline, "load", lambda *_: pytest.fail("the networks are not needed again"))
    second = [again.drawing(path) for path in drawings_of(folder)]
    assert [(d.spec, d.counts) for d in first] == [(d.spec, d.counts) for d in second]
    assert [d.image.maps.tolist() for d in first] == [d.image.maps.tolist() for d in second]
    ordered = nearest(second[0], second[1:], lambda d: d.program)
    assert [far.program for _, far in ordered] == sorted(far.program for _, far in ordered)


def test_other_code_and_another_time_for_programs_are_other_features(
    gallery: Gallery, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery.drawing(folder / "row.dr")
    longer = Gallery(InferSettings(device="cpu", synthesis_timeout=9), tmp_path / "cache")
    longer._pipeline = gallery._pipeline
    longer.drawing(folder / "row.dr")
    monkeypatch.setattr("derender.similarity.drawings.code_version", lambda: "other code")
    gallery.drawing(folder / "row.dr")
    assert len(list((tmp_path / "cache").iterdir())) == 3


def test_a_damaged_cache_is_made_anew(gallery: Gallery, folder: Path, tmp_path: Path) -> None:
    before = gallery.drawing(folder / "row.dr")
    for kept in (tmp_path / "cache").iterdir():
        kept.write_bytes(b"nonsense")
    assert gallery.drawing(folder / "row.dr").counts == before.counts


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("gone.dr", None, "cannot be read"),
        ("bad.dr", b"circle(1\n", "line 1"),
        ("bad.json", b"{", "not JSON"),
        ("binary.dr", b"\xff\xfe", "UTF-8"),
        ("huge.dr", b"circle(0, 0)\ncircle(900, 0)\n", "64 cells"),
        ("empty.png", b"", "empty.png"),
    ],
)
def test_what_cannot_be_compared_is_told_in_a_sentence(name: str, data: bytes | None, words: str, gallery: Gallery, tmp_path: Path) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=words):
        gallery.drawing(tmp_path / name)


def test_specs_get_their_programs(gallery: Gallery, tmp_path: Path) -> None:
    spec = [{"command": "circle", "x": 3 * i + 1, "y": 1} for i in range(4)]
    (tmp_path / "row.json").write_text(json.dumps(spec))
    assert gallery.drawing(tmp_path / "row.json").program == parse_program(DRAWINGS["row.dr"])


def test_the_picture_has_pairs_in_every_quadrant(gallery: Gallery, folder: Path) -> None:
    drawings: list[Drawing] = [gallery.drawing(path) for path in drawings_of(folder)]
    pairs = ranked_pairs(drawings)
    assert len(pairs) == 10
    assert all(0 <= rank <= 1 for pair in pairs for rank in (pair.program_rank, pair.image_rank))
    chosen = chosen_pairs(pairs, 2)
    assert set(chosen) == set(QUADRANTS)
    near, far = chosen["near", "near"][0], chosen["far", "far"][0]
    assert near.program_rank <= far.program_rank
    assert near.image_rank <= far.image_rank
    assert Image.open(io.BytesIO(quadrants_png(pairs, 2))).size[0] > 600
