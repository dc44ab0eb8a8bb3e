"""At which end curves and lines on a canvas have heads, as the judge of ways through photographs sees them.

The reader looks for heads in pixels of a sixteenth of a cell: on a coarse lattice a head is a few of them, and lines lose theirs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from derender.perception.command_view import outline_of
from derender.photo.maps import Maps
from derender.spec import Command, Line, Spec
from derender.tracing.bent_fits import pixel_of
from derender.tracing.graph import Points
from derender.tracing.paths import Way, between
from derender.tracing.strokes import traces_of
from derender.tracing.way_network import WayJudge

_POINTS = 40
"""Of what stands for a straight line."""

_LEAST_LENGTH = 2.0
"""Cells; of a shorter line hardly more than the head could be seen."""

_CLEAR = 4.0
"""Log odds of a head from which on a line has one, however it was read: of 291 lines without a head in simulated drawings on a coarse
lattice none has more, of 280 with one 78, nearly all of them at the right end."""


def arrows_among(specs: Sequence[Spec], ink: NDArray[np.float32], judge: WayJudge, closer: int = 1) -> dict[Line, Line]:
    """The lines of plain specs, the best first, that were read without a head and clearly have one, and the arrows that they are; none
    where more arrows were read: who reads most heads misses few.

    `ink` (16h, 16w) is the canvas's, or shows all of it with `closer` times as many pixels.
    """
    lines = list(dict.fromkeys(line for spec in specs for line in spec if isinstance(line, Line) and _may_lack_head(line)))
    if not lines:
        return {}
    height = len(ink) // closer
    ends = [[_closely(pixel_of(end, height), closer) for end in ((line.x1, line.y1), (line.x2, line.y2))] for line in lines]
    drawn = [np.linspace(start, end, _POINTS) for start, end in ends]
    odds, arrows = head_odds(drawn, ink, list(specs[0]), judge, closer), {}
    for line, (first, last) in zip(lines, odds.tolist(), strict=True):
        arrow = replace(line, arrow=True)
        if max(first, last) > _CLEAR and min(first, last) < 0:
            arrows[line] = arrow if last > first else turned(arrow)
    return arrows if len(arrows) >= sum(isinstance(line, Line) and line.arrow for line in specs[0]) else {}


def _may_lack_head(line: Line) -> bool:
    return not line.arrow and not line.dashed and math.dist((line.x1, line.y1), (line.x2, line.y2)) >= _LEAST_LENGTH


def turned(arrow: Line) -> Line:
    """The arrow along the same curve that leads the other way."""
    return replace(arrow, x1=arrow.x2, y1=arrow.y2, x2=arrow.x1, y2=arrow.y1, bend=-arrow.bend)


def head_odds(
    curves: Sequence[Points], ink: NDArray[np.float32], shapes: Sequence[Command], judge: WayJudge, closer: int = 1
) -> NDArray[np.float64]:
    """Log odds (N, 2) that N curves (M, 2) in the pixels of a canvas's ink (16h, 16w), or of one with `closer` times as many, have a head
    at their first and at their last end; `shapes` are what they join."""
    if not curves:
        return np.zeros((0, 2))
    nothing = np.zeros_like(ink)
    traces = traces_of(Maps(ink, nothing, nothing, np.ones_like(ink)))
    places = (outline_of(shape) for shape in shapes if not isinstance(shape, Line))
    outlines = [np.array([_closely(pixel_of((x, y), len(ink) // closer), closer) for x, y in outline.tolist()]) for outline in places]
    found = between(traces, [outline.astype(np.float32) for outline in outlines])
    lengths = [float(np.hypot(*np.diff(curve, axis=0).T).sum()) for curve in curves]
    ways = [Way(curve, 0, 1, length, 0.0, frozenset()) for curve, length in zip(curves, lengths, strict=True)]
    return judge(ways, found, traces).heads


def _closely(points: Points, closer: int) -> Points:
    """Pixels of a canvas where there are so many times as many: the middle of one lies between those that it is."""
    return np.asarray(closer * points + (closer - 1) / 2)
