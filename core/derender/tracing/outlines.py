"""How a shape is outlined: once or twice, with sharp or rounded corners, upright or slanted, as the strokes around its region show it.

A region is held against its strokes: along lines across its outline the stroke that is nearest, and the ones before and behind it. Where
another stroke runs beside most of the outline the shape is drawn twice, and its outline is the outer stroke.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np

from derender.perception.across import STEPS, Across, at_one_distance, crossings
from derender.tracing.features import KINDS, fits
from derender.tracing.graph import Points
from derender.tracing.regions import Region
from derender.tracing.strokes import Mask, Traces

_REACH, _BESIDE, _OWN = 0.35, 0.28, 0.08
"""Of a shape's shorter side: how far to each side an outline is looked at, how far apart the strokes of a double one are at most, and how
far its own stroke may lie from where it is thought to."""

_TWICE = 0.5
"""The part of an outline that another stroke runs beside where it is double; of 242 single outlines in simulated photographs none had 0.35,
of 54 double ones all had 0.58."""

_A_SIDE = 0.2
"""The part of a side of it that does, where another stroke runs beside that side."""

_ROUNDED = 0.057
"""Of the shorter side: by so much the strokes cut a corner at least, but one of the four, where corners are rounded."""

_RADII = (0.0, 0.15, 0.25, 0.35, 0.45)
"""Of the shorter side."""

_LEANS = tuple(sign * lean for sign in (-1, 1) for lean in (0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6))
"""Of the height."""

_CLEARLY = 0.03
"""Of intersection over union: by so much a slanted outline fits better than any other."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A region as it is outlined: one of `KINDS`, its strokes' middle lines, and by how many pixels a box's top lies right of its foot."""

    region: Region
    kind: str
    lines: tuple[Points, ...]
    rounded: bool = False
    lean: float = 0.0

    @property
    def double(self) -> bool:
        """Whether it is drawn twice, one outline within the other."""
        return len(self.lines) > 1


def outlined(region: Region, traces: Traces) -> Outline:
    """How the strokes show a region."""
    across = Across.of(region.outline)
    own, before, behind = _strokes(across, traces, min(region.sides))
    inner = None
    if _runs_beside(across, own, behind):
        inner = _placed(across, own)
        region = _wider(region, across, float(np.nanmedian(behind - own)))
        across = Across.of(region.outline)
        own, _, _ = _strokes(across, traces, min(region.sides))
    elif _runs_beside(across, own, before):
        inner = _placed(across, before)
    seen = _placed(across, own)
    lines = (seen,) if inner is None else (seen, inner)
    kind = KINDS[int(fits([region]).argmax())]
    if kind not in ("box", "ellipse") or len(seen) < STEPS / 2:
        return Outline(region, kind, lines)
    form = _form(seen)
    return Outline(region, form.kind, lines, form.rounded, form.lean)


def _strokes(across: Across, traces: Traces, side: float) -> tuple[Points, Points, Points]:
    """How far outwards (`STEPS`) the stroke lies that is the outline's own, the one before it and the one behind; NaN where none is."""
    own, before, behind = np.full((3, STEPS), np.nan)
    for line, there in enumerate(crossings(across, traces.ink, _REACH * side)):
        nearest = int(np.abs(there).argmin()) if len(there) else -1
        if nearest >= 0 and abs(there[nearest]) <= max(2.0, _OWN * side):
            own[line] = there[nearest]
            if nearest and there[nearest] - there[nearest - 1] < _BESIDE * side:
                before[line] = there[nearest - 1]
            if nearest + 1 < len(there) and there[nearest + 1] - there[nearest] < _BESIDE * side:
                behind[line] = there[nearest + 1]
    return own, before, behind


def _runs_beside(across: Across, own: Points, other: Points) -> bool:
    """Whether another stroke runs beside most of the outline's own, at about one distance, and on three of its four sides at least: what is
    drawn close above and below has its strokes along two of them."""
    beside = at_one_distance(np.abs(other - own))
    low, high = across.points.min(0), across.points.max(0)
    x, y = ((2 * across.points - low - high) / np.maximum(1e-6, high - low)).T
    sides = np.stack([x, -x, y, -y]).argmax(0)
    along = [side for side in np.unique(sides) if beside[sides == side].mean() > _A_SIDE]
    return bool(beside.mean() > _TWICE and len(along) > 2)


def _placed(across: Across, stroke: Points) -> Points:
    """The points of a stroke (N, 2), where it is seen."""
    seen = np.isfinite(stroke)
    return np.asarray(across.points[seen] + stroke[seen, None] * across.outwards[seen])


def _wider(region: Region, across: Across, by: float) -> Region:
    """The region with its outline so many pixels farther out."""
    left, top, right, bottom = region.box
    middle, half = np.array([(left + right) / 2, (top + bottom) / 2]), np.maximum(1.0, np.array(region.sides) / 2)
    # A box is wider by as much as its sides move, a diamond by more.
    more = by / float(((across.points - middle) / half * across.outwards).sum(1).mean())
    outline = np.asarray(middle + (region.outline - middle) * (1 + more / half), dtype=np.float32)
    return replace(region, outline=outline, box=(left - more, top - more, right + more, bottom + more))


class _Form(NamedTuple):
    """See `Outline`."""

    kind: str
    rounded: bool = False
    lean: float = 0.0


def _form(seen: Points) -> _Form:
    """What points (N, 2) along a box or an ellipse fit best: an ellipse, a box with or without rounded corners, a slanted one."""
    low, high = seen.min(0), seen.max(0)
    width, height = (high - low).tolist()
    own = _filled(seen - low, width, height)

    def fit(points: Points) -> float:
        other = _filled(points, width, height)
        return float((own & other).sum() / max(1, (own | other).sum()))

    ellipse = fit(_round_box(width, height, width / 2, height / 2))
    box = max(fit(_round_box(width, height, r, r)) for r in (part * min(width, height) for part in _RADII))
    leaning = [(fit(_slanted(width, height, lean * height)), lean * height) for lean in _LEANS if abs(lean) * height < 0.8 * width]
    slanted, lean = max(leaning, default=(0.0, 0.0))
    if slanted > max(ellipse, box) + _CLEARLY:
        return _Form("box", lean=lean)
    if ellipse >= box:
        return _Form("ellipse")
    return _Form("box", rounded=_are_cut(seen, low, high))


_SIDE, _MARGIN = 96, 8
"""Pixels of the picture that outlines are compared in."""


def _filled(points: Points, width: float, height: float) -> Mask:
    """What an outline in a box of that width and height encloses, drawn in a square."""
    scale = np.array([width, height]) / (_SIDE - 1 - 2 * _MARGIN)
    out = np.zeros((_SIDE, _SIDE), np.uint8)
    cv2.fillPoly(out, [np.rint(16 * (points / scale + _MARGIN)).astype(np.int32)], 1, shift=4)
    return out > 0


def _round_box(width: float, height: float, across: float, down: float) -> Points:
    """A box whose corners are quarters of ellipses with these half axes."""
    turns = np.radians(np.linspace(0, 90, 12))
    corners = ((width - across, height - down, 0), (across, height - down, 90), (across, down, 180), (width - across, down, 270))
    quarters = [
        np.stack([x + across * np.cos(turns + math.radians(by)), y + down * np.sin(turns + math.radians(by))], -1) for x, y, by in corners
    ]
    return np.concatenate(quarters)


def _slanted(width: float, height: float, lean: float) -> Points:
    left, right = max(0.0, lean), max(0.0, -lean)
    return np.array([(left, 0), (width - right, 0), (width - left, height), (right, height)])


def _are_cut(seen: Points, low: Points, high: Points) -> bool:
    """Whether the strokes cut the corners where a box's sides would meet."""
    sides = [_side(seen, low, high, axis, at_end) for axis in (0, 1) for at_end in (False, True)]
    if any(side is None for side in sides):
        return False
    cut = []
    for a, b in (side for side in sides[:2] if side is not None):
        for c, d in (side for side in sides[2:] if side is not None):
            y = (c * b + d) / (1 - a * c)
            cut.append(float(np.hypot(*(seen - (a * y + b, y)).T).min()))
    return sorted(cut)[1] > _ROUNDED * float((high - low).min())


def _side(seen: Points, low: Points, high: Points, axis: int, at_end: bool) -> tuple[float, float] | None:
    """Slope and offset of a side's middle part, of x by y or of y by x; None where too little of it is seen."""
    place = (seen - low) / np.maximum(1e-6, high - low)
    near = place[:, axis] > 0.85 if at_end else place[:, axis] < 0.15
    there = near & (np.abs(place[:, 1 - axis] - 0.5) < 0.28)
    if there.sum() < 4:
        return None
    slope, offset = np.polyfit(seen[there, 1 - axis], seen[there, axis], 1)
    return float(slope), float(offset)
