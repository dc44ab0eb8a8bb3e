"""The six programs of the paper's Table 3: their text, what they draw, how many statements, what they cost."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from derender.language.cost import cost_thirds
from derender.language.execute import execute
from derender.language.legality import depth, problems
from derender.language.text import parse_program, pretty
from derender.language.tree import walk


@dataclass(frozen=True)
class Row:
    """A program, the size of the spec it draws, its statements (`if` counted) and its cost."""

    text: str
    commands: int
    statements: int
    thirds: int


TABLE = {
    "affine lines": Row(
        """\
for (i < 3)
    line(i, -1*i + 6, 2*i + 2, -1*i + 6)
    line(i, -2*i + 4, i, -1*i + 6)
""",
        6,
        3,
        11,
    ),
    "tree": Row(
        """\
circle(4, 10)
for (i < 3)
    circle(-3*i + 7, 5)
    circle(-3*i + 7, 1)
    line(-3*i + 7, 4, -3*i + 7, 2, arrow)
    line(4, 9, -3*i + 7, 6, arrow)
""",
        13,
        6,
        18,
    ),
    "Ising model": Row(
        """\
for (i < 3)
    for (j < 3)
        if (j > 0)
            line(-3*j + 8, -3*i + 7, -3*j + 9, -3*i + 7)
            line(-3*i + 7, -3*j + 8, -3*i + 7, -3*j + 9)
        circle(-3*j + 7, -3*i + 7)
""",
        21,
        6,
        15,
    ),
    "grid of rectangles": Row(
        """\
for (i < 4)
    for (j < 4)
        rectangle(-3*i + 9, -2*j + 6, -3*i + 11, -2*j + 7)
""",
        16,
        3,
        9,
    ),
    "layered boxes": Row(
        """\
for (i < 3)
    line(7, 1, 5*i + 2, 3, arrow)
    for (j < i + 1)
        if (j > 0)
            line(5*j - 1, 9, 5*i, 5, arrow)
        line(5*j + 2, 5, 5*j + 2, 9, arrow)
    rectangle(5*i, 3, 5*i + 4, 5)
    rectangle(5*i, 9, 5*i + 4, 10)
rectangle(2, 0, 12, 1)
""",
        16,
        9,
        24,
    ),
    "symmetric circles": Row(
        """\
reflect(y = 8)
    for (i < 3)
        if (i > 0)
            rectangle(3*i - 1, 2, 3*i, 3)
        circle(3*i + 1, 3*i + 1)
""",
        9,
        5,
        12,
    ),
}


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_a_row_of_table_3(row: Row) -> None:
    program = parse_program(row.text)
    assert problems(program) == ()
    assert depth(program) <= 3
    assert len(list(walk(program.statements))) == row.statements
    assert cost_thirds(program) == row.thirds
    assert len(execute(program)) == row.commands
    assert parse_program(pretty(program)) == program
