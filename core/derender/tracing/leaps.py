"""Gaps that strokes go on beyond: between ends that look towards each other, and from an end to the stroke that it all but meets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from derender.tracing.graph import Edge, Graph, Points

GAP_COST = 2.5
"""A pixel of gap is as long as so many pixels of stroke."""

_LEAP = 0.7
"""Of a shape's height: the widest gap that a stroke goes on beyond."""

_STRAIGHT, _NEAR, _ASIDE, _TOUCH = 0.8, 0.15, -0.3, 0.06
"""Cosine between where an end looks and what lies beyond a gap; of a shape's height, and the cosine there: near ends may meet where a
corner was not quite drawn; of a shape's height: nearer ones at any angle, where one went on beyond the corner."""

_MEETS, _AHEAD = 0.15, 0.5
"""Of a shape's height: an end no farther from another stroke, that lies ahead of it by this cosine, meets it there."""


def leaps(graph: Graph, height: float, width: float) -> list[Edge]:
    """Edges over gaps between ends that look towards each other, for shapes of that height and strokes of that width in pixels."""
    ends = graph.ends()
    looks = {n: graph.outward(n, 0.25 * height) for n in ends}
    found = []
    for a, b in _near_pairs(graph.nodes, ends, _LEAP * height):
        apart = graph.nodes[b] - graph.nodes[a]
        far = float(np.hypot(*apart))
        if far > _LEAP * height or graph.at[a] == graph.at[b]:
            continue
        towards = apart / max(far, 1e-6)
        straight = min(float(looks[a] @ towards), float(-looks[b] @ towards))
        if straight > _STRAIGHT or far < _TOUCH * height + width or (far < _NEAR * height + width and straight > _ASIDE):
            found.append(_leap(a, b, graph.nodes[a], graph.nodes[b]))
    return found


def _near_pairs(places: Points, nodes: list[int], reach: float) -> Iterator[tuple[int, int]]:
    """Pairs of nodes, as they are listed, that are no farther apart on each axis: a page of writing has thousands of ends, few near each
    other."""
    there = places[nodes]
    for i in range(len(nodes) - 1):
        near = (np.abs(there[i + 1 :] - there[i]) <= reach).all(1)
        yield from ((nodes[i], nodes[i + 1 + j]) for j in np.flatnonzero(near).tolist())


class _Meeting(NamedTuple):
    """An end that all but meets a stroke, at the point of that number of an edge."""

    end: int
    at: int


def with_meetings(graph: Graph, height: float, width: float) -> Graph:
    """The graph with a node, and a leap to it, where a stroke ends just before another one: ways part from trunks so."""
    if not graph.edges:
        return graph
    met: dict[int, list[_Meeting]] = defaultdict(list)
    points = np.concatenate([edge.points for edge in graph.edges])
    lengths = [len(edge.points) for edge in graph.edges]
    owner, number = np.repeat(np.arange(len(lengths)), lengths), np.concatenate([np.arange(n) for n in lengths])
    order = np.argsort(points[:, 0], kind="stable")
    columns = points[order, 0]
    reach = _MEETS * height + width
    for end in graph.ends():
        place, look = graph.nodes[end], graph.outward(end, 0.25 * height)
        first, last = np.searchsorted(columns, (place[0] - reach, place[0] + reach))
        near = order[first:last]
        apart = points[near] - place
        far = np.hypot(*apart.T)
        there = (far <= reach) & (owner[near] != graph.at[end][0]) & (apart @ look > _AHEAD * far)
        if there.any():
            k = near[there][far[there].argmin()]
            edge = graph.edges[owner[k]]
            # At a stroke's own ends there are nodes already.
            if 0 < number[k] < len(edge.points) - 1:
                met[int(owner[k])].append(_Meeting(end, int(number[k])))
    return _joined(graph, met) if met else graph


def _joined(graph: Graph, met: dict[int, list[_Meeting]]) -> Graph:
    """The graph with edges parted where ends meet them."""
    nodes, edges, leapt = list(graph.nodes), list[Edge](), list[Edge]()
    for k, edge in enumerate(graph.edges):
        before, start = edge.first, 0
        for at in sorted({meeting.at for meeting in met.get(k, ())}):
            node = len(nodes)
            nodes.append(edge.points[at])
            edges.append(_part(before, node, edge.points[start : at + 1]))
            leapt += [_leap(meeting.end, node, graph.nodes[meeting.end], edge.points[at]) for meeting in met[k] if meeting.at == at]
            before, start = node, at
        edges.append(_part(before, edge.second, edge.points[start:]) if start else edge)
    return Graph(np.array(nodes), [*edges, *leapt])


def _part(first: int, second: int, points: Points) -> Edge:
    return Edge(first, second, points, float(np.hypot(*np.diff(points, axis=0).T).sum()))


def _leap(first: int, second: int, start: Points, end: Points) -> Edge:
    return Edge(first, second, np.stack([start, end]), GAP_COST * float(np.hypot(*(end - start))), drawn=False)
