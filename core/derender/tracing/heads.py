"""At which end curves on a canvas have their heads, as the judge of ways through photographs sees them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from derender.photo.maps import Maps
from derender.spec import Circle, Command, Line, Rectangle
from derender.tracing.bent_fits import pixel_of
from derender.tracing.graph import Points
from derender.tracing.paths import Way, between
from derender.tracing.regions import Contour
from derender.tracing.strokes import traces_of
from derender.tracing.way_network import WayJudge

_CORNERS = 48
"""Of what stands for a circle."""


def head_odds(curves: Sequence[Points], ink: NDArray[np.float32], shapes: Sequence[Command], judge: WayJudge) -> NDArray[np.float64]:
    """Log odds (N, 2) that N curves (M, 2) in the pixels of a canvas's ink (16h, 16w) have a head at their first and at their last end;
    `shapes` are what they join."""
    if not curves:
        return np.zeros((0, 2))
    nothing = np.zeros_like(ink)
    traces = traces_of(Maps(ink, nothing, nothing, np.ones_like(ink)))
    found = between(traces, [_outline(shape, len(ink)) for shape in shapes if not isinstance(shape, Line)])
    lengths = [float(np.hypot(*np.diff(curve, axis=0).T).sum()) for curve in curves]
    ways = [Way(curve, 0, 1, length, 0.0, frozenset()) for curve, length in zip(curves, lengths, strict=True)]
    return judge(ways, found, traces).heads


def _outline(shape: Circle | Rectangle, height: int) -> Contour:
    """A shape's outline (N, 2) in the pixels of a canvas so many pixels high."""
    match shape:
        case Circle(x, y, rx, ry):
            turns = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
            points = np.stack([x + rx * np.cos(turns), y + ry * np.sin(turns)], -1)
        case Rectangle(x1, y1, x2, y2):
            points = np.array([(x1, y1), (x2, y1), (x2, y2), (x1, y2)], dtype=np.float64)
    return np.array([pixel_of((float(x), float(y)), height) for x, y in points], dtype=np.float32)
