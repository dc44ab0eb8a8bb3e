"""Small rewrites of programs: other loop bounds, other letters, another place, no loops at all.

Each returns a new program. What a rewrite draws is said in its first line; none of them asks whether the result is legal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from derender.errors import OptionError
from derender.language.program import Affine, Draw, DrawCircle, DrawLine, DrawRectangle, For, If, Label, Program, Reflect, Statement
from derender.language.tree import walk
from derender.spec import Circle, Command, Line, Rectangle, Spec

LETTERS = "ijklmnopqrstuvwabcdefgh"
"""Loop variables in the order an author would take them; x and y are left to the axes."""


def loops(program: Program) -> tuple[For, ...]:
    """Every loop of the program, in the order of the text."""
    return tuple(statement for statement in walk(program.statements) if isinstance(statement, For))


def with_loop_bound(program: Program, variable: str, bound: int) -> Program:
    """The program with the constant `bound` on each loop over `variable`; raises `OptionError` where no loop has that name."""
    if variable not in {loop.variable for loop in loops(program)}:
        names = sorted({loop.variable for loop in loops(program)})
        raise OptionError(
            f"the program has no loop over {variable!r}; " + (f"its loops: {', '.join(names)}" if names else "it has no loops")
        )
    return replace(program, statements=_with_bound(program.statements, variable, bound))


def with_distinct_variables(program: Program) -> Program:
    """The same drawing, each loop counted by a letter of its own (i, j, k, …), so that a bound can be named by its letter.

    Raises `OptionError` for more loops than letters.
    """
    if len(loops(program)) > len(LETTERS):
        raise OptionError(f"the program has {len(loops(program))} loops, more than there are letters to name them")
    return replace(program, statements=_renamed(program.statements, {}, iter(LETTERS)))


def translated(program: Program, dx: int, dy: int) -> Program:
    """The same drawing, `dx` cells further right and `dy` further up, labels included."""
    labels = tuple(replace(label, x=label.x + dx, y=label.y + dy) for label in program.labels)
    return Program(_translated(program.statements, dx, dy), labels)


def flat_program(spec: Spec, labels: tuple[Label, ...] = ()) -> Program:
    """The program that draws `spec` command by command, in canonical order, without loops."""
    return Program(tuple(_drawing(command) for command in spec), labels)


def _drawing(command: Command) -> Draw:
    match command:
        case Circle(x, y, rx, ry, double):
            return DrawCircle(Affine(x), Affine(y), rx, ry, double)
        case Rectangle(x1, y1, x2, y2, rounded, double):
            return DrawRectangle(Affine(x1), Affine(y1), Affine(x2), Affine(y2), rounded, double)
        case Line(x1, y1, x2, y2, arrow, dashed, bend):
            return DrawLine(Affine(x1), Affine(y1), Affine(x2), Affine(y2), arrow, dashed, bend)
        case _:
            assert_never(command)


def _with_bound(statements: tuple[Statement, ...], variable: str, bound: int) -> tuple[Statement, ...]:
    result: list[Statement] = []
    for statement in statements:
        if isinstance(statement, For | If | Reflect):
            statement = replace(statement, body=_with_bound(statement.body, variable, bound))
        if isinstance(statement, For) and statement.variable == variable:
            statement = replace(statement, bound=Affine(bound))
        result.append(statement)
    return tuple(result)


def _renamed(statements: tuple[Statement, ...], names: dict[str, str], letters: Iterator[str]) -> tuple[Statement, ...]:
    def affine(expression: Affine) -> Affine:
        return (
            expression if expression.variable is None else replace(expression, variable=names.get(expression.variable, expression.variable))
        )

    result: list[Statement] = []
    for statement in statements:
        match statement:
            case For(variable, bound, body):
                letter = next(letters)
                result.append(For(letter, affine(bound), _renamed(body, {**names, variable: letter}, letters)))
            case If(variable, body):
                result.append(If(names.get(variable, variable), _renamed(body, names, letters)))
            case Reflect(axis, position, body):
                result.append(Reflect(axis, position, _renamed(body, names, letters)))
            case DrawCircle(x, y):
                result.append(replace(statement, x=affine(x), y=affine(y)))
            case DrawRectangle(x1, y1, x2, y2) | DrawLine(x1, y1, x2, y2):
                result.append(replace(statement, x1=affine(x1), y1=affine(y1), x2=affine(x2), y2=affine(y2)))
            case _:
                assert_never(statement)
    return tuple(result)


def _translated(statements: tuple[Statement, ...], dx: int, dy: int) -> tuple[Statement, ...]:
    def moved(expression: Affine, by: int) -> Affine:
        return replace(expression, constant=expression.constant + by)

    result: list[Statement] = []
    for statement in statements:
        match statement:
            case For(_, _, body) | If(_, body):
                result.append(replace(statement, body=_translated(body, dx, dy)))
            case Reflect(axis, position, body):
                # The axis lies at position / 2, so it moves by half of what its position moves by.
                result.append(Reflect(axis, position + 2 * (dx if axis == "x" else dy), _translated(body, dx, dy)))
            case DrawCircle(x, y):
                result.append(replace(statement, x=moved(x, dx), y=moved(y, dy)))
            case DrawRectangle(x1, y1, x2, y2) | DrawLine(x1, y1, x2, y2):
                result.append(replace(statement, x1=moved(x1, dx), y1=moved(y1, dy), x2=moved(x2, dx), y2=moved(y2, dy)))
            case _:
                assert_never(statement)
    return tuple(result)
