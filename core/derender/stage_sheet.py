"""One picture of all stages side by side, for people who want to see where a reading went wrong (`infer --show`).

Page (the photograph with the sheet's outline), view (without perspective, the drawing alone), ink, labels, and the reading.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from derender.inference import Inference
from derender.labels import written_regions
from derender.photo.develop import Development
from derender.photo.load import load_picture
from derender.rendering.preview import preview_png

_HEIGHT = 420
_WIDEST = 640
_GAP, _TITLE = 12, 26
_BLUE, _ORANGE = (31, 99, 190), (214, 110, 20)


def stage_sheet(path: Path, inference: Inference) -> Image.Image:
    """The sheet for one picture; raises `ImageError` when the picture is gone. Stages that found nothing are left white."""
    photo = load_picture(path).convert("RGB")
    development = inference.development
    panels = [("page", _page(photo, development))]
    if development is not None:
        view = Image.fromarray(development.view)
        panels += [("view", view), ("ink", _ink(development.ink)), ("labels", _labels(development))]
    panels.append(("reading", _reading(inference)))
    return _side_by_side([(title, _fitted(panel)) for title, panel in panels])


def sheets_png(sheets: Sequence[Image.Image]) -> bytes:
    """Several pictures' sheets, one below the other, as a PNG file."""
    out = Image.new("RGB", (max(s.width for s in sheets), sum(s.height for s in sheets)), "white")
    y = 0
    for sheet in sheets:
        out.paste(sheet, (0, y))
        y += sheet.height
    file = io.BytesIO()
    out.save(file, "PNG")
    return file.getvalue()


def _page(photo: Image.Image, development: Development | None) -> Image.Image:
    """The photograph; blue: the sheet; orange: the part that was looked at closely."""
    shown = photo.copy()
    if development is None:
        return shown
    draw, width = ImageDraw.Draw(shown), max(2, round(max(shown.size) / 200))
    if development.page is not None:
        draw.polygon([tuple(corner) for corner in development.page], outline=_BLUE, width=width)
    if not development.is_scan:
        rows, columns = development.ink.shape
        corners = np.array([(0, 0, 1), (columns, 0, 1), (columns, rows, 1), (0, rows, 1)]) @ development.to_picture.T
        draw.polygon([(float(x / w), float(y / w)) for x, y, w in corners], outline=_ORANGE, width=width)
    return shown


def _ink(ink: NDArray[np.float32]) -> Image.Image:
    return Image.fromarray(np.asarray(255 - np.rint(255 * ink), dtype=np.uint8)).convert("RGB")


def _labels(development: Development) -> Image.Image:
    """Writing in orange over pale ink, a frame around each label."""
    ink, writing = development.ink[..., None], development.writing[..., None]
    paper = 255 - ink * np.array([90, 90, 90]) - writing * (255 - np.array(_ORANGE))
    shown = Image.fromarray(np.asarray(np.clip(paper, 0, 255), dtype=np.uint8))
    draw = ImageDraw.Draw(shown)
    for region in written_regions(development.writing, development.ink):
        draw.rectangle((region.left - 2, region.top - 2, region.right + 1, region.bottom + 1), outline=_BLUE, width=2)
    return shown


def _reading(inference: Inference) -> Image.Image:
    if not inference.interpretations:
        return Image.new("RGB", (_HEIGHT, _HEIGHT), "white")
    best = inference.interpretations[0]
    return Image.open(io.BytesIO(preview_png(best.spec, best.program.labels, pixels_per_cell=32))).convert("RGB")


def _fitted(panel: Image.Image) -> Image.Image:
    factor = min(_HEIGHT / panel.height, _WIDEST / panel.width)
    size = (max(1, round(panel.width * factor)), max(1, round(panel.height * factor)))
    return panel.resize(size, Image.Resampling.BOX if factor < 0.5 else Image.Resampling.BICUBIC)


def _side_by_side(panels: Sequence[tuple[str, Image.Image]]) -> Image.Image:
    width = sum(panel.width for _, panel in panels) + _GAP * (len(panels) + 1)
    sheet = Image.new("RGB", (width, _HEIGHT + _TITLE + _GAP), "white")
    draw, x = ImageDraw.Draw(sheet), _GAP
    for title, panel in panels:
        draw.text((x, 7), title, fill=(60, 60, 60))
        sheet.paste(panel, (x, _TITLE))
        draw.rectangle((x - 1, _TITLE - 1, x + panel.width, _TITLE + panel.height), outline=(200, 200, 200))
        x += panel.width + _GAP
    return sheet
