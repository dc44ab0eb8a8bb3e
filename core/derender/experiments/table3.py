"""The programs that the paper's Table 3 shows: what they draw stands as specs there, abridged, so here the programs are run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A row of Table 3: its program, and the lines of spec and program that its compression is told of."""

    name: str
    program: str
    spec_lines: int
    program_lines: int


TABLE_3 = (
    PaperRow(
        "lines that grow",
        """\
for (i < 3)
    line(i, -1*i + 6, 2*i + 2, -1*i + 6)
    line(i, -2*i + 4, i, -1*i + 6)
""",
        6,
        3,
    ),
    PaperRow(
        "tree",
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
    ),
    PaperRow(
        "Ising model",
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
    ),
    PaperRow(
        "grid of rectangles",
        """\
for (i < 4)
    for (j < 4)
        rectangle(-3*i + 9, -2*j + 6, -3*i + 11, -2*j + 7)
""",
        16,
        3,
    ),
    PaperRow(
        "layers of boxes",
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
    ),
    PaperRow(
        "mirrored diagonal",
        """\
reflect(y = 8)
    for (i < 3)
        if (i > 0)
            rectangle(3*i - 1, 2, 3*i, 3)
        circle(3*i + 1, 3*i + 1)
""",
        9,
        5,
    ),
)
"""Its six rows, from the top."""
