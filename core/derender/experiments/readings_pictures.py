"""The pictures of `readings`: the cumulative plot of Figure 8, galleries as in Figures 6 and 7."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from derender.experiments.plots import new_figure
from derender.experiments.study import Json, Picture
from derender.rendering.preview import preview_png
from derender.spec import spec_from_json

_SIDE = 140
_GAP = 8
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
    """The drawings that are read exactly (Figure 6) and the nearest misses (Figure 7), each above what was read."""
    told = {
        "exact": "Drawings that the paper's reader reads exactly, those of the most commands, each above what was read (Figure 6).",
        "near": "Near misses of the paper's reader, each above what was read (Figure 7).",
    }
    pictures = []
    for name, caption in told.items():
        if result[name]:
            path = folder / f"readings-{name}.png"
            _gallery(result[name]).save(path)
            pictures.append(Picture(path, caption))
    return pictures


def _gallery(shown: Sequence[Json]) -> Image.Image:
    step = _SIDE + _GAP
    rows = -(-len(shown) // _ACROSS)
    sheet = Image.new("RGB", (min(len(shown), _ACROSS) * step + _GAP, rows * (2 * step + _GAP) + _GAP), "white")
    for number, drawing in enumerate(shown):
        left, top = _GAP + number % _ACROSS * step, _GAP + number // _ACROSS * (2 * step + _GAP)
        sheet.paste(_framed(base64.b64decode(drawing["picture"])), (left, top))
        sheet.paste(_framed(preview_png(spec_from_json(drawing["read"]))), (left, top + step))
    return sheet


def _framed(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png)).convert("RGB")
    return ImageOps.expand(ImageOps.pad(image, (_SIDE - 2, _SIDE - 2), color="white"), 1, "#ccc")
