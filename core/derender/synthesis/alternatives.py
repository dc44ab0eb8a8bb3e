"""Several programs for one spec: those of other structure that cost hardly more, for authors who would rather have another one.

A structure is a set of headers. The most promising sets are tried first, which finds most of the programs at once. Then the exact
search goes on past the least cost, up to a slack; what it has proven by then tells when no cheaper one is left.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator

from derender.language.text import pretty
from derender.spec import Spec
from derender.synthesis.bounds import HeaderSet
from derender.synthesis.cover import COMMAND_THIRDS, Cover
from derender.synthesis.elements import Stopped, elements_of
from derender.synthesis.engine import Synthesis, synthesize, verified
from derender.synthesis.known import ChosenStatements, Known
from derender.synthesis.nodes import TOP, Nodes, Tables, nodes_of
from derender.synthesis.readback import nodes_in
from derender.synthesis.search import HeaderSearch
from derender.synthesis.search_space import FULL, SearchSpace
from derender.synthesis.steps import finish

PROMISING_IN_VAIN = 40
"""Sets of headers that are tried before the exact search."""

_Found = tuple[frozenset[int], ChosenStatements]
"""Headers, and a program with them."""


def alternatives(
    spec: Spec,
    *,
    space: SearchSpace = FULL,
    slack_thirds: int = COMMAND_THIRDS,
    most: int = 5,
    patience: float = 2.0,
    timeout: float | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Synthesis, ...]:
    """Up to `most` distinct programs that draw `spec`, the cheapest first, none more than `slack_thirds` dearer than that.

    Each was run and judged. Once there are so many, it is seen for `patience` seconds whether there are cheaper ones. All are those
    found by `timeout` seconds, of which the first program may take half, or until `should_stop`. Where the least cost is not proven in
    time, only the most promising structures are looked at; in a spec too large to list its headers there is one program.
    """
    started = time.perf_counter()

    def stopped() -> bool:
        return (timeout is not None and time.perf_counter() - started >= timeout) or (should_stop is not None and should_stop())

    best = synthesize(spec, space=space, timeout=None if timeout is None else timeout / 2, should_stop=should_stop)
    try:
        nodes = finish(nodes_of(Tables(elements_of(spec)), space), stopped)
    except Stopped:
        return (best,)
    found: dict[frozenset[int], Synthesis] = {}
    if nodes.complete and len(spec) and most > 1:
        found[nodes_in(nodes, best.program)] = best
        others = _Others(nodes, stopped, best.cost_thirds + slack_thirds)
        waited_from = 0.0
        for new in others.programs(exhaustively=best.optimal):
            for headers, other in new:
                result = verified(spec, other, best.lower_bound_thirds, time.perf_counter() - started, space)
                # A program may cost less than its statements do by themselves: coefficients of two headers may be one.
                if headers not in found or result.cost_thirds < found[headers].cost_thirds:
                    found[headers] = result
            if len(found) < most:
                waited_from = time.perf_counter()
            elif time.perf_counter() - waited_from >= patience or _dearest(found.values(), most) <= others.lower_bound:
                break
    distinct = {pretty(best.program): best}
    for result in found.values():
        distinct.setdefault(pretty(result.program), result)
    return tuple(sorted(distinct.values(), key=lambda result: result.cost_thirds))[:most]


def _dearest(found: Iterable[Synthesis], most: int) -> int:
    return sorted(one.cost_thirds for one in found)[most - 1]


class _Others(HeaderSearch):
    """The search for the cheapest program of each set of headers, up to a limit."""

    def __init__(self, nodes: Nodes, should_stop: Callable[[], bool], limit: int) -> None:
        self._new: list[_Found] = []
        super().__init__(nodes, should_stop, Known(ChosenStatements(nodes, (), limit + 1)))

    def programs(self, *, exhaustively: bool) -> Iterator[list[_Found]]:
        """Step by step what is found: of promising headers in no order, then the cheapest first; ends when it is told to stop.

        None that costs less than `lower_bound` is left.
        """
        try:
            for _ in itertools.chain(self.sweep(PROMISING_IN_VAIN), self.search_all() if exhaustively else ()):
                new, self._new = self._new, []
                yield new
                if self._should_stop():
                    return
        except Stopped:
            return

    def _offer(self, chosen: HeaderSet, cover: Cover | None) -> None:
        """Takes what uses all of the headers: else it is found with fewer."""
        if cover is None:
            return
        used = {choice.node for choice in cover.choices} - {TOP}
        if used | {self._nodes.nodes[node].parent for node in used} - {TOP} == chosen.headers:
            self._new.append((chosen.headers, ChosenStatements(self._nodes, cover.choices, chosen.thirds + cover.thirds)))
