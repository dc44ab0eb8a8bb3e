"""Neighbours: what regularity suggests is among them, and each could have been drawn."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from strategies import specs

from derender.interpretation.repair import RepairSettings, neighbours, together
from derender.perception.legibility import clash
from derender.spec import Circle, Command, Line, Rectangle, Spec

GRID = [Circle(3 * i + 1, 3 * j + 1) for i in range(3) for j in range(3)]
ARROWS = [Line(3 * i + 1, 1, 3 * i + 1, 4, arrow=True) for i in range(4)]
BOXES = [Rectangle(4 * i, 0, 4 * i + 2, 2) for i in range(4)]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        pytest.param([c for c in GRID if c != Circle(4, 4)], GRID, id="the hole in a grid"),
        pytest.param([*ARROWS[:2], Line(7, 1, 7, 4), ARROWS[3]], ARROWS, id="a head"),
        pytest.param([*ARROWS[:2], Line(7, 4, 7, 1, arrow=True), ARROWS[3]], ARROWS, id="a direction"),
        pytest.param([*ARROWS[:2], Line(7, 1, 7, 5, arrow=True), ARROWS[3]], ARROWS, id="an end a cell too far"),
        pytest.param([*ARROWS[:2], Line(20, 9, 21, 12, arrow=True)], [*ARROWS[:2], Line(20, 9, 20, 12, arrow=True)], id="an end beside"),
        pytest.param([*ARROWS[:3], Line(10, 1, 10, 2), Line(10, 3, 10, 4, arrow=True)], ARROWS, id="the halves of a line"),
        pytest.param([*ARROWS[:2], Line(7, 1, 7, 4), Line(10, 1, 10, 4)], ARROWS, id="two heads"),
        pytest.param([*BOXES[:2], Rectangle(8, 0, 11, 2), BOXES[3]], BOXES, id="a side"),
        pytest.param([*BOXES, Line(3, 7, 5, 9)], BOXES, id="what breaks the pattern"),
        pytest.param([*GRID[:4], Circle(4, 4, 1.5, 1.5), *GRID[5:]], GRID, id="a radius"),
    ],
)
def test_what_was_meant_is_a_neighbour_of_what_was_read(read: list[Command], meant: list[Command]) -> None:
    assert Spec(meant) in [neighbour.spec for neighbour in neighbours(Spec(read))]


@given(specs(attributes=False))
def test_neighbours_are_others_each_once_and_add_nothing_illegible(spec: Spec) -> None:
    found = [neighbour.spec for neighbour in neighbours(spec)]
    assert spec not in found
    assert len(set(found)) == len(found)
    for neighbour in found:
        for new in neighbour - spec:
            assert not any(clash(new, other, touching=True) for other in neighbour if other != new)


def test_large_drawings_and_single_commands_have_none() -> None:
    assert neighbours(Spec()) == neighbours(Spec([Circle(1, 1)])) == ()
    assert neighbours(Spec(GRID), RepairSettings(most_commands=8)) == ()


def test_two_neighbours_are_taken_together_where_they_do_not_concern_each_other() -> None:
    read = Spec([ARROWS[0], Line(4, 1, 4, 4), Line(7, 1, 7, 4), ARROWS[3]])
    near = [n for n in neighbours(read) if len(n.spec - read) == 1 == len(read - n.spec)]
    assert Spec(ARROWS) in [pair.spec for pair in together(read, near)]
    for a, b in combinations(near, 2):
        if set((read - a.spec).commands) & set((read - b.spec).commands):
            assert together(read, [a, b]) == []
