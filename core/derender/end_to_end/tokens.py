"""Programs as sequences of tokens: the tree flattened, with a token that closes each body (A.7.2, 'bracketing' symbols).

A position is one token for its term, such as `3*i`, where it has one, and one for its constant. A loop's variable is known from its
depth: i, then j. Only what the paper's language can say has tokens: circles of radius 1, plain or dashed lines, arrows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Literal, assert_never

from derender.language.program import Affine, DrawCircle, DrawLine, DrawRectangle, For, If, Program, Reflect, Statement

VARIABLES = "ij"
LARGEST_COEFFICIENT = 8
CONSTANTS = range(-32, 33)

STOP, CLOSE = "stop", "close"
_TERMS = {f"{a}*{v}": (a, v) for a, v in product(range(-LARGEST_COEFFICIENT, LARGEST_COEFFICIENT + 1), VARIABLES) if a}

TOKENS: tuple[str, ...] = (
    STOP,
    CLOSE,
    *("circle", "rectangle", "line", "arrow", "dashed", "for", "reflect x", "reflect y"),
    *(f"if {variable}" for variable in VARIABLES),
    *_TERMS,
    *map(str, CONSTANTS),
)
"""What a sequence is made of; the first ends it."""

NUMBERS = {token: number for number, token in enumerate(TOKENS)}
"""The number of each token."""


def tokens_of(program: Program) -> list[str]:
    """The program's tokens, `STOP` last; raises `ValueError` for what has no tokens (labels are left out)."""
    found = [*_block_tokens(program.statements), STOP]
    unknown = next((token for token in found if token not in NUMBERS), None)
    if unknown is not None:
        raise ValueError(f"{unknown!r} is no token of the end-to-end baseline")
    return found


def program_of(tokens: Sequence[str]) -> Program | None:
    """The program that tokens up to the first `STOP` stand for; None where they stand for none. It may be illegal."""
    try:
        statements, rest = _block(list(reversed(tokens)), 0)
    except (IndexError, KeyError, ValueError):
        return None
    return Program(statements) if rest == STOP else None


def _block_tokens(statements: tuple[Statement, ...]) -> Iterator[str]:
    for statement in statements:
        match statement:
            case DrawCircle(x, y, rx, ry, double):
                yield "circle" if (rx, ry, double) == (1, 1, False) else "circle of another kind"
                yield from _position_tokens(x, y)
            case DrawRectangle(x1, y1, x2, y2, rounded, double):
                yield "rectangle of another kind" if rounded or double else "rectangle"
                yield from _position_tokens(x1, y1, x2, y2)
            case DrawLine(x1, y1, x2, y2, arrow, dashed, bend):
                yield "bent line" if bend else "line"
                yield from _position_tokens(x1, y1, x2, y2)
                yield from (word for word, on in (("arrow", arrow), ("dashed", dashed)) if on)
            case For(_, bound, body):
                yield "for"
                yield from _position_tokens(bound)
                yield from (*_block_tokens(body), CLOSE)
            case If(variable, body):
                yield from (f"if {variable}", *_block_tokens(body), CLOSE)
            case Reflect(axis, position, body):
                yield from (f"reflect {axis}", str(position), *_block_tokens(body), CLOSE)
            case _:
                assert_never(statement)


def _position_tokens(*positions: Affine) -> Iterator[str]:
    for position in positions:
        if position.variable is not None:
            yield f"{position.coefficient}*{position.variable}"
        yield str(position.constant)


def _block(left: list[str], loops: int) -> tuple[tuple[Statement, ...], str]:
    """Statements from the end of `left`, which are taken off, and the token that ended them; raises `IndexError` and `KeyError`."""
    found: list[Statement] = []
    while (token := left.pop()) not in (CLOSE, STOP):
        found.append(_statement(token, left, loops))
    return tuple(found), token


def _body(left: list[str], loops: int) -> tuple[Statement, ...]:
    statements, ended_by = _block(left, loops)
    if ended_by != CLOSE:
        raise ValueError("a body is not closed")
    return statements


def _statement(token: str, left: list[str], loops: int) -> Statement:
    match token:
        case "circle":
            return DrawCircle(_position(left), _position(left))
        case "rectangle":
            return DrawRectangle(_position(left), _position(left), _position(left), _position(left))
        case "line":
            ends = (_position(left), _position(left), _position(left), _position(left))
            return DrawLine(*ends, arrow=_taken("arrow", left), dashed=_taken("dashed", left))
        case "for":
            return For(VARIABLES[loops], _position(left), _body(left, loops + 1))
        case "if i" | "if j":
            return If(token[-1], _body(left, loops))
        case "reflect x" | "reflect y":
            axis: Literal["x", "y"] = "x" if token[-1] == "x" else "y"
            return Reflect(axis, int(left.pop()), _body(left, loops))
        case _:
            raise KeyError(token)


def _position(left: list[str]) -> Affine:
    token = left.pop()
    if token in _TERMS:
        coefficient, variable = _TERMS[token]
        return Affine(int(left.pop()), coefficient, variable)
    return Affine(int(token))


def _taken(word: str, left: list[str]) -> bool:
    """Whether that word is next; then it is taken off."""
    is_next = bool(left) and left[-1] == word
    if is_next:
        left.pop()
    return is_next
