"""The search of one search space for one spec, from the first draft to the proof, in steps.

Steps take milliseconds, so that searches of several spaces can share a processor and what they find (`bias_optimal`), and a
search can be stopped at any moment.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from derender.synthesis.cover import COMMAND_THIRDS
from derender.synthesis.draft import Drafts
from derender.synthesis.focused_nodes import focused_nodes_of
from derender.synthesis.known import Known
from derender.synthesis.nodes import Nodes, Tables, nodes_of
from derender.synthesis.search import FEW_IN_VAIN, NARROW, HeaderSearch
from derender.synthesis.search_space import FULL, SearchSpace
from derender.synthesis.shared_loops import LEAST_THIRDS, bound_with_shared_loops, opposite_pairs, with_shared_loops
from derender.synthesis.steps import Steps, let_go

DRAFT_FROM = 30
"""Specs of so many commands get a draft before all headers are listed."""

THINKS_AGAIN_AFTER = 150
"""Steps of a proof, a tenth of a second or so, after which second thoughts about the draft of such a spec have their turn."""

SWEPT_UP_TO = 300
"""Where the headers are too many to list all, the draft's are swept in specs of up to so many commands: in larger ones that takes long."""


class SpaceSearch:
    """The search of one space; iterate it for its steps, read `known` and `lower_bound` between them."""

    def __init__(
        self, tables: Tables, space: SearchSpace, known: Known, should_stop: Callable[[], bool], *, is_quick: bool = False
    ) -> None:
        """`tables` and `known` may be shared with the searches of other spaces; a step raises `Stopped` soon after it is told to stop.

        `is_quick`: it looks at the most promising sets of headers and ends, without a proof: where another search proves.
        """
        self.space = space
        self.known = known
        self.complaint: str | None = None
        """Nothing keeps it from searching."""
        self.lower_bound = 0
        """What programs of the space cost at least."""
        self._tables = tables
        self._elements = tables.elements
        self._should_stop = should_stop
        self._is_quick = is_quick
        self._searches: list[HeaderSearch] = []

    def __iter__(self) -> Iterator[None]:
        """Runs the search to its end."""
        drafted: Nodes | None = None
        if self.space.incremental or (self._drafts_first and not self._is_begun):
            goes_on = self._tables.are_listable and (self._is_quick or not self.space.incremental)
            drafted = yield from self._draft(thoroughly=not goes_on)
        if self.space.incremental:
            return
        nodes = yield from nodes_of(self._tables, self.space)
        search = self._search_of(nodes)
        if self._is_quick:
            yield from search.sweep(FEW_IN_VAIN, NARROW)
        elif nodes.complete:
            yield from self._prove_all(nodes, search)
        elif drafted is not None and len(self._elements) <= SWEPT_UP_TO:
            yield from self._search_of(drafted).sweep()

    def let_go(self) -> None:
        """Frees what a search holds that was stopped, bit by bit: it cannot be gone on with."""
        let_go([holding for search in self._searches for holding in search.holdings()])

    def _search_of(self, nodes: Nodes) -> HeaderSearch:
        search = HeaderSearch(nodes, self._should_stop, self.known)
        # Remembered, so that it is not freed at once when the generator that runs it ends.
        self._searches.append(search)
        return search

    @property
    def _drafts_first(self) -> bool:
        return not self._is_quick and len(self._elements) >= DRAFT_FROM

    @property
    def _is_begun(self) -> bool:
        """Whether another search has a draft, and this one's headers can all be listed."""
        return self._tables.are_listable and self.known.incumbent.thirds < COMMAND_THIRDS * len(self._elements)

    def _draft(self, *, thoroughly: bool) -> Steps[Nodes]:
        """Offers a good program at once; the headers that it was made with.

        Second thoughts are for searches that have nothing else: what follows in others finds more in that time.
        """
        nodes = yield from focused_nodes_of(self._tables, self.space, self._should_stop)
        drafts = Drafts(nodes, self._should_stop)
        steps = drafts.steps()
        for _ in steps if thoroughly else itertools.islice(steps, 1):
            if drafts.best.thirds < self.known.incumbent.thirds:
                self.known.offer(drafts.incumbent())
            yield
        return nodes

    def _prove_all(self, nodes: Nodes, search: HeaderSearch) -> Iterator[None]:
        """Searches all programs, those with loops longer than any progression last."""
        with_longer_loops = self.space.loops and self.space.depth >= 3
        bound: Callable[[int], int] = bound_with_shared_loops if with_longer_loops else int
        for step, _ in enumerate(search.search_all()):
            self._prove(bound(search.lower_bound))
            if step == THINKS_AGAIN_AFTER and self._drafts_first:
                yield from self._draft(thoroughly=True)
            yield
        if with_longer_loops and self.known.incumbent.thirds > LEAST_THIRDS:
            yield from self._search_shared_loops(nodes)
        self._prove(self.known.incumbent.thirds)

    def _search_shared_loops(self, nodes: Nodes) -> Iterator[None]:
        longer = yield from with_shared_loops(nodes)
        search = self._search_of(longer)
        yield from search.search_with_pairs(opposite_pairs(longer, len(nodes.nodes)))
        for _ in search:
            self._prove(search.lower_bound)
            yield

    def _prove(self, thirds: int) -> None:
        self.lower_bound = max(self.lower_bound, thirds)
        if self.space == FULL:
            self.known.lower_bound = max(self.known.lower_bound, self.lower_bound)
