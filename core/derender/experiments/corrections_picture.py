"""What interpretation makes of a drawing, and the picture of that: drawing, the reader's favourite, the interpretation (Figure 11)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from derender.rendering.preview import preview_png
from derender.spec import Spec

_INK = 0.12
"""Darkness of the faintest strokes."""
_SPECK = 12
"""Pixels; what is smaller says nothing of where the drawing lies."""
_MARGIN = 8
"""Pixels around the strokes."""


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


def corrections_png(outcomes: Sequence[Outcome]) -> bytes:
    """A row for each drawing: the picture, the reader's favourite, the interpretation."""
    side, gap, head = 170, 10, 20
    sheet = Image.new("RGB", (3 * (side + gap) + gap, max(1, len(outcomes)) * (side + gap) + head + gap), "white")
    pen = ImageDraw.Draw(sheet)
    for column, title in enumerate(("drawing", "the network's favourite", "with programs")):
        pen.text((gap + column * (side + gap), 5), title, fill="black", font=ImageFont.load_default())
    for row, outcome in enumerate(outcomes):
        drawn = Image.fromarray((255 * (1 - np.clip(cropped(outcome.picture), 0, 1))).astype(np.uint8))
        rendered = [Image.open(io.BytesIO(preview_png(spec))).convert("RGB") for spec in (outcome.taken.own, outcome.taken.joint)]
        for column, image in enumerate((drawn.convert("RGB"), *rendered)):
            sheet.paste(ImageOps.pad(image, (side, side), color="white"), (gap + column * (side + gap), head + row * (side + gap)))
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def cropped(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """The part of the ink (height, width) that holds its strokes, as renderings are cropped to theirs; specks are no strokes."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((ink > _INK).astype(np.uint8), connectivity=8)
    strokes = [box for box in stats[1:] if box[cv2.CC_STAT_AREA] >= _SPECK]
    if not strokes:
        return ink
    left, top = (max(0, min(int(box[side]) for box in strokes) - _MARGIN) for side in (cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP))
    right = max(int(box[cv2.CC_STAT_LEFT] + box[cv2.CC_STAT_WIDTH]) for box in strokes) + _MARGIN
    bottom = max(int(box[cv2.CC_STAT_TOP] + box[cv2.CC_STAT_HEIGHT]) for box in strokes) + _MARGIN
    return ink[top:bottom, left:right]
