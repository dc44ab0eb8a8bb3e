"""The cheapest statements that draw a spec, once it is decided which headers the program has.

What remains is a set cover: each statement costs three thirds, and the coefficients beyond the first of each axis a third each.
It is searched depth first: take the element that the fewest statements draw, try each of them. What is left needs at least the
sum, over the elements left, of the share that each has in the largest statement drawing it; where that exceeds the budget the
branch ends, and so it does where the same elements were left before at no higher cost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import lcm
from typing import NamedTuple

from derender.synthesis.choices import Catalogue, Choice
from derender.synthesis.nodes import TOP, Nodes
from derender.synthesis.rules import Rules

COMMAND_THIRDS = 3
CHECK_EVERY = 256
"""Steps between two looks at the clock."""


class Stopped(Exception):  # noqa: N818 - a signal, not an error
    """The search was told to stop; raised and caught within this package."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Statements that draw all elements, and what they cost together with their coefficients, headers not counted."""

    choices: tuple[Choice, ...]
    thirds: int


class _Variant(NamedTuple):
    """A statement under one set of headers, as bits: its coefficients, the tests it needs and rules out, the rules it meets."""

    xs: int
    ys: int
    tests: int
    conflicts: int
    meets: int
    choice: Choice


class CoverProblem:
    """Covering all elements by the statements of given nodes (and of the program itself)."""

    def __init__(self, nodes: Nodes, catalogue: Catalogue, headers: frozenset[int]) -> None:
        self._count = len(nodes.elements)
        self._everything = (1 << self._count) - 1
        rules = Rules(nodes, headers)
        self._rules = rules.all
        groups: dict[int, list[_Variant]] = {}
        for node in (*sorted(headers), TOP):
            for choice in catalogue.choices(node):
                demands = rules.demands(choice)
                variant = _Variant(choice.xs, choice.ys, demands.tests, demands.conflicts, demands.meets, choice)
                variants = groups.get(choice.mask)
                if variants is None:
                    groups[choice.mask] = [variant]
                else:
                    _add_variant(variants, variant)
        self._groups = sorted(groups.items(), key=lambda item: (-item[0].bit_count(), item[0]))
        self._by_element: list[list[tuple[int, list[_Variant]]]] = [[] for _ in range(self._count)]
        for group in self._groups:
            left = group[0]
            while left:
                self._by_element[(left & -left).bit_length() - 1].append(group)
                left &= left - 1
        rarest_first = sorted(range(self._count), key=lambda e: (len(self._by_element[e]), e))
        self._order = [(1 << e, self._by_element[e]) for e in rarest_first]
        self._share, self._whole = self._shares()
        self._needed: dict[int, int] = {0: 0}

    def greedy(self, should_stop: Callable[[], bool]) -> Cover | None:
        """A cover found at once: each time the statement that draws most of what is left, at the least cost; None if it is not legal."""
        left, xs, ys, tests, conflicts, met = self._everything, 0, 0, 0, 0, 0
        taken: list[Choice] = []
        while left:
            if should_stop():
                raise Stopped
            best: tuple[tuple[int, int], int, _Variant] | None = None
            for mask, variants in self._groups:
                gain = (mask & left).bit_count()
                if best is not None and gain < -best[0][0]:
                    continue
                for variant in variants:
                    if gain and not (variant.tests & conflicts):
                        key = (-gain, _extra(xs | variant.xs, ys | variant.ys))
                        if best is None or key < best[0]:
                            best = (key, mask, variant)
            if best is None:
                return None
            _, mask, variant = best
            left &= ~mask
            xs, ys, tests = xs | variant.xs, ys | variant.ys, tests | variant.tests
            conflicts, met = conflicts | variant.conflicts, met | variant.meets
            taken.append(variant.choice)
        if self._rules & ~met:
            return None
        return Cover(tuple(taken), COMMAND_THIRDS * len(taken) + _extra(xs, ys))

    def solve(self, budget: int, should_stop: Callable[[], bool]) -> Cover | None:
        """The cheapest cover of at most `budget` thirds, if there is one; raises `Stopped`."""
        best: Cover | None = None
        seen: dict[tuple[int, int, int, int, int], int] = {}
        taken: list[Choice] = []
        order, needed, rules = self._order, self._commands_needed, self._rules
        steps = 0

        def visit(left: int, commands: int, xs: int, ys: int, tests: int, conflicts: int, met: int) -> None:
            """Tries every completion within the budget of what was taken so far."""
            nonlocal steps
            steps += 1
            if steps % CHECK_EVERY == 0 and should_stop():
                raise Stopped
            key = (left, xs, ys, tests, met)
            if seen.get(key, commands + 1) <= commands:
                return
            seen[key] = commands
            if not left:
                complete(commands, xs, ys, tests, conflicts, met)
                return
            for bit, groups in order:  # noqa: B007 - used after the loop
                if left & bit:
                    break
            for mask, variants in groups:
                rest = left & ~mask
                # Of the coefficients the first of each axis is free, hence the 2.
                allowed = budget - COMMAND_THIRDS * (commands + 1 + needed(rest)) + 2
                if allowed < 2:
                    continue
                for x, y, test, conflict, meets, choice in variants:
                    x |= xs
                    y |= ys
                    if test & conflicts or (x.bit_count() or 1) + (y.bit_count() or 1) > allowed:
                        continue
                    taken.append(choice)
                    visit(rest, commands + 1, x, y, tests | test, conflicts | conflict, met | meets)
                    taken.pop()
                    allowed = budget - COMMAND_THIRDS * (commands + 1 + needed(rest)) + 2

        def complete(commands: int, xs: int, ys: int, tests: int, conflicts: int, met: int) -> None:
            """All is drawn; if a loop stands idle, another statement may give it its reason."""
            nonlocal best, budget
            missing = rules & ~met
            if not missing:
                thirds = COMMAND_THIRDS * commands + _extra(xs, ys)
                if thirds <= budget:
                    best = Cover(tuple(taken), thirds)
                    budget = thirds - 1
                return
            if COMMAND_THIRDS * (commands + 1) > budget:
                return
            for _, variants in self._groups:
                for x, y, test, conflict, meets, choice in variants:
                    more = COMMAND_THIRDS * (commands + 1) + _extra(xs | x, ys | y)
                    if meets & missing & -missing and not test & conflicts and more <= budget:
                        taken.append(choice)
                        visit(0, commands + 1, xs | x, ys | y, tests | test, conflicts | conflict, met | meets)
                        taken.pop()

        visit(self._everything, 0, 0, 0, 0, 0, 0)
        return best

    def _commands_needed(self, left: int) -> int:
        """A number of statements below which these elements cannot be drawn."""
        found = self._needed.get(left)
        if found is None:
            need, rest = 0, left
            for share in self._share:
                need += share[rest & 255]
                rest >>= 8
            found = self._needed[left] = -(-need // self._whole)
        return found

    def _shares(self) -> tuple[list[list[int]], int]:
        """Per byte of a mask the sum of its elements' shares, and what a whole statement counts in the same unit."""
        largest = [groups[0][0].bit_count() for groups in self._by_element]
        whole = lcm(*largest) if largest else 1
        tables = []
        for start in range(0, self._count, 8):
            table = [0]
            for size in largest[start : start + 8]:
                table += [entry + whole // size for entry in table]
            tables.append(table)
        return tables, whole


def _add_variant(variants: list[_Variant], new: _Variant) -> None:
    for old in variants:
        if _better(old, new):
            return
    variants[:] = [old for old in variants if not _better(new, old)]
    variants.append(new)


def _better(one: _Variant, other: _Variant) -> bool:
    """Whether one can stand for the other wherever both draw the same."""
    return not (one.xs & ~other.xs or one.ys & ~other.ys or one.tests & ~other.tests or other.meets & ~one.meets)


def _extra(xs: int, ys: int) -> int:
    return max(0, xs.bit_count() - 1) + max(0, ys.bit_count() - 1)
