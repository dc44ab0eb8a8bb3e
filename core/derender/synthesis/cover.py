"""The cheapest statements that draw a spec, once it is decided which headers the program has.

What remains is a set cover: each statement costs three thirds, and the coefficients beyond the first of each axis a third each.
It is searched depth first: take the element that the fewest statements draw, try each of them. What is left needs at least the
sum, over the elements left, of the share that each has in the largest statement drawing it; where that exceeds the budget the
branch ends, and so it does where the same elements were left before at no higher cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import lcm

from derender.synthesis.choices import Catalogue, Choice
from derender.synthesis.contexts import Loop, Place
from derender.synthesis.nodes import TOP, Nodes

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


@dataclass(frozen=True, slots=True)
class _Variant:
    """A statement under one set of headers, as bits: the tests it needs, the tests it rules out, the rules it meets."""

    xs: int
    ys: int
    tests: int
    conflicts: int
    meets: int
    choice: Choice

    def better_than(self, other: _Variant) -> bool:
        """Whether it can stand for the other wherever both draw the same."""
        return not (self.xs & ~other.xs | self.ys & ~other.ys | self.tests & ~other.tests | other.meets & ~self.meets)


class CoverProblem:
    """Covering all elements by the statements of given nodes (and of the program itself)."""

    def __init__(self, nodes: Nodes, catalogue: Catalogue, headers: frozenset[int]) -> None:
        self._count = len(nodes.elements)
        self._everything = (1 << self._count) - 1
        rules = _Rules(nodes, headers)
        self._rules = rules.all
        groups: dict[int, list[_Variant]] = {}
        for node in (*sorted(headers), TOP):
            for choice in catalogue.choices(node):
                _add_variant(groups.setdefault(choice.mask, []), rules.variant(choice))
        self._groups = sorted(groups.items(), key=lambda item: (-item[0].bit_count(), item[0]))
        self._by_element = [[(mask, variants) for mask, variants in self._groups if mask >> e & 1] for e in range(self._count)]
        self._rarest_first = sorted(range(self._count), key=lambda e: (len(self._by_element[e]), e))
        self._share, self._whole = self._shares()

    def least_commands(self) -> int:
        """A number of statements that no cover goes below."""
        return -(-self._need(self._everything) // self._whole)

    def greedy(self) -> Cover | None:
        """A cover found at once: each time the statement that draws most of what is left, at the least cost; None if it is not legal."""
        left, xs, ys, tests, conflicts, met = self._everything, 0, 0, 0, 0, 0
        taken: list[Choice] = []
        while left:
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
            xs, ys, tests, conflicts, met = (
                xs | variant.xs,
                ys | variant.ys,
                tests | variant.tests,
                conflicts | variant.conflicts,
                met | variant.meets,
            )
            taken.append(variant.choice)
        if self._rules & ~met:
            return None
        return Cover(tuple(taken), COMMAND_THIRDS * len(taken) + _extra(xs, ys))

    def solve(self, budget: int, should_stop: Callable[[], bool]) -> Cover | None:
        """The cheapest cover of at most `budget` thirds, if there is one; raises `Stopped`."""
        search = _Search(self, budget, should_stop)
        search.visit(self._everything, 0, 0, 0, 0, 0, 0)
        return search.best

    def _need(self, left: int) -> int:
        need = 0
        for share in self._share:
            need += share[left & 255]
            left >>= 8
        return need

    def _shares(self) -> tuple[list[list[int]], int]:
        """Per byte of a mask the sum of its elements' shares, and what a whole statement counts in the same unit."""
        largest = [max((mask.bit_count() for mask, _ in groups), default=1) for groups in self._by_element]
        whole = lcm(*largest) if largest else 1
        tables = []
        for start in range(0, self._count, 8):
            shares = [whole // size for size in largest[start : start + 8]]
            table = [0]
            for share in shares:
                table += [entry + share for entry in table]
            tables.append(table)
        return tables, whole

    @property
    def rules(self) -> int:
        """All rules, as bits, that a legal choice must meet."""
        return self._rules

    @property
    def groups(self) -> list[tuple[int, list[_Variant]]]:
        """All masks, largest first, with the statements that draw them."""
        return self._groups


def _add_variant(variants: list[_Variant], new: _Variant) -> None:
    if any(old.better_than(new) for old in variants):
        return
    variants[:] = [old for old in variants if not new.better_than(old)]
    variants.append(new)


def _extra(xs: int, ys: int) -> int:
    return max(0, xs.bit_count() - 1) + max(0, ys.bit_count() - 1)


class _Rules:
    """What a choice of statements must meet for a set of headers to be legal, one bit a rule."""

    def __init__(self, nodes: Nodes, headers: frozenset[int]) -> None:
        self._places: dict[tuple[int, Place, str], int] = {}
        self._tests: dict[tuple[int, Place], int] = {}
        self.all = 0
        for number in sorted(headers):
            self._add(nodes, headers, number)

    def variant(self, choice: Choice) -> _Variant:
        meets = 0
        if choice.uses_outer:
            meets |= self._places.get((choice.node, choice.place, "outer"), 0)
        if choice.uses_inner:
            meets |= self._places.get((choice.node, choice.place, "inner"), 0)
        test = self._tests.get((choice.node, choice.place), 0)
        other = Place.INNER_TEST if choice.place is Place.OUTER_TEST else Place.OUTER_TEST
        return _Variant(choice.xs, choice.ys, test, self._tests.get((choice.node, other), 0) if test else 0, meets, choice)

    def _add(self, nodes: Nodes, headers: frozenset[int], number: int) -> None:
        node = nodes.nodes[number]
        parent = None if node.parent == TOP else nodes.nodes[node.parent].header
        if not isinstance(node.header, Loop):
            return
        if isinstance(parent, Loop):
            for place in (Place.OUTER_TEST, Place.INNER_TEST):
                self._tests[number, place] = 1 << len(self._tests)
            self._require([(number, Place.BODY, "inner")])
            return
        children = [child for child in headers if nodes.nodes[child].parent == number and not nodes.nodes[child].tested]
        headers_of = [nodes.nodes[child].header for child in children]
        if any(isinstance(header, Loop) and header.coefficient for header in headers_of):
            return
        self._require([(number, Place.BODY, "outer"), *((child, place, "outer") for child in children for place in Place)])

    def _require(self, reasons: Iterable[tuple[int, Place, str]]) -> None:
        bit = self.all + 1
        self.all |= bit
        for reason in reasons:
            self._places[reason] = self._places.get(reason, 0) | bit


class _Search:
    """One depth-first search; `best` is the cheapest cover found, `budget` what a better one may cost."""

    def __init__(self, problem: CoverProblem, budget: int, should_stop: Callable[[], bool]) -> None:
        self._problem = problem
        self._budget = budget
        self._should_stop = should_stop
        self._seen: dict[tuple[int, int, int, int, int], int] = {}
        self._taken: list[Choice] = []
        self._steps = 0
        self.best: Cover | None = None

    def visit(self, left: int, commands: int, xs: int, ys: int, tests: int, conflicts: int, met: int) -> None:
        """Every completion within the budget of what was taken so far."""
        problem = self._problem
        self._steps += 1
        if self._steps % CHECK_EVERY == 0 and self._should_stop():
            raise Stopped
        key = (left, xs, ys, tests, met)
        before = self._seen.get(key)
        if before is not None and before <= commands:
            return
        self._seen[key] = commands
        if not left:
            self._complete(commands, xs, ys, tests, conflicts, met)
            return
        element = next(e for e in problem._rarest_first if left >> e & 1)
        for mask, variants in problem._by_element[element]:
            rest = left & ~mask
            least = COMMAND_THIRDS * (commands + 1 - (-problem._need(rest) // problem._whole))
            if least > self._budget:
                continue
            for variant in variants:
                if variant.tests & conflicts or least + _extra(xs | variant.xs, ys | variant.ys) > self._budget:
                    continue
                self._taken.append(variant.choice)
                self.visit(
                    rest,
                    commands + 1,
                    xs | variant.xs,
                    ys | variant.ys,
                    tests | variant.tests,
                    conflicts | variant.conflicts,
                    met | variant.meets,
                )
                self._taken.pop()

    def _complete(self, commands: int, xs: int, ys: int, tests: int, conflicts: int, met: int) -> None:
        missing = self._problem.rules & ~met
        if not missing:
            self.best = Cover(tuple(self._taken), COMMAND_THIRDS * commands + _extra(xs, ys))
            self._budget = self.best.thirds - 1
            return
        # All is drawn, but a loop stands idle: another statement may give it its reason.
        rule = missing & -missing
        if COMMAND_THIRDS * (commands + 1) > self._budget:
            return
        for _, variants in self._problem.groups:
            for variant in variants:
                more = COMMAND_THIRDS * (commands + 1) + _extra(xs | variant.xs, ys | variant.ys)
                if variant.meets & rule and not variant.tests & conflicts and more <= self._budget:
                    self._taken.append(variant.choice)
                    self.visit(
                        0,
                        commands + 1,
                        xs | variant.xs,
                        ys | variant.ys,
                        tests | variant.tests,
                        conflicts | variant.conflicts,
                        met | variant.meets,
                    )
                    self._taken.pop()
