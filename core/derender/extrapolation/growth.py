"""One program with other bounds: turns added after the last or before the first, axes moved, labels continued, nothing below zero."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from derender.errors import ExecutionError, OptionError
from derender.extrapolation.counting import continued
from derender.language.execute import execute
from derender.language.program import Affine, DrawCircle, DrawLine, DrawRectangle, For, If, Label, Program, Reflect, Statement
from derender.language.transform import loops, translated, with_distinct_variables, with_loop_bound
from derender.language.tree import walk
from derender.spec import LARGEST_COORDINATE, Spec, bounding_box


@dataclass(frozen=True, slots=True)
class Extrapolation:
    """A program with changed bounds and what it draws; `bounds` says which, `backwards` which loops got their turns at the start."""

    bounds: tuple[tuple[str, int], ...]
    program: Program
    spec: Spec
    backwards: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The bounds as people read them: `i < 5, j < 3`, `i < 4 (at the start)`, which is said once where it holds for all."""
        all_backwards = len(self.backwards) == len(self.bounds)
        told = (f"{v} < {bound}{' (at the start)' if v in self.backwards and not all_backwards else ''}" for v, bound in self.bounds)
        return (", ".join(told) or "as it is") + (" (at the start)" if self.backwards and all_backwards else "")


def growable(program: Program) -> tuple[tuple[str, int], ...]:
    """The loops that can be given other bounds, as (variable, present bound), in the order of the text."""
    return tuple((loop.variable, loop.bound.constant) for loop in loops(with_distinct_variables(program)) if loop.bound.variable is None)


def extrapolate(program: Program, bounds: Mapping[str, int], backwards: frozenset[str] = frozenset()) -> Extrapolation:
    """`program` with these bounds, moved so that nothing lies at negative coordinates that did not before.

    Loops in `backwards` get or lose their turns before the first one. Raises `OptionError` for an unknown loop or a bound below 0,
    `ExecutionError` when the result draws too much.
    """
    lettered = with_distinct_variables(program)
    if unknown := backwards - bounds.keys():
        raise OptionError(f"the loop {min(unknown)!r} is to grow at its start, but is given no bound")
    for variable, bound in bounds.items():
        if bound < 0:
            raise OptionError(f"a loop cannot have {bound} turns ({variable}={bound})")
        lettered = _with_turns(lettered, variable, bound, variable in backwards)
    moved = _kept_in_place(program, lettered)
    return Extrapolation(tuple(bounds.items()), moved, execute(moved), tuple(sorted(backwards)))


def _with_turns(program: Program, variable: str, bound: int, backwards: bool) -> Program:
    bounded = with_loop_bound(program, variable, bound)
    loop = next(loop for loop in loops(program) if loop.variable == variable)
    if loop.bound.variable is not None:
        # An author may fix what depended on an outer loop; there is no number of turns that it had before.
        return bounded
    added = bound - loop.bound.constant
    if backwards:
        bounded = replace(bounded, statements=_shifted(bounded.statements, variable, added))
    labels = continued(program.labels, _label_steps(program.statements, variable), loop.bound.constant, added, backwards)
    followed, labels = _axes_followed(program.statements, bounded.statements, variable, labels)
    return Program(followed, labels)


def _shifted(statements: tuple[Statement, ...], variable: str, turns: int) -> tuple[Statement, ...]:
    """Turn `turns` draws what turn 0 drew: v becomes v - `turns` in positions and inner bounds. Tests stay: they spare the first turn."""

    def affine(expression: Affine) -> Affine:
        if expression.variable != variable:
            return expression
        return replace(expression, constant=expression.constant - turns * expression.coefficient)

    result: list[Statement] = []
    for statement in statements:
        match statement:
            case For(_, bound, body):
                result.append(replace(statement, bound=affine(bound), body=_shifted(body, variable, turns)))
            case If(_, body) | Reflect(_, _, body):
                result.append(replace(statement, body=_shifted(body, variable, turns)))
            case DrawCircle(x, y):
                result.append(replace(statement, x=affine(x), y=affine(y)))
            case DrawRectangle(x1, y1, x2, y2) | DrawLine(x1, y1, x2, y2):
                result.append(replace(statement, x1=affine(x1), y1=affine(y1), x2=affine(x2), y2=affine(y2)))
            case _:
                assert_never(statement)
    return tuple(result)


# Reflections


def _axes_followed(
    before: tuple[Statement, ...], after: tuple[Statement, ...], variable: str, labels: tuple[Label, ...]
) -> tuple[tuple[Statement, ...], tuple[Label, ...]]:
    """Reflections around the loop with their axis as far from the figure as it was; labels beyond the axis go with the image."""
    result: list[Statement] = []
    for old, new in zip(before, after, strict=True):
        if (
            isinstance(old, Reflect)
            and isinstance(new, Reflect)
            and any(isinstance(s, For) and s.variable == variable for s in walk((old,)))
        ):
            moved = _followed(old, new)
            labels = tuple(_beside(label, old, moved.position - old.position) for label in labels)
            result.append(moved)
        else:
            result.append(new)
    return tuple(result), labels


def _followed(before: Reflect, after: Reflect) -> Reflect:
    try:
        boxes = [bounding_box(execute(Program(reflection.body))) for reflection in (before, after)]
    except ExecutionError:
        return after
    low, high = (0, 2) if before.axis == "x" else (1, 3)
    axis = before.position / 2
    if boxes[0][high] <= axis:
        lost = boxes[1][high] - boxes[0][high]
    elif boxes[0][low] >= axis:
        lost = boxes[1][low] - boxes[0][low]
    else:
        return after  # the figure lies across its axis
    towards = lost > 0 if boxes[0][high] <= axis else lost < 0
    return replace(after, position=after.position + round(2 * lost)) if towards else after


def _beside(label: Label, reflection: Reflect, by: int) -> Label:
    """The label moved with the image, where it stands on the image's side."""
    if not by:
        return label
    place = label.x if reflection.axis == "x" else label.y
    beyond = place > reflection.position / 2 if by > 0 else place < reflection.position / 2
    if not beyond:
        return label
    return replace(label, x=label.x + by) if reflection.axis == "x" else replace(label, y=label.y + by)


# Places


def _label_steps(statements: tuple[Statement, ...], variable: str) -> tuple[tuple[int, int], ...]:
    """How far a turn of the loop moves what it draws, mirrored ways included, the most frequent first."""
    found: dict[tuple[int, int], int] = {}
    for draw in walk(statements):
        match draw:
            case DrawCircle(x, y):
                pairs = [(x, y)]
            case DrawRectangle(x1, y1, x2, y2) | DrawLine(x1, y1, x2, y2):
                pairs = [(x1, y1), (x2, y2)]
            case _:
                continue
        for x, y in pairs:
            step = (x.coefficient if x.variable == variable else 0, y.coefficient if y.variable == variable else 0)
            if step != (0, 0):
                found[step] = found.get(step, 0) + 1
    straight = sorted(found, key=lambda step: -found[step])
    axes = {reflection.axis for reflection in walk(statements) if isinstance(reflection, Reflect)}
    mirrored = [(-x, y) for x, y in straight if "x" in axes] + [(x, -y) for x, y in straight if "y" in axes]
    return tuple(dict.fromkeys([*straight, *mirrored]))


def _kept_in_place(before: Program, after: Program) -> Program:
    """`after`, moved right and up by as much as it reaches further below 0 than `before` did, or back where it would overflow."""
    old = bounding_box(execute(before))
    try:
        new = bounding_box(execute(after))
    except ExecutionError:
        return _back_from_the_edge(after)
    dx, dy = (max(0, math.ceil(min(0.0, o) - n)) for o, n in zip(old[:2], new[:2], strict=True))
    return translated(after, dx, dy) if dx or dy else after


def _back_from_the_edge(program: Program) -> Program:
    """The program moved left and down, or right and up, by half of what coordinates may be; raises `ExecutionError` if none helps."""
    half = LARGEST_COORDINATE // 2
    for dx, dy in ((-half, 0), (0, -half), (-half, -half), (half, 0), (0, half), (half, half)):
        moved = translated(program, dx, dy)
        try:
            x, y, _, _ = bounding_box(execute(moved))
        except ExecutionError:
            continue
        return translated(moved, -math.floor(x), -math.floor(y))
    execute(program)
    return program
