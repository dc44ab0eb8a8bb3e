"""The part of a sketch that is the program: its table of headers and statements, what makes it legal, and its cost.

Lines of code are lists of strings; `_when` and `_assert` put them together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from derender.synthesis.sketch_drawing import FIELDS

NONE, LOOP, MIRROR_X, MIRROR_Y = 0, 1, 2, 3
"""What a header is; NONE is a header that is not used."""


@dataclass(frozen=True, slots=True)
class Table:
    """How many statements, outer headers and inner headers a program may have, and how many turns a loop."""

    statements: int
    outer: int
    inner: int
    turns: int
    loops: bool = True
    reflections: bool = True
    """Which headers there may be."""


@dataclass(frozen=True, slots=True)
class ProgramNumbers:
    """A table, how many kinds of commands the spec has, its extent, and what is subtracted from the value of a hole."""

    table: Table
    kinds: int
    extent: int
    offset: Callable[[str], int]


def program_function(holes: list[str], numbers: ProgramNumbers) -> list[str]:
    """The function `program`, which draws what the spec draws, with the holes declared in it."""
    t = numbers.table
    body = ["bit hit = 0;", "int cost = 0;"]
    body += [f"int ouses{o} = 0;" for o in range(t.outer)] + [f"int iuses{i} = 0;" for i in range(t.inner)]
    for o in range(t.outer):
        body += _outer(o, t)
    for i in range(t.inner):
        body += _inner(i, numbers)
    for s in range(t.statements):
        body += _statement(s, numbers)
    for name, count in (("o", t.outer), ("i", t.inner)):
        for h in range(count):
            body += _assert(f"({name}type{h} != {LOOP} || {name}uses{h} == 1)")
    for axis in ("x", "y"):
        body += _coefficients(axis, numbers)
    body += ["minimize(cost);", "return hit;"]
    signature = "bit program(int kind, int x1, int y1, int x2, int y2) implements drawn {"
    return [signature, *holes, *(f"    {line}" for line in body), "}"]


def _outer(o: int, t: Table) -> list[str]:
    return [
        *_assert(*_allowed(f"otype{o}", t), f"(otype{o} != {LOOP} || (ovalue{o} >= 2 && ovalue{o} <= {t.turns}))"),
        f"cost = cost + headercost(otype{o}, ovalue{o}, 0);",
    ]


def _allowed(kind: str, t: Table) -> list[str]:
    """What a header may be."""
    return [f"{kind} <= {MIRROR_Y if t.reflections else LOOP}", *([] if t.loops else [f"{kind} != {LOOP}"])]


def _inner(i: int, numbers: ProgramNumbers) -> list[str]:
    t = numbers.table
    lines = [f"int bound{i} = ivalue{i} - {numbers.offset('ivalue')};", f"int slope{i} = islope{i} - {numbers.offset('islope')};"]
    lines += [f"int ptype{i} = 0;", f"int pvalue{i} = 0;"]
    for o in range(t.outer):
        lines += _when(f"parent{i} == {o}", f"ptype{i} = otype{o};", f"pvalue{i} = ovalue{o};")
    lines += _assert(
        *_allowed(f"itype{i}", t),
        f"(itype{i} == 0 || ptype{i} != 0)",
        f"(itype{i} != {LOOP} || slope{i} == 0 || ptype{i} == {LOOP})",
        f"(tested{i} == 0 || (tested{i} == 1 && ptype{i} == {LOOP}))",
        f"(itype{i} != {LOOP} || slope{i} != 0 || (bound{i} >= 2 && bound{i} <= {t.turns}))",
        f"((testvar{i} == 1 && ptype{i} == {LOOP}) || (testvar{i} == 2 && itype{i} == {LOOP}) || testvar{i} == 0)",
    )
    lines.append(f"cost = cost + headercost(itype{i}, bound{i}, slope{i});")
    for o in range(t.outer):
        lines += _when(f"parent{i} == {o} && tested{i} == 0 && itype{i} == {LOOP} && slope{i} != 0", f"ouses{o} = 1;")
    return lines


def _statement(s: int, numbers: ProgramNumbers) -> list[str]:
    t = numbers.table
    lines = [f"int {name}{s} = 0;" for name in ("ot", "ov", "it", "iv", "sl", "te", "gu")]
    uses = {v: " || ".join(f"var_{field}_{s} == {v}" for field in FIELDS) for v in (1, 2)}
    for o in range(t.outer):
        lines += _when(f"header{s} == {o + 1} && kind{s} != 0", *_under_outer(s, o, uses))
    for i in range(t.inner):
        lines += _when(f"header{s} == {t.outer + i + 1} && kind{s} != 0", *_under_inner(s, i, t.outer, uses))
    lines += _assert(f"guarded{s} <= 1", f"header{s} <= {t.outer + t.inner}", f"kind{s} <= {numbers.kinds}")
    lines += _assert(*(f"((!({uses[v]})) || {loop}{s} == {LOOP} || kind{s} == 0)" for v, loop in ((1, "ot"), (2, "it"))))
    lines += _assert(*(f"(gu{s} != {v} || {loop}{s} == {LOOP})" for v, loop in ((1, "ot"), (2, "it"))))
    shifts = {"var": "", "coef": f" - {numbers.offset('coef')}", "base": f" - {numbers.offset('base')}"}
    arguments = [f"{part}_{field}_{s}{shift}" for field in FIELDS for part, shift in shifts.items()]
    header = ", ".join(f"{name}{s}" for name in ("ot", "ov", "it", "iv", "sl", "te", "gu"))
    return lines + _when(
        f"kind{s} != 0",
        "cost = cost + 3;",
        # Outside an `||`, which would skip the assertions inside where something is drawn already.
        f"bit drawn{s} = draws(kind, x1, y1, x2, y2, kind{s}, {', '.join(arguments)}, {header});",
        f"hit = hit || drawn{s};",
    )


def _under_outer(s: int, o: int, uses: dict[int, str]) -> list[str]:
    lines = [f"assert(otype{o} != 0);", f"ot{s} = otype{o};", f"ov{s} = ovalue{o};", f"gu{s} = guarded{s};"]
    return lines + _when(f"guarded{s} == 0 && ({uses[1]})", f"ouses{o} = 1;")


def _under_inner(s: int, i: int, outer: int, uses: dict[int, str]) -> list[str]:
    lines = [f"assert(itype{i} != 0);", f"ot{s} = ptype{i};", f"ov{s} = pvalue{i};", f"it{s} = itype{i};", f"iv{s} = bound{i};"]
    lines += [f"sl{s} = slope{i};", f"te{s} = tested{i};"]
    lines += _when(f"guarded{s} == 1", f"assert(testvar{i} > 0);", f"gu{s} = testvar{i};")
    lines += _when(f"guarded{s} == 0 && ({uses[2]})", f"iuses{i} = 1;")
    # The outer variable may also be used by a test in the inner body, or there beneath it.
    for o in range(outer):
        lines += _when(f"parent{i} == {o} && tested{i} == 0 && ({uses[1]} || gu{s} == 1)", f"ouses{o} = 1;")
    return lines


def _coefficients(axis: str, numbers: ProgramNumbers) -> list[str]:
    """A third for each coefficient beyond the first of an axis."""
    lines = [f"int count{axis} = 0;"]
    pairs = [(s, field) for s in range(numbers.table.statements) for field in FIELDS if field[0] == axis]
    for value in range(-numbers.extent, numbers.extent + 1):
        if value:
            written = value + numbers.extent
            lines.append(f"bit any{axis}{written} = 0;")
            for s, field in pairs:
                used = f"kind{s} != 0 && var_{field}_{s} != 0 && coef_{field}_{s} == {written}"
                lines += _when(used, f"any{axis}{written} = 1;")
            lines += _when(f"any{axis}{written}", f"count{axis} = count{axis} + 1;")
    return lines + _when(f"count{axis} > 1", f"cost = cost + count{axis} - 1;")


def _when(condition: str, *lines: str) -> list[str]:
    return [f"if ({condition}) {{", *(f"    {line}" for line in lines), "}"]


def _assert(*conditions: str) -> list[str]:
    return [f"assert({condition});" for condition in conditions]
