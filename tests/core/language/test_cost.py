"""The cost of A.5 in thirds."""

from __future__ import annotations

import pytest
from hypothesis import given
from strategies import programs, specs

from derender.language.cost import cost_thirds
from derender.language.program import Program
from derender.language.text import parse_program
from derender.language.transform import flat_program, translated, with_distinct_variables
from derender.spec import Spec


@pytest.mark.parametrize(
    ("text", "thirds"),
    [
        ("", 0),
        ("circle(1, 1)", 3),
        ('circle(1, 1)\nlabel(1, 1, "a")', 3),
        ("for (i < 3)\n    circle(i, 0)", 6),
        ("for (i < 2)\n    circle(i, 0)", 9),
        ("for (i < 3)\n    for (j < i + 2)\n        circle(i, j)", 9),
        ("reflect(x = 9)\n    circle(1, 0)", 6),
        ("for (i < 3)\n    circle(3*i, 3*i)\n    circle(3*i + 1, 7)", 9),
        ("for (i < 3)\n    circle(3*i, 5*i)", 6),
        ("for (i < 3)\n    circle(3*i, -3*i)\n    circle(-3*i + 9, 3*i)", 11),
        ("for (i < 3)\n    rectangle(3*i, 0, 4*i + 1, 1)", 7),
        ("for (i < 3)\n    circle(i, 0)\n    if (i > 0)\n        circle(i, 4)", 9),
    ],
)
def test_costs_by_hand(text: str, thirds: int) -> None:
    assert cost_thirds(parse_program(text)) == thirds


@given(specs())
def test_a_flat_program_costs_its_commands(spec: Spec) -> None:
    assert cost_thirds(flat_program(spec)) == 3 * len(spec)


@given(programs())
def test_neither_place_nor_names_cost(program: Program) -> None:
    assert cost_thirds(translated(program, 5, -2)) == cost_thirds(with_distinct_variables(program)) == cost_thirds(program)
