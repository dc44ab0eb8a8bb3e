"""What the ways of one figure tell of each other: which strokes others claim, what else leads to the same shapes, where a way turns
although its stroke goes on."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.strokes import disc
from derender.tracing.graph import SIMPLE, Points, bends
from derender.tracing.paths import Between, Way
from derender.tracing.strokes import Mask, Traces
from derender.tracing.way_network import WayJudgements

Rows = NDArray[np.float64]

CONTEXT = (
    *("odds", "claimed", "claimed by likelier", "unclaimed", "rival", "claimed at one end", "claimed at the other", "crossed at a corner"),
    *("beyond a corner", "corners", "length", "straight", "gaps", "loose", "back", "surer head", "other head", "joined", "joined least"),
    *("others' corners", "ways"),
)
"""What is measured of a way among the others of its figure; see `way_context`."""

_TURNS = 0.8
"""Cosine between the legs of a corner at most."""

_BEYOND, _AS_FAR, _BESIDE = 0.15, 0.5, 0.05
"""Of a shape's height: from where to where a stroke would go on beyond a corner, and how far beside."""

_SAMPLES = 8

_MOST = 8.0
"""Log odds are told up to it."""


def way_context(ways: Sequence[Way], judged: WayJudgements, found: Between, traces: Traces) -> Rows:
    """For ways that were judged each by itself the measurements (N, `CONTEXT`) of each among the others."""
    if not ways:
        return np.zeros((0, len(CONTEXT)))
    odds, height = judged.connects, traces.height
    count, likely = len(ways), 1 / (1 + np.exp(-odds))
    lengths = np.array([edge.length if edge.drawn else 0.0 for edge in found.graph.edges])
    uses = np.zeros((count, len(lengths)), dtype=bool)
    for number, way in enumerate(ways):
        uses[number, list(way.edges)] = True
    whole = np.maximum(1e-6, uses @ lengths)
    claims = _others(np.where(uses, likely[:, None], 0.0))
    left = np.where(uses, np.log1p(-likely.clip(0, 1 - 1e-6))[:, None], 0.0)
    unclaimed = np.exp(left.sum(0) - left)
    ends = np.array([_at_ends(way, found, row) for way, row in zip(ways, np.where(uses, claims, 0.0), strict=True)])
    drawn = np.asarray(cv2.dilate(found.strokes.astype(np.uint8), disc(_BESIDE * height))) > 0
    corners = np.array([_corners(way.points, drawn, height, traces.width) for way in ways])
    straight = np.array([float(np.hypot(*(way.points[-1] - way.points[0]))) / max(1.0, way.length) for way in ways])
    joins = np.array([(way.first, -1 if way.second is None else way.second) for way in ways])
    same = (joins[:, None] == joins[None]).all(-1) & ~np.eye(count, dtype=bool)
    rival = np.where(same, odds[None], -_MOST).max(1, initial=-_MOST)
    joined = np.array([[_leading(joins, likely, shape, number) for shape in pair] for number, pair in enumerate(joins)])
    between = joins[:, 1] >= 0
    angled = likely * between * (corners[:, 2] > 0)
    all_between = likely * between
    surer = np.sort(judged.heads, axis=1).clip(-_MOST, _MOST)
    return np.column_stack(
        [
            odds.clip(-_MOST, _MOST),
            (uses * claims) @ lengths / whole,
            np.where(claims > likely[:, None], uses * claims, 0.0) @ lengths / whole,
            (uses * unclaimed) @ lengths / whole,
            (rival - odds).clip(-_MOST, _MOST),
            ends.max(1),
            ends.min(1),
            corners,
            np.log([max(0.05, way.length / height) for way in ways]),
            straight,
            [way.gap / max(1.0, way.length) for way in ways],
            ~between,
            joins[:, 0] == joins[:, 1],
            surer[:, 1],
            surer[:, 0],
            joined.max(1),
            joined.min(1),
            (angled.sum() - angled + 0.3) / (all_between.sum() - all_between + 1),
            np.full(count, np.log(count)),
        ]
    )


def _others(values: Rows) -> Rows:
    """For each (N, M) the greatest of the others in its column."""
    most = values.max(0, initial=0)
    first = values.argmax(0)
    rest = values.copy()
    rest[first, np.arange(values.shape[1])] = 0.0
    second = rest.max(0, initial=0)
    return np.asarray(np.where(np.arange(len(values))[:, None] == first, second, most))


def _leading(joins: NDArray[np.int64], likely: Rows, shape: int, but: int) -> float:
    """How many ways lead to a shape, by how likely each is, but one; of none as many as of a shape that many lead to."""
    if shape < 0:
        return 4.0
    there = (joins == shape).any(1)
    there[but] = False
    return min(4.0, float(likely[there].sum()))


def _at_ends(way: Way, found: Between, claims: Rows) -> tuple[float, float]:
    """How likely others claim the strokes at the first and at the last end of a way, from their claims (M) of each edge."""
    edges = [number for number in way.edges if found.graph.edges[number].drawn]
    if not edges:
        return 0.0, 0.0

    def nearest(point: Points) -> float:
        far = [float(np.hypot(*(found.graph.edges[k].points[[0, -1]] - point).T).min()) for k in edges]
        return float(claims[edges[int(np.argmin(far))]])

    return nearest(way.points[0]), nearest(way.points[-1])


def _corners(points: Points, drawn: Mask, height: float, width: float) -> tuple[float, float, int]:
    """Of the corners of a way (N, 2): in what part of the places before and beyond one strokes (H, W) go on, in both and in either at most,
    and how many there are, up to four."""
    corners = bends(points, SIMPLE * height)
    legs = np.diff(corners, axis=0)
    along = legs / np.maximum(1e-6, np.hypot(*legs.T))[:, None]
    both, either, count = 0.0, 0.0, 0
    for before, after, corner in zip(along[:-1], along[1:], corners[1:-1], strict=True):
        if float(before @ after) > _TURNS:
            continue
        far = np.linspace(_BEYOND * height + width, _AS_FAR * height, _SAMPLES)[:, None]
        sides = [_part(drawn, corner + far * towards) for towards in (before, -after)]
        both, either, count = max(both, min(sides)), max(either, max(sides)), count + 1
    return both, either, min(count, 4)


def _part(drawn: Mask, places: Points) -> float:
    """The part of places (N, 2) at which something is drawn."""
    x, y = np.rint(places).astype(int).T
    return float(drawn[y.clip(0, drawn.shape[0] - 1), x.clip(0, drawn.shape[1] - 1)].mean())
