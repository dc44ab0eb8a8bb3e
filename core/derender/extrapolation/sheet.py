"""A contact sheet: a figure and its extrapolations side by side, as a PNG (the counterpart of Figure 13)."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont, ImageOps

from derender.language.program import Label
from derender.rendering.preview import preview_png
from derender.spec import Spec

_TITLE = 18
"""Pixels below each picture."""
_GAP = 8


def contact_sheet(pictures: Sequence[tuple[str, Spec, tuple[Label, ...]]], *, side: int = 220, columns: int | None = None) -> bytes:
    """Titled drawings in rows, each in a square of `side` pixels; the sheet is as square as may be unless `columns` says otherwise."""
    across = max(1, min(columns or math.ceil(math.sqrt(len(pictures))), max(1, len(pictures))))
    rows = max(1, math.ceil(len(pictures) / across))
    width, height = side + _GAP, side + _TITLE + _GAP
    sheet = Image.new("RGB", (across * width + _GAP, rows * height + _GAP), "white")
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default()
    for k, (title, spec, labels) in enumerate(pictures):
        x, y = _GAP + k % across * width, _GAP + k // across * height
        picture = Image.open(io.BytesIO(preview_png(spec, labels))).convert("RGB")
        sheet.paste(ImageOps.pad(picture, (side, side), color="white"), (x, y))
        pen.rectangle((x, y, x + side - 1, y + side - 1), outline=(200, 200, 200))
        shown = title.encode("ascii", "replace").decode()
        pen.text((x + 2, y + side + 3), shown[: side // 6], fill="black", font=font)
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()
