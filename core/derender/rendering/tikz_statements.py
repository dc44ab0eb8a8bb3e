r"""Statements of a program as lines of TikZ: `\foreach` loops, `\ifnum` tests, mirrored scopes and `\draw` commands.

TeX has its own mind about three things. A range {0,...,-1} counts down, so a loop whose bound may be 0 or less stands in an
`\ifnum`. Ranges take numbers, not sums, so a bound such as `2*i - 1` is computed by `\pgfmathtruncatemacro` first. And a dashed
line looks different from its other end, so mirrored dashed lines without a head are written out, sorted as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeGuard, assert_never

from derender.language.execute import execute
from derender.language.mirrors import without_reflections
from derender.language.program import Affine, Draw, DrawCircle, DrawLine, DrawRectangle, For, If, Program, Reflect, Statement
from derender.language.text import decimal_text
from derender.language.transform import flat_program
from derender.language.tree import walk
from derender.spec import looseness

_INDENT = "  "
_WRITTEN_OUT = 4
"""A reflection of no more commands than this, images counted, is written out; a longer one becomes a mirrored scope."""


def statement_lines(statements: tuple[Statement, ...]) -> list[str]:
    """The TikZ lines of a program's top-level statements; raises `ExecutionError` over the execution's budget."""
    return list(_lines(_tex_friendly(statements), {}))


def position_text(position: Affine) -> str:
    r"""An affine expression as in TikZ: `7`, `\i+1`, `3*\i-1`, `7-3*\i`."""
    constant, coefficient, variable = position.constant, position.coefficient, position.variable
    if variable is None:
        return str(constant)
    factor = "" if abs(coefficient) == 1 else f"{abs(coefficient)}*"
    term = f"{factor}\\{variable}"
    if coefficient < 0:
        return f"{constant}-{term}" if constant > 0 else f"-{term}{constant or ''}"
    return f"{term}{constant:+d}" if constant else term


# Reflections


def _tex_friendly(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """The same drawing with its reflections in a form that comes out right in TeX and reads well."""
    result: list[Statement] = []
    for statement in statements:
        if _turns_dashes_unevenly(statement):
            result += flat_program(execute(Program((statement,)))).statements
        else:
            result += _short_reflections_written_out((statement,))
    return tuple(result)


def _turns_dashes_unevenly(statement: Statement) -> bool:
    """Whether a reflection holds a dashed line without a head that may be upright in some turns of a loop and not in others.

    No single command draws all images of such a line from the right end.
    """
    mirrored = [inner for reflection in walk((statement,)) if isinstance(reflection, Reflect) for inner in walk(reflection.body)]
    lines = [line for line in mirrored if _is_plain_dashed(line)]
    return any((line.x1.variable, line.x1.coefficient) != (line.x2.variable, line.x2.coefficient) for line in lines)


def _is_plain_dashed(statement: Statement) -> TypeGuard[DrawLine]:
    return isinstance(statement, DrawLine) and statement.dashed and not statement.arrow


def _short_reflections_written_out(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    result: list[Statement] = []
    for statement in statements:
        if isinstance(statement, For | If | Reflect):
            statement = replace(statement, body=_short_reflections_written_out(statement.body))
        if isinstance(statement, Reflect) and _is_better_written_out(statement):
            result += without_reflections((statement,))
        else:
            result.append(statement)
    return tuple(result)


def _is_better_written_out(reflection: Reflect) -> bool:
    inner = list(walk(without_reflections((reflection,))))
    commands = sum(isinstance(statement, Draw) for statement in inner)
    return commands <= _WRITTEN_OUT or any(map(_is_plain_dashed, inner))


# Loops and tests


def _lines(statements: tuple[Statement, ...], largest: Mapping[str, int]) -> Iterator[str]:
    """The lines of a body; `largest` holds the largest value that each variable in scope takes."""
    for statement in statements:
        match statement:
            case For():
                yield from _loop_lines(statement, largest)
            case If(variable, body):
                if largest[variable] > 0:
                    yield from _guarded(f"\\{variable}>0", list(_lines(body, largest)))
            case Reflect():
                yield from _scope_lines(statement, largest)
            case DrawCircle() | DrawRectangle() | DrawLine():
                yield draw_line(statement)
            case _:
                assert_never(statement)


def _loop_lines(loop: For, largest: Mapping[str, int]) -> Iterator[str]:
    variable, bound = loop.variable, loop.bound
    ends = [bound.coefficient * value + bound.constant for value in (0, largest[bound.variable] if bound.variable else 0)]
    body = list(_lines(loop.body, {**largest, variable: max(ends) - 1})) if max(ends) > 0 else []
    if not body:
        return
    last = replace(bound, constant=bound.constant - 1)
    match (bound.variable, bound.coefficient, bound.constant):
        case (None, _, count):
            yield from _foreach(variable, {1: "0", 2: "0,1"}.get(count, f"0,...,{count - 1}"), body)
        case (outer, 1, 1):
            yield from _foreach(variable, f"0,...,\\{outer}", body)
        case (outer, 1, 0):
            yield from _foreach(variable, f"0,...,\\{outer}", _guarded(f"\\{variable}<\\{outer}", body))
        case _:
            end = f"\\last{variable}"
            yield f"\\pgfmathtruncatemacro{{{end}}}{{{position_text(last)}}}"
            lines = _foreach(variable, f"0,...,{end}", body)
            yield from _guarded(f"{end}>-1", lines) if min(ends) <= 0 else lines


def _foreach(variable: str, items: str, body: list[str]) -> list[str]:
    return [f"\\foreach \\{variable} in {{{items}}} {{", *_indented(body), "}"]


def _scope_lines(reflection: Reflect, largest: Mapping[str, int]) -> Iterator[str]:
    """Both sides of a reflection: the body as it is and, by a scale of -1 around the axis, its image."""
    body = list(_lines(reflection.body, largest))
    if body:
        there, back = (_axis_shift(reflection, sign) for sign in (1, -1))
        yield "\\foreach \\side in {1,-1} {"
        yield f"{_INDENT}\\begin{{scope}}[{there}, {reflection.axis}scale=\\side, {back}]"
        yield from _indented(_indented(body))
        yield f"{_INDENT}\\end{{scope}}"
        yield "}"


def _axis_shift(reflection: Reflect, sign: int) -> str:
    distance = decimal_text(sign * reflection.position / 2)
    return f"shift={{({distance},0)}}" if reflection.axis == "x" else f"shift={{(0,{distance})}}"


def _guarded(test: str, lines: list[str]) -> list[str]:
    return [f"\\ifnum{test}", *_indented(lines), "\\fi"] if lines else []


def _indented(lines: Iterable[str]) -> list[str]:
    return [_INDENT + line for line in lines]


# Commands


def draw_line(draw: Draw) -> str:
    r"""One `\draw` command."""
    match draw:
        case DrawCircle(x, y, rx, ry, double):
            size = f"[radius={decimal_text(rx)}]" if rx == ry else f"[x radius={decimal_text(rx)}, y radius={decimal_text(ry)}]"
            shape = "circle" if rx == ry else "ellipse"
            return f"\\draw{_options(double=double)} {_point(x, y)} {shape}{size};"
        case DrawRectangle(x1, y1, x2, y2, rounded, double):
            options = _options(**{"rounded corners": rounded, "double": double})
            return f"\\draw{options} {_point(x1, y1)} rectangle {_point(x2, y2)};"
        case DrawLine(x1, y1, x2, y2, arrow, dashed, bend):
            loose = f", looseness={looseness(bend)}" if looseness(bend) > 1 else ""
            turn = f"to[bend {'left' if bend > 0 else 'right'}={abs(bend)}{loose}]" if bend else "--"
            return f"\\draw{_options(**{'->': arrow, 'dashed': dashed})} {_point(x1, y1)} {turn} {_point(x2, y2)};"
        case _:
            assert_never(draw)


def _options(**flags: bool) -> str:
    chosen = [name for name, on in flags.items() if on]
    return f"[{', '.join(chosen)}]" if chosen else ""


def _point(x: Affine, y: Affine) -> str:
    return f"({position_text(x)}, {position_text(y)})"
