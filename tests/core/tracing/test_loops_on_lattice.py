"""Arrows from a shape back to itself in ink on a lattice: set apart with all their strokes, and what was read in their place named."""

from __future__ import annotations

import numpy as np
import pytest

from derender.rendering.pencil import draw_by_hand, undamaged
from derender.rendering.pencil.hand import Hand, sample_hand
from derender.rendering.pencil.placement import aligned_placement
from derender.spec import Circle, Command, Line, Rectangle, Spec
from derender.tracing.judges import Judges
from derender.tracing.loops_on_lattice import loops_on_lattice

JUDGE = Judges.load().ways
STATES = (Circle(4, 4, 2, 2), Circle(13, 4, 2, 2))
ARROW = Line(6, 4, 11, 4, arrow=True)
LOOP = Line(3, 6, 5, 6, arrow=True, bend=120)


def hand(seed: int) -> Hand:
    return undamaged(sample_hand(np.random.default_rng(seed)))


def canvas(*commands: Command, seed: int = 1) -> np.ndarray:
    """Their ink by a hand on a canvas of 18 × 12 cells."""
    shape = (12 * 16, 18 * 16)
    ink = draw_by_hand(Spec(commands), hand(seed), aligned_placement(shape[0], 0), shape, np.random.default_rng(seed))
    return np.asarray(ink, dtype=np.float32)


@pytest.mark.parametrize("seed", [0, 1, 3, 4])
def test_what_was_read_in_a_loops_place_is_its_paper(seed: int) -> None:
    ink = canvas(*STATES, ARROW, LOOP, seed=seed)
    read = Circle(4, 7, 1, 1)
    (found,) = loops_on_lattice(ink, Spec([*STATES, ARROW, read]), JUDGE)
    assert found.in_place == (read,)
    assert abs(found.line.bend) > 90
    ends = {(found.line.x1, found.line.y1), (found.line.x2, found.line.y2)}
    assert all(2 <= x <= 6 and 5 <= y <= 6 for x, y in ends)
    # Most of its ink is its own, and nothing of the arrow beside it.
    alone = (canvas(LOOP, seed=seed) > 0.5) & (canvas(*STATES, seed=seed) < 0.1)
    assert (found.strokes & alone).sum() > 0.5 * alone.sum()
    assert not found.strokes[:, 8 * 16 : 10 * 16].any()


def test_no_loop_is_found_where_none_is() -> None:
    beside = Rectangle(2, 6, 6, 8)
    for seed in range(6):
        stacked = [STATES[0], Circle(4, 7, 1, 1), Line(4, 8, 4, 11, arrow=True)]
        for commands in ([*STATES, ARROW], [*STATES, ARROW, beside], stacked):
            assert loops_on_lattice(canvas(*commands, seed=seed), Spec(commands), JUDGE) == ()
