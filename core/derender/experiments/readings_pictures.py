"""The pictures of `readings`: the cumulative plot of Figure 8, galleries as in Figures 6 and 7."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from derender.experiments.plots import new_figure
from derender.experiments.study import Json, Picture
from derender.rendering.preview import preview_png
from derender.spec_json import spec_from_json

_SIDE = 140
_GAP = 10
_TITLE = 18
_ACROSS = 6


def share_at_least(overlaps: Sequence[float], least: float) -> float:
    """The share of drawings that are read at least so well."""
    return float(np.mean([overlap >= least for overlap in overlaps]))


def summary_plot(systems: Mapping[str, Sequence[Sequence[float]]], first: Sequence[int], path: Path) -> None:
    """One panel for each number of specs: the share of drawings whose overlap is at least that on the axis."""
    figure = new_figure(10, 3.4)
    panels = figure.subplots(1, len(first), sharey=True)
    levels = np.linspace(0, 1, 101)
    for number, (axes, count) in enumerate(zip(panels, first, strict=True)):
        for system, overlaps in systems.items():
            column = [row[number] for row in overlaps]
            axes.plot(levels, [share_at_least(column, max(level, 1e-9)) for level in levels], label=system)
        axes.set_title(f"top {count}")
        axes.set_xlabel("intersection over union, at least")
    panels[0].set_ylabel("share of drawings")
    panels[0].set_ylim(0, 1.02)
    panels[-1].legend(fontsize="small")
    figure.savefig(path)


def galleries(result: Json, folder: Path) -> list[Picture]:
    """The drawings that are read exactly (Figure 6) and the nearest misses (Figure 7), each with what was read below it."""
    below = "Below each drawing what the paper's reader reads, and below that what Derender's does"
    told = {
        "exact": f"Drawings that the paper's reader reads exactly, those of the most commands. {below} (Figure 6).",
        "near": f"Near misses of the paper's reader, with its intersection over union. {below} (Figure 7).",
    }
    pictures = []
    for name, caption in told.items():
        if result[name]:
            path = folder / f"readings-{name}.png"
            _gallery(result[name]).save(path)
            pictures.append(Picture(path, caption))
    return pictures


def _gallery(shown: Sequence[Json]) -> Image.Image:
    step, block = _SIDE + _GAP, 3 * _SIDE + _TITLE + 2 * _GAP
    rows = -(-len(shown) // _ACROSS)
    sheet = Image.new("RGB", (min(len(shown), _ACROSS) * step + _GAP, rows * block + _GAP), "white")
    pen = ImageDraw.Draw(sheet)
    for number, drawing in enumerate(shown):
        left, top = _GAP + number % _ACROSS * step, _GAP + number // _ACROSS * block
        score = "" if drawing["iou"] == 1 else f", {drawing['iou']:.2f}"
        pen.text((left + 2, top), f"{Path(drawing['drawing']).stem}{score}", fill="#444", font=ImageFont.load_default(13))
        pictures = base64.b64decode(drawing["picture"]), *(preview_png(spec_from_json(drawing[key])) for key in ("read", "own"))
        for row, png in enumerate(pictures):
            sheet.paste(_framed(png), (left, top + _TITLE + row * (_SIDE - 1)))
    return sheet


def _framed(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png)).convert("RGB")
    return ImageOps.expand(ImageOps.pad(image, (_SIDE - 2, _SIDE - 2), color="white"), 1, "#ccc")
