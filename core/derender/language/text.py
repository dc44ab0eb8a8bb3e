"""Program text as in the paper's Table 3: indentation groups, four spaces a level.

`parse` never fails: it reads as much as it can and lists what is wrong, with line and column, for an editor to show. Lines that
cannot be read are left out and the rest is still checked. `pretty` prints the one canonical text of a program;
parse(pretty(p)) gives p back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import assert_never

from derender.errors import ProgramError
from derender.language.grammar import ForHeading, IfHeading, ReflectHeading, opens_body, read_line
from derender.language.program import Affine, Draw, DrawCircle, DrawLine, DrawRectangle, For, If, Label, Program, Reflect, Statement
from derender.language.tokens import Unreadable, quoted

DEEPEST_NESTING = 20
"""Bodies within bodies that the parser follows; legal programs need three. It keeps hostile text from exhausting the stack."""

_INDENT = 4


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at `line` and `column`, both counted from 1, columns in characters."""

    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """The program, or None where there are problems; the problems in the order of the text."""

    program: Program | None
    problems: tuple[Problem, ...]


def parse(text: str) -> Parsed:
    """What the text says; never raises. Legality (bounds, depth, filler) is not asked here: see `legality.problems`."""
    reader = _Reader(text)
    found = tuple(sorted(reader.problems, key=lambda problem: (problem.line, problem.column)))
    return Parsed(None if found else Program(reader.statements, tuple(reader.labels)), found)


def parse_program(text: str) -> Program:
    """The program of a text without problems; raises `ProgramError` with the first problem otherwise."""
    parsed = parse(text)
    if parsed.program is None:
        first = parsed.problems[0]
        raise ProgramError(first.message, first.line, first.column)
    return parsed.program


def pretty(program: Program) -> str:
    """The program's text, one statement a line with a line end each, labels last; empty for an empty program."""
    lines = [*_lines(program.statements, 0), *(_label_line(label) for label in program.labels)]
    return "".join(f"{line}\n" for line in lines)


def expression_text(expression: Affine) -> str:
    """An affine expression as an author writes it: `7`, `i`, `-i + 6`, `3*i - 1`."""
    if expression.variable is None:
        return str(expression.constant)
    factor = {1: "", -1: "-"}.get(expression.coefficient, f"{expression.coefficient}*")
    offset = f" {'+' if expression.constant > 0 else '-'} {abs(expression.constant)}" if expression.constant else ""
    return f"{factor}{expression.variable}{offset}"


# Reading


@dataclass(slots=True)
class _Node:
    """A row of text and the rows indented below it."""

    number: int
    indent: int
    column: int
    text: str
    children: list[_Node] = field(default_factory=list)


class _Reader:
    """Reads text in two passes, rows into a tree by indentation and the tree into statements, gathering problems on the way."""

    def __init__(self, text: str) -> None:
        self.problems: list[Problem] = []
        self.labels: list[Label] = []
        self.statements = self._body(self._tree(text).children, (), level=0, loop=False)

    def _tree(self, text: str) -> _Node:
        root = _Node(0, -1, 0, "")
        stack = [root]
        for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
            if not line.strip(" \t"):
                continue
            node = _node(number, line)
            while stack[-1].indent >= node.indent:
                stack.pop()
            if len(stack) > DEEPEST_NESTING:
                self._complain(node, node.column, f"bodies are nested more than {DEEPEST_NESTING} deep")
                continue
            parent = stack[-1]
            siblings = parent.children
            if node.indent != (0 if parent is root else siblings[0].indent if siblings else node.indent):
                self._complain(node, node.column, "the indentation matches no line above")
            siblings.append(node)
            stack.append(node)
        return root

    def _body(self, nodes: list[_Node], scope: tuple[str, ...], *, level: int, loop: bool) -> tuple[Statement, ...]:
        """The statements of one body; `loop` tells whether it is a loop's own, where an `if` may stand."""
        statements: list[Statement] = []
        for node in nodes:
            try:
                content = read_line(node.text, scope)
            except Unreadable as trouble:
                self._complain(node, trouble.column, trouble.message)
                self._unreadable(node, scope, level)
                continue
            match content:
                case ForHeading(variable, bound):
                    statements.append(For(variable, bound, self._below(node, (*scope, variable), level, loop=True)))
                case IfHeading(variable):
                    if not loop:
                        self._complain(node, node.column, "an 'if' stands directly in a loop's body and nowhere else")
                    if any(isinstance(statement, If) for statement in statements):
                        self._complain(node, node.column, "a loop's body holds at most one 'if'")
                    statements.append(If(variable, self._below(node, scope, level, loop=False)))
                case ReflectHeading(axis, position):
                    statements.append(Reflect(axis, position, self._below(node, scope, level, loop=False)))
                case Label():
                    if level > 0:
                        self._complain(node, node.column, "a label stands at the top level, not in a body")
                    self.labels.append(content)
                    self._no_body(node, scope, level)
                case DrawCircle() | DrawRectangle() | DrawLine():
                    statements.append(content)
                    self._no_body(node, scope, level)
                case _:
                    assert_never(content)
        return tuple(statements)

    def _below(self, node: _Node, scope: tuple[str, ...], level: int, *, loop: bool) -> tuple[Statement, ...]:
        if not node.children:
            self._complain(node, node.column, f"the body is empty; indent its statements by {_INDENT} spaces")
        return self._body(node.children, scope, level=level + 1, loop=loop)

    def _no_body(self, node: _Node, scope: tuple[str, ...], level: int) -> None:
        if node.children:
            self._complain(node.children[0], node.children[0].column, "unexpected indentation: the line above opens no body")
            self._body(node.children, scope, level=level, loop=True)

    def _unreadable(self, node: _Node, scope: tuple[str, ...], level: int) -> None:
        """Checks what stands below a line that could not be read, letting it use any letter that the line mentions."""
        mentioned = tuple(re.findall(r"\b[a-z]\b", node.text)) if opens_body(node.text) else ()
        self._body(node.children, (*scope, *mentioned), level=level + 1, loop=True)

    def _complain(self, node: _Node, column: int, message: str) -> None:
        self.problems.append(Problem(node.number, column, message))


def _node(number: int, line: str) -> _Node:
    """The row's indentation in cells, where a tab reaches to the next multiple of four, and its text with columns kept."""
    margin = line[: len(line) - len(line.lstrip(" \t"))]
    return _Node(number, len(margin.expandtabs(_INDENT)), len(margin) + 1, line)


# Printing


def _lines(statements: tuple[Statement, ...], level: int) -> Iterator[str]:
    margin = " " * (_INDENT * level)
    for statement in statements:
        match statement:
            case For(variable, bound, body):
                yield f"{margin}for ({variable} < {expression_text(bound)})"
                yield from _lines(body, level + 1)
            case If(variable, body):
                yield f"{margin}if ({variable} > 0)"
                yield from _lines(body, level + 1)
            case Reflect(axis, position, body):
                yield f"{margin}reflect({axis} = {position})"
                yield from _lines(body, level + 1)
            case DrawCircle() | DrawRectangle() | DrawLine():
                yield margin + _draw_text(statement)
            case _:
                assert_never(statement)


def _draw_text(draw: Draw) -> str:
    match draw:
        case DrawCircle(x, y, rx, ry, double):
            radii = [decimal_text(rx), decimal_text(ry)] if rx != ry else [decimal_text(rx)] if rx != 1 else []
            return _call("circle", (x, y), *radii, *_words(double=double))
        case DrawRectangle(x1, y1, x2, y2, rounded, double):
            return _call("rectangle", (x1, y1, x2, y2), *_words(rounded=rounded, double=double))
        case DrawLine(x1, y1, x2, y2, arrow, dashed, bend):
            return _call("line", (x1, y1, x2, y2), *_words(arrow=arrow, dashed=dashed), *([f"bend={bend}"] if bend else []))
        case _:
            assert_never(draw)


def _call(name: str, positions: tuple[Affine, ...], *rest: str) -> str:
    return f"{name}({', '.join([*map(expression_text, positions), *rest])})"


def _words(**flags: bool) -> list[str]:
    return [word for word, on in flags.items() if on]


def _label_line(label: Label) -> str:
    return f"label({decimal_text(label.x)}, {decimal_text(label.y)}, {quoted(label.text)})"


def decimal_text(number: float) -> str:
    """The shortest decimal text that reads back as the same number, without an exponent: `2`, `1.5`."""
    return str(int(number)) if float(number).is_integer() else format(Decimal(repr(number)), "f")
