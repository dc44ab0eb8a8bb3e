"""The choice between a reader's lattice and tracing, fitted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from derender.plane import Point
from derender.spec import Line, Rectangle, Spec
from derender.tracing.opening import Support, measurements
from derender.training.opening import Seen, Truth, fitted, held_out_regret, regret, sketched


def test_the_kinds_of_sketches_alternate() -> None:
    (first, _, on_lattice), (second, _, on_none) = sketched(4), sketched(5)
    assert (on_lattice, on_none) == (True, False)
    assert first.geometry.any()
    assert second.geometry.any()


def test_kinds_that_evidence_tells_apart_are_told_apart() -> None:
    cases = [Seen(k % 2 == 0, 0.8 if k % 2 == 0 else -0.8, Support(20.0 + k if k % 2 == 0 else 0.2 * k, 0.1, 5.0), 0.1) for k in range(20)]
    weights = fitted(cases)
    assert weights[1] > 0
    for case in cases:
        told = float(measurements(case.support, case.unexplained_traced) @ weights)
        assert (told > 0) == case.on_lattice
    assert regret(cases, [case.on_lattice for case in cases]) == 0
    assert regret(cases, [True] * len(cases)) == 0.4
    assert held_out_regret(cases) == 0


def test_what_nothing_tells_apart_is_lost_where_it_is_held_out() -> None:
    rng = np.random.default_rng(0)
    cases = [Seen(on, 0.8 if on else -0.8, Support(rng.uniform(0, 40), 0.1, 5.0), 0.1) for on in rng.random(60) < 0.5]
    assert held_out_regret(cases) > 0.2


def test_what_makes_no_difference_does_not_count() -> None:
    cases = [Seen(k % 2 == 0, 0.8 if k % 2 == 0 else -0.8, Support(20.0 + k if k % 2 == 0 else 0.2 * k, 0.1, 5.0), 0.1) for k in range(20)]
    same = [Seen(False, 0.0, Support(40.0, 0.0, 5.0), 0.3) for _ in range(100)]
    assert fitted([*cases, *same])[1] > 0


def enlarged(points: Sequence[Point]) -> list[Point]:
    """From cells to pixels."""
    return [(10 * x, 10 * y) for x, y in points]


def test_a_reading_agrees_with_what_was_drawn_as_far_as_it_has_it() -> None:
    truth = Truth(((0.0, 0.0, 20.0, 10.0),), (((20.0, 5.0), (40.0, 5.0)),), (), 0.8, 3.0)
    box, arrow = Rectangle(0, 0, 2, 1), Line(2, 0, 4, 0, True)
    assert truth.agreement(Spec([box]), enlarged) == pytest.approx(2 / 3)
    assert truth.agreement(Spec([box, arrow]), enlarged) == pytest.approx(1 / 2)
    assert truth.agreement(Spec([Line(0, 5, 4, 5)]), enlarged) == 0
