"""Drawings larger than the paper's: the structure is found, and nothing is called proven that is not."""

from __future__ import annotations

import pytest

from derender.language.execute import execute
from derender.policy.planted import planted
from derender.spec import Circle, Line, Spec
from derender.synthesis import synthesize


def lattice(columns: int, rows: int) -> Spec:
    """Circles on a lattice, neighbours linked."""
    circles = [Circle(3 * x, 3 * y) for x in range(columns) for y in range(rows)]
    across = [Line(3 * x + 1, 3 * y, 3 * x + 2, 3 * y) for x in range(columns - 1) for y in range(rows)]
    up = [Line(3 * x, 3 * y + 1, 3 * x, 3 * y + 2) for x in range(columns) for y in range(rows - 1)]
    return Spec([*circles, *across, *up])


def test_a_lattice_of_65_commands_is_proven() -> None:
    found = synthesize(lattice(5, 5))
    assert execute(found.program) == lattice(5, 5)
    assert found.optimal
    assert found.cost_thirds == 15


def test_several_motifs_whose_headers_are_too_many_to_list_are_found_with_the_fewest_coefficients() -> None:
    case = planted("several motifs", 100, irregular=0.1)
    found = synthesize(case.spec)
    assert execute(found.program) == case.spec
    assert found.cost_thirds <= case.thirds


@pytest.mark.slow
def test_a_lattice_of_280_commands_is_read_as_one_but_not_proven() -> None:
    found = synthesize(lattice(10, 10))
    assert execute(found.program) == lattice(10, 10)
    assert found.cost_thirds == 15
    assert not found.optimal
