"""Gaps that strokes go on beyond: between ends that look towards each other, and from a stem to the tip of a head that lies apart."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np

from derender.tracing.graph import Edge, Graph, Points
from derender.tracing.strokes import Mask

GAP_COST = 2.5
"""A pixel of gap is as long as so many pixels of stroke."""

_LEAP = 0.45
"""Of a shape's height: the widest gap that a stroke goes on beyond."""

_STRAIGHT, _NEAR, _ASIDE = 0.8, 0.15, -0.3
"""Cosine between where an end looks and what lies beyond a gap; of a shape's height, and the cosine there: very near ends may meet at any
angle, where a corner was not quite drawn."""

_SIDE, _WHOLE = 0.08, 1.4
"""Of a shape's height: each side of a head is longer, both together are shorter."""

_ANGLE, _POINTED = math.cos(math.radians(110)), 0.7
"""Cosines between the sides of a head at its tip, and between where it points and what lies there or where the stem comes from."""

Tips = Mapping[int, Points]
"""Nodes at tips of heads, and the direction of length 1 in which each points."""

NO_TIPS: Tips = MappingProxyType({})


def with_tips(graph: Graph, height: float) -> tuple[Graph, Tips]:
    """The graph with nodes where one stroke turns back as a head does, for shapes of that height in pixels: a head may be drawn apart from
    its stem, which then ends before its tip."""
    nodes, edges, tips = list(graph.nodes), list[Edge](), dict[int, Points]()
    for edge in graph.edges:
        turn = _turn(edge, height)
        if turn is None:
            edges.append(edge)
            continue
        at, points_at = turn
        tips[len(nodes)] = points_at
        for first, second, part in ((edge.first, len(nodes), edge.points[: at + 1]), (len(nodes), edge.second, edge.points[at:])):
            edges.append(Edge(first, second, part, float(np.hypot(*np.diff(part, axis=0).T).sum())))
        nodes.append(edge.points[at])
    return (Graph(np.array(nodes), edges), tips) if tips else (graph, NO_TIPS)


def _turn(edge: Edge, height: float) -> tuple[int, Points] | None:
    """The number of the point at which a stroke that may be a head turns back, and where it points; None where it does not."""
    if not 2 * _SIDE * height < edge.length < _WHOLE * height:
        return None
    first, last = edge.points[[0, -1]]
    at = int((np.hypot(*(edge.points - first).T) + np.hypot(*(edge.points - last).T)).argmax())
    sides = np.stack([first, last]) - edge.points[at]
    lengths = np.hypot(*sides.T)
    if lengths.min() < _SIDE * height:
        return None
    one, other = sides / lengths[:, None]
    return (at, -(one + other) / float(np.hypot(*(one + other)))) if float(one @ other) > _ANGLE else None


def points_at(tip: Points, node: Points, place: Points) -> bool:
    """Whether a head whose tip lies at a node points at a place in that direction."""
    to = place - node
    far = float(np.hypot(*to))
    return far < 1 or float(tip @ to) / far > _POINTED


def leaps(graph: Graph, height: float, width: float, tips: Tips = NO_TIPS) -> list[Edge]:
    """Edges over gaps, for shapes of that height and strokes of that width in pixels."""
    ends = graph.ends()
    looks = {n: graph.outward(n, 0.25 * height) for n in ends}
    found = []
    for a, b in _near_pairs(graph.nodes, [*ends, *tips], _LEAP * height):
        apart = graph.nodes[b] - graph.nodes[a]
        far = float(np.hypot(*apart))
        if far > _LEAP * height or set(graph.at[a]) & set(graph.at[b]) or a in tips:
            continue
        towards = apart / max(far, 1e-6)
        if b in tips:
            goes_on = min(float(looks[a] @ towards) - _STRAIGHT, float(tips[b] @ towards) - _POINTED) > 0
        else:
            straight = min(float(looks[a] @ towards), float(-looks[b] @ towards))
            goes_on = straight > _STRAIGHT or (far < _NEAR * height + width and straight > _ASIDE)
        if goes_on:
            found.append(Edge(a, b, graph.nodes[[a, b]], GAP_COST * far, drawn=False))
    return found


def _near_pairs(places: Points, nodes: list[int], reach: float) -> Iterator[tuple[int, int]]:
    """Pairs of nodes, as they are listed, that are no farther apart on each axis: a page of writing has thousands of ends, few near each
    other."""
    there = places[nodes]
    for i in range(len(nodes) - 1):
        near: Mask = (np.abs(there[i + 1 :] - there[i]) <= reach).all(1)
        yield from ((nodes[i], nodes[i + 1 + j]) for j in np.flatnonzero(near).tolist())
