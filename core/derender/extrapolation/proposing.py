"""What an author may want to see next: extrapolations of a program by a turn, ranked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import combinations

from derender.errors import ExecutionError
from derender.extrapolation.growth import Extrapolation, extrapolate, growable
from derender.interpretation.features import loose_ends
from derender.language.execute import execute
from derender.language.legality import problems
from derender.language.program import For, Program, Statement
from derender.language.transform import with_distinct_variables
from derender.language.tree import walk
from derender.perception.legibility import clash
from derender.spec import Spec

_MOST_COMPARED = 400
"""Commands beyond which new ones are not compared with old ones."""


def proposals(program: Program, turns: int = 1) -> tuple[Extrapolation, ...]:
    """Each growable loop with `turns` more turns, then nested loops together and all of them together, best first.

    What would draw too much, or no more than before, or would break a rule that the program keeps (shapes turned inside out) is left
    out. A program that cannot run has none.
    """
    return _ranked(program, [found for found in _all(program, turns) if not found.backwards])


def all_proposals(program: Program, turns: int = 1) -> tuple[Extrapolation, ...]:
    """`proposals` in both directions, best first."""
    return _ranked(program, _all(program, turns))


def _all(program: Program, turns: int) -> list[Extrapolation]:
    larger = {variable: bound + turns for variable, bound in growable(program)}
    found: list[Extrapolation] = []
    try:
        before, broken = execute(program), set(problems(program))
    except ExecutionError:
        return []
    for chosen in _choices(program, tuple(larger)):
        for backwards in (frozenset[str](), frozenset(chosen)):
            with suppress(ExecutionError):
                grown = extrapolate(program, {variable: larger[variable] for variable in chosen}, backwards)
                seen = any(other.spec == grown.spec for other in found)
                if len(grown.spec) > len(before) and not seen and broken.issuperset(problems(grown.program)):
                    found.append(grown)
    return found


def _choices(program: Program, variables: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Each loop alone, loops within loops together, all together."""
    yield from ((variable,) for variable in variables)
    nested = {pair for loop in walk(with_distinct_variables(program).statements) if isinstance(loop, For) for pair in _pairs(loop)}
    yield from (pair for pair in combinations(variables, 2) if pair in nested)
    if len(variables) > 1 and (len(variables) > 2 or variables not in nested):
        yield variables


def _pairs(loop: For) -> Iterator[tuple[str, str]]:
    inner: tuple[Statement, ...] = loop.body
    yield from ((loop.variable, other.variable) for other in walk(inner) if isinstance(other, For))


def _ranked(program: Program, found: list[Extrapolation]) -> tuple[Extrapolation, ...]:
    """What grows where there is room and leaves no line ends in the air, and few loops, come first; the order of the text decides
    among equals."""
    before = execute(program) if found else Spec()
    return tuple(sorted(found, key=lambda e: (_collisions(before, e.spec), _let_loose(before, e.spec), len(e.bounds), bool(e.backwards))))


def _let_loose(before: Spec, after: Spec) -> int:
    """How many line ends more touch nothing: lines that joined shapes go on without what they joined."""
    if len(after) > _MOST_COMPARED:
        return 0
    return max(0, loose_ends(after) - loose_ends(before))


def _collisions(before: Spec, after: Spec) -> int:
    """How many pairs of commands cannot be told apart that could before."""
    if len(after) > _MOST_COMPARED:
        return 0
    new = after - before
    return sum(clash(a, b) for a in new for b in after if a is not b and a != b)
