"""Several programs for one spec: those of other structure that cost hardly more, for authors who would rather have another one.

A structure is a set of headers. The exact search goes on past the least cost, up to a slack, and keeps for each set of headers
the cheapest program that uses all of them, in the order of cost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from derender.language.text import pretty
from derender.spec import Spec
from derender.synthesis.bounds import HeaderSet
from derender.synthesis.cover import COMMAND_THIRDS
from derender.synthesis.elements import Stopped, elements_of
from derender.synthesis.engine import Synthesis, synthesize, verified
from derender.synthesis.known import ChosenStatements, Known
from derender.synthesis.nodes import TOP, Nodes, Tables, nodes_of
from derender.synthesis.search import HeaderSearch
from derender.synthesis.search_space import FULL, SearchSpace
from derender.synthesis.steps import finish


def alternatives(
    spec: Spec,
    *,
    space: SearchSpace = FULL,
    slack_thirds: int = COMMAND_THIRDS,
    most: int = 5,
    timeout: float | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Synthesis, ...]:
    """Up to `most` distinct programs that draw `spec`, the cheapest first, none more than `slack_thirds` dearer than that.

    Each was run and judged. Those found by `timeout` seconds, of which the first program may take half, or until `should_stop`.
    The first is `synthesize`'s; in a spec too large for a proof it is the only one.
    """
    started = time.perf_counter()

    def stopped() -> bool:
        return (timeout is not None and time.perf_counter() - started >= timeout) or (should_stop is not None and should_stop())

    best = synthesize(spec, space=space, timeout=None if timeout is None else timeout / 2, should_stop=should_stop)
    found = {pretty(best.program): best}
    try:
        nodes = finish(nodes_of(Tables(elements_of(spec)), space), stopped)
    except Stopped:
        return (best,)
    if best.optimal and nodes.complete and len(spec):
        for other in _Others(nodes, stopped, best.cost_thirds + slack_thirds).programs():
            result = verified(spec, other, best.lower_bound_thirds, time.perf_counter() - started, space)
            # A program may cost less than its statements do by themselves: coefficients of two headers may be one.
            if result.cost_thirds <= best.cost_thirds + slack_thirds:
                found.setdefault(pretty(result.program), result)
            if len(found) >= most:
                break
    return tuple(sorted(found.values(), key=lambda result: result.cost_thirds))[:most]


class _Others(HeaderSearch):
    """The search for the cheapest program of each set of headers, up to a limit."""

    def __init__(self, nodes: Nodes, should_stop: Callable[[], bool], limit: int) -> None:
        self._new: ChosenStatements | None = None
        super().__init__(nodes, should_stop, Known(ChosenStatements(nodes, (), limit + 1)))

    def programs(self) -> Iterator[ChosenStatements]:
        """The programs as they are found, cheapest first; ends when it is told to stop."""
        try:
            for _ in self.search_all():
                if self._new is not None:
                    yield self._new
                self._new = None
                if self._should_stop():
                    return
        except Stopped:
            return

    def _offer(self, chosen: HeaderSet, cover: object) -> None:
        """What is found in passing is found again in its turn."""

    def _complete(self, chosen: HeaderSet, bound: int) -> None:
        cover = self._problem(chosen).solve(bound - chosen.thirds, self._should_stop)
        if cover is None:
            self._push(bound + 1, chosen)
            return
        used = {choice.node for choice in cover.choices} - {TOP}
        if used | {self._nodes.nodes[node].parent for node in used} - {TOP} == chosen.headers:
            self._new = ChosenStatements(self._nodes, cover.choices, bound)
