"""Cairo paths for drawing commands: the one place that says what a command looks like.

The context's user space is in cells with y up. Bitmaps, previews and PDF files all draw through `stroke_spec`.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias, assert_never

import cairo
import numpy as np
from numpy.typing import NDArray

from derender.rendering.pen import Pen
from derender.spec import Circle, Command, Line, Rectangle, Spec, bounding_box, looseness

Point = tuple[float, float]
Canvas: TypeAlias = "cairo.Context[Any]"
"""A context on a surface of any kind."""

# TikZ's `bend left`: control points at this part of the distance between the ends, turned off the straight line by the bend.
_HANDLES = 0.3915


def stroke_spec(context: Canvas, spec: Spec, pen: Pen) -> None:
    """Draws every command of the spec in the context's source colour."""
    context.set_line_width(pen.line_width)
    context.set_line_join(cairo.LINE_JOIN_MITER)
    context.set_line_cap(cairo.LINE_CAP_BUTT)
    for command in spec:
        stroke_command(context, command, pen)


def stroke_command(context: Canvas, command: Command, pen: Pen) -> None:
    """Draws one command; line width, joins and caps are the context's."""
    match command:
        case Circle(x, y, rx, ry, double):
            for offset in _offsets(pen, double):
                _ellipse(context, (x, y), rx + offset, ry + offset)
        case Rectangle(x1, y1, x2, y2, rounded, double):
            for offset in _offsets(pen, double):
                corner = pen.corner + offset if rounded else 0
                _rectangle(context, (x1 - offset, y1 - offset), (x2 + offset, y2 + offset), corner)
        case Line(x1, y1, x2, y2, arrow, dashed, bend):
            if dashed:
                context.set_dash((pen.dash, pen.dash))
            if arrow:
                _arrow(context, (x1, y1), (x2, y2), bend, pen)
            else:
                context.move_to(x1, y1)
                context.line_to(x2, y2)
                context.stroke()
            if dashed:
                context.set_dash(())
        case _:
            assert_never(command)


def _offsets(pen: Pen, double: bool) -> tuple[float, ...]:
    """How far outside its path an outline is drawn: on it, or twice beside it."""
    beside = (pen.double_gap + pen.line_width) / 2
    return (-beside, beside) if double else (0.0,)


def _ellipse(context: Canvas, centre: Point, rx: float, ry: float) -> None:
    x, y = centre
    if rx == ry:
        context.arc(x, y, rx, 0, math.tau)
        context.close_path()
    else:
        # The path is built in a stretched space and stroked outside it, so that the line keeps its width.
        matrix = context.get_matrix()
        context.translate(x, y)
        context.scale(rx, ry)
        context.arc(0, 0, 1, 0, math.tau)
        context.close_path()
        context.set_matrix(matrix)
    context.stroke()


def _rectangle(context: Canvas, low: Point, high: Point, corner: float) -> None:
    (x1, y1), (x2, y2) = low, high
    if corner:
        quarter = math.pi / 2
        context.arc(x2 - corner, y1 + corner, corner, -quarter, 0)
        context.arc(x2 - corner, y2 - corner, corner, 0, quarter)
        context.arc(x1 + corner, y2 - corner, corner, quarter, 2 * quarter)
        context.arc(x1 + corner, y1 + corner, corner, 2 * quarter, 3 * quarter)
        context.close_path()
    else:
        context.rectangle(x1, y1, x2 - x1, y2 - y1)
    context.stroke()


def _arrow(context: Canvas, start: Point, tip: Point, bend: int, pen: Pen) -> None:
    """A shaft and a filled head. A bent shaft is TikZ's curve, shortened as TikZ does: its end moves, its controls stay."""
    if bend:
        after_start, before_tip = bend_controls(start, tip, bend)
    else:
        after_start, before_tip = tip, start
    length = math.dist(before_tip, tip)
    along = ((tip[0] - before_tip[0]) / length, (tip[1] - before_tip[1]) / length)
    end = _behind(tip, along, pen.head_shaft)
    context.move_to(*start)
    if bend:
        context.curve_to(*after_start, *before_tip, *end)
    else:
        context.line_to(*end)
    context.stroke()
    half = pen.head_width / 2
    context.move_to(*tip)
    context.line_to(*_behind(tip, along, pen.head_length, half))
    context.line_to(*_behind(tip, along, pen.head_length - pen.head_inset))
    context.line_to(*_behind(tip, along, pen.head_length, -half))
    context.close_path()
    context.fill()


def bend_controls(start: Point, tip: Point, bend: int) -> tuple[Point, Point]:
    """The control points of TikZ's `bend left=bend`: out at the line's angle + bend, in from its reverse - bend."""
    distance = _HANDLES * looseness(bend) * math.dist(start, tip)
    angle = math.atan2(tip[1] - start[1], tip[0] - start[0])
    out, back = angle + math.radians(bend), angle + math.pi - math.radians(bend)
    first = (start[0] + distance * math.cos(out), start[1] + distance * math.sin(out))
    return first, (tip[0] + distance * math.cos(back), tip[1] + distance * math.sin(back))


def bend_curve(start: Point, tip: Point, bend: int, count: int = 40) -> NDArray[np.float64]:
    """So many points (N, 2) of TikZ's curve between two points."""
    return cubic(np.array([start, *bend_controls(start, tip, bend), tip]), count)


def cubic(controls: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """So many points (…, N, 2) of curves with these four controls (…, 4, 2)."""
    t = np.linspace(0, 1, count)[:, None]
    return np.asarray(np.concatenate([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], 1) @ controls)


def drawn_box(spec: Spec) -> tuple[float, float, float, float]:
    """(x1, y1, x2, y2) in cells around everything drawn but heads and the width of strokes; zeros for an empty spec."""
    bent = [bend_curve((c.x1, c.y1), (c.x2, c.y2), c.bend) for c in spec if isinstance(c, Line) and c.bend]
    x1, y1, x2, y2 = bounding_box(spec)
    points = np.concatenate([np.array([(x1, y1), (x2, y2)], dtype=np.float64), *bent])
    (left, bottom), (right, top) = points.min(0).tolist(), points.max(0).tolist()
    return left, bottom, right, top


def _behind(tip: Point, along: Point, distance: float, aside: float = 0) -> Point:
    return (tip[0] - distance * along[0] - aside * along[1], tip[1] - distance * along[1] + aside * along[0])
