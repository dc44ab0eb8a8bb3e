"""Drawings as their programs: counts of the components of the language (Table 2) that the shortest program uses.

Two drawings are alike if they both have a loop of four turns, a symmetry, or a grid, wherever that lies and whatever it is made of.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping

from derender.language.program import Affine, DrawCircle, DrawLine, DrawRectangle, For, If, Program, Reflect, Statement
from derender.language.tree import x_positions, y_positions

_LONGEST = 6
"""Loops of more turns count as alike."""


def program_counts(program: Program) -> Counter[str]:
    """How often each component is used, loops by their length and nesting, reflections by their axis."""
    return Counter(_components(program.statements, 0))


def program_distance(a: Mapping[str, int], b: Mapping[str, int]) -> float:
    """The distance between two programs' counts, 0 for equal ones: Euclid's, of logarithms, so that one more of few weighs more."""
    return math.sqrt(sum((math.log1p(a.get(name, 0)) - math.log1p(b.get(name, 0))) ** 2 for name in a.keys() | b.keys()))


def _components(statements: tuple[Statement, ...], loops: int) -> Iterator[str]:
    for statement in statements:
        match statement:
            case For(_, bound, body):
                yield "loop"
                yield _length(bound)
                if loops:
                    yield "loop in a loop"
                yield from _components(body, loops + 1)
            case If(_, body):
                yield "test"
                yield from _components(body, loops)
            case Reflect(axis, _, body):
                yield "reflection"
                yield f"reflection across {axis}"
                yield from _components(body, loops)
            case DrawCircle() | DrawRectangle() | DrawLine():
                yield type(statement).__name__.removeprefix("Draw").lower()
                if any(p.variable is not None for p in x_positions(statement)) and any(p.variable for p in y_positions(statement)):
                    yield "moves in x and y"
                if isinstance(statement, DrawLine):
                    yield from (word for word, on in (("arrow", statement.arrow), ("dashed", statement.dashed)) if on)


def _length(bound: Affine) -> str:
    if bound.variable is not None:
        return "loop whose length depends on another"
    return f"loop of {bound.constant}" if bound.constant <= _LONGEST else "long loop"
