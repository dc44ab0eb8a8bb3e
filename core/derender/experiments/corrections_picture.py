"""What interpretation makes of a drawing, and the picture of that: drawing, the reader's favourite, the interpretation (Figure 11)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from derender.rendering.preview import preview_png
from derender.spec import Spec


@dataclass(frozen=True, slots=True)
class Taken:
    """What the reader alone says, and what is best of the first and of the last answer; seconds of the former."""

    own: Spec
    first: Spec
    joint: Spec
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """One drawing: its sort, what it was taken for, and whether the reader, the first and the last answer are right."""

    sort: str
    picture: NDArray[np.float32]
    taken: Taken
    own_is_right: bool
    first_is_right: bool
    joint_is_right: bool


def corrections_png(outcomes: Sequence[Outcome], side: int = 170) -> bytes:
    """A row for each drawing: the picture, the reader's favourite, the interpretation."""
    gap, head = 10, 20
    sheet = Image.new("RGB", (3 * (side + gap) + gap, max(1, len(outcomes)) * (side + gap) + head + gap), "white")
    pen = ImageDraw.Draw(sheet)
    for column, title in enumerate(("drawing", "the network's favourite", "with programs")):
        pen.text((gap + column * (side + gap), 5), title, fill="black", font=ImageFont.load_default())
    for row, outcome in enumerate(outcomes):
        drawn = Image.fromarray((255 * (1 - np.clip(outcome.picture, 0, 1))).astype(np.uint8))
        rendered = [Image.open(io.BytesIO(preview_png(spec))).convert("RGB") for spec in (outcome.taken.own, outcome.taken.joint)]
        for column, image in enumerate((drawn.convert("RGB"), *rendered)):
            sheet.paste(ImageOps.pad(image, (side, side), color="white"), (gap + column * (side + gap), head + row * (side + gap)))
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()
