"""The cost of a program (the paper's A.5), counted in thirds so that it is an integer.

3 for each command, loop and reflection; 3 more for a loop whose bound is the constant 2, where a reflection would do as well;
1 for each distinct non-zero coefficient beyond the first, x and y positions counted apart, which favours loops that share
their step. Bounds, axes, `if` and labels are free.
"""

from __future__ import annotations

from typing import assert_never

from derender.language.program import Affine, DrawCircle, DrawLine, DrawRectangle, For, If, Program, Reflect, Statement
from derender.language.tree import walk, x_positions, y_positions


def cost_thirds(program: Program) -> int:
    """The cost of A.5 times 3."""
    nodes = list(walk(program.statements))
    draws = [node for node in nodes if isinstance(node, DrawCircle | DrawRectangle | DrawLine)]
    tree = sum(_node_cost(node) for node in nodes)
    xs = {x.coefficient for draw in draws for x in x_positions(draw) if x.coefficient}
    ys = {y.coefficient for draw in draws for y in y_positions(draw) if y.coefficient}
    return tree + max(0, len(xs) - 1) + max(0, len(ys) - 1)


def _node_cost(statement: Statement) -> int:
    match statement:
        case For(_, bound):
            return 6 if bound == Affine(2) else 3
        case If():
            return 0
        case Reflect() | DrawCircle() | DrawRectangle() | DrawLine():
            return 3
        case _:
            assert_never(statement)
