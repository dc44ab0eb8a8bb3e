"""Pictures from files: every format comes out grey or RGB on white paper; everything else is refused in one sentence."""

from __future__ import annotations

import io
import os
import struct
import threading
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import TiffImageFile

from derender.errors import ImageError
from derender.photo import load
from derender.photo.load import MOST_WORKING_PIXELS, MOST_WORKING_SIDE, load_photo, load_picture, to_grey

WIDTH, HEIGHT = 48, 32


def drawn(mode: str = "L") -> Image.Image:
    """A black bar across the upper half of white paper."""
    picture = Image.new("L", (WIDTH, HEIGHT), 255)
    ImageDraw.Draw(picture).rectangle((6, 6, 40, 12), fill=0)
    return picture.convert(mode)


def grey_of(path: Path) -> NDArray[np.uint8]:
    return to_grey(load_picture(path))


def bytes_of(picture: Image.Image, form: str) -> bytes:
    file = io.BytesIO()
    picture.save(file, form)
    return file.getvalue()


def heic_of(picture: Image.Image) -> bytes:
    import pillow_heif

    file = io.BytesIO()
    pillow_heif.from_pillow(picture).save(file, quality=90)
    return file.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A small PNG whose header promises a picture of that size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF"])
def test_every_format_shows_the_drawing(form: str, tmp_path: Path) -> None:
    path = tmp_path / "picture.of-any-ending"
    path.write_bytes(bytes_of(drawn("RGB"), form))
    grey = grey_of(path)
    assert grey.shape == (HEIGHT, WIDTH)
    assert grey[9, 20] < 40
    assert grey[25, 20] > 215


def test_a_telephone_s_heic_shows_the_drawing(tmp_path: Path) -> None:
    (tmp_path / "photo.heic").write_bytes(heic_of(drawn("RGB")))
    grey = grey_of(tmp_path / "photo.heic")
    assert grey.shape == (HEIGHT, WIDTH)
    assert grey[9, 20] < 40
    assert grey[25, 20] > 215


def test_the_first_page_of_a_pdf_shows_the_drawing(tmp_path: Path) -> None:
    drawn("RGB").save(tmp_path / "scan.pdf", save_all=True, append_images=[Image.new("RGB", (WIDTH, HEIGHT), "black")])
    photo = load_photo(tmp_path / "scan.pdf")
    grey = to_grey(photo.picture)
    across, down = grey.shape[1] / WIDTH, grey.shape[0] / HEIGHT
    assert across == pytest.approx(300 / 72, rel=0.02)  # Pillow writes a pixel as a point
    assert photo.shown_size == pytest.approx(photo.picture.size, abs=1)
    assert grey[round(9 * down), round(20 * across)] < 40
    assert grey[round(25 * down), round(20 * across)] > 215


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16", "I", "F", "CMYK"])
def test_every_kind_of_pixel_shows_the_drawing(mode: str, tmp_path: Path) -> None:
    path = tmp_path / "picture.tif"
    if mode in ("I;16", "I", "F"):
        scale = {"I;16": 257, "I": 257, "F": 1 / 255}[mode]
        values = np.asarray(drawn()).astype(np.float64) * scale
        Image.fromarray(values.astype({"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode])).save(path)
    else:
        drawn("RGB").convert(mode).save(path, "PNG" if mode in ("P", "LA") else "TIFF")
    picture = load_picture(path)
    assert picture.mode in ("L", "RGB")
    grey = to_grey(picture)
    assert grey[9, 20] < 40
    assert grey[25, 20] > 215


def test_sixteen_bits_of_which_ten_are_used_are_not_taken_for_black(tmp_path: Path) -> None:
    Image.fromarray(np.asarray(drawn()).astype(np.uint16) * 4).save(tmp_path / "scan.png")
    grey = grey_of(tmp_path / "scan.png")
    assert (grey[9, 20], grey[25, 20]) == (0, 255)


def test_what_is_no_number_is_paper(tmp_path: Path) -> None:
    values = np.asarray(drawn()).astype(np.float32)
    values[25, :10], values[26, :10], values[9, 30] = np.nan, np.inf, -np.inf
    Image.fromarray(values).save(tmp_path / "float.tif")
    grey = grey_of(tmp_path / "float.tif")
    assert grey[25, 5] == grey[26, 5] == grey[25, 20] == 255
    assert grey[9, 20] == grey[9, 30] == 0


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf, -np.inf, 1e-30, 3e38])
def test_a_float_picture_of_one_value_is_read(value: float, tmp_path: Path) -> None:
    Image.fromarray(np.full((HEIGHT, WIDTH), value, np.float32)).save(tmp_path / "flat.tif")
    assert np.ptp(grey_of(tmp_path / "flat.tif")) == 0


def test_transparency_is_white_paper(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (WIDTH, HEIGHT), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (6, 6, 40, 12))
    picture.save(tmp_path / "alpha.png")
    grey = grey_of(tmp_path / "alpha.png")
    assert (grey[9, 20], grey[25, 20]) == (0, 255)


@pytest.mark.parametrize(
    ("ink", "outline", "paper"),
    [("white", "white", 0), ("#ffe97f", "#ff3020", 0), ("black", "black", 255), ("red", "blue", 255), ("white", "black", 255)],
)
def test_paper_that_is_transparent_shows_the_ink(ink: str, outline: str, paper: int, tmp_path: Path) -> None:
    """White ink of a tablet's dark screen on black; boxes that are filled with white stay on white."""
    picture = Image.new("RGBA", (WIDTH, HEIGHT), (255, 255, 255, 0))
    ImageDraw.Draw(picture).rectangle((6, 6, 40, 12), ink, outline)
    picture.save(tmp_path / "alpha.png")
    grey = grey_of(tmp_path / "alpha.png")
    assert grey[25, 20] == paper
    assert max(abs(int(grey[row, 20]) - paper) for row in (6, 9)) > 60


def test_a_bright_page_that_was_cut_out_stays_on_white(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (WIDTH, HEIGHT), (0, 0, 0, 0))
    picture.paste((230, 230, 230, 255), (2, 2, WIDTH - 2, HEIGHT - 2))
    picture.save(tmp_path / "alpha.png")
    assert grey_of(tmp_path / "alpha.png")[0, 0] == 255


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_a_transparent_colour_is_white_paper(mode: str, tmp_path: Path) -> None:
    # The paper's colour, which is not the bar's, is declared transparent.
    paper, bar = (255, 0) if mode == "1" else (0, 100)
    picture = Image.new("L", (WIDTH, HEIGHT), paper)
    ImageDraw.Draw(picture).rectangle((6, 6, 40, 12), fill=bar)
    picture = picture.convert(mode)
    transparent = (0, 0, 0) if mode == "RGB" else picture.getpixel((0, 0))
    picture.save(tmp_path / "key.png", transparency=transparent)
    grey = grey_of(tmp_path / "key.png")
    assert grey[25, 20] == 255


def test_photographs_are_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: the first row is the right side
    drawn().rotate(90, expand=True).save(tmp_path / "turned.jpg", exif=exif, quality=95)
    grey = grey_of(tmp_path / "turned.jpg")
    assert grey.shape == (HEIGHT, WIDTH)
    assert grey[9, 20] < 40
    assert grey[25, 20] > 215


@pytest.mark.parametrize("size", [(4000, 3000), (MOST_WORKING_SIDE + 9000, 20), (20, MOST_WORKING_SIDE + 9000)])
@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_large_pictures_are_scaled_down_in_proportion(size: tuple[int, int], ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"large.{ending}"
    Image.new("L", size, 255).save(path)
    width, height = load_picture(path).size
    assert width * height <= MOST_WORKING_PIXELS * 1.01
    assert max(width, height) <= MOST_WORKING_SIDE
    assert width / height == pytest.approx(size[0] / size[1], rel=0.1)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_size_shown_is_that_of_the_whole_picture_upright(orientation: int, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("L", (4000, 2000), 255).save(tmp_path / "large.jpg", exif=exif)
    photo = load_photo(tmp_path / "large.jpg")
    assert photo.shown_size == ((2000, 4000) if orientation >= 5 else (4000, 2000))
    assert photo.picture.width < 4000
    assert photo.scale == pytest.approx((photo.scale[0],) * 2, rel=0.01)
    assert photo.scale[0] * photo.picture.width == pytest.approx(photo.shown_size[0])


# What is refused


def refused(path: Path) -> str:
    """The one sentence that refuses the file."""
    with pytest.raises(ImageError) as caught:
        load_picture(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message


def test_a_missing_file(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "missing.png")


def test_a_folder(tmp_path: Path) -> None:
    assert "not a file" in refused(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert "not a file" in refused(tmp_path / "pipe.png")


@pytest.mark.parametrize("name", ["a" * 300 + ".png", "nul\0.png"])
def test_a_name_that_cannot_be(name: str, tmp_path: Path) -> None:
    refused(tmp_path / name)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    assert "is empty" in refused(tmp_path / "empty.png")


@pytest.mark.parametrize("data", [b"no picture", b"\x89PNG\r\n\x1a\n", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b"GIF89a"])
def test_what_is_no_picture(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "odd.png").write_bytes(data)
    refused(tmp_path / "odd.png")


@pytest.mark.parametrize(("width", "height"), [(100_000, 100_000), (10_000, 10_000), (2_000_000_000, 2_000_000_000)])
def test_a_small_file_that_claims_a_huge_picture(width: int, height: int, tmp_path: Path) -> None:
    (tmp_path / "bomb.png").write_bytes(png_claiming(width, height))
    assert "60 million" in refused(tmp_path / "bomb.png")


def test_a_pdf_page_as_large_as_a_wall_is_drawn_no_larger_than_is_worked_on(tmp_path: Path) -> None:
    Image.new("RGB", (10, 8), "white").save(tmp_path / "wall.pdf", resolution=0.05)  # 14,400 by 11,520 points
    width, height = load_picture(tmp_path / "wall.pdf").size
    assert width * height <= MOST_WORKING_PIXELS * 1.01


def test_what_is_no_pdf_after_all(tmp_path: Path) -> None:
    (tmp_path / "odd.pdf").write_bytes(b"%PDF-1.7\nno page, no table")
    assert "PDF cannot be read" in refused(tmp_path / "odd.pdf")


def test_a_large_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "MOST_BYTES", 1000)
    (tmp_path / "large.bmp").write_bytes(bytes_of(drawn(), "BMP"))
    assert "MB are read" in refused(tmp_path / "large.bmp")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "BMP"])
def test_a_truncated_file(form: str, tmp_path: Path) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64), dtype=np.uint8))
    data = bytes_of(noise, form)
    (tmp_path / "half").write_bytes(data[: len(data) // 2])
    refused(tmp_path / "half")


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_deflate", "jpeg", "packbits"])
def test_the_tiff_library_does_not_write_to_stderr_itself(compression: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "damaged.tif"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64), dtype=np.uint8)).save(path, compression=compression)
    data = bytearray(path.read_bytes())
    data[20:400:3] = bytes(len(data[20:400:3]))
    path.write_bytes(data)
    with suppress(ImageError):
        load_picture(path)
    assert capfd.readouterr().err == ""


def test_threads_leave_warnings_and_stderr_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of two pictures is decoded until the second is begun, and that one until the first is done, if that can be."""
    path = tmp_path / "a.tif"
    drawn().save(path, compression="tiff_lzw")
    first_began, second_began, first_done = threading.Event(), threading.Event(), threading.Event()
    decode, turns = TiffImageFile.load, iter(((first_began, second_began), (second_began, first_done)))

    def slow(picture: TiffImageFile) -> object:
        for told, awaited in islice(turns, 1):
            told.set()
            awaited.wait(0.5)
        return decode(picture)

    monkeypatch.setattr(TiffImageFile, "load", slow)
    before = (os.fstat(2).st_ino, list(warnings.filters))
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(load_picture, path)
        first.add_done_callback(lambda _: first_done.set())
        assert first_began.wait(30)
        assert pool.submit(load_picture, path).result().size == first.result().size
    assert (os.fstat(2).st_ino, list(warnings.filters)) == before


@given(form=st.sampled_from(["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF"]), data=st.data())
def test_damage_anywhere_is_refused_or_survived(tmp_path_factory: pytest.TempPathFactory, form: str, data: st.DataObject) -> None:
    original = bytearray(bytes_of(drawn("RGB"), form))
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(original) - 1), st.integers(0, 255)), max_size=6)):
        original[place] = byte
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(original[: data.draw(st.integers(0, len(original)))])
    try:
        picture = load_picture(path)
    except ImageError:
        return
    assert picture.mode in ("L", "RGB")
