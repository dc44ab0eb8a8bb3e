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
from math import inf, lcm

from derender.synthesis.choices import LOOK_EVERY, Catalogue, Choice, Group, Variant, add_variant
from derender.synthesis.elements import Stopped
from derender.synthesis.nodes import TOP, Nodes
from derender.synthesis.rules import required_rules

COMMAND_THIRDS = 3
MOST_STATEMENTS = 500
"""A cover of more statements is not searched for: the search is as deep as a cover is long."""

CHECK_EVERY = 256
"""Steps between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Statements that draw all elements, and what they cost together with their coefficients, headers not counted."""

    choices: tuple[Choice, ...]
    thirds: int


class CoverProblem:
    """Covering all elements by the statements of given nodes (and of the program itself).

    `largest`: for each element how many elements the largest statement that draws it draws, or more.
    """

    def __init__(self, nodes: Nodes, catalogue: Catalogue, headers: frozenset[int], largest: list[int]) -> None:
        self._count = len(nodes.elements)
        self._everything = (1 << self._count) - 1
        self._rules = required_rules(nodes, headers)
        self._drawing = [catalogue.drawing(node) for node in (*sorted(headers), TOP)]
        self._catalogue, self._nodes = catalogue, (*sorted(headers), TOP)
        self._by_element: list[list[Group] | None] = [None] * self._count
        sizes = [sum(len(drawing[e]) for drawing in self._drawing) for e in range(self._count)]
        self._rarest_first = sorted(range(self._count), key=lambda e: (sizes[e], e))
        self._share, self._whole = _shares(largest)
        self._needed: dict[int, int] = {0: 0}

    def _groups_drawing(self, element: int) -> list[Group]:
        """The statements that draw an element, those that draw most first."""
        found = self._by_element[element]
        if found is None:
            found = self._by_element[element] = _merged([drawing[element] for drawing in self._drawing], self._catalogue)
        return found

    @cached_property
    def _all_groups(self) -> list[Group]:
        return _merged([self._catalogue.groups(node).items() for node in self._nodes], self._catalogue)

    def greedy(self, should_stop: Callable[[], bool]) -> Cover | None:
        """A cover found at once: each time the statement that draws most of what is left, at the least cost; None if it is not legal."""
        groups = self._all_groups
        left, xs, ys, tests, conflicts, met = self._everything, 0, 0, 0, 0, 0
        taken: list[Choice] = []
        while left:
            if should_stop():
                raise Stopped
            best: tuple[tuple[int, int], int, Variant] | None = None
            for mask, variants in groups:
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

    def solve(self, budget: int, should_stop: Callable[[], bool], most_steps: int | None = None) -> Cover | None:
        """The cheapest cover of at most `budget` thirds, if there is one; raises `Stopped`.

        With `most_steps` it takes so many at most, half of what is left for each statement that it tries, and returns the best found.
        """
        best: Cover | None = None
        seen: dict[tuple[int, int, int, int, int], int] = {}
        taken: list[Choice] = []
        order, needed, compute_needed = self._rarest_first, self._needed, self._commands_needed
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
            for mask, variants in self._groups_drawing(element):
                rest = left & ~mask
                further = needed.get(rest)
                if further is None:
                    further = compute_needed(rest)
                # Of the coefficients the first of each axis is free, hence the 2.
                allowed = budget - COMMAND_THIRDS * (commands + 1 + further) + 2
                if allowed < 2:
                    continue
                for x, y, test, conflict, meets, choice in variants:
                    x |= xs
                    y |= ys
                    if test & conflicts or (x.bit_count() or 1) + (y.bit_count() or 1) > allowed:
                        continue
                    taken.append(choice)
                    again(rest, commands + 1, x, y, tests | test, conflicts | conflict, met | meets, steps + (until - steps) / 2)
                    taken.pop()
                    if steps >= until:
                        return
                    allowed = budget - COMMAND_THIRDS * (commands + 1 + further) + 2

        def complete(commands: int, xs: int, ys: int, tests: int, conflicts: int, met: int) -> None:
            """All is drawn; if a loop stands idle, another statement may give it its reason."""
            nonlocal best, budget
            missing = self._rules & ~met
            if not missing:
                thirds = COMMAND_THIRDS * commands + _extra(xs, ys)
                if thirds <= budget:
                    best = Cover(tuple(taken), thirds)
                    budget = thirds - 1
                return
            if COMMAND_THIRDS * (commands + 1) > budget:
                return
            for _, variants in self._all_groups:
                for x, y, test, conflict, meets, choice in variants:
                    more = COMMAND_THIRDS * (commands + 1) + _extra(xs | x, ys | y)
                    if meets & missing & -missing and not test & conflicts and more <= budget:
                        taken.append(choice)
                        again(0, commands + 1, xs | x, ys | y, tests | test, conflicts | conflict, met | meets, inf)
                        taken.pop()

        again = visit
        try:
            visit(self._everything, 0, 0, 0, 0, 0, 0, inf if most_steps is None else most_steps)
        finally:
            # Else the functions would refer to each other, and all that they hold stayed until the next collection of cycles.
            again = _ended
        return best

    def _commands_needed(self, left: int) -> int:
        """A number of statements below which these elements cannot be drawn."""
        need, rest = 0, left
        for share in self._share:
            need += share[rest & 255]
            rest >>= 8
        commands = self._needed[left] = -(-need // self._whole)
        return commands


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


def _shares(largest: list[int]) -> tuple[list[list[int]], int]:
    """Per byte of a mask the sum of its elements' shares, and what a whole statement counts in the same unit."""
    whole = lcm(*largest) if largest else 1
    tables = []
    for start in range(0, len(largest), 8):
        table = [0]
        for size in largest[start : start + 8]:
            table += [entry + whole // size for entry in table]
        tables.append(table)
    return tables, whole


def _extra(xs: int, ys: int) -> int:
    return max(0, xs.bit_count() - 1) + max(0, ys.bit_count() - 1)
