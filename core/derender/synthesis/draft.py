"""A good program at once: header after header, each with the statements under it that save most, then second thoughts.

A draft is what the exact search starts from, and all there is where a spec is too large for that. Unlike the exact search's own
bounds, what a header saves is found by choosing its statements: the one that draws most of what is left, again and again.
Second thoughts take out one header with what it draws and build on without it; what costs less is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from derender.synthesis.choices import Choice, single_statements
from derender.synthesis.cover import COMMAND_THIRDS
from derender.synthesis.elements import Bools, Stopped
from derender.synthesis.known import ChosenStatements
from derender.synthesis.leaves import Family
from derender.synthesis.nodes import TOP, Nodes
from derender.synthesis.rules import required_rules, rules_met, tests_of

EVALUATED_AT_MOST = 60
"""Headers whose statements are chosen in earnest before the best of them is taken."""

WEIGHED_AT_MOST = 24
"""Statements that draw equally much, of which the one with the fewest new coefficients is taken."""

ADDED_AT_MOST = 24
"""Headers that second thoughts try to add."""

ROUNDS = 4
"""How often second thoughts go through all headers."""

Coefficients = frozenset[int]


@dataclass(frozen=True, slots=True)
class _Pick:
    """A statement: `row` of the family in slot number `slot` of the node, the elements it draws, its coefficients."""

    node: int
    slot: int
    row: int
    covers: Bools
    xs: Coefficients
    ys: Coefficients
    meets: int
    tests: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class _Draft:
    """Headers, their cost, and the statements under them; what they do not draw (N) is drawn command by command."""

    headers: frozenset[int]
    header_thirds: int
    picks: tuple[_Pick, ...]
    left: Bools

    @property
    def xs(self) -> Coefficients:
        return frozenset().union(*(pick.xs for pick in self.picks))

    @property
    def ys(self) -> Coefficients:
        return frozenset().union(*(pick.ys for pick in self.picks))

    @property
    def thirds(self) -> int:
        """What the program costs."""
        statements = len(self.picks) + int(self.left.sum())
        return self.header_thirds + COMMAND_THIRDS * statements + _extra(self.xs) + _extra(self.ys)


class Drafts:
    """The drafts of one spec: `best` falls while `steps` run; any of them can be made into choices."""

    def __init__(self, nodes: Nodes, should_stop: Callable[[], bool]) -> None:
        self._nodes = nodes
        self._should_stop = should_stop
        count = len(nodes.elements)
        self._count = count
        reach = np.array([node.reach(count) for node in nodes.nodes], dtype=np.float32).reshape(len(nodes.nodes), count)
        # (nodes, N): what an element's being drawn in the largest statement of a node saves.
        self._savings = COMMAND_THIRDS * (1 - 1 / reach)
        self._covers: dict[Family, NDArray[np.float32]] = {}
        self.best = _Draft(frozenset(), 0, (), np.ones(count, dtype=bool))

    def steps(self) -> Iterator[None]:
        """The first draft, then second thoughts while they help: without a header, with a promising one more; raises `Stopped`."""
        self._offer(self._extended(self.best, frozenset()))
        yield
        for _ in range(ROUNDS):
            before = self.best.thirds
            for header in sorted(self.best.headers):
                if header in self.best.headers:
                    banned = frozenset({header})
                    self._offer(self._extended(self._without(self.best, header), banned))
                    yield
                    self._offer(self._extended(self._restated(self._without(self.best, header).headers), banned))
                    yield
            promise = self._savings.sum(axis=1) - [node.header.thirds for node in self._nodes.nodes]
            for header in np.argsort(-promise, kind="stable")[:ADDED_AT_MOST].tolist():
                if header not in self.best.headers:
                    added = self.best.headers | ({header, self._nodes.nodes[header].parent} - {TOP})
                    self._offer(self._extended(self._restated(added), frozenset()))
                    yield
            if self.best.thirds == before:
                return

    def incumbent(self) -> ChosenStatements:
        """The best draft, as the exact search takes it up."""
        picked = [Choice(pick.node, self._nodes.nodes[pick.node].slots[pick.slot], pick.row) for pick in self.best.picks]
        single = single_statements(self._nodes)
        choices = (*picked, *(single[element] for element in np.flatnonzero(self.best.left).tolist()))
        return ChosenStatements(self._nodes, choices, self.best.thirds)

    def _offer(self, draft: _Draft) -> None:
        if draft.thirds < self.best.thirds and not self._missing_rules(draft):
            self.best = draft

    def _missing_rules(self, draft: _Draft) -> int:
        met = 0
        for pick in draft.picks:
            met |= pick.meets
        return required_rules(self._nodes, draft.headers) & ~met

    def _extended(self, draft: _Draft, banned: frozenset[int]) -> _Draft:
        """With the headers that save most added, until none saves anything."""
        while (more := self._with_best_header(draft, banned)) is not None:
            draft = self._tidied(more)
        return draft

    def _restated(self, headers: frozenset[int]) -> _Draft:
        """With these headers, the statements chosen anew among all that stand under them."""
        draft = self._of_picks(headers, ())
        draft = _Draft(headers, self._thirds_of(headers), (), draft.left)
        while True:
            picks = [pick for header in sorted(headers) if (pick := self._best_pick(draft, header)) is not None]
            if not picks:
                return self._tidied(draft)
            pick = max(picks, key=lambda pick: int((pick.covers & draft.left).sum()))
            draft = _Draft(headers, draft.header_thirds, (*draft.picks, pick), draft.left & ~pick.covers)

    def _with_best_header(self, draft: _Draft, banned: frozenset[int]) -> _Draft | None:
        costs = np.array([self._cost(number, draft.headers) for number in range(len(self._nodes.nodes))])
        bounds = self._savings[:, draft.left].sum(axis=1) - costs
        best, saved = None, 0
        for number in np.argsort(-bounds, kind="stable")[:EVALUATED_AT_MOST].tolist():
            if bounds[number] <= saved:
                break
            if number in banned or self._nodes.nodes[number].parent in banned:
                continue
            candidate = self._with_header(draft, number)
            if candidate is not None and draft.thirds - candidate.thirds > saved:
                best, saved = candidate, draft.thirds - candidate.thirds
        return best

    def _cost(self, number: int, headers: frozenset[int]) -> int:
        node = self._nodes.nodes[number]
        cost = 0 if number in headers else node.header.thirds
        return cost if node.parent == TOP or node.parent in headers else cost + self._nodes.nodes[node.parent].header.thirds

    def _with_header(self, draft: _Draft, number: int) -> _Draft | None:
        """With one more header and the statements under it that save something; None where that is not legal or draws nothing."""
        node = self._nodes.nodes[number]
        headers = draft.headers | ({number, node.parent} - {TOP})
        extended = _Draft(headers, draft.header_thirds + self._cost(number, draft.headers), draft.picks, draft.left)
        while (pick := self._best_pick(extended, number)) is not None:
            extended = _Draft(headers, extended.header_thirds, (*extended.picks, pick), extended.left & ~pick.covers)
        if len(extended.picks) == len(draft.picks) or self._missing_rules(extended):
            return None
        return extended

    def _best_pick(self, draft: _Draft, number: int) -> _Pick | None:
        if self._should_stop():
            raise Stopped
        conflicts = 0
        for pick in draft.picks:
            conflicts |= pick.conflicts
        xs, ys = draft.xs, draft.ys
        best: tuple[tuple[int, int], _Pick] | None = None
        for slot_number, slot in enumerate(self._nodes.nodes[number].slots):
            tests, rules_out = tests_of(self._nodes, number, slot.place)
            if not len(slot.family) or tests & conflicts:
                continue
            gains = self._matrix(slot.family) @ draft.left.astype(np.float32)
            largest = int(gains.max())
            if largest < 2 or (best is not None and COMMAND_THIRDS * (largest - 1) <= best[0][0]):
                continue
            for row in np.flatnonzero(gains == largest)[:WEIGHED_AT_MOST].tolist():
                leaves = slot.family.leaves
                outer, inner = leaves.outer[row].tolist(), leaves.inner[row].tolist()
                sign = -1 if slot.backwards_turns else 1
                mine_x = frozenset({sign * outer[0], sign * outer[2], inner[0], inner[2]} - {0})
                mine_y = frozenset({sign * outer[1], sign * outer[3], inner[1], inner[3]} - {0})
                new = _extra(xs | mine_x) + _extra(ys | mine_y) - _extra(xs) - _extra(ys)
                odd = sum(step < 0 for step in (*mine_x, *mine_y))
                key = (COMMAND_THIRDS * (largest - 1) - new, -odd)
                if key[0] > 0 and (best is None or key > best[0]):
                    uses_outer, uses_inner = any(outer), any(inner)
                    if slot.inner_only:
                        uses_outer, uses_inner = uses_inner, uses_outer
                    meets = rules_met(self._nodes, number, slot.place, uses_outer, uses_inner)
                    best = key, _Pick(number, slot_number, row, leaves.covers[row], mine_x, mine_y, meets, tests, rules_out)
        return best and best[1]

    def _matrix(self, family: Family) -> NDArray[np.float32]:
        known = self._covers.get(family)
        if known is None:
            known = self._covers[family] = family.leaves.covers.astype(np.float32)
        return known

    def _without(self, draft: _Draft, header: int) -> _Draft:
        """Without a header, the headers under it, and their statements."""
        gone = {header, *(number for number in draft.headers if self._nodes.nodes[number].parent == header)}
        return self._of_picks(draft.headers - gone, tuple(pick for pick in draft.picks if pick.node not in gone))

    def _tidied(self, draft: _Draft) -> _Draft:
        """Without the statements that others have made needless, and without headers under which nothing stands."""
        picks = list(draft.picks)
        for pick in draft.picks:
            others = [other for other in picks if other is not pick]
            drawn = np.logical_or.reduce([other.covers for other in others], axis=0) if others else np.zeros(self._count, dtype=bool)
            # Two elements or more are worth a statement.
            if (pick.covers & ~drawn).sum() < 2:
                slimmer = self._of_picks(draft.headers, tuple(others))
                if not self._missing_rules(slimmer):
                    picks = others
        return self._of_picks(draft.headers, tuple(picks))

    def _of_picks(self, headers: frozenset[int], picks: tuple[_Pick, ...]) -> _Draft:
        nodes = {pick.node for pick in picks}
        headers = headers & (nodes | {self._nodes.nodes[node].parent for node in nodes})
        left = np.ones(self._count, dtype=bool)
        for pick in picks:
            left &= ~pick.covers
        return _Draft(headers, self._thirds_of(headers), picks, left)

    def _thirds_of(self, headers: frozenset[int]) -> int:
        return sum(self._nodes.nodes[header].header.thirds for header in headers)


def _extra(coefficients: Coefficients) -> int:
    return max(0, len(coefficients) - 1)
