"""The search of one search space for one spec, from the first draft to the proof, in steps.

Steps take milliseconds, so that searches of several spaces can share a processor and what they find (`bias_optimal`), and a
search can be stopped at any moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derender.synthesis.draft import Drafts
from derender.synthesis.focused_nodes import focused_nodes_of
from derender.synthesis.known import Known
from derender.synthesis.nodes import Nodes, Tables, nodes_of
from derender.synthesis.search import FEW_IN_VAIN, NARROW, HeaderSearch
from derender.synthesis.search_space import FULL, SearchSpace
from derender.synthesis.shared_loops import LEAST_THIRDS, bound_with_shared_loops, opposite_pairs, with_shared_loops

DRAFT_FROM = 30
"""Specs of so many commands get a draft before all headers are listed."""


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
        self.lower_bound = 0
        """What programs of the space cost at least."""
        self._tables = tables
        self._elements = tables.elements
        self._should_stop = should_stop
        self._is_quick = is_quick

    def __iter__(self) -> Iterator[None]:
        """Runs the search to its end."""
        if len(self._elements) >= DRAFT_FROM and not self._is_quick:
            yield from self._draft()
        nodes = yield from nodes_of(self._tables, self.space)
        if self.space.incremental:
            yield from HeaderSearch(nodes, self._should_stop, self.known).piece_by_piece()
            return
        if self._is_quick:
            yield from HeaderSearch(nodes, self._should_stop, self.known).sweep(FEW_IN_VAIN, NARROW)
            return
        with_longer_loops = self.space.loops and self.space.depth >= 3
        yield from self._search_all(nodes, bound_with_shared_loops if with_longer_loops else int)
        if not nodes.complete:
            return
        if with_longer_loops and self.known.incumbent.thirds > LEAST_THIRDS:
            yield from self._search_shared_loops(nodes)
        self._prove(self.known.incumbent.thirds)

    def _draft(self) -> Iterator[None]:
        """Offers a good program at once."""
        drafts = Drafts((yield from focused_nodes_of(self._elements, self.space, self._should_stop)), self._should_stop)
        for _ in drafts.steps():
            if drafts.best.thirds < self.known.incumbent.thirds:
                self.known.offer(drafts.incumbent())
            yield

    def _search_all(self, nodes: Nodes, bound: Callable[[int], int]) -> Iterator[None]:
        search = HeaderSearch(nodes, self._should_stop, self.known).search_all()
        for _ in search:
            if nodes.complete:
                self._prove(bound(search.lower_bound))
            yield

    def _search_shared_loops(self, nodes: Nodes) -> Iterator[None]:
        longer = yield from with_shared_loops(nodes)
        search = HeaderSearch(longer, self._should_stop, self.known)
        yield from search.search_with_pairs(opposite_pairs(longer, len(nodes.nodes)))
        for _ in search:
            self._prove(search.lower_bound)
            yield

    def _prove(self, thirds: int) -> None:
        self.lower_bound = max(self.lower_bound, thirds)
        if self.space == FULL:
            self.known.lower_bound = max(self.known.lower_bound, self.lower_bound)
