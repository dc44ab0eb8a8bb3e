"""Simulated arrows from a shape back to itself: they begin and end at its outline, lead outwards, and touch nothing else."""

from __future__ import annotations

import math

import numpy as np
import pytest

from derender.photographs.diagrams import random_diagram
from derender.photographs.pen_strokes import ArrowStyle, Box, Kind, Pen, arrow, middle_of
from derender.photographs.routes import Link
from derender.photographs.self_loops import random_self_loops, sample_often

CANVAS = (600, 800)
BOX: Box = (340.0, 250.0, 460.0, 340.0)


def loops(kind: Kind, box: Box = BOX, **others: object) -> list[Link]:
    """The loops of many people at one shape."""
    given = {"others": (), "links": ()} | others
    out = [random_self_loops(np.random.default_rng(seed), [(kind, box)], canvas=CANVAS, often=1.0, **given) for seed in range(60)]
    return [loop for found in out for loop in found]


def level(kind: Kind, box: Box, point: np.ndarray) -> float:
    """1 on an outline, less within."""
    x, y = np.abs(point - middle_of(box)) / (np.array([box[2] - box[0], box[3] - box[1]]) / 2)
    return float(math.hypot(x, y) if kind in ("circle", "ellipse") else x + y if kind == "diamond" else max(x, y))


@pytest.mark.parametrize("kind", ["box", "rounded", "circle", "ellipse", "diamond"])
def test_loops_lead_from_the_outline_outwards_and_back(kind: Kind) -> None:
    box = (340.0, 250.0, 430.0, 340.0) if kind == "circle" else BOX
    found = loops(kind, box)
    assert len(found) == 60
    for loop in found:
        assert loop.returns
        assert [level(kind, box, end) for end in loop.path[[0, -1]]] == pytest.approx([1, 1], abs=0.02)
        # Between its ends it is outside.
        assert min(level(kind, box, point) for point in loop.path[1:-1]) > 0.95
        assert max(level(kind, box, point) for point in loop.path) > 1.3
    assert any(loop.curved for loop in found)
    assert all(loop.curved for loop in found) == (kind == "circle")


def test_loops_touch_nothing_else() -> None:
    above, wall = (300.0, 0.0, 500.0, 240.0), Link(np.array([(480.0, 0.0), (480.0, 599.0)]))
    for loop in loops("box", others=(above,), links=(wall,)):
        assert (loop.path[:, 1] > 240).all()
        assert (loop.path[:, 0] < 480).all()
    assert loops("triangle") == []


def test_most_people_draw_none() -> None:
    often = [sample_often(np.random.default_rng(seed)) for seed in range(300)]
    assert 0.15 < np.mean([some > 0 for some in often]) < 0.45
    drawn = [random_diagram(np.random.default_rng(seed), (500, 700), 70.0) for seed in range(60)]
    assert 5 < sum(any(link.returns for link in diagram.links) for diagram in drawn) < 40


@pytest.mark.parametrize("points", [2, 8, 40])
def test_the_head_of_a_curve_is_as_large_as_of_a_straight_arrow(points: int) -> None:
    t = np.linspace(0, 1, points)
    path = np.stack([200 * t, 100 + 0 * t], -1)
    style, pen = ArrowStyle("open", None, size=0.3), Pen(2.0, 0.0)
    sizes = [np.ptp(arrow(path, style, 80.0, pen, np.random.default_rng(seed))[1].points[:, 1]) for seed in range(20)]
    straight = [np.ptp(arrow(path[[0, -1]], style, 80.0, pen, np.random.default_rng(seed))[1].points[:, 1]) for seed in range(20)]
    assert np.mean(sizes) == pytest.approx(np.mean(straight), rel=0.2)
    assert np.mean(sizes) > 10
