"""The choice between a reader's lattice and tracing, fitted."""

from __future__ import annotations

from derender.tracing.opening import measurements
from derender.training.opening import Seen, fitted, sketched


def test_the_kinds_of_sketches_alternate() -> None:
    (first, on_lattice), (second, on_none) = sketched(4), sketched(5)
    assert (on_lattice, on_none) == (True, False)
    assert first.geometry.any()
    assert second.geometry.any()


def test_kinds_that_evidence_tells_apart_are_told_apart() -> None:
    cases = [Seen(k % 2 == 0, 20.0 + k if k % 2 == 0 else 0.2 * k, 0.1, 0.1) for k in range(20)]
    weights = fitted(cases)
    assert weights[1] > 0
    for case in cases:
        told = float(measurements(case.evidence, case.unexplained, case.unexplained_traced) @ weights)
        assert (told > 0) == case.on_lattice
