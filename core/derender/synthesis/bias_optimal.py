"""Bias-optimal search (Section 3.1): the searches of all spaces share the time in proportion to π(σ|S), and what they find.

The searches are run interleaved in one process, each for some milliseconds at a time: the next turn is always that of the
search which has had the least of its share. They share one `Known`, so each looks only for what is better than the best of
all, and not below what the search of the whole language has proven. It ends when the best is proven, when all searches have
come to their ends, or when time is up. Searches of several engines can take part: a space's share is parted among them.
"""

from __future__ import annotations

import heapq
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from derender.errors import OptionError
from derender.spec import Spec
from derender.synthesis.elements import elements_of
from derender.synthesis.engine import Synthesis, run, verified
from derender.synthesis.known import Known
from derender.synthesis.nodes import Tables, no_nodes
from derender.synthesis.policy import SPACES, SearchPolicy
from derender.synthesis.search_space import FULL, SearchSpace
from derender.synthesis.space_search import SpaceSearch
from derender.synthesis.steps import end

TURN_SECONDS = 1e-3
"""A search goes on for so long before it is asked whose turn is next, which takes as long as a short step.

It is also what a search is taken to need for its first turn: those with small shares begin when their time has come.
"""


class Search(Protocol):
    """A search of one space, by whatever engine; iterated for its steps."""

    @property
    def space(self) -> SearchSpace:
        """What is searched."""
        ...

    @property
    def complaint(self) -> str | None:
        """What kept it from searching, if anything did."""
        ...

    def __iter__(self) -> Iterator[None]: ...


Searches = Callable[[Tables, Known, Callable[[], bool]], Sequence[Search]]
"""An engine's searches for a spec: they share tables and what is known, and raise `Stopped` soon after they are told to stop."""


def native_searches(tables: Tables, known: Known, should_stop: Callable[[], bool]) -> list[SpaceSearch]:
    """The native engine's search of every space: quick ones but for that of the whole language, which proves for all.

    Where headers are too many to list, the whole language's search has all that there is.
    """
    spaces = SPACES if tables.are_listable else (FULL,)
    return [SpaceSearch(tables, space, known, should_stop, is_quick=space != FULL) for space in spaces]


def synthesize_by_policy(
    spec: Spec,
    policy: SearchPolicy,
    *,
    engines: Sequence[Searches] = (native_searches,),
    timeout: float | None = None,
    should_stop: Callable[[], bool] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Synthesis:
    """The cheapest program that draws `spec`, or the best found within `timeout` seconds or until `should_stop`.

    The result's `search_space` is the σ whose search found it. `clock` measures both the time-out and the searches' shares.
    Raises `OptionError` where none of the searches could search.
    """
    started = clock()

    def stopped() -> bool:
        return (timeout is not None and clock() - started >= timeout) or (should_stop is not None and should_stop())

    shared = BiasOptimalSearch(spec, policy, stopped, clock, engines)
    if not run(shared, stopped):
        shared.let_go()
    complaints = [turn.search.complaint for turn in shared.turns]
    if complaints and None not in complaints:
        raise OptionError(str(complaints[0]))
    known = shared.known
    return verified(spec, known.incumbent, known.lower_bound, clock() - started, shared.winner)


@dataclass(slots=True)
class Turn:
    """A search with the seconds that it has had, and its share of all."""

    search: Search
    steps: Iterator[None]
    share: float
    seconds: float = 0.0


class BiasOptimalSearch:
    """The searches of all spaces for one spec; iterate it for its steps, read `known` and `winner` between them."""

    def __init__(
        self,
        spec: Spec,
        policy: SearchPolicy,
        should_stop: Callable[[], bool],
        clock: Callable[[], float],
        engines: Sequence[Searches] = (native_searches,),
        known: Known | None = None,
    ) -> None:
        tables = Tables(elements_of(spec))
        self.known = known or Known.of(no_nodes(tables.elements))
        self.winner: SearchSpace = FULL
        """The space whose search found the best program."""
        self._clock = clock
        searches = [search for engine in engines for search in engine(tables, self.known, should_stop)] if len(spec) else []
        parts = Counter(search.space for search in searches)
        shares = dict(zip(SPACES, policy.shares(tables).tolist(), strict=True))
        self.turns = [Turn(search, iter(search), shares[search.space] / parts[search.space]) for search in searches]

    def __iter__(self) -> Iterator[None]:
        """Runs the searches until the best is proven or all have ended; raises `Stopped` when told to stop within a step."""
        # The number makes the order total.
        waiting = [(TURN_SECONDS / turn.share, number, turn) for number, turn in enumerate(self.turns)]
        heapq.heapify(waiting)
        try:
            while waiting and self.known.lower_bound < self.known.incumbent.thirds:
                _, number, turn = heapq.heappop(waiting)
                if self._take(turn):
                    heapq.heappush(waiting, (turn.seconds / turn.share, number, turn))
                yield
        finally:
            for turn in self.turns:
                end(turn.steps)

    def let_go(self) -> None:
        """Frees what the native searches hold, bit by bit, where they were stopped."""
        for turn in self.turns:
            if isinstance(turn.search, SpaceSearch):
                turn.search.let_go()

    def _take(self, turn: Turn) -> bool:
        """Steps of a search, until its turn is over or something better is found; whether there are more."""
        before, started = self.known.incumbent, self._clock()
        passed, more = 0.0, True
        while more and passed < TURN_SECONDS and self.known.incumbent is before:
            more = next(turn.steps, _ENDED) is not _ENDED
            passed = self._clock() - started
        turn.seconds += passed
        if self.known.incumbent is not before:
            self.winner = turn.search.space
        return more


_ENDED = object()
