"""Pictures of every form on the command line: read, or refused in one clear line."""

from __future__ import annotations

import io
import json
import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import Run, one_line, png
from PIL import Image

from derender.evaluation import normalised
from derender.inference import Perceived
from derender.paper.reader import PaperReader
from derender.pipeline import Pipeline
from derender.spec_json import spec_from_json

SKETCHES = Path(__file__).parents[1] / "sketches"
ROW = "for (i < 3)\n    circle(3*i + 1, 1)\n"


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


@pytest.mark.parametrize("name", ["empty.png", "text.png", "missing.png", "."])
def test_what_cannot_be_a_picture_is_told_before_networks_are_loaded(
    name: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name in BAD_PICTURES:
        (tmp_path / name).write_bytes(BAD_PICTURES[name][0])
    monkeypatch.setattr(Pipeline, "load", lambda *_: pytest.fail("networks were loaded in vain"))
    one_line(run("infer", tmp_path / name), str(tmp_path / name))


@pytest.mark.parametrize("is_traced", [False, True])
def test_a_figure_that_the_paper_s_reader_does_not_read_is_told(
    is_traced: bool, run: Run, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Untold(Pipeline):
        """Takes what lies on a lattice for traced."""

        def perceive(self, *arguments: Any) -> Perceived:
            seen = super().perceive(*arguments)
            assert seen.opened is not None
            return replace(seen, opened=seen.opened._replace(is_traced=is_traced))

    traced = Untold(pipeline.reader, pipeline.prior, pipeline.separator, pipeline.recognizer, judges=pipeline.judges)
    monkeypatch.setattr(Pipeline, "load", lambda *_: traced)
    monkeypatch.setattr(PaperReader, "load", lambda *_: None)
    monkeypatch.setattr(Pipeline, "reading_by", lambda self, _: self)
    outcome = run("infer", "--reader", "paper", SKETCHES / "lattice.jpg")
    assert outcome.status == 0
    assert outcome.err.count("\n") == int(is_traced)
    assert ("lattice.jpg: this lies on no lattice" in outcome.err) is is_traced
    assert run("infer", SKETCHES / "lattice.jpg").err == ""


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
    assert found.keys() == {"image", "lattice", "interpretations", "labels", "unexplained_ink", "seconds"}
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
