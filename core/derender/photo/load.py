"""Pictures from files: decoded from an explicit list of formats, under a limit of pixels, upright.

Nothing here starts another program, and no format that could (EPS, WMF) is ever tried.
"""

from __future__ import annotations

import os
import struct
import sys
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from derender.errors import ImageError

FORMATS: tuple[str, ...] = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")
"""Pillow's names of the formats that are tried; telephones' HEIF and the first page of a PDF are decoded beside them."""

_ALL_FORMATS = (*FORMATS, "HEIC", "PDF")

_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"hevx", b"mif1", b"msf1")
"""What stands in the first box of a HEIF file."""

_PDF_PIXELS_A_POINT = 300 / 72
"""A PDF's page is drawn at 300 dots an inch at most."""

MOST_PIXELS = 60_000_000
"""Pictures with more pixels are refused before they are decoded."""

_TOO_MANY = f"at most {MOST_PIXELS // 1_000_000} million pixels are read"

MOST_BYTES = 200_000_000
"""Files that are larger are refused before they are read."""

_START = 4096
"""Bytes at a file's beginning that tell a PDF or a telephone's picture."""

MOST_WORKING_PIXELS = 5_000_000
"""Pictures are scaled down to this before any work: no stroke needs more."""

MOST_WORKING_SIDE = 16_000
"""Sides are scaled down to this: OpenCV's warps take no picture of more than 32,767 pixels in a row."""

_BRIGHT, _BLACK = 192, 64
"""Grey levels above the first are hardly seen on white, those below the second on black."""

_SEEN = 128
"""The opacity (of 255) from which on a pixel tells what is drawn."""

_SOME = 0.01
"""The share of what is seen that may be black by chance."""

_MOST_INK = 0.5
"""The share of a picture that ink covers at most; what covers more is paper that somebody cut out."""


_ORIENTATION = 0x0112
_ON_ITS_SIDE = (5, 6, 7, 8)
"""The EXIF orientations of pictures whose rows are shown as columns."""

_ALONE = Lock()
"""Held while a picture is decoded: warnings and standard error are the process's, not a thread's, and PDFium knows no threads."""

_RAISED_ON_DAMAGE = (
    *(OSError, SyntaxError, ValueError, EOFError, ArithmeticError, LookupError, TypeError, AttributeError, MemoryError),
    *(struct.error, zlib.error),
)
"""Pillow's decoders raise any of these on damaged data."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as it is worked on, and the width and height that the file shows, upright: those of a larger picture."""

    picture: Image.Image
    shown_size: tuple[int, int]

    @property
    def scale(self) -> tuple[float, float]:
        """Pixels as shown for a pixel as worked on, across and down."""
        return self.shown_size[0] / self.picture.width, self.shown_size[1] / self.picture.height


def require_picture(path: Path) -> None:
    """Raises `ImageError` where the file's beginning tells that it is no picture: at once, before networks are loaded to read it.

    What is damaged further on is told by `load_photo`.
    """
    _size(path)
    try:
        with path.open("rb") as file:
            start = file.read(_START)
    except OSError as error:
        raise _unreadable(path, error) from error
    if _is_pdf(start) or _is_heif(start):
        return
    try:
        with _ALONE, warnings.catch_warnings(), suppress(Image.DecompressionBombError):
            warnings.simplefilter("ignore")
            Image.open(path, formats=FORMATS).close()
    except UnidentifiedImageError:
        raise _no_picture(path) from None
    except _RAISED_ON_DAMAGE:
        return


def load_picture(path: Path) -> Image.Image:
    """The picture, upright (EXIF), RGB or grey, transparency on a ground that shows it; raises `ImageError` with one clear sentence."""
    return load_photo(path).picture


def load_photo(path: Path) -> Photo:
    """The picture as `load_picture` gives it, and its size before it was scaled down; raises `ImageError`."""
    data = _read(path)
    try:
        with _ALONE, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if _is_pdf(data):
                page, shown_size = _first_page(path, data)
                return Photo(upright(page), shown_size)
            picture = _heif(data) if _is_heif(data) else Image.open(BytesIO(data), formats=FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                size = f"{picture.width} × {picture.height}"
                raise ImageError(f"{path}: the picture has {size} pixels; {_TOO_MANY}")
            shown_size = picture.size[::-1] if picture.getexif().get(_ORIENTATION) in _ON_ITS_SIDE else picture.size
            # A JPEG is decoded at a half, a quarter or an eighth where that leaves enough: quicker than in full, and then shrinking.
            picture.draft(None, _within(picture.size, MOST_WORKING_PIXELS // 2))
            with _libtiff_silent() if picture.format == "TIFF" else nullcontext():
                picture.load()
            return Photo(upright(picture), shown_size)
    except Image.DecompressionBombError:
        # Pillow's own limit is met before the size is known here.
        raise ImageError(f"{path}: the picture is too large; {_TOO_MANY}") from None
    except UnidentifiedImageError:
        raise _no_picture(path) from None
    except ImageError:
        raise
    except _RAISED_ON_DAMAGE as error:
        raise ImageError(f"{path}: the picture is damaged or incomplete ({type(error).__name__})") from error


def upright(picture: Image.Image) -> Image.Image:
    """`picture` turned as its EXIF says, 8 bits a channel, grey or RGB, what is transparent as paper, at most `MOST_WORKING_PIXELS`."""
    picture = _eight_bits(ImageOps.exif_transpose(picture))
    size = _within(picture.size, MOST_WORKING_PIXELS)
    return picture if size == picture.size else picture.resize(size, Image.Resampling.BOX, reducing_gap=2.0)


def to_colour(picture: Image.Image) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 RGB."""
    return np.asarray(picture.convert("RGB"), dtype=np.uint8)


def to_grey(picture: Image.Image) -> NDArray[np.uint8]:
    """(H, W) uint8, 0 black, 255 white."""
    return np.asarray(picture.convert("L"), dtype=np.uint8)


def _is_pdf(data: bytes) -> bool:
    return data.lstrip()[:5] == b"%PDF-"


def _is_heif(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS


def _heif(data: bytes) -> Image.Image:
    """A telephone's picture, not decoded yet. The decoder refuses by itself what would take too much memory."""
    from pillow_heif import HeifImageFile, options

    # One thread: the worker's other one reads requests.
    options.DECODE_THREADS = 1
    opened: Image.Image = HeifImageFile(BytesIO(data))  # type: ignore[no-untyped-call]  # pillow-heif leaves it untyped
    return opened


def _first_page(path: Path, data: bytes) -> tuple[Image.Image, tuple[int, int]]:
    """A PDF's first page on white, as large as is worked on, and its size at 300 dots an inch."""
    import pypdfium2  # type: ignore[import-untyped]  # it ships no types

    try:
        document: Any = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        hint = "it asks for a password" if "password" in str(error).lower() else "it is damaged"
        raise ImageError(f"{path}: the PDF cannot be read: {hint}") from None
    try:
        if not len(document):
            raise ImageError(f"{path}: the PDF has no pages")
        page = document[0]
        width, height = page.get_size()
        if not (width >= 1 and height >= 1 and max(width, height) < 20_000):
            raise ImageError(f"{path}: the PDF's first page is {width:.0f} × {height:.0f} points, which cannot be read")
        shown = (max(1, round(width * _PDF_PIXELS_A_POINT)), max(1, round(height * _PDF_PIXELS_A_POINT)))
        scale = _PDF_PIXELS_A_POINT * min(1.0, (MOST_WORKING_PIXELS / (shown[0] * shown[1])) ** 0.5)
        picture: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil()
        return picture, shown
    except pypdfium2.PdfiumError:
        raise ImageError(f"{path}: the PDF's first page is damaged") from None
    finally:
        document.close()


@contextmanager
def _libtiff_silent() -> Iterator[None]:
    """libtiff tells of damage by writing to the process's stderr, past Python; what it tells is raised as an error as well."""
    sys.stderr.flush()
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


def _read(path: Path) -> bytes:
    size = _size(path)
    if size > MOST_BYTES:
        raise ImageError(f"{path}: the file has {size // 1_000_000} MB; at most {MOST_BYTES // 1_000_000} MB are read")
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _size(path: Path) -> int:
    """The bytes of a file that is not empty; raises `ImageError`."""
    try:
        if not path.is_file():
            raise ImageError(f"{path}: {'this is not a file' if path.exists() else 'there is no such file'}")
        size = path.stat().st_size
    except OSError as error:
        raise _unreadable(path, error) from error
    if size == 0:
        raise ImageError(f"{path}: the file is empty")
    return size


def _unreadable(path: Path, error: OSError) -> ImageError:
    return ImageError(f"{path}: the file cannot be read ({error.strerror})")


def _no_picture(path: Path) -> ImageError:
    return ImageError(f"{path}: this is not a picture that can be read ({', '.join(_ALL_FORMATS)})")


def _eight_bits(picture: Image.Image) -> Image.Image:
    if picture.mode in ("I;16", "I;16L", "I;16B", "I;16N", "I", "F"):
        values = np.array(picture, dtype=np.float32)
        # The brightest pixel is white: scanners write 10, 12 or 16 bits, and floats, without telling which. What is no number is paper.
        top = max(1.0, float(values.max(initial=1, where=np.isfinite(values))))
        np.nan_to_num(values, copy=False, nan=top, posinf=top, neginf=0)
        return Image.fromarray((values.clip(0, top) * (255 / top)).astype(np.uint8))
    if picture.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in picture.info:
        return _on_ground(picture.convert("RGBA"))
    return picture if picture.mode in ("L", "RGB") else picture.convert("L" if picture.mode == "1" else "RGB")


def _on_ground(picture: Image.Image) -> Image.Image:
    """An RGBA picture on white; on black where nearly all of what it shows is bright and nothing black: white ink of a dark screen."""
    levels = picture.convert("RGB").convert("L").histogram(picture.getchannel("A").point(lambda alpha: 255 * (alpha >= _SEEN)))
    seen, bright, black = sum(levels), sum(levels[_BRIGHT:]), sum(levels[:_BLACK])
    # White boxes with black outlines are bright, too, but need white paper.
    is_white_ink = bright > seen / 2 and black < _SOME * seen and seen < _MOST_INK * picture.width * picture.height
    ground = Image.new("RGBA", picture.size, (0, 0, 0, 255) if is_white_ink else (255, 255, 255, 255))
    return Image.alpha_composite(ground, picture).convert("RGB")


def _within(size: tuple[int, int], pixels: int) -> tuple[int, int]:
    width, height = size
    factor = min(1.0, (pixels / max(1, width * height)) ** 0.5, MOST_WORKING_SIDE / max(1, width, height))
    return max(1, round(width * factor)), max(1, round(height * factor))
