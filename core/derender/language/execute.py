"""What a program draws: loops unrolled, reflections applied, the result a `Spec`.

Every drawing statement is visited once for each turn of the loops around it; the reflections around it then multiply the
command, from the innermost out. Drawing a command twice is harmless. A budget bounds the work before it is done, so that a
loop bound of a thousand million is refused, not attempted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from derender.errors import ExecutionError
from derender.language.program import Affine, Draw, DrawCircle, DrawLine, DrawRectangle, For, If, Program, Reflect, Statement
from derender.spec import LARGEST_COORDINATE, Circle, Command, Line, Rectangle, Spec

Environment = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Budget:
    """How much a program may do: commands drawn (repetitions and mirror images counted) and turns of all its loops."""

    commands: int = 10_000
    turns: int = 100_000


def execute(program: Program, budget: Budget = Budget()) -> Spec:
    """The drawing of `program`; raises `ExecutionError` over the budget, beyond ±10,000 cells or for a shape without extent."""
    drawn: set[Command] = set()
    commands = 0
    for draw, environment, reflections in instances(program, budget):
        commands += 2 ** len(reflections)
        if commands > budget.commands:
            raise ExecutionError(f"the program draws more than {budget.commands} commands; lower its loop bounds")
        images = {place(draw, environment)}
        for reflection in reversed(reflections):
            images |= {mirror(image, reflection) for image in images}
        drawn |= images
    spec = Spec(drawn)
    for command in spec:
        _check_extent(command)
    return spec


def instances(program: Program, budget: Budget = Budget()) -> Iterator[tuple[Draw, Environment, tuple[Reflect, ...]]]:
    """Each drawing statement with the loop variables of each turn and the reflections around it, outermost first."""
    return _visit(program.statements, {}, (), _Meter(budget.turns))


def place(draw: Draw, environment: Environment) -> Command:
    """The command that a drawing statement stands for at these values of the loop variables."""
    match draw:
        case DrawCircle(x, y, rx, ry, double):
            return Circle(value(x, environment), value(y, environment), rx, ry, double)
        case DrawRectangle(x1, y1, x2, y2, rounded, double):
            corners = (value(x1, environment), value(y1, environment), value(x2, environment), value(y2, environment))
            return Rectangle(*corners, rounded, double)
        case DrawLine(x1, y1, x2, y2, arrow, dashed, bend):
            ends = (value(x1, environment), value(y1, environment), value(x2, environment), value(y2, environment))
            return Line(*ends, arrow, dashed, bend)
        case _:
            assert_never(draw)


def value(expression: Affine, environment: Environment) -> int:
    """The integer value of `a*v + b`; raises `ExecutionError` for a variable of no enclosing loop."""
    if expression.variable is None:
        return expression.constant
    if expression.variable not in environment:
        raise ExecutionError(f"no loop around this statement counts {expression.variable!r}")
    return expression.coefficient * environment[expression.variable] + expression.constant


def mirror(command: Command, reflection: Reflect) -> Command:
    """The image under axis → position - axis. An arrow keeps its direction along itself; its bend changes sides."""
    across_x = reflection.axis == "x"
    c = reflection.position
    match command:
        case Circle(x, y, rx, ry, double):
            return Circle(c - x, y, rx, ry, double) if across_x else Circle(x, c - y, rx, ry, double)
        case Rectangle(x1, y1, x2, y2, rounded, double):
            corners = (c - x1, y1, c - x2, y2) if across_x else (x1, c - y1, x2, c - y2)
            return Rectangle(*corners, rounded, double)
        case Line(x1, y1, x2, y2, arrow, dashed, bend):
            ends = (c - x1, y1, c - x2, y2) if across_x else (x1, c - y1, x2, c - y2)
            return Line(*ends, arrow, dashed, -bend)
        case _:
            assert_never(command)


class _Meter:
    """Counts loop turns down; refuses a loop before its first turn when it could not finish."""

    def __init__(self, turns: int) -> None:
        self._allowed = turns
        self._left = turns

    def spend(self, turns: int) -> None:
        self._left -= turns
        if self._left < 0:
            raise ExecutionError(f"the program's loops take more than {self._allowed} turns; lower their bounds")


def _visit(
    statements: tuple[Statement, ...], environment: Environment, reflections: tuple[Reflect, ...], meter: _Meter
) -> Iterator[tuple[Draw, Environment, tuple[Reflect, ...]]]:
    for statement in statements:
        match statement:
            case For(variable, bound, body):
                turns = max(0, value(bound, environment))
                meter.spend(turns)
                for turn in range(turns):
                    yield from _visit(body, {**environment, variable: turn}, reflections, meter)
            case If(variable, body):
                if value(Affine(0, 1, variable), environment) > 0:
                    yield from _visit(body, environment, reflections, meter)
            case Reflect(_, _, body):
                yield from _visit(body, environment, (*reflections, statement), meter)
            case DrawCircle() | DrawRectangle() | DrawLine():
                yield statement, environment, reflections
            case _:
                assert_never(statement)


def _check_extent(command: Command) -> None:
    match command:
        case Circle(x, y, rx, ry):
            positions: tuple[float, ...] = (x, y, rx, ry)
        case Rectangle(x1, y1, x2, y2):
            positions = (x1, y1, x2, y2)
            if x1 == x2 or y1 == y2:
                raise ExecutionError(f"the program draws rectangle({x1}, {y1}, {x2}, {y2}), which has no area")
        case Line(x1, y1, x2, y2):
            positions = (x1, y1, x2, y2)
            if (x1, y1) == (x2, y2):
                raise ExecutionError(f"the program draws line({x1}, {y1}, {x2}, {y2}), which has no length")
        case _:
            assert_never(command)
    if max(map(abs, positions)) > LARGEST_COORDINATE:
        raise ExecutionError(f"the program draws beyond ±{LARGEST_COORDINATE} cells")
