"""Where strokes lead to shapes: at an outline, and over what is left before it, straight ahead, also from the stem of a head."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from derender.perception.across import Across
from derender.tracing.graph import Edge, Graph, Points
from derender.tracing.regions import Contour, nearest_on
from derender.tracing.strokes import Mask, Traces

Ports = dict[int, list[tuple[int, Points]]]
"""For each node of a graph that leads to shapes their numbers and the points of their outlines where it would arrive."""

_REACH = 0.6
"""Of a shape's height: strokes that end no farther from an outline lead to it. With nearly twice as much a few more links are found in
crowded simulated photographs, and in 40 others a quarter more shapes and lines that are none."""

_NEAR = 0.9
"""Of the reach: what is nearer may lie more aside."""

_AHEAD, _FAR_AHEAD, _BESIDE = 0.6, 0.9, 0.5
"""Cosines: strokes go on to a shape that lies no farther aside, near by and beyond that; strokes that leave a crossing more in a direction
lead on there themselves."""

_SIDES, _SHORTER = 0.8, 0.6
"""Of a shape's height, and of the stem: the strokes of a head are no longer."""

_TOLD, _WIDTHS = 0.15, 3.0
"""Of a shape's height, and widths of the pen: the larger of both, the end of a stroke tells where it leads."""


def ports_of(graph: Graph, outlines: Sequence[Contour], traces: Traces) -> Ports:
    """The ports of a graph to shapes of these outlines."""
    ports: Ports = {}
    reach = _REACH * traces.height + traces.width
    there = np.array([len(edges) for edges in graph.at], dtype=int)
    # A head's strokes meet in a crossing: it leads to a shape where it lies at its outline, or where the stem would go on to it.
    near = 0.1 * traces.height + np.where(there == 1, 1.0, 1.5) * traces.width + 2
    told = max(_TOLD * traces.height, _WIDTHS * traces.width)
    ahead: dict[int, list[Points]] = {}
    for number, outline in enumerate(outlines):
        nodes = np.flatnonzero((there > 0) & _beside_box(graph.nodes, outline, reach))
        points = Across.of(outline).points
        for node, place, away in zip(nodes.tolist(), *nearest_on(outline, graph.nodes[nodes]), strict=True):
            if away < near[node]:
                ports.setdefault(node, []).append((number, place))
            elif away <= reach:
                if node not in ahead:
                    ahead[node] = _goes_on(graph, node, traces.height, told)
                places = (_ahead(graph.nodes[node], towards, points, reach) for towards in ahead[node])
                found = next((place for place in places if place is not None), None)
                if found is not None:
                    ports.setdefault(node, []).append((number, found))
    return ports


def _goes_on(graph: Graph, node: int, height: float, told: float) -> list[Points]:
    """The directions, each of length 1, in which strokes would go on beyond a node, those of the longest first.

    That is where the stroke that ends there leads, at a crossing strokes where no other one leads on so, and stems where only the strokes
    of a head do, for shapes of that height. The last `told` pixels of a stroke tell where it leads."""
    if len(graph.at[node]) == 1:
        return [graph.outward(node, told)]
    # Stems before the sides of heads.
    edges = sorted((graph.edges[k] for k in graph.at[node]), key=lambda edge: -edge.length)
    leaving = np.stack([edge.leaving(node, told) for edge in edges])
    out = []
    for edge, away in zip(edges, leaving, strict=True):
        most = min(_SIDES * height, _SHORTER * edge.length)
        ends_here = float((leaving @ -away).max()) < _BESIDE
        if ends_here or all(_is_of_head(graph, other, node, most) for other in edges if other is not edge):
            out.append(-away)
    return out


def _is_of_head(graph: Graph, edge: Edge, node: int, most: float) -> bool:
    """Whether a stroke leads from a node back to it or nowhere, and is no longer."""
    other = edge.second if edge.first == node else edge.first
    return edge.length <= most and (other == node or len(graph.at[other]) == 1)


def _ahead(start: Points, towards: Points, outline: Points, reach: float) -> Points | None:
    """Which of an outline's points (N, 2) what goes on from `start` would arrive at, no farther than `reach`; None where it passes by."""
    apart = outline - start
    far, along = np.hypot(*apart.T), apart @ towards
    there = np.flatnonzero((far <= reach) & (along > np.where(far <= _NEAR * reach, _AHEAD, _FAR_AHEAD) * far))
    if not len(there):
        return None
    # What is near and straight ahead: along the stroke and twice beside it.
    cost = along[there] + 2 * np.sqrt(np.maximum(0, far[there] ** 2 - along[there] ** 2))
    return np.asarray(outline[there[cost.argmin()]])


def _beside_box(points: Points, outline: Contour, reach: float) -> Mask:
    """Whether each point (N, 2) is no farther from an outline's box than `reach`, on each axis: (N)."""
    return np.asarray(((points >= outline.min(0) - reach) & (points <= outline.max(0) + reach)).all(-1))
