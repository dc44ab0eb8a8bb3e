"""Which programs count: the rules of the language beyond its grammar.

The rules keep cost minimisation honest. A loop whose turns all draw the same could dodge the charge for a loop of length two,
so every loop's body must use the loop's variable outside its own `if`; bodies are not empty; depth is at most three; shapes are
written the way they come out. A program may run without being legal, so `execute` does not ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from derender.errors import ExecutionError
from derender.language.execute import Environment, execute, instances, value
from derender.language.program import Affine, Draw, DrawCircle, DrawLine, DrawRectangle, For, If, Program, Reflect, Statement
from derender.language.tokens import LINE_BREAK
from derender.language.tree import uses, x_positions, y_positions

DEEPEST = 3
"""A command is 1; each `for` and `reflect` around it adds 1."""


def problems(program: Program) -> tuple[str, ...]:
    """A sentence for each rule that the program breaks, in the order of the text; empty for a legal program."""
    found = list(_block_problems(program.statements, scope=(), in_loop=False))
    if depth(program) > DEEPEST:
        found.append(f"the program is {depth(program)} deep; at most {DEEPEST} is allowed")
    found += [f"the label {label.text!r} holds a line break" for label in program.labels if LINE_BREAK.search(label.text)]
    if not found:
        found = list(_run_problems(program))
    return tuple(dict.fromkeys(found))


def depth(program: Program) -> int:
    """The deepest command's depth: 1 for a command, 1 more for each `for` and `reflect` around it; 0 for an empty program."""
    return _depth(program.statements)


def is_canonical(draw: Draw, environment: Environment) -> bool:
    """Whether the shape comes out as written: x1 < x2 and y1 < y2 in rectangles, (x1, y1) < (x2, y2) in lines without a head."""
    match draw:
        case DrawCircle():
            return True
        case DrawRectangle(x1, y1, x2, y2):
            return value(x1, environment) < value(x2, environment) and value(y1, environment) < value(y2, environment)
        case DrawLine(x1, y1, x2, y2, arrow):
            start, end = (value(x1, environment), value(y1, environment)), (value(x2, environment), value(y2, environment))
            return start != end if arrow else start < end
        case _:
            assert_never(draw)


def _depth(statements: tuple[Statement, ...]) -> int:
    deepest = 0
    for statement in statements:
        match statement:
            case For(_, _, body) | Reflect(_, _, body):
                deepest = max(deepest, 1 + _depth(body))
            case If(_, body):
                deepest = max(deepest, _depth(body))
            case DrawCircle() | DrawRectangle() | DrawLine():
                deepest = max(deepest, 1)
            case _:
                assert_never(statement)
    return deepest


def _block_problems(statements: tuple[Statement, ...], scope: tuple[str, ...], in_loop: bool) -> Iterator[str]:
    tests = sum(isinstance(statement, If) for statement in statements)
    if tests and not in_loop:
        yield "an 'if' stands directly in a loop's body and nowhere else"
    if tests > 1:
        yield "a loop's body holds at most one 'if'"
    for statement in statements:
        match statement:
            case For(variable, _, body):
                yield from _loop_problems(statement, scope)
                yield from _body_problems(body, (*scope, variable), in_loop=True)
            case If(variable, body):
                yield from _scope_problems(Affine(0, 1, variable), scope)
                yield from _body_problems(body, scope, in_loop=False)
            case Reflect(_, _, body):
                yield from _body_problems(body, scope, in_loop=False)
            case DrawCircle() | DrawRectangle() | DrawLine():
                for position in (*x_positions(statement), *y_positions(statement)):
                    yield from _scope_problems(position, scope)
                yield from _attribute_problems(statement)
            case _:
                assert_never(statement)


def _body_problems(body: tuple[Statement, ...], scope: tuple[str, ...], in_loop: bool) -> Iterator[str]:
    if not body:
        yield "a body is empty"
    yield from _block_problems(body, scope, in_loop)


def _loop_problems(loop: For, scope: tuple[str, ...]) -> Iterator[str]:
    variable, bound = loop.variable, loop.bound
    if not (len(variable) == 1 and "a" <= variable <= "z"):
        yield f"a loop's variable is one small letter, not {variable!r}"
    if variable in scope:
        yield f"{variable!r} already counts an enclosing loop"
    if bound.variable is None and bound.constant < 2:
        yield f"the loop over {variable!r} has the bound {bound.constant}; a constant bound is at least 2"
    yield from _scope_problems(bound, scope)
    if loop.body and not any(uses(inner, variable) for inner in loop.body if not isinstance(inner, If)):
        yield f"the loop over {variable!r} has nothing outside its 'if' that uses {variable!r}"


def _scope_problems(expression: Affine, scope: tuple[str, ...]) -> Iterator[str]:
    if expression.variable is not None and expression.variable not in scope:
        yield f"no enclosing loop counts {expression.variable!r}"


def _attribute_problems(draw: Draw) -> Iterator[str]:
    if isinstance(draw, DrawCircle) and not all(radius > 0 and 2 * radius == int(2 * radius) for radius in (draw.rx, draw.ry)):
        yield "a radius is a positive multiple of 0.5"
    if isinstance(draw, DrawLine) and draw.bend and not draw.arrow:
        yield "only an arrow bends"
    if isinstance(draw, DrawLine) and not -180 < draw.bend < 180:
        yield "a bend lies between -180 and 180 degrees"


def _run_problems(program: Program) -> Iterator[str]:
    try:
        for draw, environment, _ in instances(program):
            if not is_canonical(draw, environment):
                turn = ", ".join(f"{variable} = {number}" for variable, number in environment.items())
                kind = "rectangle" if isinstance(draw, DrawRectangle) else "line"
                order = "x1 < x2 and y1 < y2" if isinstance(draw, DrawRectangle) else "(x1, y1) before (x2, y2)"
                order = "two different ends" if isinstance(draw, DrawLine) and draw.arrow else order
                yield f"a {kind} needs {order}{f', not so where {turn}' if turn else ''}"
                return
        execute(program)
    except ExecutionError as error:
        yield str(error)
