"""The counterpart of Figure 12: pairs of drawings that are near or far as programs, near or far as images."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from PIL import Image, ImageDraw, ImageFont, ImageOps

from derender.rendering.preview import preview_png
from derender.similarity.drawings import Drawing, distance

_SIDE, _GAP, _TITLE = 150, 10, 22
"""Pixels."""

QUADRANTS = (("near", "near"), ("far", "near"), ("near", "far"), ("far", "far"))
"""As programs, as images: the columns and rows of the picture, read line by line."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two drawings and the shares of all pairs that are nearer, as programs and as images: 0 for the nearest, 1 for the farthest."""

    first: Drawing
    second: Drawing
    program_rank: float
    image_rank: float


def ranked_pairs(drawings: Sequence[Drawing]) -> list[Pair]:
    """All pairs with their ranks in both spaces; equal distances share their rank."""
    pairs = [(a, b, distance(a, b)) for a, b in combinations(drawings, 2)]
    by_program, by_image = sorted(d.program for *_, d in pairs), sorted(d.image for *_, d in pairs)
    most = max(1, len(pairs) - 1)
    return [Pair(a, b, by_program.index(d.program) / most, by_image.index(d.image) / most) for a, b, d in pairs]


def chosen_pairs(pairs: Sequence[Pair], count: int = 3) -> dict[tuple[str, str], list[Pair]]:
    """For each quadrant the `count` pairs that lie farthest in its corner, no drawing twice in a quadrant."""
    found: dict[tuple[str, str], list[Pair]] = {}
    for program, image in QUADRANTS:
        corner = (0.0 if program == "near" else 1.0, 0.0 if image == "near" else 1.0)
        picked: list[Pair] = []
        for pair in sorted(pairs, key=lambda p, c=corner: max(abs(p.program_rank - c[0]), abs(p.image_rank - c[1]))):  # type: ignore[misc]
            used = {drawing.path for other in picked for drawing in (other.first, other.second)}
            if len(picked) < count and not {pair.first.path, pair.second.path} & used:
                picked.append(pair)
        found[program, image] = picked
    return found


def quadrants_png(pairs: Sequence[Pair], count: int = 3) -> bytes:
    """The picture of the four quadrants: each pair side by side, as rendered from its program."""
    width, height = 2 * _SIDE + 3 * _GAP, count * (_SIDE + _GAP) + _TITLE + _GAP
    sheet = Image.new("RGB", (2 * width, 2 * height), "white")
    pen = ImageDraw.Draw(sheet)
    for k, ((program, image), picked) in enumerate(chosen_pairs(pairs, count).items()):
        left, top = k % 2 * width, k // 2 * height
        pen.rectangle((left + 2, top + 2, left + width - 3, top + height - 3), outline=(170, 170, 170))
        pen.text((left + _GAP, top + 6), f"{program} as programs, {image} as images", fill="black", font=ImageFont.load_default())
        for row, pair in enumerate(picked):
            for column, drawing in enumerate((pair.first, pair.second)):
                place = (left + _GAP + column * (_SIDE + _GAP), top + _TITLE + row * (_SIDE + _GAP))
                picture = Image.open(io.BytesIO(preview_png(drawing.spec, drawing.program.labels))).convert("RGB")
                sheet.paste(ImageOps.pad(picture, (_SIDE, _SIDE), color="white"), place)
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()
