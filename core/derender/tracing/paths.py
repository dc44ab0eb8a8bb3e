"""Ways through the strokes between shapes: from outline to outline or to a loose end, over gaps where strokes go on beyond them."""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.photo.maps import Maps
from derender.strokes import disc
from derender.tracing.graph import Graph, Points, graph_of
from derender.tracing.leaps import GAP_COST, leaps, with_meetings
from derender.tracing.ports import Ports, ports_of
from derender.tracing.regions import Contour
from derender.tracing.strokes import Mask, Traces, depth

_LEAST, _LEAST_LOOSE = 0.18, 0.3
"""Of a shape's height: the shortest ways from shape to shape and to a loose end."""

_FARTHEST = 25.0
"""Of a shape's height: no way is longer, a pixel of gap counted as `GAP_COST`."""

_CUT_OFF = 0.15
"""Of a shape's height: what is drawn no farther from the border may go on beyond it, also where strokes cross there."""

_HOLE = 0.06
"""Of the square of a shape's height: holes of heads are no larger."""

_SIDE, _FROM, _BEHIND, _ANGLE = 1.0, 0.2, 0.5, 75.0
"""Of a shape's height: a side of a head, with a part of its base, is no longer, the two begin no farther from each other, and end no
farther from the border where the arrow is cut off behind its head; the degrees between them at most."""

_ASIDE = 0.15
"""Of a shape's height: between two ways that join the same shapes, about: the sides of a head are nearer."""

_LONGER, _MOST_DOUBLED = 3.0, 12.0
"""Times as long as the way, with a shape's height, what runs beside it may be; of a shape's height: longer ways are hardly drawn twice."""

_LEAST_BACK, _FARTHEST_BACK, _LEAST_OUT, _MOST_BACK = 0.4, 8.0, 0.2, 3
"""Of a shape's height: the shortest and the longest ways from a shape back to itself, and how far from shapes one leads at least; how many
of them a shape has at most."""

_MOST_LOOSE = 6
"""Ways from a shape to loose ends."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way (N, 2) in pixels from a shape to another one, back to itself, or to a loose end (None), how long it is, and how much of that is
    gaps."""

    points: Points
    first: int
    second: int | None
    length: float
    gap: float
    edges: frozenset[int]


@dataclass(frozen=True, slots=True)
class Between:
    """What is drawn outside of shapes: the mask of what lies within the middle of their outlines, the strokes beyond, their graph with
    leaps over gaps, for each node the shapes that it leads to with the point of the outline where it would arrive, and the box of the
    picture, beyond which nothing is seen."""

    insides: Mask
    strokes: Mask
    graph: Graph
    ports: Ports
    border: tuple[float, float, float, float]

    def from_border(self, point: Points) -> float:
        """Pixels from a point to the nearest side of the picture."""
        left, top, right, bottom = self.border
        return float(min(point[0] - left, point[1] - top, right - point[0], bottom - point[1]))


def between(traces: Traces, outlines: Sequence[Contour]) -> Between:
    """The strokes that are left when shapes and all that lies in them are taken away."""
    shapes = np.zeros(traces.drawn.shape, np.uint8)
    for outline in outlines:
        cv2.fillPoly(shapes, [np.rint(outline).astype(np.int32)], 1)
    outer = np.asarray(cv2.dilate(shapes, disc(0.5 * traces.width + 0.03 * traces.height + 1)), dtype=np.uint8)
    strokes = _filled(traces.drawn & (outer == 0), _HOLE * traces.height**2)
    plain = graph_of(strokes, 1.5 * traces.width)
    met = with_meetings(plain, traces.height, traces.width)
    graph = Graph(met.nodes, [*met.edges, *leaps(plain, traces.height, traces.width)])
    return Between(shapes > 0, strokes, graph, ports_of(plain, outlines, traces), _box_of(traces.maps))


def _filled(strokes: Mask, most: float) -> Mask:
    """Strokes without holes of at most so many pixels: closed heads lead on to their tips as filled ones do."""
    paper = np.pad(~strokes, 1, constant_values=True).astype(np.uint8)
    _, holes, stats, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    small = stats[:, cv2.CC_STAT_AREA] <= most
    small[0] = False
    return np.asarray(strokes | small[holes[1:-1, 1:-1]])


def _box_of(maps: Maps) -> tuple[float, float, float, float]:
    """The outermost columns and rows of the picture: where none is, the maps are exactly zero."""
    seen = (maps.geometry > 0) | (maps.writing > 0) | (maps.ruling > 0)
    columns, rows = (np.flatnonzero(seen.any(axis)) for axis in (0, 1))
    return (float(columns[0]), float(rows[0]), float(columns[-1]), float(rows[-1])) if len(rows) else (0.0, 0.0, 0.0, 0.0)


def ways(found: Between, height: float) -> list[Way]:
    """The shortest way between each two shapes that strokes join, a second one beside it, and from each shape to the nearest loose ends and
    back to itself."""
    graph, best = found.graph, dict[tuple[int, int | None, int], tuple[float, int, int]]()
    reached = {start: shortest(graph, [start], _FARTHEST * height) for start in found.ports}
    nodes = _nodes_of(found.ports)
    ends = [len(graph.at[n]) == 1 or found.from_border(graph.nodes[n]) < _CUT_OFF * height for n in range(len(graph.nodes))]
    for start, shapes in found.ports.items():
        for end, (cost, _) in reached[start].items():
            goals = found.ports.get(end, [])
            if end == start or not (goals or ends[end]):
                continue
            for first, origin in shapes:
                leap = GAP_COST * float(np.hypot(*(origin - graph.nodes[start])))
                for second, goal in goals:
                    if first < second:
                        total = cost + leap + GAP_COST * float(np.hypot(*(goal - graph.nodes[end])))
                        best[first, second, -1] = min(best.get((first, second, -1), (math.inf, -1, -1)), (total, start, end))
                if not goals:
                    best[first, None, end] = min(best.get((first, None, end), (math.inf, -1, -1)), (cost + leap, start, end))
    out, loose = list[Way](), Counter[int]()
    for (first, goal_shape, _), (_, start, end) in sorted(best.items(), key=lambda item: item[1]):
        if goal_shape is None and loose[first] >= _MOST_LOOSE:
            continue
        way = _way(found, reached[start], (start, end), (first, goal_shape))
        if way.length < (_LEAST if goal_shape is not None else _LEAST_LOOSE) * height:
            continue
        loose[first] += goal_shape is None
        out.append(way)
        if goal_shape is not None and way.length <= _MOST_DOUBLED * height:
            starts, goals_left = ([n for n in nodes[shape] if n not in (start, end)] for shape in (first, goal_shape))
            if (other := _second(found, way, starts, goals_left, height)) is not None:
                out.append(other)
    outside = depth(~found.insides)
    for shape, there in nodes.items():
        out += _back(found, reached, shape, there, height, outside)
    return out


def _back(
    found: Between, reached: Mapping[int, Reached], shape: int, there: Sequence[int], height: float, outside: NDArray[np.float32]
) -> list[Way]:
    """The shortest ways from some nodes that lead to a shape to others of them, each with strokes of its own: heads lead back, too.

    `outside` (H, W): how many pixels each one lies from shapes.
    """
    pairs = ((reached[start][end][0], start, end) for start, end in combinations(there, 2) if end in reached[start])
    kept, used = list[Way](), set[int]()
    for cost, start, end in sorted(pairs):
        if len(kept) == _MOST_BACK or cost > _FARTHEST_BACK * height:
            break
        way = _way(found, reached[start], (start, end), (shape, shape))
        own = sum(found.graph.edges[k].length for k in way.edges - used if found.graph.edges[k].drawn)
        x, y = np.rint(way.points).astype(int).T
        farthest = outside[y.clip(0, outside.shape[0] - 1), x.clip(0, outside.shape[1] - 1)].max()
        if min(way.length - way.gap, 2 * own) > _LEAST_BACK * height and farthest > _LEAST_OUT * height:
            used |= way.edges
            kept.append(way)
    return kept


def _way(found: Between, reached: Reached, nodes: tuple[int, int], joined: tuple[int, int | None]) -> Way:
    """The way from node to node, with where it arrives at the shapes that it joins."""
    (start, end), (first, second) = nodes, joined
    edges, points = unwound(found.graph, reached, start, end)
    origin = dict(found.ports[start])[first][None]
    goal = dict(found.ports[end])[second][None] if second is not None else np.empty((0, 2))
    line = np.concatenate([origin, points, goal])
    steps = np.hypot(*np.diff(line, axis=0).T)
    gap = sum(found.graph.edges[k].length / GAP_COST for k in edges if not found.graph.edges[k].drawn)
    gap += float(steps[0]) + (float(steps[-1]) if second is not None else 0.0)
    return Way(line, first, second, float(steps.sum()), gap, edges)


def _nodes_of(ports: Ports) -> dict[int, list[int]]:
    """The nodes that lead to each shape."""
    nodes = defaultdict[int, list[int]](list)
    for node, there in ports.items():
        for shape, _ in there:
            nodes[shape].append(node)
    return nodes


def _second(found: Between, way: Way, starts: Sequence[int], ends: Sequence[int], height: float) -> Way | None:
    """The shortest way of other strokes between the shapes that a way joins, if it runs apart from that: an arrow back, or one more."""
    reached = shortest(found.graph, starts, _LONGER * (way.length + height), way.edges)
    there = [end for end in ends if end in reached and end not in starts]
    if not there:
        return None
    end = min(there, key=lambda node: reached[node][0])
    other = _way(found, reached, (origin_of(found.graph, reached, end), end), (way.first, way.second))
    if other.length < _LEAST * height:
        return None
    apart = np.median(np.hypot(*(other.points[:, None] - way.points).transpose(2, 0, 1)).min(1))
    return other if apart > _ASIDE * height else None


Reached = dict[int, tuple[float, int]]
"""For each node how far it is and by which edge it is reached (-1 for the start)."""


def shortest(graph: Graph, starts: Sequence[int], farthest: float, without: frozenset[int] = frozenset()) -> Reached:
    """Dijkstra's shortest ways from the nearest of some nodes to all others that are no farther, along all edges but some."""
    best: Reached = dict.fromkeys(starts, (0.0, -1))
    heap, done = [(0.0, start) for start in starts], set[int]()
    while heap:
        far, node = heapq.heappop(heap)
        if node in done:
            continue
        done.add(node)
        for number in graph.at[node]:
            if number in without:
                continue
            edge = graph.edges[number]
            other = edge.second if edge.first == node else edge.first
            total = far + edge.length
            if total < farthest and total < best.get(other, (math.inf, -1))[0]:
                best[other] = (total, number)
                heapq.heappush(heap, (total, other))
    return best


def unwound(graph: Graph, reached: Reached, start: int, end: int) -> tuple[frozenset[int], Points]:
    """The edges from `start` to `end` and the points along them."""
    edges, parts, node = [], [], end
    while node != start:
        number = reached[node][1]
        edge = graph.edges[number]
        edges.append(number)
        backwards = edge.second == node
        parts.append(edge.points[::-1] if backwards else edge.points)
        node = edge.first if backwards else edge.second
    return frozenset(edges), np.concatenate(parts)[::-1] if parts else graph.nodes[[start]]


def origin_of(graph: Graph, reached: Reached, end: int) -> int:
    """From which of the nodes that ways begin at the one to `end` does."""
    node = end
    while (number := reached[node][1]) >= 0:
        edge = graph.edges[number]
        node = edge.first if edge.second == node else edge.second
    return node


def are_sides(a: Way, b: Way, found: Between, height: float) -> bool:
    """Whether two ways to loose ends are sides of one head at a shape of that height, of an arrow that is cut off behind its head."""
    if a.second is not None or b.second is not None or max(a.length, b.length) > _SIDE * height:
        return False
    (p, along), (q, beside) = ((way.points[0], way.points[-1] - way.points[0]) for way in (a, b))
    cosine = float(along @ beside) / max(1e-6, float(np.hypot(*along) * np.hypot(*beside)))
    is_cut_off = max(found.from_border(way.points[-1]) for way in (a, b)) <= _BEHIND * height
    return is_cut_off and float(np.hypot(*(p - q))) <= _FROM * height and cosine > math.cos(math.radians(_ANGLE))


def between_sides(a: Way, b: Way) -> Way:
    """The way along the middle of a head whose sides are these: about where the arrow comes from, as far as it is seen."""
    return replace(a, points=(a.points[[0, -1]] + b.points[[0, -1]]) / 2, edges=a.edges | b.edges)
