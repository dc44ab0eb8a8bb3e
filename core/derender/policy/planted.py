"""Large figures with a known structure, to measure how synthesis grows: programs as an author would write them, of any size.

Each family makes a program that draws about as many commands as it is asked for. `irregular` adds commands that belong to no
structure, as a figure has them besides its pattern. What the program costs, and three thirds for each command added, is an
upper bound on the least cost: the planted cost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isqrt
from random import Random

from derender.language.cost import cost_thirds
from derender.language.execute import execute
from derender.language.program import Program
from derender.language.text import parse_program
from derender.language.transform import translated
from derender.spec import Circle, Command, Line, Rectangle, Spec


@dataclass(frozen=True, slots=True)
class Planted:
    """A spec and what a program known to draw it costs."""

    family: str
    spec: Spec
    thirds: int


def planted(family: str, size: int, seed: int = 0, irregular: float = 0.0) -> Planted:
    """A figure of `family` of about `size` commands, of which the share `irregular` belongs to no structure."""
    random = Random(f"{family} {size} {seed}")
    odd = round(irregular * size)
    program = FAMILIES[family](size - odd, random)
    structure = execute(program)
    spec = Spec([*structure, *_odd_commands(structure, odd, random)])
    return Planted(family, spec, cost_thirds(program) + 3 * (len(spec) - len(structure)))


def _grid(size: int, random: Random) -> Program:
    rows = max(2, round(size**0.5 * random.uniform(0.6, 1)))
    columns = max(2, size // rows)
    return parse_program(f"for (i < {columns})\n    for (j < {rows})\n        rectangle(4*i, 3*j, 4*i + 3, 3*j + 2)\n")


def _lattice(size: int, random: Random) -> Program:
    rows = max(2, round((size / 3) ** 0.5 * random.uniform(0.8, 1)))
    columns = max(2, round(size / (3 * rows)))
    return parse_program(
        f"for (i < {columns})\n    for (j < {rows})\n        if (j > 0)\n            line(4*i, 4*j - 3, 4*i, 4*j - 1)\n"
        f"        circle(4*i, 4*j)\n"
        f"for (i < {columns - 1})\n    for (j < {rows})\n        line(4*i + 1, 4*j, 4*i + 3, 4*j, arrow)\n"
        if random.random() < 0.5
        else f"for (i < {max(columns, rows)})\n    for (j < {max(columns, rows)})\n        if (j > 0)\n"
        "            line(4*i, 4*j - 3, 4*i, 4*j - 1)\n            line(4*j - 3, 4*i, 4*j - 1, 4*i)\n        circle(4*i, 4*j)\n"
    )


def _triangle(size: int, random: Random) -> Program:
    rows = max(3, isqrt(size * 2 // 3)) + random.choice((0, 1))
    return parse_program(
        f"for (i < {rows})\n    for (j < i + 1)\n        if (j > 0)\n            line(4*i - 3, 4*j, 4*i - 1, 4*j, arrow)\n"
        "            line(4*i, 4*j - 3, 4*i, 4*j - 1)\n        circle(4*i, 4*j)\n"
    )


def _tree(size: int, random: Random) -> Program:
    leaves = random.choice((3, 4, 5))
    children = max(3, size // (2 + 2 * leaves))
    return parse_program(
        f"circle(0, 40)\nfor (i < {children})\n    circle(6*i, 30)\n    line(0, 39, 6*i, 31, arrow)\n    for (j < {leaves})\n"
        "        circle(6*i + 3, -3*j + 26)\n        line(6*i, 29, 6*i + 2, -3*j + 26)\n"
    )


def _layers(size: int, random: Random) -> Program:
    layers = random.choice((3, 4, 5))
    width = max(2, isqrt(size // (layers - 1)))
    circles = "".join(f"    circle({12 * layer}, 3*i)\n" for layer in range(layers))
    links = "".join(f"        line({12 * layer + 1}, 3*i, {12 * layer + 11}, 3*j, arrow)\n" for layer in range(layers - 1))
    return parse_program(f"for (i < {width})\n{circles}    for (j < {width})\n{links}")


def _mirrored(size: int, random: Random) -> Program:
    columns = max(3, size // 8) + random.choice((0, 1))
    return parse_program(
        f"reflect(y = 31)\n    for (i < {columns})\n        circle(5*i, 2)\n        rectangle(5*i, 4, 5*i + 3, 6)\n"
        "        line(5*i, 7, 5*i, 9, arrow)\n        line(5*i + 1, 7, 5*i + 3, 9)\n"
    )


_MOTIFS: tuple[Callable[[int, int], str], ...] = (
    lambda n, m: f"for (i < {n})\n    for (j < {m})\n        circle(3*i, 3*j)\n",
    lambda n, m: f"for (i < {n * m})\n    rectangle(3*i, 0, 3*i + 2, 2)\n",
    lambda n, m: f"for (i < {n})\n    for (j < {m})\n        rectangle(5*i, 4*j, 5*i + 3, 4*j + 2)\n",
    lambda n, _: f"for (i < {n})\n    for (j < i + 1)\n        circle(3*i, 4*j)\n",
    lambda n, m: f"for (i < {n * m // 2})\n    circle(4*i, 0)\n    line(4*i, 1, 4*i, 4, arrow)\n",
    lambda n, m: f"reflect(x = 41)\n    for (i < {max(3, n * m // 4)})\n        circle(3, 3*i)\n        line(4, 3*i, 8, 3*i, arrow)\n",
    lambda n, m: f"for (i < {n})\n    for (j < {m})\n        line(0, 3*i, 9, 3*j, arrow)\n",
)


def _several(size: int, random: Random) -> Program:
    """Motifs side by side, from three in a small figure to ten in a large one."""
    count = min(10, max(3, size // 25))
    statements = []
    for number, motif in enumerate(random.sample(_MOTIFS * 2, count)):
        area = size / count
        n = max(3, round(area**0.5 * random.uniform(0.8, 1.2)))
        m = max(3, round(area / n))
        statements += list(translated(parse_program(motif(n, m)), 150 * (number % 4), 150 * (number // 4)).statements)
    return Program(tuple(statements))


FAMILIES: dict[str, Callable[[int, Random], Program]] = {
    "grid": _grid,
    "lattice with links": _lattice,
    "triangle": _triangle,
    "tree": _tree,
    "layered network": _layers,
    "mirrored": _mirrored,
    "several motifs": _several,
}
"""The families of figures by name."""


def _odd_commands(structure: Spec, count: int, random: Random) -> list[Command]:
    """Commands like the structure's, each moved to a place of its own within the figure's extent."""
    width, height = _extent(structure)
    found: set[Command] = set()
    while len(found) < count:
        x, y, dx, dy = random.randrange(width), random.randrange(height), random.randint(1, 9), random.randint(1, 9)
        like = random.choice(structure.commands)
        match like:
            case Circle():
                moved: Command = replace(like, x=x, y=y)
            case Rectangle():
                moved = replace(like, x1=x, y1=y, x2=x + dx, y2=y + dy)
            case Line():
                moved = replace(like, x1=x, y1=y, x2=x + dx, y2=y + dy)
        if moved not in structure:
            found.add(moved)
    return sorted(found, key=str)


def _extent(spec: Spec) -> tuple[int, int]:
    xs = [x for c in spec for x in ((c.x,) if isinstance(c, Circle) else (c.x1, c.x2))]
    ys = [y for c in spec for y in ((c.y,) if isinstance(c, Circle) else (c.y1, c.y2))]
    return max(40, max(xs) + 1), max(40, max(ys) + 1)
