"""The cheapest statements that draw a spec, once it is decided which headers the program has.

What remains is a set cover: each statement costs three thirds, and the coefficients beyond the first of each axis a third each.
It is searched depth first: take the element that the fewest statements draw, try each of them. What is left needs at least the
sum, over the elements left, of the share that each has in the largest statement drawing it; where that exceeds the budget the
branch ends, and so it does where the same elements were left before at no higher cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from math import inf

import numpy as np

from derender.synthesis.choices import Catalogue, Choice, Group, Variant, add_variant, choice_of
from derender.synthesis.elements import Floats, Stopped
from derender.synthesis.listing import LOOK_EVERY
from derender.synthesis.nodes import TOP, Nodes
from derender.synthesis.rules import required_rules

COMMAND_THIRDS = 3
MOST_STATEMENTS = 500
"""A cover of more statements is not searched for: the search is as deep as a cover is long."""

CHECK_EVERY = 64
"""Steps between two looks at the clock."""

FINENESS = 20
"""Shares are counted in units of 2 ** -FINENESS: rounded down, so that what they add up to holds exactly."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Statements that draw all elements, and what they cost together with their coefficients, headers not counted."""

    choices: tuple[Choice, ...]
    thirds: int


class CoverProblem:
    """Covering all elements by the statements of given nodes (and of the program itself).

    `shares` (N): what each element needs of a statement at least; no statement draws more than 1 of them together.
    """

    def __init__(self, nodes: Nodes, catalogue: Catalogue, headers: frozenset[int], shares: Floats) -> None:
        self._count = len(nodes.elements)
        self._everything = (1 << self._count) - 1
        self._rules = required_rules(nodes, headers)
        self._catalogue, self._nodes = catalogue, (*sorted(headers), TOP)
        self._by_element: list[list[Group] | None] = [None] * self._count
        self._by_rule: dict[int, list[Variant]] = {}
        counts = sum(catalogue.counts(node) for node in self._nodes)
        self._rarest_first: list[int] = np.argsort(counts, kind="stable").tolist()
        self._shares = _by_byte(shares)
        self._needed: dict[int, int] = {0: 0}
        self.seen: dict[tuple[int, int, int, int, int], int] = {}
        """What was left in the last search, with what was taken, by the least number of commands taken for it."""

    def _groups_drawing(self, element: int) -> list[Group]:
        """The statements that draw an element, those that draw most first."""
        found = self._by_element[element]
        if found is None:
            found = self._by_element[element] = _merged([self._catalogue.drawing(node, element) for node in self._nodes], self._catalogue)
        return found

    @cached_property
    def _all_groups(self) -> list[Group]:
        return _merged([self._catalogue.groups(node).items() for node in self._nodes], self._catalogue)

    def _meeting(self, rule: int) -> list[Variant]:
        """The statements that meet a rule, one of those that differ only in what they draw."""
        found = self._by_rule.get(rule)
        if found is None:
            ways: dict[tuple[int, ...], Variant] = {}
            for _, variants in self._all_groups:
                for variant in variants:
                    if variant[4] & rule:
                        ways.setdefault(variant[:5], variant)
            found = self._by_rule[rule] = list(ways.values())
        return found

    def solve(self, budget: int, should_stop: Callable[[], bool], most_steps: int | None = None) -> Cover | None:
        """The cheapest cover of at most `budget` thirds, if there is one; raises `Stopped`.

        With `most_steps` it takes so many at most, half of what is left for each statement that it tries, and returns the best found.
        """
        best: Cover | None = None
        seen = self.seen = {}
        taken: list[Variant] = []
        order, needed, compute_needed = self._rarest_first, self._needed, self._compute_needed
        steps = 0
        again: Callable[..., None]

        def visit(left: int, commands: int, xs: int, ys: int, tests: int, conflicts: int, met: int, until: float) -> None:
            """Tries every completion within the budget of what was taken so far, up to step `until`."""
            nonlocal steps
            steps += 1
            if commands > MOST_STATEMENTS or (steps % CHECK_EVERY == 0 and should_stop()):
                raise Stopped
            key = (left, xs, ys, tests, met)
            if seen.get(key, commands + 1) <= commands:
                return
            seen[key] = commands
            if not left:
                complete(commands, xs, ys, tests, conflicts, met)
                return
            element = next(e for e in order if left >> e & 1)
            # Of the coefficients the first of each axis is free, hence the 2.
            most = budget - COMMAND_THIRDS * (commands + 1) + 2
            options: list[tuple[int, int, int, int, int, Variant]] = []
            for mask, variants in self._groups_drawing(element):
                rest = left & ~mask
                need = needed.get(rest)
                if need is None:
                    need = compute_needed(rest)
                allowed = most + COMMAND_THIRDS * (-need >> FINENESS)
                if allowed < 2:
                    continue
                for variant in variants:
                    x, y = xs | variant[0], ys | variant[1]
                    extra = (x.bit_count() or 1) + (y.bit_count() or 1)
                    if extra <= allowed and not variant[2] & conflicts:
                        options.append((COMMAND_THIRDS * need + (extra << FINENESS), len(options), rest, x, y, variant))
            # What leaves least to be drawn comes first.
            options.sort()
            for least, _, rest, x, y, variant in options:
                if least > (budget - COMMAND_THIRDS * (commands + 1) + 2) << FINENESS:
                    return
                _, _, test, conflict, meets, _, _, _ = variant
                taken.append(variant)
                again(rest, commands + 1, x, y, tests | test, conflicts | conflict, met | meets, steps + (until - steps) / 2)
                taken.pop()
                if steps >= until:
                    return

        def complete(commands: int, xs: int, ys: int, tests: int, conflicts: int, met: int) -> None:
            """All is drawn; if a loop stands idle, another statement may give it its reason."""
            nonlocal best, budget
            missing = self._rules & ~met
            if not missing:
                thirds = COMMAND_THIRDS * commands + _extra(xs, ys)
                if thirds <= budget:
                    best = Cover(tuple([choice_of(variant) for variant in taken]), thirds)
                    budget = thirds - 1
                return
            if COMMAND_THIRDS * (commands + 1) > budget:
                return
            for variant in self._meeting(missing & -missing):
                x, y, test, conflict, meets, _, _, _ = variant
                if not test & conflicts and COMMAND_THIRDS * (commands + 1) + _extra(xs | x, ys | y) <= budget:
                    taken.append(variant)
                    again(0, commands + 1, xs | x, ys | y, tests | test, conflicts | conflict, met | meets, inf)
                    taken.pop()

        again = visit
        try:
            visit(self._everything, 0, 0, 0, 0, 0, 0, inf if most_steps is None else most_steps)
        finally:
            # Else the functions would refer to each other, and all that they hold stayed until the next collection of cycles.
            again = _ended
        return best

    def _compute_needed(self, left: int) -> int:
        """The shares of these elements together."""
        need, rest = 0, left
        for share in self._shares:
            need += share[rest & 255]
            rest >>= 8
        self._needed[left] = need
        return need


def _ended(*_: object) -> None:
    """What a search that is over goes on with."""


def _merged(parts: Iterable[Iterable[Group]], catalogue: Catalogue) -> list[Group]:
    """The groups of several nodes, those that draw most first; the catalogue looks whether to stop."""
    groups: dict[int, list[Variant]] = {}
    for part in parts:
        for number, (mask, variants) in enumerate(part):
            if number % LOOK_EVERY == LOOK_EVERY - 1:
                catalogue.look()
            known = groups.get(mask)
            if known is None:
                groups[mask] = variants
            else:
                groups[mask] = together = known.copy()
                for variant in variants:
                    add_variant(together, variant)
    return sorted(groups.items(), key=lambda group: (-group[0].bit_count(), group[0]))


def _by_byte(shares: Floats) -> list[list[int]]:
    """Per byte of a mask the sum of its elements' shares in units of 2 ** -FINENESS, rounded down."""
    whole = (shares * (1 << FINENESS)).astype(np.int64).tolist()
    tables = []
    for start in range(0, len(whole), 8):
        table = [0]
        for share in whole[start : start + 8]:
            table += [entry + share for entry in table]
        tables.append(table)
    return tables


def _extra(xs: int, ys: int) -> int:
    return max(0, xs.bit_count() - 1) + max(0, ys.bit_count() - 1)
