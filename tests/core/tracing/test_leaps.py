"""Gaps that strokes go on beyond, and ends that all but meet another stroke."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from derender.photo.maps import Maps
from derender.tracing.graph import Graph, Points, graph_of
from derender.tracing.leaps import leaps, with_meetings
from derender.tracing.paths import between, ways
from derender.tracing.strokes import traces_of

HEIGHT, WIDTH = 60.0, 3.0

Line = list[tuple[int, int]]

STEM: Line = [(20, 60), (90, 60)]


def strokes(*lines: Line) -> np.ndarray:
    mask = np.zeros((160, 300), np.uint8)
    for line in lines:
        cv2.polylines(mask, [np.array(line, np.int32)], False, 1, int(WIDTH))
    return mask


def graph(*lines: Line) -> Graph:
    return graph_of(strokes(*lines) > 0, 1.5 * WIDTH)


def leapt(*lines: Line) -> list[tuple[Points, Points]]:
    return [(edge.points[0], edge.points[-1]) for edge in leaps(graph(*lines), HEIGHT, WIDTH)]


def test_ends_that_look_at_each_other_are_joined_and_others_are_not() -> None:
    ((start, end),) = leapt(STEM, [(110, 60), (180, 60)])
    assert end[0] - start[0] == pytest.approx(20, abs=4)
    assert not leapt(STEM, [(145, 60), (200, 60)])
    assert not leapt(STEM, [(110, 75), (110, 110)])


@pytest.mark.parametrize("corner", [(95, 66), (86, 66)])
def test_legs_that_all_but_meet_at_a_corner_are_joined_also_where_one_went_on(corner: tuple[int, int]) -> None:
    assert len(leapt(STEM, [corner, (corner[0], 120)])) == 1


@pytest.mark.parametrize("gap", [7, 8])
def test_a_stroke_that_ends_before_another_meets_it(gap: int) -> None:
    trunk: Line = [(90 + gap, 15), (90 + gap, 120)]
    plain = graph(STEM, trunk)
    met = with_meetings(plain, HEIGHT, WIDTH)
    np.testing.assert_array_equal(met.nodes[:-1], plain.nodes)
    assert np.hypot(*(met.nodes[-1] - (90 + gap, 60))) < 3
    assert len(met.at[len(met.nodes) - 1]) == 3
    (leap,) = (edge for edge in met.edges if not edge.drawn)
    assert np.hypot(*(leap.points[0] - (90, 60))) < 3
    drawn = [sum(edge.length for edge in seen.edges if edge.drawn) for seen in (plain, met)]
    assert drawn[0] == pytest.approx(drawn[1])


@pytest.mark.parametrize("trunk", [[(115, 15), (115, 120)], [(20, 68), (95, 68)]])
def test_it_meets_none_that_is_far_or_lies_beside_it(trunk: Line) -> None:
    plain = graph(STEM, trunk)
    assert with_meetings(plain, HEIGHT, WIDTH) is plain


def test_two_ends_meet_a_trunk_each_at_its_place() -> None:
    met = with_meetings(graph([(100, 10), (100, 150)], [(20, 40), (94, 40)], [(180, 90), (106, 90)]), HEIGHT, WIDTH)
    assert sorted(round(y, -1) for y in met.nodes[-2:, 1]) == [40, 90]
    assert sum(edge.drawn for edge in met.edges) == 5


def test_an_arrow_leads_from_a_shape_along_the_trunk_that_it_parts_from() -> None:
    seen = strokes([(20, 20), (70, 20), (70, 70), (20, 70), (20, 20)], [(200, 85), (250, 85), (250, 135), (200, 135), (200, 85)])
    seen |= strokes([(45, 70), (45, 150)], [(54, 110), (200, 110)])
    drawn = seen.astype(np.float32)
    traces = traces_of(Maps(drawn, np.zeros_like(drawn), np.zeros_like(drawn), np.ones_like(drawn)))
    boxes = [np.array([(x, y), (x + 50, y), (x + 50, y + 50), (x, y + 50)], np.float32) for x, y in ((20, 20), (200, 85))]
    (way,) = (way for way in ways(between(traces, boxes), traces.height) if way.second is not None)
    assert np.hypot(*(way.points[0] - (45, 70))) < 6
    assert np.hypot(*(way.points[-1] - (200, 110))) < 6
