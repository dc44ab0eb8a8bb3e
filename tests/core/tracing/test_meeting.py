"""Where connectors meet shapes: their ends move along with them to the lattice and lie at outlines as they are drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest

from derender.spec import Circle, Line, Rectangle
from derender.tracing.connectors import Connector
from derender.tracing.figure import Figure, Shape
from derender.tracing.meeting import Meeting, aimed
from derender.tracing.placing import placed

BOX = Meeting.of(np.array([(0.4, 0.4), (8.4, 4.4)]), [Rectangle(0, 0, 8, 4)])
DISC = Meeting.of(np.array([(11.6, 3.4), (16.6, 8.4)]), [Circle(14, 6, 2.5, 2.5)])


def test_an_end_moves_with_its_shape() -> None:
    assert BOX.carried(np.array([8.4, 2.4])) == pytest.approx([8, 2])
    assert BOX.carried(np.array([9.4, 2.4])) == pytest.approx([9, 2])
    assert DISC.carried(np.array([11.6, 5.9])) == pytest.approx([11.5, 6])


def test_a_shape_of_lines_has_their_corners() -> None:
    corners = [(3, 0), (6, 2), (3, 4), (0, 2)]
    lines = [Line(*corners[k - 1], *corners[k]) for k in range(4)]
    diamond = Meeting.of(np.array([(0.0, 0.0), (6.0, 4.0)]), lines)
    assert {tuple(corner) for corner in diamond.outline.tolist()} == set(corners)
    assert diamond.carried(np.array([6.2, 2.1])) == pytest.approx([6.2, 2.1])
    assert diamond.choices(np.array([5.7, 2.1]), None)[0][1] == (6, 2)


def nearest(meeting: Meeting, point: tuple[float, float], level: int | None = None) -> tuple[int, int]:
    return meeting.choices(np.array(point), level)[0][1]


def test_an_end_lies_at_the_outline_rather_than_within() -> None:
    assert nearest(BOX, (8.45, 2.3)) == (8, 2)
    assert nearest(BOX, (7.6, 2.3)) == (8, 2)
    # As near inside as outside.
    assert nearest(DISC, (11.5, 6.0), 1) == (11, 6)
    assert abs(math.dist(nearest(DISC, (12.2, 4.3)), (14, 6)) - 2.5) < 0.4


def test_what_is_level_stays_level() -> None:
    assert nearest(DISC, (12.0, 4.6), 1)[1] == 5
    assert nearest(DISC, (12.4, 4.0), 0)[0] == 12


def test_a_line_between_circles_is_aimed_at_their_middles_where_it_nearly_is() -> None:
    other = Meeting.of(np.array([(21.5, 13.5), (26.5, 18.5)]), [Circle(24, 16, 2.5, 2.5)])
    step = 2.5 / math.sqrt(2)
    ideal = np.array([(14 + step, 6 + step), (24 - step, 16 - step)])
    assert aimed(ideal + np.array([0.3, -0.3]), DISC, other) == pytest.approx(ideal)
    beside = ideal + np.array([0.8, -0.8])
    assert aimed(beside, DISC, other) is beside
    assert aimed(ideal, BOX, other) is ideal


def lines(shapes: list[Shape], *connectors: Connector) -> list[Line]:
    found = placed(Figure(tuple(shapes), connectors, 60.0, 0.0))
    assert found is not None
    return [c for part in found[1] for c in part.commands if isinstance(c, Line)]


def test_slanting_lines_stay_slanted_and_level_ones_are_level() -> None:
    left, right = Shape("ellipse", (0, 100, 60, 160), 4.0), Shape("ellipse", (300, 55, 360, 115), 4.0)
    (slanted,) = lines([left, right], Connector(np.array([(60.0, 125.0), (301.0, 90.0)]), True, 2.0, joins=(0, 1)))
    # From middle to middle it rises by 45 pixels, which are three or four cells.
    assert slanted.y2 - slanted.y1 in (3, 4)
    assert slanted.arrow
    beside = Shape("ellipse", (300, 104, 360, 164), 4.0)
    (level,) = lines([left, beside], Connector(np.array([(60.0, 125.0), (301.0, 139.0)]), True, 2.0, joins=(0, 1)))
    assert level.y1 == level.y2


def test_level_legs_lie_at_the_middle_of_what_they_meet_where_they_nearly_do() -> None:
    left, right = Shape("box", (0, 100, 120, 160), 4.0), Shape("ellipse", (300, 100, 360, 160), 4.0)
    (near,) = lines([left, right], Connector(np.array([(120.0, 128.0), (300.0, 137.0)]), True, 2.0, joins=(0, 1)))
    # Two apart stay so.
    both = [Connector(np.array([(120.0, y), (300.0, y)]), True, 2.0, joins=(0, 1)) for y in (112.0, 148.0)]
    assert len({line.y1 for line in (near, *lines([left, right], *both))}) == 3
    found = placed(Figure((left, right), (), 60.0, 0.0))
    assert found is not None
    ((circle,),) = [part.commands for part in found[1] if isinstance(part.commands[0], Circle)]
    assert isinstance(circle, Circle)
    assert near.y1 == near.y2 == circle.y


def test_elbows_lie_where_they_meet_shapes() -> None:
    below, right = Shape("ellipse", (0, 300, 60, 360), 4.0), Shape("ellipse", (300, 0, 360, 60), 4.0)
    # Up from the first, to the right into the second; the corner is beside both.
    way = np.array([(29.0, 300.0), (36.0, 38.0), (300.0, 27.0)])
    up, across = sorted(lines([below, right], Connector(way, True, 2.0, joins=(0, 1))), key=lambda line: line.arrow)
    found = placed(Figure((below, right), (), 60.0, 0.0))
    assert found is not None
    (first,), (second,) = (part.commands for part in found[1])
    assert isinstance(first, Circle)
    assert isinstance(second, Circle)
    assert up.x1 == up.x2 == first.x
    assert across.y1 == across.y2 == second.y


@pytest.mark.parametrize("kind", ["ellipse", "box"])
@pytest.mark.parametrize("gap", [6, 12, 20])
def test_short_arrows_lead_where_they_led(kind: str, gap: int) -> None:
    rng = np.random.default_rng(gap)
    for _ in range(40):
        turn = rng.uniform(0, math.tau)
        along = np.array([math.cos(turn), math.sin(turn)])
        apart = 60 + gap if kind == "ellipse" else (60 + gap) / float(np.abs(along).max())
        middles = np.array([(300.0, 300.0), (300, 300) + apart * along])
        boxes = [(*(m - 30 + rng.normal(0, 2, 2)).tolist(), *(m + 30 + rng.normal(0, 2, 2)).tolist()) for m in middles]
        shapes = [Shape(kind, (left, top, right, low), 4.0) for left, top, right, low in boxes]
        reach = 30 if kind == "ellipse" else 30 / float(np.abs(along).max())
        ends = middles + reach * np.array([along, -along])
        (arrow,) = lines(shapes, Connector(ends, True, 2.0, joins=(0, 1)))
        assert (arrow.x2 - arrow.x1) * along[0] - (arrow.y2 - arrow.y1) * along[1] > 0


def test_a_nearly_straight_connector_with_a_corner_is_one_leg() -> None:
    left, right = Shape("box", (0, 100, 120, 160), 4.0), Shape("box", (300, 100, 420, 160), 4.0)
    (leg,) = lines([left, right], Connector(np.array([(120.0, 130.0), (210.0, 140.0), (300.0, 131.0)]), True, 2.0, joins=(0, 1)))
    assert leg.y1 == leg.y2


def test_a_loop_of_legs_encloses_something() -> None:
    box = Shape("box", (0, 100, 90, 160), 4.0)
    narrow = np.array([(44.0, 100.0), (44.0, 60.0), (45.0, 60.0), (45.0, 100.0)])
    assert lines([box], Connector(narrow, True, 2.0, joins=(0, 0))) == []
    for apart in (30, 40, 60):
        way = np.array([(45 - apart / 2, 100), (45 - apart / 2, 60), (45 + apart / 2, 60), (45 + apart / 2, 100)])
        legs = lines([box], Connector(way, True, 2.0, joins=(0, 0)))
        assert len(legs) == 3
        assert len({x for leg in legs for x in (leg.x1, leg.x2)}) == 2


def test_ends_lie_within_half_a_cell_of_the_outlines_that_they_meet() -> None:
    rng = np.random.default_rng(3)
    for _ in range(40):
        shapes = [
            Shape("ellipse", (x - 30, y - 30, x + 30, y + 30), 4.0)
            for x, y in rng.uniform((40, 40), (60, 400), (2, 2)) + np.array([(0, 0), (250, 0)])
        ]
        middles = np.array([((s.box[0] + s.box[2]) / 2, (s.box[1] + s.box[3]) / 2) for s in shapes])
        along = (middles[1] - middles[0]) / math.dist(*middles)
        connector = Connector(middles + 30 * np.array([along, -along]) + rng.normal(0, 2, (2, 2)), True, 2.0, joins=(0, 1))
        found = placed(Figure(tuple(shapes), (connector,), 60.0, 0.0))
        assert found is not None
        first, second, (line,) = (part.commands for part in found[1])
        assert isinstance(line, Line)
        for (circle,), end in ((first, (line.x1, line.y1)), (second, (line.x2, line.y2))):
            assert isinstance(circle, Circle)
            assert -0.3 < math.dist(end, (circle.x, circle.y)) - circle.rx <= 0.71
