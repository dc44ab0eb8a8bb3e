"""Pictures for people: a spec as PNG, SVG or PDF, and beside its photo. Black on white, cropped to the drawing, labels included.

Text is drawn by Cairo as it stands: a label's TeX is shown without its dollars, not typeset.
"""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass, replace

import cairo
from PIL import Image, ImageOps

from derender.language.program import Label
from derender.rendering.pen import DEFAULT_PEN, Pen
from derender.rendering.strokes import Canvas, stroke_spec
from derender.spec import Spec

_MARGIN = 0.5
"""Cells."""
_LEAST_MARGIN = 4
"""Pixels."""
_TEXT_HEIGHT = 0.85
"""Cells; ten points in cells of 4 mm, as TikZ sets a node."""
_LARGEST_SIDE = 2400
"""Pixels; a drawing that would be larger gets smaller cells."""
_PIXELS_PER_CELL = 24
_POINTS_PER_CELL = 4 * 72 / 25.4
"""PostScript points in 4 mm, so that a PDF preview has the size of the TikZ picture."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """The part of the plane to show, in cells from its top left corner (y up), and its scale."""

    left: float
    top: float
    width: float
    height: float
    scale: float

    @property
    def size(self) -> tuple[float, float]:
        return self.width * self.scale, self.height * self.scale


def preview_png(spec: Spec, labels: tuple[Label, ...] = (), *, pixels_per_cell: float = _PIXELS_PER_CELL) -> bytes:
    """The drawing as a PNG file, cropped to its ink."""
    file = io.BytesIO()
    _surface(spec, labels, pixels_per_cell).write_to_png(file)
    return file.getvalue()


def preview_svg(spec: Spec, labels: tuple[Label, ...] = ()) -> str:
    """The drawing as an SVG document, cropped to its ink; text is drawn as outlines, so no font is needed to see it."""
    frame = _frame(spec, labels, _PIXELS_PER_CELL)
    file = io.BytesIO()
    with cairo.SVGSurface(file, *frame.size) as surface:
        surface.set_document_unit(cairo.SVG_UNIT_PX)
        _draw(surface, spec, labels, frame)
    # Cairo numbers its surfaces; without the number equal drawings give equal documents.
    return re.sub(r' id="surface\d+"', "", file.getvalue().decode())


def preview_pdf(spec: Spec, labels: tuple[Label, ...] = ()) -> bytes:
    """The drawing as a PDF file of the TikZ picture's natural size."""
    frame = _frame(spec, labels, _POINTS_PER_CELL)
    file = io.BytesIO()
    with cairo.PDFSurface(file, *frame.size) as surface:
        # Older TeX warns of newer versions when the file is included.
        surface.restrict_to_version(cairo.PDF_VERSION_1_4)
        _draw(surface, spec, labels, frame)
    return file.getvalue()


def side_by_side(photo: Image.Image, spec: Spec, labels: tuple[Label, ...] = (), *, height: int = 360) -> Image.Image:
    """The photo, turned upright, and the drawing beside it, both `height` pixels high."""
    left = _scaled(_on_white(photo), height)
    drawing = _surface(spec, labels, 48)
    size = drawing.get_width(), drawing.get_height()
    right = _scaled(Image.frombuffer("RGB", size, bytes(drawing.get_data()), "raw", "BGRX", drawing.get_stride()), height)
    gap = height // 18
    sheet = Image.new("RGB", (left.width + gap + right.width, height), "white")
    sheet.paste(left, (0, 0))
    sheet.paste((208, 208, 208), (left.width + gap // 2, 0, left.width + gap // 2 + 1, height))
    sheet.paste(right, (left.width + gap, 0))
    return sheet


def side_by_side_png(photo: Image.Image, spec: Spec, labels: tuple[Label, ...] = (), *, height: int = 360) -> bytes:
    """The same as a PNG file."""
    file = io.BytesIO()
    side_by_side(photo, spec, labels, height=height).save(file, "PNG")
    return file.getvalue()


def _surface(spec: Spec, labels: tuple[Label, ...], pixels_per_cell: float) -> cairo.ImageSurface:
    frame = _frame(spec, labels, pixels_per_cell)
    width, height = frame.size
    surface = cairo.ImageSurface(cairo.FORMAT_RGB24, math.ceil(width), math.ceil(height))
    _draw(surface, spec, labels, frame)
    surface.flush()
    return surface


def _frame(spec: Spec, labels: tuple[Label, ...], scale: float) -> _Frame:
    """The extents of all ink (bends and text reach beyond the commands' coordinates) and a margin."""
    recording = cairo.RecordingSurface(cairo.CONTENT_COLOR_ALPHA, None)
    context = cairo.Context(recording)
    # A device unit of a hundredth of a cell: recordings measure ink in whole units.
    context.set_matrix(cairo.Matrix(100, 0, 0, -100, 0, 0))
    _draw_ink(context, spec, labels, DEFAULT_PEN)
    x, y, width, height = (value / 100 for value in recording.ink_extents())
    scale = min(scale, (_LARGEST_SIDE - 2 * _LEAST_MARGIN) / max(width, height, 1))
    margin = max(_MARGIN, _LEAST_MARGIN / scale)
    return _Frame(x - margin, -y + margin, width + 2 * margin, height + 2 * margin, scale)


def _draw(surface: cairo.Surface, spec: Spec, labels: tuple[Label, ...], frame: _Frame) -> None:
    context = cairo.Context(surface)
    context.set_source_rgb(1, 1, 1)
    context.paint()
    context.set_matrix(cairo.Matrix(frame.scale, 0, 0, -frame.scale, -frame.left * frame.scale, frame.top * frame.scale))
    # However small the cells, a line stays wide enough to be seen.
    pen = replace(DEFAULT_PEN, line_width=max(DEFAULT_PEN.line_width, 0.8 / frame.scale))
    _draw_ink(context, spec, labels, pen)


def _draw_ink(context: Canvas, spec: Spec, labels: tuple[Label, ...], pen: Pen) -> None:
    context.set_source_rgb(0, 0, 0)
    stroke_spec(context, spec, pen)
    context.select_font_face("serif")
    context.set_font_matrix(cairo.Matrix(_TEXT_HEIGHT, 0, 0, -_TEXT_HEIGHT, 0, 0))
    for label in labels:
        text = label.text.replace("$", "").replace("\0", "")
        extents = context.text_extents(text)
        context.move_to(label.x - extents.x_bearing - extents.width / 2, label.y - extents.y_bearing - extents.height / 2)
        context.show_text(text)


def _on_white(photo: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(photo)
    if upright.mode in ("L", "RGB") and "transparency" not in upright.info:
        return upright.convert("RGB")
    upright = upright.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright).convert("RGB")


def _scaled(picture: Image.Image, height: int) -> Image.Image:
    """The picture at this height; very wide or narrow ones are fitted into a frame of at most three times the height."""
    width = max(1, round(picture.width * height / picture.height))
    if width <= 3 * height:
        return picture.resize((width, height), Image.Resampling.LANCZOS)
    return ImageOps.pad(picture, (3 * height, height), Image.Resampling.LANCZOS, color="white")
