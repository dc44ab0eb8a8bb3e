"""Figures that go on: a program with other loop bounds (Figure 13 of the paper).

A loop with a constant bound can be given more turns; loops whose bound depends on an outer variable follow their outer loop.
Programs are first given a letter for each loop, so that `i=5` names one loop.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from dataclasses import dataclass

from derender.errors import ExecutionError, OptionError
from derender.language.execute import execute
from derender.language.program import Program
from derender.language.transform import loops, translated, with_distinct_variables, with_loop_bound
from derender.spec import Spec, bounding_box

_NUMBER = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Extrapolation:
    """A program with changed bounds and what it draws; `bounds` says which."""

    bounds: tuple[tuple[str, int], ...]
    program: Program
    spec: Spec

    @property
    def title(self) -> str:
        """The bounds as people read them: `i < 5, j < 3`."""
        return ", ".join(f"{variable} < {bound}" for variable, bound in self.bounds) or "as it is"


def extrapolate(program: Program, bounds: dict[str, int]) -> Extrapolation:
    """`program` with these bounds, moved so that nothing lies at negative coordinates that did not before.

    Raises `OptionError` for an unknown loop or a bound below 0, `ExecutionError` when the result draws too much.
    """
    lettered = with_distinct_variables(program)
    for variable, bound in bounds.items():
        if bound < 0:
            raise OptionError(f"a loop cannot have {bound} turns ({variable}={bound})")
        lettered = with_loop_bound(lettered, variable, bound)
    moved = _kept_positive(program, lettered)
    return Extrapolation(tuple(bounds.items()), moved, execute(moved))


def growable(program: Program) -> tuple[tuple[str, int], ...]:
    """The loops that can be given other bounds, as (variable, present bound), in the order of the text."""
    return tuple((loop.variable, loop.bound.constant) for loop in loops(with_distinct_variables(program)) if loop.bound.variable is None)


def proposals(program: Program, turns: int = 1) -> tuple[Extrapolation, ...]:
    """Each growable loop with `turns` more turns, then all of them together where there are several.

    What would draw too much, or shapes without extent, is left out.
    """
    larger = {variable: bound + turns for variable, bound in growable(program)}
    choices = [{variable: bound} for variable, bound in larger.items()] + ([larger] if len(larger) > 1 else [])
    found = []
    for bounds in choices:
        with suppress(ExecutionError):
            found.append(extrapolate(program, bounds))
    return tuple(found)


def parse_bound(text: str) -> tuple[str, int]:
    """`i=5` as ("i", 5); raises `OptionError`."""
    variable, equals, bound = (part.strip() for part in text.partition("="))
    if not equals or not (len(variable) == 1 and variable.isalpha()) or not _NUMBER.fullmatch(bound):
        raise OptionError(f"a loop bound is written like i=5, not {text!r}")
    return variable, int(bound)


def _kept_positive(before: Program, after: Program) -> Program:
    """`after`, moved right and up by as much as it reaches further below 0 than `before` did."""
    old, new = bounding_box(execute(before)), bounding_box(execute(after))
    dx, dy = (max(0, math.ceil(min(0.0, o) - n)) for o, n in zip(old[:2], new[:2], strict=True))
    return translated(after, dx, dy) if dx or dy else after
