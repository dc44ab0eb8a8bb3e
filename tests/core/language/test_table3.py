"""The six programs of the paper's Table 3: what they draw, how many statements, what they cost."""

from __future__ import annotations

import pytest

from derender.experiments.table3 import TABLE_3, PaperRow
from derender.language.cost import cost_thirds
from derender.language.execute import execute
from derender.language.legality import depth, problems
from derender.language.text import parse_program, pretty
from derender.language.tree import walk

THIRDS = (11, 18, 15, 9, 24, 12)
"""What each costs by A.5, in thirds."""


@pytest.mark.parametrize(("row", "thirds"), list(zip(TABLE_3, THIRDS, strict=True)), ids=[row.name for row in TABLE_3])
def test_a_row_of_table_3(row: PaperRow, thirds: int) -> None:
    program = parse_program(row.program)
    assert problems(program) == ()
    assert depth(program) <= 3
    assert len(list(walk(program.statements))) == row.program_lines
    assert cost_thirds(program) == thirds
    assert len(execute(program)) == row.spec_lines
    assert parse_program(pretty(program)) == program
