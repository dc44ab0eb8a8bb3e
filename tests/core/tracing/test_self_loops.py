"""Arrows from a shape back to itself: as curves that bend far, or as legs at right angles, and no shape where their paper is."""

from __future__ import annotations

import itertools
import math

import cv2
import numpy as np
import pytest

from derender.photo.maps import Maps
from derender.rendering.strokes import bend_controls, drawn_box
from derender.spec import Circle, Line, Spec
from derender.tracing.connectors import Connector, Drawn, connectors
from derender.tracing.figure import Figure, Shape, figure_of
from derender.tracing.judges import Judges
from derender.tracing.paths import Way, between, ways
from derender.tracing.placing import placed
from derender.tracing.regions import regions
from derender.tracing.self_loops import self_loop_of
from derender.tracing.strokes import traces_of


def cubic(*controls: tuple[float, float]) -> np.ndarray:
    t = np.linspace(0, 1, 60)[:, None]
    weights = np.concatenate([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], 1)
    return np.asarray(weights @ np.array(controls))


def loop_above(x: float, y: float, wide: float, high: float) -> np.ndarray:
    """From left to right over (x, y), y down; it leads `high` up."""
    return cubic((x - wide / 2, y), (x - wide, y - high / 0.75), (x + wide, y - high / 0.75), (x + wide / 2, y))


@pytest.mark.parametrize("turn", range(0, 360, 45))
@pytest.mark.parametrize("backwards", [False, True])
def test_a_round_loop_is_one_curve_to_the_side_that_it_leads(turn: int, backwards: bool) -> None:
    angle = math.radians(turn)
    rotation = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    way = loop_above(0, 0, 40, 60) @ rotation.T
    points, bend = self_loop_of(way[::-1] if backwards else way)
    assert len(points) == 2
    # Upwards from left to right lies to the left.
    assert 105 <= (-bend if backwards else bend) <= 150
    start, end = points.tolist()
    (x1, y1), (x2, y2) = bend_controls((start[0], -start[1]), (end[0], -end[1]), bend)
    curve = cubic(tuple(start), (x1, -y1), (x2, -y2), tuple(end))
    off = np.hypot(*(curve[:, None] - way).transpose(2, 0, 1)).min(1)
    assert off.max() < 15


def test_legs_at_right_angles_stay_such() -> None:
    corners = np.array([(0, 0), (0, -40), (30, -40), (30, 0)], float)
    way = np.concatenate([np.linspace(a, b, 20) for a, b in itertools.pairwise(corners)])
    points, bend = self_loop_of(way)
    assert bend == 0
    assert points == pytest.approx(corners, abs=2)


def photographed(high: float, *, turn: int = 0) -> Maps:
    """Two circles side by side joined by an arrow, the left one with a loop above, turned by so many quarters."""
    seen = np.zeros((400, 560), np.uint8)
    for middle in ((140, 250), (420, 250)):
        cv2.circle(seen, middle, 50, 1, 4)
    arrows = [np.linspace((194, 250), (366, 250), 30), loop_above(140, 203, 44, high)]
    for path in arrows:
        cv2.polylines(seen, [np.rint(path).astype(np.int32)], False, 1, 4)
        along = (path[-1] - path[-6]) / np.hypot(*(path[-1] - path[-6]))
        for side in (0.5, -0.5):
            turned = np.array([[math.cos(side), -math.sin(side)], [math.sin(side), math.cos(side)]]) @ along
            cv2.line(seen, np.rint(path[-1]).astype(int).tolist(), np.rint(path[-1] - 18 * turned).astype(int).tolist(), 1, 4)
    ink = np.ascontiguousarray(np.rot90(cv2.GaussianBlur(seen.astype(np.float32), (0, 0), 0.7), turn), dtype=np.float32)
    return Maps(ink, np.zeros_like(ink), np.zeros_like(ink), np.ones_like(ink))


def test_strokes_lead_back_to_their_shape() -> None:
    traces = traces_of(photographed(70))
    circles = [region for region in regions(traces) if 90 < region.sides[0] < 115 and 90 < region.sides[1] < 115]
    back = [way for way in ways(between(traces, [region.outline for region in circles]), traces.height) if way.first == way.second]
    assert any(way.points[:, 1].min() < 140 for way in back)


def test_ends_that_meet_come_apart_where_the_loop_comes_from_and_goes_to() -> None:
    round_one = cubic((0, 0), (-60, -80), (60, -80), (0, 0))
    for way, side in ((round_one, 1), (round_one[::-1], -1)):
        points, bend = self_loop_of(way)
        assert side * (points[-1, 0] - points[0, 0]) > 5
        assert side * bend >= 105


def test_a_loop_reaches_the_lattice_whole_however_small_it_is() -> None:
    shape = Shape("ellipse", (100.0, 100.0, 200.0, 200.0), 3.0)
    for apart in (0.5, 20.0, 60.0):
        loop = Connector(np.array([(150 - apart / 2, 100.0), (150 + apart / 2, 100.0)]), True, 2.0, 120)
        found = placed(Figure((shape,), (loop,), 100.0, 0.0))
        assert found is not None
        lattice, parts = found
        (arrow,) = (c for part in parts for c in part.commands if isinstance(c, Line))
        assert (arrow.x1, arrow.y1) != (arrow.x2, arrow.y2)
        left, bottom, right, top = drawn_box(Spec([arrow]))
        assert min(left, bottom) >= 0
        assert right <= lattice.columns
        assert top <= lattice.rows


def test_a_loop_among_lines_has_a_head() -> None:
    ways_ = [loop_above(0, 0, 40, 60), np.linspace((100, 0), (200, 0), 30)]
    odds = [np.array([-2.0, 0.8]), np.array([-6.0, -6.0])]
    drawn = [Drawn(Way(w, 0, k, 100.0, 0.0, frozenset({k})), 2.0, o) for k, (w, o) in enumerate(zip(ways_, odds, strict=True))]
    loop, line = (join.connector for join in connectors(drawn, 60.0))
    assert (loop.head, line.head) == (True, False)
    assert abs(loop.bend) > 90


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize("high", [60, 90])
def test_a_loop_is_an_arrow_and_no_shape(high: int, turn: int) -> None:
    figure = figure_of(photographed(high, turn=turn), Judges.load())
    assert [shape.kind for shape in figure.shapes] == ["ellipse", "ellipse"]
    assert len(figure.connectors) == 2
    (loop,) = (c for c in figure.connectors if abs(c.bend) > 90)
    assert loop.head
    found = placed(figure)
    assert found is not None
    spec = Spec(command for part in found[1] for command in part.commands)
    assert sum(isinstance(c, Circle) for c in spec) == 2
    assert sum(isinstance(c, Line) and c.arrow and abs(c.bend) > 90 for c in spec) == 1
