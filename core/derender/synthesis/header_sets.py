"""Sets of headers of one spec: what they cost, what statements under them can draw at best, and which of them are worth a try.

The bounds of all sets are weak, but they rank the sets well: among the first few dozen of a beam search by them is nearly
always the set of headers of a program of least cost, long before a search that proves comes to it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derender.synthesis.bounds import HeaderSet
from derender.synthesis.contexts import Loop
from derender.synthesis.cover import COMMAND_THIRDS
from derender.synthesis.elements import Ints, Stopped
from derender.synthesis.listing import LOOK_EVERY
from derender.synthesis.nodes import TOP, Node, Nodes
from derender.synthesis.steps import Steps

MOST_ADDED = 3
"""Times that the beam adds a header, with the one that it stands in: cheap programs seldom have more."""


class HeaderSets:
    """The sets of a spec's nodes; making the tables raises `Stopped` when it is told to stop."""

    def __init__(self, nodes: Nodes, should_stop: Callable[[], bool]) -> None:
        self.parents = np.array([node.parent for node in nodes.nodes], dtype=np.int64)
        self._thirds = np.array([node.header.thirds for node in nodes.nodes], dtype=np.int64)
        self._oddness = np.array([_oddness(node) for node in nodes.nodes], dtype=np.int64)
        reach = _reach(nodes, should_stop)
        inherited = np.where((self.parents >= 0)[:, None], reach[self.parents], 1) if len(reach) else reach
        self.shares = 1.0 / np.maximum(reach, inherited)
        """(nodes, N): an element's share in the largest statement that a node or its parent offers."""
        self.root = HeaderSet(frozenset(), 0, np.ones(len(nodes.elements)), 0)
        """No headers."""

    def extended(self, base: HeaderSet, node: int) -> HeaderSet:
        """The headers with one more node, and its parent where that is missing."""
        added = list(self._added(base, node))
        thirds, oddness = (int(values[added].sum()) for values in (self._thirds, self._oddness))
        shares = np.minimum(base.shares, self.shares[node])
        return HeaderSet(base.headers.union(added), base.thirds + thirds, shares, base.oddness + oddness)

    def costs(self, headers: frozenset[int], candidates: Ints) -> Ints:
        """What each candidate costs with its parent, where that is not among the headers."""
        parents = self.parents[candidates]
        missing = parents >= 0
        for header in headers:
            missing &= parents != header
        costs: Ints = self._thirds[candidates] + np.where(missing, self._thirds[parents], 0)
        return costs

    def promising(self, width: int) -> Steps[list[HeaderSet]]:
        """In steps, the sets that a beam of `width` meets, the most promising first: those with the least cost and need together."""
        everything = np.arange(len(self.parents))
        beam, met = [self.root], dict[frozenset[int], tuple[float, HeaderSet]]()
        for _ in range(MOST_ADDED):
            found: dict[frozenset[int], tuple[float, HeaderSet, int]] = {}
            for base in beam:
                need = np.minimum(self.shares, base.shares).sum(axis=1)
                least = base.thirds + self.costs(base.headers, everything) + COMMAND_THIRDS * need
                for node in np.argsort(least, kind="stable")[: width + len(base.headers)].tolist():
                    if node not in base.headers:
                        found.setdefault(base.headers | self._added(base, node), (float(least[node]), base, node))
                yield
            best = sorted(found.values(), key=lambda one: one[0])[:width]
            beam = []
            for least_thirds, base, node in best:
                beam.append(self.extended(base, node))
                met.setdefault(beam[-1].headers, (least_thirds, beam[-1]))
        return [chosen for _, chosen in sorted(met.values(), key=lambda one: (one[0], one[1].oddness))]

    def _added(self, base: HeaderSet, node: int) -> set[int]:
        return {node, int(self.parents[node])} - base.headers - {TOP}


def _reach(nodes: Nodes, should_stop: Callable[[], bool]) -> Ints:
    """(nodes, N): each node's reach; raises `Stopped`."""
    reach = np.ones((len(nodes.nodes), len(nodes.elements)), dtype=np.int64)
    for number, node in enumerate(nodes.nodes):
        if number % LOOK_EVERY == 0 and should_stop():
            raise Stopped
        reach[number] = node.reach(len(nodes.elements))
    return reach


def _oddness(node: Node) -> int:
    """How odd a header reads; of programs that cost the same one with plain headers is found first."""
    return 2 * node.tested + (isinstance(node.header, Loop) and node.header.coefficient != 0)
