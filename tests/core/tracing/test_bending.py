"""A connector's way is one curve, as strongly bent as TikZ's, a straight stroke, or neither."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from derender.rendering.strokes import bend_controls
from derender.tracing.bending import bend_of

Points = NDArray[np.float64]
START, END = (40.0, 60.0), (260.0, 110.0)


def curve(bend: int, seed: int = 0, start: tuple[float, float] = START, end: tuple[float, float] = END) -> Points:
    """A hand's way along TikZ's curve, in pixels with y down, an unsteady pixel or two beside it."""
    (x1, y1), (x2, y2) = bend_controls((start[0], -start[1]), (end[0], -end[1]), bend)
    controls = np.array([start, (x1, -y1), (x2, -y2), end])
    t = np.linspace(0, 1, 120)[:, None]
    weights = np.concatenate([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], 1)
    wave = np.random.default_rng(seed).uniform(0.5, 1.5, 2) * np.sin(np.linspace(0, 9, 120) + seed)[:, None]
    return np.asarray(weights @ controls + wave)


def along(*corners: tuple[float, float]) -> Points:
    points = np.array(corners)
    at = np.arange(len(points))
    t = np.linspace(0, len(points) - 1, 120)
    return np.stack([np.interp(t, at, points[:, axis]) for axis in (0, 1)], -1)


@pytest.mark.parametrize("bend", [-75, -60, -45, -30, 30, 45, 60, 75])
def test_a_curve_bends_as_it_was_drawn(bend: int) -> None:
    for seed in range(4):
        assert abs((bend_of(curve(bend, seed)) or 0) - bend) <= 15


@pytest.mark.parametrize("bend", [-60, -45, -30, 30, 45, 60])
def test_a_head_that_turns_a_way_aside_at_its_end_does_not_change_its_bend(bend: int) -> None:
    way = curve(bend)
    inward = np.array([(END[1] - START[1]), -(END[0] - START[0])]) * (1 if bend > 0 else -1) * 0.12
    aside = np.concatenate([way[:-6], way[-6:] + np.linspace(0.3, 1, 6)[:, None] * inward])
    assert abs((bend_of(aside) or 0) - bend) <= 15


@pytest.mark.parametrize("bend", [-10, 10])
def test_a_slightly_curved_way_is_straight_or_has_next_to_no_corner(bend: int) -> None:
    assert bend_of(curve(bend)) in (0, None)
    assert bend_of(curve(bend, end=(60.0, 260.0))) in (0, None)


def test_the_other_way_round_it_bends_to_the_other_side() -> None:
    assert bend_of(curve(45)[::-1]) == -45


def test_a_bend_does_not_depend_on_where_and_how_large_it_is_drawn() -> None:
    turned = np.array([[0.0, -1.0], [1.0, 0.0]])
    assert bend_of(3 * curve(60) @ turned.T + 100) == bend_of(curve(60)) == 60


@pytest.mark.parametrize(
    "way",
    [
        along((0, 0), (200, 0), (200, 120)),
        along((0, 0), (0, 120), (200, 120)),
        along((0, 0), (100, 0), (100, 120), (200, 120)),
        along((0, 0), (0, 80), (200, 80), (200, 0)),
        along((0, 0), (90, 60), (200, 0)),
    ],
)
def test_a_way_with_corners_is_no_curve(way: Points) -> None:
    assert bend_of(way) is None


def test_a_way_that_bends_both_ways_or_comes_back_is_no_curve() -> None:
    x = np.linspace(0, 200, 120)
    assert bend_of(np.stack([x, 40 * np.sin(x / 200 * math.tau)], -1)) in (0, None)
    turn = np.linspace(0, 1.9 * math.pi, 120)
    assert bend_of(np.stack([60 * np.cos(turn), 60 * np.sin(turn)], -1)) is None
