"""A photograph's drawing without a lattice: shapes and connectors in pixels with the log odds that they are drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.perception.across import Across
from derender.photo.maps import Maps
from derender.photo.views import typical_height
from derender.tracing.connector_judge import ConnectorJudge
from derender.tracing.connectors import Connector, Drawn, connectors, drawn_ways
from derender.tracing.context import context
from derender.tracing.features import features
from derender.tracing.graph import Points
from derender.tracing.judges import Judges, RegionJudges, ShapeJudges
from derender.tracing.outlines import Outline, outlined
from derender.tracing.paths import between
from derender.tracing.regions import Region, nearest_on, regions
from derender.tracing.strokes import Traces, traces_of

LEAST_SHAPE = -0.2
"""Log odds from which on a shape is part of the figure, chosen on simulated photographs: their F1 is the same for -1, which takes a fifth
more shapes and connectors for drawn that are none."""

_DOUBTED, _LIKELIER = 2.0, 1.0
"""Log odds of a shape up to which what is beside it may tell that it is none, and by how much a connector through it is likelier then: of
27 such shapes in 724 simulated photographs 6 were right, of 29 through which a connector is likelier by less 13 (where two
connectors led to the shape; each was judged by itself)."""

_ALONE, _LETTER = 1.0, 0.35
"""Log odds from which on a shape stands alone where others are joined, and of their height: what is smaller is a letter. Of 10 that were
less likely in 120 simulated photographs 3 were right; none was so small, as no simulated shape is that nothing leads to."""

DISMISSED = -5.0
"""Log odds below which a region is not looked at: its measurements alone say that it is no shape."""

_APART = 0.3
"""Shapes share no more of the smaller one's box."""

_ALONG, _TOUCHED, _BOUNDED = 0.06, 0.04, 0.15
"""Of a shape's height: outlines that run along each other lie no farther apart. Parts of its outline: more of what lies between shapes runs
along each of two of them, and more along all together."""

_REACHED, _SURROUNDED = 0.15, 0.6
"""Of a shape's height: how far the shapes are from the paper between two arrows that join them, at most, and the part of its outline, at
least, along which these run."""

_THROUGH = 0.5
"""Of a shape's shorter side: so much of a connector that runs through it lies within."""

_FAR = 1.4
"""Times that a guessed height of shapes may be off."""

_GUESSES = 3
"""Heights of shapes that are tried where none are seen."""

_LARGER = 0.7
"""Quantile of shapes' heights that others are measured in: many diagrams have as many small shapes as large ones, and gaps and heads are
drawn as the large ones are."""

_BESIDE, _HEAD = 0.08, 0.4
"""Of a shape's height: strokes no farther beside an outline or a way are part of it, those no farther from a head's tip of the head."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One of `KINDS` in its box (left, top, right, bottom); a box's top lies `lean` pixels right of its foot."""

    kind: str
    box: tuple[float, float, float, float]
    log_odds: float
    rounded: bool = False
    double: bool = False
    lean: float = 0.0


@dataclass(frozen=True, slots=True)
class Figure:
    """What is drawn, in the pixels of the maps; `height` is about that of its shapes, `unexplained` the part of all geometry that is none
    of it."""

    shapes: tuple[Shape, ...]
    connectors: tuple[Connector, ...]
    height: float
    unexplained: float


def figure_of(maps: Maps, judges: Judges) -> Figure:
    """The shapes and connectors that are likelier drawn than not."""
    guessed, kept = first_shapes(traces_of(maps), judges.shapes)
    traces = at_scale(guessed, [region.sides for region, _ in kept])
    if traces is not guessed:
        kept = shapes_in(traces, judges.shapes)
    if not kept:
        return Figure((), (), traces.height, 1.0)
    outlines = _by_one_hand([outlined(region, traces) for region, _ in kept])
    told = _without_paper([_Seen(outline, odds) for outline, (_, odds) in zip(outlines, kept, strict=True)], traces, judges.connectors)
    seen, drawn = _uncrossed(told, traces, judges.connectors)
    seen, drawn = _without_letters(seen, drawn, traces.height)
    joins = connectors(drawn, traces.height)
    shapes = tuple(Shape(o.kind, o.region.box, odds, o.rounded, o.double, o.lean) for o, odds in seen)
    lines = [*(np.concatenate([line, line[:1]]) for o, _ in seen for line in o.lines), *(join.way for join in joins)]
    tips = [join.connector.points[-1] for join in joins if join.connector.head]
    return Figure(shapes, tuple(join.connector for join in joins), traces.height, _unexplained(traces, lines, tips))


def first_shapes(traces: Traces, judges: ShapeJudges) -> tuple[Traces, list[tuple[Region, float]]]:
    """The shapes where these are about as high as guessed, or lower where none are: lines that cross close in more than what they join."""
    kept = shapes_in(traces, judges)
    for _ in range(_GUESSES - 1):
        lower = None if kept else typical_height(traces.certain, below=traces.height / _FAR)
        if lower is None:
            break
        traces = replace(traces, height=lower)
        kept = shapes_in(traces, judges)
    return traces, kept


def _by_one_hand(outlines: Sequence[Outline]) -> Sequence[Outline]:
    """Outlines of one figure: where boxes lean to both sides, none is slanted and the hand is uneven."""
    sides = {outline.lean > 0 for outline in outlines if outline.lean}
    return [replace(outline, lean=0.0) for outline in outlines] if len(sides) > 1 else outlines


def shapes_in(traces: Traces, judges: ShapeJudges) -> list[tuple[Region, float]]:
    """Regions that are shapes, with their log odds; the likeliest first."""
    proposed = regions(traces)
    rows = features(proposed, traces)
    return chosen(proposed, among(proposed, rows, looked_at(proposed, rows, traces, judges), judges.regions), traces, LEAST_SHAPE)


def at_scale(traces: Traces, sides: Sequence[tuple[float, float]]) -> Traces:
    """The same traces, or with the height of shapes of these widths and heights where the first guess, from what strokes close in, was far
    from it: gaps and letters of a page are measured in shapes."""
    if not sides:
        return traces
    height = float(np.quantile([min(side) for side in sides], _LARGER))
    far = max(height / traces.height, traces.height / height) > _FAR
    return replace(traces, height=height) if far else traces


def looked_at(proposed: Sequence[Region], rows: Points, traces: Traces, judges: ShapeJudges) -> Points:
    """Log odds (N) that regions of these measurements are shapes, each by itself."""
    odds = judges.regions.first(rows)
    asked = np.flatnonzero(odds > DISMISSED).tolist()
    odds[asked] = judges.look([proposed[k] for k in asked], rows[asked], traces)
    return odds


def among(proposed: Sequence[Region], rows: Points, odds: Points, judges: RegionJudges) -> Points:
    """Log odds (N) of regions among their neighbours, from those of each by itself."""
    return judges.among(np.concatenate([rows, context(proposed, odds)], 1)) if proposed else np.zeros(0)


def chosen(proposed: Sequence[Region], odds: Points, traces: Traces, least: float) -> list[tuple[Region, float]]:
    """The likeliest regions of which none lies in another or covers much of it, and none that is doubtful lies between others."""
    kept: list[tuple[Region, float]] = []
    near = _ALONG * traces.height + traces.width
    for number in np.argsort(-odds, kind="stable").tolist():
        region = proposed[number]
        if odds[number] < least:
            break
        if any(_shared(region, other) > _APART for other, _ in kept):
            continue
        if odds[number] >= _DOUBTED or not _lies_between([other for other, _ in kept], region, near):
            kept.append((region, float(odds[number])))
    return kept


def _lies_between(shapes: Sequence[Region], region: Region, near: float) -> bool:
    """Whether a region is what shapes and the connectors between them enclose: its outline runs along those of two of them."""
    points = Across.of(region.outline).points
    along = [nearest_on(shape.outline, points)[1] <= near for shape in shapes if _gap(shape, region) <= near]
    beside = [each for each in along if each.mean() > _TOUCHED]
    return len(beside) > 1 and float(np.any(beside, axis=0).mean()) > _BOUNDED


def _gap(a: Region, b: Region) -> float:
    """Pixels between two boxes, on the axis where they are farther apart."""
    return max(a.box[0] - b.box[2], b.box[0] - a.box[2], a.box[1] - b.box[3], b.box[1] - a.box[3])


def _shared(a: Region, b: Region) -> float:
    """The part of the smaller box that both have."""
    across = min(a.box[2], b.box[2]) - max(a.box[0], b.box[0])
    down = min(a.box[3], b.box[3]) - max(a.box[1], b.box[1])
    return max(0.0, across) * max(0.0, down) / max(1e-6, min(a.sides[0] * a.sides[1], b.sides[0] * b.sides[1]))


class _Seen(NamedTuple):
    """A shape's outline and the log odds that it is one."""

    outline: Outline
    odds: float


def _uncrossed(shapes: Sequence[_Seen], traces: Traces, judge: ConnectorJudge) -> tuple[list[_Seen], list[Drawn]]:
    """Shapes, the likeliest first, without those that a likelier connector runs through, and the ways that are drawn between them: people
    strike a shape out and draw their arrow over it."""
    kept, drawn = list(shapes), _between(shapes, traces, judge)
    # The least likely comes first: those before it keep their numbers.
    for number in reversed(range(len(shapes))):
        outline, odds = shapes[number]
        if odds >= _DOUBTED:
            break
        joining = [joint.way for joint in drawn if joint.way.second is not None]
        leading = sum(number in (way.first, way.second) for way in joining)
        past = {(way.first, way.second) for way in joining if way.first != way.second and not _runs_through(way.points, outline.region)}
        if not leading or (leading == 1 and not past):
            continue
        others = kept[:number] + kept[number + 1 :]
        without = _between(others, traces, judge)
        for joint in without:
            way = joint.way
            if way.second is None or joint.log_odds <= odds + _LIKELIER or not _runs_through(way.points, outline.region):
                continue
            # What it joins is led to from the shape as well, or is joined past it.
            if leading > 1 or (way.first + (way.first >= number), way.second + (way.second >= number)) in past:
                kept, drawn = others, without
                break
    return kept, drawn


def _without_paper(shapes: Sequence[_Seen], traces: Traces, judge: ConnectorJudge) -> list[_Seen]:
    """Shapes, the likeliest first, without those that are only the paper between two arrows which join the shapes on both sides of it, or
    in the loop of one that leads back to its shape."""
    reach = _REACHED * traces.height + traces.width
    kept = list(shapes)
    # What lies between two shapes looks like one that both have loops at.
    for arrows in (2, 1):
        for shape in reversed(kept.copy()):
            beside = [other for other in kept if other is not shape and _gap(other.outline.region, shape.outline.region) <= reach]
            if len(beside) >= arrows and _is_paper(shape.outline.region, beside, traces, judge, arrows):
                kept = [other for other in kept if other is not shape]
    return kept


def _is_paper(region: Region, beside: Sequence[_Seen], traces: Traces, judge: ConnectorJudge, arrows: int) -> bool:
    """Whether a region is the paper between two arrows that join two of the shapes beside it, or (of 1) in a loop at one."""
    near, points = _ALONG * traces.height + traces.width, Across.of(region.outline).points
    if arrows == 1 and all(nearest_on(other.outline.region.outline, points)[1].min() > near for other in beside):
        return False
    (left, top), part = _cut_out(traces, region.box, traces.height)
    outlines = [other.outline.region.outline - np.array((left, top), np.float32) for other in beside]
    joining: dict[tuple[int, int | None], list[Points]] = defaultdict(list)
    for way, _, heads in drawn_ways(between(part, outlines), part, judge):
        if way.second is not None and (1 if way.first == way.second else 2) == arrows and max(heads) > 0:
            joining[way.first, way.second].append(way.points + np.array((left, top)))
    around = (lines for lines in joining.values() if len(lines) >= arrows)
    return any(float((from_lines(points, lines) <= near).mean()) > _SURROUNDED for lines in around)


def _cut_out(traces: Traces, box: tuple[float, float, float, float], margin: float) -> tuple[tuple[int, int], Traces]:
    """The traces in a box and so many pixels around it, and where their first pixel lies."""
    rows, columns = traces.drawn.shape
    left, top = max(0, int(box[0] - margin)), max(0, int(box[1] - margin))
    part = np.s_[top : min(rows, int(box[3] + margin) + 1), left : min(columns, int(box[2] + margin) + 1)]
    maps = Maps(*(getattr(traces.maps, name)[part] for name in ("geometry", "writing", "ruling", "page")))
    first, second, third = (away[part] for away in traces.away)
    return (left, top), replace(
        traces, maps=maps, ink=traces.ink[part], certain=traces.certain[part], drawn=traces.drawn[part], away=(first, second, third)
    )


def from_lines(points: Points, lines: Sequence[Points]) -> Points:
    """How far points (N, 2) are from the nearest point of lines (M, 2)."""
    every = np.concatenate(lines)
    return np.asarray(np.hypot(*(points[:, None] - every).transpose(2, 0, 1)).min(1))


def _without_letters(shapes: Sequence[_Seen], drawn: Sequence[Drawn], height: float) -> tuple[list[_Seen], list[Drawn]]:
    """Shapes without those that nothing leads to, while others are joined, and that are doubtful or as small as letters are; and the ways
    between those that are left."""
    joined = {number for joint in drawn for number in (joint.way.first, joint.way.second)}
    kept = [
        number
        for number, shape in enumerate(shapes)
        if not joined or number in joined or (shape.odds >= _ALONE and min(shape.outline.region.sides) >= _LETTER * height)
    ]
    number_of = {number: new for new, number in enumerate(kept)}
    ways = (joint.way for joint in drawn)
    renamed = [replace(way, first=number_of[way.first], second=None if way.second is None else number_of[way.second]) for way in ways]
    return [shapes[number] for number in kept], [joint._replace(way=way) for joint, way in zip(drawn, renamed, strict=True)]


def _between(shapes: Sequence[_Seen], traces: Traces, judge: ConnectorJudge) -> list[Drawn]:
    return drawn_ways(between(traces, [shape.outline.region.outline for shape in shapes]), traces, judge)


def _runs_through(way: Points, region: Region) -> bool:
    """Whether more of a way (N, 2) lies in a region's box than half of that is high or wide."""
    left, top, right, bottom = region.box
    x, y = ((way[1:] + way[:-1]) / 2).T
    inside = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
    return float(np.hypot(*np.diff(way, axis=0)[inside].T).sum()) > _THROUGH * min(region.sides)


def _unexplained(traces: Traces, lines: Sequence[NDArray[Any]], tips: Sequence[Points]) -> float:
    """The part of geometry's strokes that lies at none of the lines (N, 2) and around none of the heads' tips (2)."""
    drawn = traces.certain & (traces.maps.geometry > traces.maps.writing)
    apart = np.ones(drawn.shape, np.uint8)
    cv2.polylines(apart, [np.rint(line).astype(np.int32) for line in lines], False, 0)
    told = cv2.distanceTransform(apart, cv2.DIST_L2, cv2.DIST_MASK_5) <= _BESIDE * traces.height + traces.width
    around = np.zeros(drawn.shape, np.uint8)
    for x, y in tips:
        cv2.circle(around, (round(x), round(y)), round(_HEAD * traces.height), 1, -1)
    return float((drawn & ~told & (around == 0)).sum()) / max(1, int(drawn.sum()))
