"""Walking program trees: what cost, legality and rewrites ask of a statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from derender.language.program import Affine, Draw, DrawCircle, DrawLine, DrawRectangle, For, If, Reflect, Statement


def walk(statements: tuple[Statement, ...]) -> Iterator[Statement]:
    """Every statement of the tree, each before its body, in the order of the text."""
    for statement in statements:
        yield statement
        if isinstance(statement, For | If | Reflect):
            yield from walk(statement.body)


def x_positions(draw: Draw) -> tuple[Affine, ...]:
    """The expressions of a drawing statement that are x coordinates."""
    match draw:
        case DrawCircle(x):
            return (x,)
        case DrawRectangle(x1, _, x2) | DrawLine(x1, _, x2):
            return (x1, x2)
        case _:
            assert_never(draw)


def y_positions(draw: Draw) -> tuple[Affine, ...]:
    """The expressions of a drawing statement that are y coordinates."""
    match draw:
        case DrawCircle(_, y):
            return (y,)
        case DrawRectangle(_, y1, _, y2) | DrawLine(_, y1, _, y2):
            return (y1, y2)
        case _:
            assert_never(draw)


def uses(statement: Statement, variable: str) -> bool:
    """Whether the variable occurs in a position, a bound or a test of the statement or deeper inside."""
    match statement:
        case For(_, bound, body):
            return bound.variable == variable or any(uses(inner, variable) for inner in body)
        case If(tested, body):
            return tested == variable or any(uses(inner, variable) for inner in body)
        case Reflect(_, _, body):
            return any(uses(inner, variable) for inner in body)
        case DrawCircle() | DrawRectangle() | DrawLine():
            return any(position.variable == variable for position in (*x_positions(statement), *y_positions(statement)))
        case _:
            assert_never(statement)
