"""Shapes that were read on a lattice and are only the paper between strokes: between an arrow there and one back."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.perception.ink import drawn_on
from derender.perception.network import CELL
from derender.perception.pixels import rendering_on_canvas
from derender.spec import Circle, Command, Line, Rectangle, Spec, bounding_box
from derender.strokes import stroke_width
from derender.tracing.bent_fits import from_outline, pixel_of
from derender.tracing.canvas_ways import Shape, arrow_ways, near_lines, outline_pixels
from derender.tracing.strokes import Mask, depth
from derender.tracing.way_network import WayJudge

_REACHES, _LEAST_HEADS = 1.0, 1.5
"""Cells between the ends of what two arrows enclose and the shapes that they join, at most, and cells of stroke of their tips and heads."""

_EXPLAINED = 3
"""Pixels around outlines that are theirs."""

_ALONG = 0.5
"""The part of such a shape's outline that lies along the two arrows."""


def without_paper(spec: Spec, ink: NDArray[np.float32], judge: WayJudge | None = None) -> Spec:
    """The same without shapes that are only the paper between an arrow there and one back in a canvas's ink (16h, 16w), which join shapes
    on both sides of it; a judge sees arrows whose heads are too small to be told by their ink."""
    shapes = [c for c in spec if not isinstance(c, Line)]
    return Spec(c for c in spec if isinstance(c, Line) or not is_between_arrows(c, beside(c, shapes), ink, judge))


def beside(shape: Shape, shapes: Sequence[Shape]) -> list[Shape]:
    """Those shapes that do not lie at the same place as one of them."""
    return [other for other in shapes if not lie_in_each_other(shape, other)]


def lie_in_each_other(a: Command, b: Command) -> bool:
    """Whether the middle of one of two shapes lies in the other one's box."""
    (left, bottom, right, top), (west, south, east, north) = bounding_box(Spec([a])), bounding_box(Spec([b]))
    apart_x, apart_y = abs(left + right - west - east), abs(bottom + top - south - north)
    return apart_x < max(right - left, east - west) and apart_y < max(top - bottom, north - south)


def is_between_arrows(shape: Shape, shapes: Sequence[Shape], ink: NDArray[np.float32], judge: WayJudge | None = None) -> bool:
    """Whether a shape is only the paper between an arrow there and one back: it reaches from one of the other shapes to another one, and
    heads lie beside it, or two arrows that join those run along it."""
    left, bottom, right, top = bounding_box(Spec([shape]))
    x, y = (left + right) / 2, (bottom + top) / 2
    across, up = ((left, y), (right, y)), ((x, bottom), (x, top))
    reaching = [across] if right - left > top - bottom else [up] if top - bottom > right - left else [across, up]
    if not any(all(any(from_outline(other, *end) < _REACHES for other in shapes) for end in ends) for ends in reaching):
        return False
    drawn = drawn_on(ink)
    outlines = rendering_on_canvas(Spec((*shapes, shape)), drawn.shape)
    heads = drawn & (depth(~outlines) > _EXPLAINED) & around([shape], CELL, drawn.shape)
    if heads.sum() >= _LEAST_HEADS * CELL * stroke_width(drawn):
        return True
    return judge is not None and _is_enclosed(shape, shapes, ink, judge)


def _is_enclosed(shape: Shape, shapes: Sequence[Shape], ink: NDArray[np.float32], judge: WayJudge) -> bool:
    """Whether two arrows that join the same two of the other shapes run along most of a shape's outline."""
    outline, joining = outline_pixels(shape, len(ink)), arrow_ways(ink, shapes, judge)
    for joined in {arrow.joins for arrow in joining if len(arrow.joins) == 2}:
        lines = [arrow.points for arrow in joining if arrow.joins == joined]
        if len(lines) > 1 and float(near_lines(outline, lines).mean()) > _ALONG:
            return True
    return False


def around(shapes: Sequence[Command], by: int, size: tuple[int, ...]) -> Mask:
    """The pixels in shapes and up to so many around them."""
    out = np.zeros(size, np.uint8)
    for shape in shapes:
        match shape:
            case Circle(x, y, rx, ry):
                middle, axes = pixel_of((x, y), size[0]), (round(rx * CELL) + by, round(ry * CELL) + by)
                cv2.ellipse(out, (round(middle[0]), round(middle[1])), axes, 0, 0, 360, 1, -1)
            case Rectangle(x1, y1, x2, y2):
                (left, top), (right, bottom) = pixel_of((x1, y2), size[0]), pixel_of((x2, y1), size[0])
                cv2.rectangle(out, (round(left) - by, round(top) - by), (round(right) + by, round(bottom) + by), 1, -1)
            case Line():
                pass
    return out > 0
