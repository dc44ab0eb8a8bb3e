"""A photograph's drawing without a lattice: shapes and connectors in pixels with the log odds that they are drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.photo.maps import Maps
from derender.tracing.bending import bend_of
from derender.tracing.context import context
from derender.tracing.features import features
from derender.tracing.graph import bends
from derender.tracing.judges import Judges, RegionJudges, ShapeJudges
from derender.tracing.outlines import outlined
from derender.tracing.paths import Between, Way, are_sides, between, between_sides, ways
from derender.tracing.regions import Region, regions
from derender.tracing.strokes import Traces, traces_of
from derender.tracing.way_network import WayJudge

Points = NDArray[np.float64]

LEAST_SHAPE, LEAST_CONNECTOR, LEAST_LOOSE = -1.0, -2.0, 0.25
"""Log odds from which on a shape, a connector of two shapes and one with a loose end are part of the figure, chosen on simulated
photographs: near the best F1 for shapes; lower ones for connectors find some more and more that are
none. A loose end must be surer, since those of words are many."""

DISMISSED = -5.0
"""Log odds below which a region is not looked at: its measurements alone say that it is no shape."""

_APART = 0.3
"""Shapes share no more of the smaller one's box."""

_NEW, _NEW_LOOSE = 0.5, 0.8
"""A connector that runs along others has this part of its strokes for itself, one with a loose end the second: a side of a head leads to
one, too. On 110 simulated photographs 0.97 connectors a picture were none with 0.35 for both, with these it is 0.71."""

_HEADED = 1.4
"""Log odds that a person's connectors have heads before any is seen: four of five people's, also of those that the network learned from."""

_FAR = 1.4
"""Times that a guessed height of shapes may be off."""

_LARGER = 0.7
"""Quantile of shapes' heights that others are measured in: many diagrams have as many small shapes as large ones, and gaps and heads are
drawn as the large ones are."""

_BESIDE, _HEAD = 0.08, 0.4
"""Of a shape's height: strokes no farther beside an outline or a way are part of it, those no farther from a head's tip of the head."""

_SIMPLE = 0.12
"""Of a shape's height: a connector's corners lie within so much of its strokes."""


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
class Connector:
    """Corners (N, 2) from where it begins to its head, if it has one; one that is a curve has two, and the degrees that it bends."""

    points: Points
    head: bool
    log_odds: float
    bend: int = 0


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
    guessed = traces_of(maps)
    kept = shapes_in(guessed, judges.shapes)
    traces = at_scale(guessed, [region.sides for region, _ in kept])
    if traces is not guessed:
        kept = shapes_in(traces, judges.shapes)
    if not kept:
        return Figure((), (), traces.height, 1.0)
    outlines = [outlined(region, traces) for region, _ in kept]
    found = between(traces, [outline.region.outline for outline in outlines])
    shapes = tuple(Shape(o.kind, o.region.box, odds, o.rounded, o.double, o.lean) for o, (_, odds) in zip(outlines, kept, strict=True))
    joins = _connectors(found, traces, judges.ways)
    lines = [*(np.concatenate([line, line[:1]]) for o in outlines for line in o.lines), *(join.way for join in joins)]
    tips = [join.connector.points[-1] for join in joins if join.connector.head]
    return Figure(shapes, tuple(join.connector for join in joins), traces.height, _unexplained(traces, lines, tips))


def shapes_in(traces: Traces, judges: ShapeJudges) -> list[tuple[Region, float]]:
    """Regions that are shapes, with their log odds; the likeliest first."""
    proposed = regions(traces)
    rows = features(proposed, traces)
    return chosen(proposed, among(proposed, rows, looked_at(proposed, rows, traces, judges), judges.regions), LEAST_SHAPE)


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


def chosen(proposed: Sequence[Region], odds: Points, least: float) -> list[tuple[Region, float]]:
    """The likeliest regions of which none lies in another or covers much of it."""
    kept: list[tuple[Region, float]] = []
    for number in np.argsort(-odds, kind="stable").tolist():
        if odds[number] < least:
            break
        if all(_shared(proposed[number], other) <= _APART for other, _ in kept):
            kept.append((proposed[number], float(odds[number])))
    return kept


def _shared(a: Region, b: Region) -> float:
    """The part of the smaller box that both have."""
    across = min(a.box[2], b.box[2]) - max(a.box[0], b.box[0])
    down = min(a.box[3], b.box[3]) - max(a.box[1], b.box[1])
    return max(0.0, across) * max(0.0, down) / max(1e-6, min(a.sides[0] * a.sides[1], b.sides[0] * b.sides[1]))


class _Join(NamedTuple):
    """A connector and the points of the way that it is."""

    connector: Connector
    way: Points


def _connectors(found: Between, traces: Traces, judge: WayJudge) -> list[_Join]:
    """The likeliest ways, each with strokes of its own."""
    proposed = ways(found, traces.height)
    judged = judge(proposed, found, traces)
    odds, heads_of = judged.connects, judged.heads.copy()
    kept: list[int] = []
    used, joined = set[int](), set[tuple[int, int | None]]()
    # What joins two shapes comes first: it says more than an end that hangs loose.
    for number in sorted(range(len(proposed)), key=lambda k: (proposed[k].second is None, -odds[k])):
        way = proposed[number]
        if odds[number] < (LEAST_LOOSE if way.second is None else LEAST_CONNECTOR):
            continue
        if way.second is not None and (way.first, way.second) in joined:
            continue
        if not way.edges or _new(way, found, used) < (_NEW_LOOSE if way.second is None else _NEW):
            continue
        used |= way.edges
        side = next((k for k in kept if are_sides(way, proposed[k], found, traces.height)), None)
        if side is not None:
            proposed[side] = between_sides(proposed[side], way)
            # Sides meet where the head is.
            heads_of[side] = np.sort(heads_of[side])[::-1]
            continue
        joined.add((way.first, way.second))
        kept.append(number)
    if not kept:
        return []
    heads = heads_of[kept]
    # What a way's own ends say, apart from what people do in general: that is counted once, not with every connector.
    own = _either(heads) - _HEADED
    # One person's connectors have heads or have none, so that each tells of the others. They err alike, as they are drawn alike: n of them
    # tell as much as the root of n.
    others = (own.sum() - own) / math.sqrt(max(1, len(kept) - 1))
    return [
        _join(proposed[k].points if last >= first else proposed[k].points[::-1], bool(head >= 0), float(odds[k]), traces.height)
        for k, (first, last), head in zip(kept, heads, own + others + _HEADED, strict=True)
    ]


def _join(way: Points, head: bool, odds: float, height: float) -> _Join:
    """The connector along a way that ends at its head: one curve, or its corners."""
    bend = bend_of(way) if head else None
    points = bends(way, _SIMPLE * height) if bend is None else way[[0, -1]]
    return _Join(Connector(points, head, odds, bend or 0), way)


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


def _either(odds: Points) -> Points:
    """Log odds (N) of one at least of two, from the log odds of both (N, 2)."""
    none = -np.logaddexp(0, odds).sum(1)
    return np.asarray(np.log(-np.expm1(np.minimum(none, -1e-9))) - none)


def _new(way: Way, found: Between, used: set[int]) -> float:
    """The part of a way's strokes that no other connector has."""
    lengths = {k: found.graph.edges[k].length for k in way.edges if found.graph.edges[k].drawn}
    return sum(v for k, v in lengths.items() if k not in used) / max(1e-6, sum(lengths.values()))
