"""The connectors of a traced drawing: of all ways through the strokes between shapes those that are drawn, with their heads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from derender.tracing.bending import bend_of
from derender.tracing.connector_judge import ConnectorJudge
from derender.tracing.graph import SIMPLE, Points, bends
from derender.tracing.paths import Between, Way, are_sides, between_sides, ways
from derender.tracing.self_loops import self_loop_of
from derender.tracing.strokes import Traces

LEAST_CONNECTOR, LEAST_LOOSE = 0.0, 0.6
"""Log odds from which on a connector of two shapes and one with a loose end are part of the figure, chosen on 80 simulated photographs:
with 0.3 for both a tenth more connectors are none, with 0.3 and 0.9 a twentieth fewer are found. A loose end must be surer, since those of
words are many, and so must a second connector of the same shapes and one from a shape back to itself, which have heads of their own."""

_NEW, _NEW_OTHER = 0.5, 0.8
"""A connector that runs along others has this part of its strokes for itself, one with a loose end, a second one of the same shapes, or one
that leads back to its shape, the second: a side of a head leads to one, too. On 110 simulated photographs 0.97 connectors a picture were
none with 0.35 for both, with these it is 0.71 (each judged by itself)."""

_LEAPT = 0.5
"""Part of the length of a second connector, of one with a loose end, or of one that leads back to its shape, that may be gaps: more of one
beside another is what a letter there leaves of its way."""

_HEADED = 1.4
"""Log odds that a person's connectors have heads before any is seen: four of five people's, also of those that the network learned from."""

_CRUDE = 0.7
"""Of a shape's height: the corners of a connector that wanders through other strokes lie within so much of them."""

_WANDERS, _LEVEL, _MOST_SLANTED = 3, 0.15, 0.5
"""Legs from which on a connector wanders if more than the last part of its length is slanted: legs that are off level and off upright by
more than the second part of their own length. People lead arrows around corners at right angles."""


@dataclass(frozen=True, slots=True)
class Connector:
    """Corners (N, 2) from where it begins to its head, if it has one; one that is a curve has two, and the degrees that it bends. `joins`:
    the numbers of the shapes at its first and its last end, None where that hangs loose."""

    points: Points
    head: bool
    log_odds: float
    bend: int = 0
    joins: tuple[int | None, int | None] = (None, None)


class Drawn(NamedTuple):
    """A way that is drawn, with the log odds that it is, and those (2) of a head at its first and at its last end."""

    way: Way
    log_odds: float
    heads: Points


class Join(NamedTuple):
    """A connector and the points of the way that it is."""

    connector: Connector
    way: Points


def drawn_ways(found: Between, traces: Traces, judge: ConnectorJudge) -> list[Drawn]:
    """The likeliest ways between shapes, each with strokes of its own."""
    proposed = ways(found, traces.height)
    judged = judge(proposed, found, traces)
    kept: list[Drawn] = []
    used, joined = set[int](), set[tuple[int, int | None]]()
    # What joins two shapes comes first: it says more than an end that hangs loose.
    for number in sorted(range(len(proposed)), key=lambda k: (proposed[k].second is None, -judged.connects[k])):
        way, odds = proposed[number], float(judged.connects[number])
        is_another = way.first == way.second or (way.first, way.second) in joined
        is_surest = way.second is not None and not is_another
        if odds < (LEAST_CONNECTOR if is_surest else LEAST_LOOSE) or (is_another and judged.heads[number].max() < 0):
            continue
        if not is_surest and way.gap > _LEAPT * way.length:
            continue
        if not way.edges or _new(way, found, used) < (_NEW if is_surest else _NEW_OTHER):
            continue
        used |= way.edges
        side = next((k for k, other in enumerate(kept) if are_sides(way, other.way, found, traces.height)), None)
        if side is not None:
            # Sides meet where the head is.
            kept[side] = kept[side]._replace(way=between_sides(kept[side].way, way), heads=np.sort(kept[side].heads)[::-1])
            continue
        if way.second is not None:
            joined.add((way.first, way.second))
        kept.append(Drawn(way, odds, judged.heads[number]))
    return kept


def connectors(drawn: Sequence[Drawn], height: float) -> list[Join]:
    """What ways that are drawn between shapes of that height are, all with heads or with none."""
    if not drawn:
        return []
    heads = np.stack([way.heads for way in drawn])
    # What a way's own ends say, apart from what people do in general: that is counted once, not with every connector.
    own = _either(heads) - _HEADED
    # One person's connectors have heads or have none, so that each tells of the others. They err alike, as they are drawn alike: n of them
    # tell as much as the root of n.
    others = (own.sum() - own) / math.sqrt(max(1, len(drawn) - 1))
    return [_join(joint, bool(head >= 0), height) for joint, head in zip(drawn, own + others + _HEADED, strict=True)]


def _join(joint: Drawn, head: bool, height: float) -> Join:
    """The connector along a way, turned so that it ends at its head: one curve, or its corners."""
    first, last = joint.heads
    way: Points = joint.way.points
    joins: tuple[int | None, int | None] = (joint.way.first, joint.way.second)
    if last < first:
        way, joins = way[::-1], (joins[1], joins[0])
    if joint.way.first == joint.way.second:
        # What leads back has a head of its own, whatever the others have.
        points, bend = self_loop_of(way)
        return Join(Connector(points, True, joint.log_odds, bend, joins), way)
    curve = bend_of(way) if head else None
    points = _corners(way, height) if curve is None else way[[0, -1]]
    return Join(Connector(points, head, joint.log_odds, curve or 0, joins), way)


def _corners(way: Points, height: float) -> Points:
    """The corners (N, 2) of a way that is no curve, between shapes of that height."""
    corners = bends(way, SIMPLE * height)
    legs = np.abs(np.diff(corners, axis=0))
    lengths = np.hypot(*legs.T)
    is_slanted = legs.min(1) > _LEVEL * lengths
    wanders = len(legs) >= _WANDERS and float(lengths[is_slanted].sum()) > _MOST_SLANTED * float(lengths.sum())
    return bends(way, _CRUDE * height) if wanders else corners


def _either(odds: Points) -> Points:
    """Log odds (N) of one at least of two, from the log odds of both (N, 2)."""
    none = -np.logaddexp(0, odds).sum(1)
    return np.asarray(np.log(-np.expm1(np.minimum(none, -1e-9))) - none)


def _new(way: Way, found: Between, used: set[int]) -> float:
    """The part of a way's strokes that no other connector has."""
    lengths = {k: found.graph.edges[k].length for k in way.edges if found.graph.edges[k].drawn}
    return sum(v for k, v in lengths.items() if k not in used) / max(1e-6, sum(lengths.values()))
