"""The strokes between shapes as a graph: middle lines of pixels, from ends and crossings to ends and crossings."""

from __future__ import annotations

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


_EIGHT = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], np.float32)


def graph_of(strokes: Mask, width: float, least: float) -> Graph:
    """Middle lines of strokes about `width` pixels wide; loose ends at crossings shorter than `least` pixels are left out."""
    lines = thinned(strokes.astype(np.uint8), round(1.5 * width) + 2)
    around = cv2.filter2D(lines, -1, _EIGHT, borderType=cv2.BORDER_CONSTANT) * lines
    special = ((lines > 0) & (around != 2)).astype(np.uint8)
    count, names = cv2.connectedComponents(special, connectivity=8)
    rows, columns = np.nonzero(special)
    owner = names[rows, columns]
    size = np.maximum(1, np.bincount(owner, minlength=count))
    nodes = np.stack([np.bincount(owner, columns, count) / size, np.bincount(owner, rows, count) / size], -1)[1:]
    edges = _walked(lines, names, rows.tolist(), columns.tolist(), nodes)
    return _pruned(Graph(nodes, edges), least)


def _walked(lines: NDArray[np.uint8], names: NDArray[np.int32], rows: list[int], columns: list[int], nodes: Points) -> list[Edge]:
    """The edges that begin at the pixels of nodes."""
    height, width = lines.shape
    on, name = np.pad(lines, 1).ravel().tolist(), np.pad(names, 1).ravel().tolist()
    stride = width + 2
    steps = (-1, 1, -stride, stride, -stride - 1, -stride + 1, stride - 1, stride + 1)
    walked: set[int] = set()
    edges: list[Edge] = []
    del height
    for row, column in zip(rows, columns, strict=True):
        start = (row + 1) * stride + column + 1
        for step in steps:
            at, before, path = start + step, start, []
            if not on[at] or name[at] or at in walked:
                continue
            while on[at] and not name[at]:
                walked.add(at)
                path.append(at)
                following = [at + s for s in steps if on[at + s] and at + s != before and at + s not in walked]
                if not following:
                    break
                # A node that is near ends the walk; else straight steps come before slanting ones.
                before, at = at, next((f for f in following if name[f] and name[f] != name[start]), following[0])
            first, second = name[start] - 1, (name[at] or name[start]) - 1
            places = np.array(path)
            middle = np.stack([places % stride - 1, places // stride - 1], -1).astype(np.float64)
            points = np.concatenate([nodes[[first]], middle, nodes[[second]]])
            edges.append(Edge(first, second, points, float(np.hypot(*np.diff(points, axis=0).T).sum())))
    return edges


def _pruned(graph: Graph, least: float) -> Graph:
    """Without short loose ends at crossings: they are the unevenness of strokes."""
    kept = [
        e
        for e in graph.edges
        if e.length >= least or e.first == e.second or not (len(graph.at[e.first]) == 1) ^ (len(graph.at[e.second]) == 1)
    ]
    return graph if len(kept) == len(graph.edges) else Graph(graph.nodes, kept)
