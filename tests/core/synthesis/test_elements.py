"""Promises of the arrays that searches compute with: reflections are found in specs larger than a block of rows, too."""

from __future__ import annotations

import pytest

from derender.language.execute import mirror
from derender.language.program import Reflect
from derender.policy.planted import planted
from derender.synthesis.elements import ROWS_AT_ONCE, Stopped, elements_of, reflections_of


@pytest.mark.parametrize(("family", "size"), [("mirrored", 20), ("several motifs", 160), ("mirrored", 300)])
def test_each_element_is_mirrored_to_what_its_command_is_mirrored_to(family: str, size: int) -> None:
    spec = planted(family, size, seed=3, irregular=0.1).spec
    elements = elements_of(spec)
    number = {command: index for index, command in enumerate(elements.commands)}
    found = list(reflections_of(elements))
    assert found
    for reflection in [*found[:40], *found[-40:]]:
        header = Reflect(reflection.axis, reflection.position, ())
        assert reflection.image.tolist() == [number.get(mirror(command, header), -1) for command in elements.commands]


def test_listing_reflections_is_stopped_between_two_blocks_of_rows() -> None:
    elements = elements_of(planted("grid", 2 * ROWS_AT_ONCE).spec)
    looks: list[bool] = []

    def stopped() -> bool:
        looks.append(len(looks) > 1)
        return looks[-1]

    with pytest.raises(Stopped):
        list(reflections_of(elements, stopped))
    assert len(looks) == 3
