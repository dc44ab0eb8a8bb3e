"""The strokes between shapes as a graph: middle lines of pixels, from ends and crossings to ends and crossings."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.photo.strokes import thinned
from derender.tracing.strokes import Mask

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Edge:
    """A piece of stroke between two nodes: its middle line (N, 2) in pixels from `first` to `second`, and whether it is drawn at all or a
    gap that was leapt."""

    first: int
    second: int
    points: Points
    length: float
    drawn: bool = True

    def leaving(self, node: int, reach: float) -> Points:
        """The direction in which it leaves one of its nodes, within so many pixels, of length 1."""
        points = self.points if self.first == node else self.points[::-1]
        away = np.hypot(*(points - points[0]).T)
        far = int(np.argmax(away > reach)) if (away > reach).any() else len(points) - 1
        ahead = points[far] - points[0]
        return np.asarray(ahead / max(1e-6, float(np.hypot(*ahead))))


@dataclass(slots=True)
class Graph:
    """Nodes (N, 2) in pixels and the edges between them; `at` lists each node's edges."""

    nodes: Points
    edges: list[Edge]
    at: list[list[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Lists the edges of each node."""
        self.at = [[] for _ in range(len(self.nodes))]
        for number, edge in enumerate(self.edges):
            self.at[edge.first].append(number)
            if edge.second != edge.first:
                self.at[edge.second].append(number)

    def ends(self) -> list[int]:
        """Nodes where one stroke ends."""
        return [n for n, edges in enumerate(self.at) if len(edges) == 1]

    def outward(self, node: int, reach: float) -> Points:
        """The direction in which the stroke that ends at a node would go on, told by its last so many pixels, of length 1."""
        return -self.edges[self.at[node][0]].leaving(node, reach)


_LOOP = 3.0
"""Times the shortest loose end that is kept: smaller loops lie within a crossing."""

_EIGHT = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], np.float32)


def graph_of(strokes: Mask, least: float) -> Graph:
    """Middle lines of strokes; loose ends at crossings shorter than `least` pixels are left out."""
    part, corner = _around(strokes)
    solid = part.astype(np.uint8)
    # As many rounds as the thickest stroke needs: filled heads are no strokes before all of them is a line.
    lines = thinned(solid, math.ceil(float(cv2.distanceTransform(solid, cv2.DIST_L2, cv2.DIST_MASK_3).max())) + 2)
    around = cv2.filter2D(lines, -1, _EIGHT, borderType=cv2.BORDER_CONSTANT) * lines
    special = ((lines > 0) & (around != 2)).astype(np.uint8)
    count, names = cv2.connectedComponents(special, connectivity=8)
    rows, columns = np.nonzero(special)
    owner = names[rows, columns]
    size = np.maximum(1, np.bincount(owner, minlength=count))
    nodes = np.stack([np.bincount(owner, columns, count) / size, np.bincount(owner, rows, count) / size], -1)[1:]
    edges = _walked(lines, rows, columns, owner - 1, nodes + corner, corner)
    return _pruned(Graph(nodes + corner, edges), least)


def _around(strokes: Mask) -> tuple[Mask, Points]:
    """The part of a mask with all that is set, and where its corner (x, y) was: thinning looks at every pixel many times."""
    rows, columns = np.flatnonzero(strokes.any(1)), np.flatnonzero(strokes.any(0))
    if not len(rows):
        return strokes[:1, :1], np.zeros(2)
    part = strokes[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return part, np.array((columns[0], rows[0]), dtype=np.float64)


def _walked(
    lines: NDArray[np.uint8],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    owner: NDArray[np.int32],
    nodes: Points,
    corner: Points,
) -> list[Edge]:
    """The edges that begin at the pixels of nodes, each of which is `owner`'s; `corner` is where the lines' first pixel lies."""
    stride = lines.shape[1] + 2
    on = np.pad(lines, 1).tobytes()
    starts = ((rows + 1) * stride + columns + 1).tolist()
    node_at: dict[int, int] = dict(zip(starts, owner.tolist(), strict=True))
    steps = (-1, 1, -stride, stride, -stride - 1, -stride + 1, stride - 1, stride + 1)
    walked: set[int] = set()
    edges: list[Edge] = []
    for start in starts:
        first = node_at[start]
        for step in steps:
            at, before, path = start + step, start, []
            if not on[at] or at in node_at or at in walked:
                continue
            while on[at] and at not in node_at:
                walked.add(at)
                path.append(at)
                following = [at + s for s in steps if on[at + s] and at + s != before and at + s not in walked]
                if not following:
                    break
                # A node that is near ends the walk; else straight steps come before slanting ones.
                before, at = at, next((f for f in following if node_at.get(f, first) != first), following[0])
            second = node_at.get(at, first)
            places = np.array(path)
            middle = np.stack([places % stride - 1, places // stride - 1], -1) + corner
            points = np.concatenate([nodes[[first]], middle, nodes[[second]]])
            edges.append(Edge(first, second, points, float(np.hypot(*np.diff(points, axis=0).T).sum())))
    return edges


def _pruned(graph: Graph, least: float) -> Graph:
    """Without short loose ends at crossings and the smallest loops: they are the unevenness of strokes."""
    kept = [e for e in graph.edges if e.length >= (_LOOP * least if e.first == e.second else least if _is_spur(graph, e) else 0)]
    return graph if len(kept) == len(graph.edges) else Graph(graph.nodes, kept)


def _is_spur(graph: Graph, edge: Edge) -> bool:
    """Whether one end of it is loose, and the other at a crossing."""
    return (len(graph.at[edge.first]) == 1) != (len(graph.at[edge.second]) == 1)


SIMPLE = 0.12
"""Of a shape's height: the corners of a way lie within so much of its strokes."""


def bends(points: Points, tolerance: float) -> NDArray[np.float64]:
    """A line (N, 2) with as few points as lie within so many pixels of it: Douglas and Peucker's way."""
    if len(points) < 3:
        return points
    kept = cv2.approxPolyDP(points.astype(np.float32)[:, None], tolerance, False)[:, 0]
    return np.asarray(kept, dtype=np.float64)
