"""Drawings as their photographs leave them: repeatable, and their truth lies where the ink is."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from derender.perception.scenes.parts import within
from derender.perception.targets import Drawing
from derender.photographs.reading import photographed_drawing
from derender.spec import Circle, Line, Rectangle

CELLS = (16, 12)
SEEDS = range(10)


@cache
def drawing(seed: int) -> Drawing:
    return photographed_drawing(np.random.default_rng([3, seed]), *CELLS)


def test_the_same_seed_makes_the_same_drawing() -> None:
    again = photographed_drawing(np.random.default_rng([3, 0]), *CELLS)
    assert again.scene == drawing(0).scene
    assert np.array_equal(again.ink, drawing(0).ink)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_drawing_fills_a_canvas_of_the_reader(seed: int) -> None:
    found = drawing(seed)
    assert found.ink.shape == (16 * (CELLS[1] + 1), 16 * (CELLS[0] + 1))
    assert found.ink.dtype == np.float32
    assert found.ink.min() >= 0
    assert found.ink.max() <= 1
    assert all(within(c, *CELLS) for c in found.scene)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_command_is_located_about_where_its_lattice_points_are(seed: int) -> None:
    found = drawing(seed)
    assert set(found.scene) <= set(found.located)
    for command in found.scene:
        match command:
            case Circle(x, y):
                meant, kind = [(x, y)], 0
            case Rectangle(x1, y1, x2, y2):
                meant, kind = [(x1, y1), (x1, y2), (x2, y1), (x2, y2)], 1
            case Line(x1, y1, x2, y2):
                meant, kind = [(x1, y1), (x2, y2)], 2
        at = np.array([(x, y) for _, x, y, _ in found.located[command]])
        away = np.hypot(*(at[:, None] - found.placement.to_pixels(np.array(meant, float))[None]).transpose(2, 0, 1))
        assert {k for k, *_ in found.located[command]} == {kind}
        # Rounding moves a point by half a cell in each direction; ends that fall together on a lattice point may lie a cell apart.
        assert away.min(0).max() < 26


def test_most_of_what_is_drawn_has_ink_near() -> None:
    near = []
    for seed in SEEDS:
        found = drawing(seed)
        for command in found.scene:
            if isinstance(command, Line):
                (_, x1, y1, _), (_, x2, y2, _) = found.located[command]
                x, y = (round((x1 + x2) / 2), round((y1 + y2) / 2))
                near.append(found.ink[max(0, y - 6) : y + 7, max(0, x - 6) : x + 7].max(initial=0) > 0.3)
    assert np.mean(near) > 0.6


def test_half_of_the_drawings_lie_on_no_lattice() -> None:
    farthest = [max((_away(found, c) for c in found.scene if isinstance(c, Circle)), default=0.0) for found in map(drawing, SEEDS)]
    assert any(away > 1 for away in farthest)
    assert any(0 < away < 1e-6 for away in farthest)


def _away(found: Drawing, circle: Circle) -> float:
    """Pixels between a circle's middle and its lattice point."""
    ((_, x, y, _),) = found.located[circle]
    return float(np.hypot(*(np.array([x, y]) - found.placement.to_pixels(np.array([circle.x, circle.y], dtype=np.float64)))))
