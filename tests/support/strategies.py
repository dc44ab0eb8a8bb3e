"""Hypothesis strategies for specs and legal programs, shared by the tests of every stage."""

from __future__ import annotations

from hypothesis import assume
from hypothesis import strategies as st

from derender.errors import ExecutionError
from derender.language.execute import execute
from derender.language.legality import problems
from derender.language.program import Affine, Draw, DrawCircle, DrawLine, DrawRectangle, For, If, Label, Program, Reflect, Statement
from derender.language.tokens import LINE_BREAK
from derender.language.tree import uses
from derender.spec import Circle, Command, Line, Rectangle, Spec

LARGEST = 16


def coordinates() -> st.SearchStrategy[int]:
    return st.integers(0, LARGEST)


def bends() -> st.SearchStrategy[int]:
    return st.sampled_from((0, 0, 0, 30, -45, 60))


@st.composite
def commands(draw: st.DrawFn, *, attributes: bool = True) -> Command:
    """One command on a 16×16 lattice; without `attributes` only what the paper draws."""
    flag = st.booleans() if attributes else st.just(False)
    match draw(st.sampled_from(("circle", "rectangle", "line"))):
        case "circle":
            radius = draw(st.sampled_from((1, 1, 1, 0.5, 1.5, 2)) if attributes else st.just(1))
            other = draw(st.sampled_from((radius, radius, 1.5))) if attributes else radius
            return Circle(draw(coordinates()), draw(coordinates()), radius, other, draw(flag))
        case "rectangle":
            x1, y1 = draw(st.integers(0, LARGEST - 1)), draw(st.integers(0, LARGEST - 1))
            x2, y2 = draw(st.integers(x1 + 1, LARGEST)), draw(st.integers(y1 + 1, LARGEST))
            return Rectangle(x1, y1, x2, y2, draw(flag), draw(flag))
        case _:
            ends = draw(st.tuples(*[coordinates()] * 4).filter(lambda ends: ends[:2] != ends[2:]))
            arrow, dashed = draw(st.booleans()), draw(st.booleans())
            return Line(*ends, arrow, dashed, draw(bends()) if arrow and attributes else 0)


def specs(*, attributes: bool = True, max_size: int = 8) -> st.SearchStrategy[Spec]:
    """Specs of up to `max_size` commands."""
    return st.lists(commands(attributes=attributes), max_size=max_size).map(Spec)


def labels() -> st.SearchStrategy[Label]:
    """Labels with any text of one line, quotation marks and backslashes among it."""
    place = st.integers(-40, 200).map(lambda n: n / 4)
    texts = st.one_of(st.text(max_size=8), st.text(alphabet='\\"$a{}_ ', max_size=8))
    return st.builds(Label, place, place, texts.filter(lambda text: not LINE_BREAK.search(text)))


@st.composite
def affines(draw: st.DrawFn, scope: tuple[str, ...]) -> Affine:
    """A position: a constant, or a multiple of a variable in scope and a constant."""
    constant = draw(st.integers(-3, 12))
    if not scope or draw(st.integers(0, 2)) == 0:
        return Affine(constant)
    return Affine(constant, draw(st.sampled_from((1, 2, 3, -1, -2, -3))), draw(st.sampled_from(scope)))


@st.composite
def draws(draw: st.DrawFn, scope: tuple[str, ...]) -> Draw:
    """A drawing statement; rectangles and lines are usually, not always, written in canonical form."""
    x, y = draw(affines(scope)), draw(affines(scope))
    width, height = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    x2, y2 = Affine(x.constant + width, x.coefficient, x.variable), Affine(y.constant + height, y.coefficient, y.variable)
    match draw(st.sampled_from(("circle", "rectangle", "line", "line", "arrow", "free"))):
        case "circle":
            rx = draw(st.sampled_from((1, 1, 0.5, 1.5)))
            return DrawCircle(x, y, rx, draw(st.sampled_from((rx, rx, 2))), draw(st.booleans()))
        case "rectangle":
            return DrawRectangle(x, y, x2, y2, draw(st.booleans()), draw(st.booleans()))
        case "line":
            return DrawLine(x, y, x2, y2 if draw(st.booleans()) else y, False, draw(st.booleans()))
        case "arrow":
            return DrawLine(x2, y2 if draw(st.booleans()) else y, x, y, True, draw(st.booleans()), draw(bends()))
        case _:
            return DrawLine(x, y, draw(affines(scope)), draw(affines(scope)), True, draw(st.booleans()))


@st.composite
def bodies(draw: st.DrawFn, scope: tuple[str, ...], depth: int, in_loop: bool) -> tuple[Statement, ...]:
    statements = draw(st.lists(_statements(scope, depth), min_size=1, max_size=2))
    if in_loop and draw(st.booleans()):
        test = If(draw(st.sampled_from(scope)), draw(bodies(scope, depth, in_loop=False)))
        statements.insert(draw(st.integers(0, len(statements))), test)
    return tuple(statements)


@st.composite
def _statements(draw: st.DrawFn, scope: tuple[str, ...], depth: int) -> Statement:
    kind = draw(st.sampled_from(("draw", "for", "reflect", "for"))) if depth > 1 else "draw"
    match kind:
        case "for":
            variable = "ijkl"[len(scope)]
            bound = Affine(draw(st.integers(2, 4)))
            if scope and draw(st.booleans()):
                bound = Affine(draw(st.integers(-1, 2)), draw(st.sampled_from((1, -1, 2))), draw(st.sampled_from(scope)))
            body = draw(bodies((*scope, variable), depth - 1, in_loop=True))
            if not any(uses(statement, variable) for statement in body if not isinstance(statement, If)):
                body = (*body, DrawCircle(Affine(draw(st.integers(0, 6)), 2, variable), draw(affines(scope))))
            return For(variable, bound, body)
        case "reflect":
            axis = draw(st.sampled_from(("x", "y")))
            return Reflect(axis, draw(st.integers(-2, 20)), draw(bodies(scope, depth - 1, in_loop=False)))
        case _:
            return draw(draws(scope))


@st.composite
def programs(draw: st.DrawFn, *, labelled: bool = True) -> Program:
    """Legal programs that draw something."""
    statements = tuple(draw(st.lists(_statements((), 3), min_size=1, max_size=3)))
    program = Program(statements, tuple(draw(st.lists(labels(), max_size=2))) if labelled else ())
    assume(not problems(program))
    try:
        assume(len(execute(program)) > 0)
    except ExecutionError:
        assume(False)
    return program
