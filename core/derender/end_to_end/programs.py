"""Random programs to train the end-to-end baseline on: legal, and within the paper's 16×16 cells.

Loops move what they repeat along an axis, or both, as in figures; where loops are nested the inner one takes the other axis. Statements
stand in one order, since a program's order says nothing of what it draws (footnote 1 of the paper says the same of specs).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from derender.end_to_end.tokens import VARIABLES
from derender.language.execute import execute
from derender.language.legality import problems
from derender.language.program import Affine, Draw, DrawCircle, DrawLine, DrawRectangle, For, If, Program, Reflect, Statement
from derender.perception.scenes import readable
from derender.spec import Command, Spec, bounding_box

CELLS = 16
MOST_COMMANDS = 40
"""Of what a program draws."""

Random = np.random.Generator


@dataclass(frozen=True, slots=True)
class Turn:
    """An enclosing loop: its variable, its most turns, and how far it moves things in x and y."""

    variable: str
    turns: int
    dx: int
    dy: int


def random_program(rng: Random) -> Program:
    """A legal program that draws at least one and at most `MOST_COMMANDS` commands, all of which can be seen.

    Statements are added one after the other; one that would hide another or leave the cells is left out.
    """
    wanted = int(rng.integers(1, 5)) if rng.random() < 0.7 else int(rng.integers(4, 9))
    kept: list[Statement] = []
    commands: list[Command] = []
    while not kept:
        for _ in range(2 * wanted):
            statement = _statement(rng, (), 3)
            more = [*commands, *_drawn(statement)]
            if len(commands) < len(more) <= MOST_COMMANDS and len(readable(more)) == len(more):
                kept.append(statement)
                commands = more
            if len(kept) == wanted:
                break
    return Program(_ordered(kept))


def _drawn(statement: Statement) -> Spec:
    """What a statement draws; nothing where it is illegal or leaves the cells."""
    program = Program((statement,))
    if problems(program):
        return Spec()
    spec = execute(program)
    x1, y1, x2, y2 = bounding_box(spec)
    return spec if min(x1, y1) >= 0 and max(x2, y2) <= CELLS else Spec()


def _statement(rng: Random, scope: tuple[Turn, ...], depth: int) -> Statement:
    """A command, a loop or a reflection, of that depth at most."""
    kind = rng.random()
    if depth > 1 and kind < (0.5 if not scope else 0.25):
        return _loop(rng, scope, depth)
    if depth > 1 and kind < 0.65 and not scope:
        axis: Literal["x", "y"] = "x" if rng.random() < 0.5 else "y"
        return Reflect(axis, int(rng.integers(8, 2 * CELLS - 7)), _some(rng, scope, depth - 1, 3))
    return _draw(rng, scope)


def _loop(rng: Random, scope: tuple[Turn, ...], depth: int) -> For:
    variable = VARIABLES[len(scope)]
    bound = Affine(int(rng.choice((2, 3, 4, 5), p=(0.15, 0.45, 0.3, 0.1))))
    turns = bound.constant
    if scope and rng.random() < 0.25:
        bound, turns = Affine(int(rng.integers(0, 2)), 1, scope[-1].variable), scope[-1].turns
    steps = (int(rng.choice((-1, 1), p=(0.1, 0.9)) * rng.integers(1, 6)), int(rng.choice((-1, 1)) * rng.integers(1, 6)))
    along = rng.random() if not scope or (scope[-1].dx and scope[-1].dy) else 0.0 if scope[-1].dy else 0.5
    dx, dy = (steps[0], 0) if along < 0.4 else (0, steps[1]) if along < 0.8 else steps
    inner = (*scope, Turn(variable, turns, dx, dy))
    body = _some(rng, inner, depth - 1, 3)
    if rng.random() < 0.2:
        body = (If(variable, tuple(_draw(rng, inner) for _ in range(int(rng.integers(1, 3))))), *body)
    return For(variable, bound, body)


def _some(rng: Random, scope: tuple[Turn, ...], depth: int, most: int) -> tuple[Statement, ...]:
    return _ordered([_statement(rng, scope, depth) for _ in range(int(rng.integers(1, most + 1)))])


def _draw(rng: Random, scope: tuple[Turn, ...]) -> Draw:
    """A command that its loops move as a whole; now and then a line with one end that stays, as in a fan."""
    kind = rng.random()
    if kind < 0.35:
        ((x, y),) = _places(rng, scope, ((0, 0),), 1)
        return DrawCircle(x, y)
    width, height = int(rng.integers(1, 8)), int(rng.integers(1, 6))
    if kind < 0.6:
        first, second = _places(rng, scope, ((0, 0), (width, height)), 0)
        return DrawRectangle(*first, *second)
    across = rng.random()
    run = (width, 0) if across < 0.4 else (0, height) if across < 0.8 else (width, int(rng.choice((-1, 1))) * height)
    start, end = _places(rng, scope, ((0, 0), run), 0)
    if scope and rng.random() < 0.15:
        (start,), (end,) = _places(rng, (), ((0, 0),), 0), _places(rng, scope, ((0, 0),), 0)
    arrow = bool(rng.random() < 0.4)
    if arrow and rng.random() < 0.4:
        start, end = end, start
    return DrawLine(*start, *end, arrow=arrow, dashed=bool(rng.random() < 0.15))


def _places(rng: Random, scope: tuple[Turn, ...], offsets: tuple[tuple[int, int], ...], margin: int) -> tuple[tuple[Affine, Affine], ...]:
    """(x, y) of points at `offsets` from a random place, moved by the loops, in the cells as far as there is room."""
    axes = []
    for axis in (0, 1):
        moving = next((turn for turn in reversed(scope) if (turn.dx, turn.dy)[axis]), None)
        step = (moving.dx, moving.dy)[axis] if moving else 0
        reach = [step * k + offset[axis] for k in (0, (moving.turns - 1) if moving else 0) for offset in offsets]
        low, high = margin - min(reach), CELLS - margin - max(reach)
        origin = int(rng.integers(low, high + 1)) if low <= high else low
        axes.append([Affine(origin + offset[axis], step, moving.variable if moving else None) for offset in offsets])
    return tuple(zip(axes[0], axes[1], strict=True))


def _ordered(statements: list[Statement]) -> tuple[Statement, ...]:
    """Circles, rectangles, lines, loops, reflections; each kind by its positions, left to right and top to bottom."""
    return tuple(sorted(dict.fromkeys(statements), key=_place_in_order))


def _place_in_order(statement: Statement) -> tuple[object, ...]:
    match statement:
        case If():
            return (-1,)
        case DrawCircle(x, y):
            return (0, *_keys(x, y))
        case DrawRectangle(x1, y1, x2, y2):
            return (1, *_keys(x1, y1, x2, y2))
        case DrawLine(x1, y1, x2, y2, arrow, dashed):
            return (2, *_keys(x1, y1, x2, y2), arrow, dashed)
        case For(_, bound, body):
            return (3, *_place_in_order(body[-1]), *_keys(bound, bound))
        case Reflect(axis, position, body):
            return (4, *_place_in_order(body[-1]), axis, position)


def _keys(*positions: Affine) -> tuple[int, ...]:
    """x and -y in turns, the constants before the coefficients."""
    signs = [1 if number % 2 == 0 else -1 for number in range(len(positions))]
    constants = [sign * position.constant for sign, position in zip(signs, positions, strict=True)]
    return (*constants, *(position.coefficient for position in positions))
