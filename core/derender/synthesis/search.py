"""Branch and bound over the headers of a program.

A program of least cost has few headers, so its set of headers is decided first, and then which statements stand under them.
For a set of headers each element is drawn by some statement; it bears at least the share that it has in the largest one that
the headers offer, which bounds the number of statements. A further header lowers that bound by what it gains by itself at
most, since gains only shrink as headers are added; a further header costs three thirds at least. So a part of the search tree
is cut off by sorting gains. What is left is searched best first: the smallest bound of what is left is the proven lower bound
at any time.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from derender.synthesis.choices import Catalogue, Choice
from derender.synthesis.cover import COMMAND_THIRDS, Cover, CoverProblem
from derender.synthesis.nodes import TOP, Nodes

HEADER_THIRDS = 3
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Incumbent:
    """The best choice of statements so far and its cost, headers included, in thirds."""

    choices: tuple[Choice, ...]
    thirds: int


@dataclass(frozen=True, slots=True, order=True)
class _Task:
    """Work to do, by the least that it can lead to: complete a set of headers (`branch` None), or branch on it."""

    bound: int
    order: int
    headers: frozenset[int] = field(compare=False)
    open: frozenset[int] | None = field(compare=False)


class HeaderSearch:
    """The search over one spec's nodes; iterate it for its steps, read `incumbent` and `lower_bound` between them."""

    def __init__(self, nodes: Nodes, should_stop: Callable[[], bool]) -> None:
        self._nodes = nodes
        self._catalogue = Catalogue(nodes)
        self._should_stop = should_stop
        count = len(nodes.elements)
        self._parents = np.array([node.parent for node in nodes.nodes], dtype=np.int64)
        self._thirds = np.array([node.header.thirds for node in nodes.nodes], dtype=np.int64)
        self._children: dict[int, frozenset[int]] = {}
        for number, node in enumerate(nodes.nodes):
            self._children[node.parent] = self._children.get(node.parent, frozenset()) | {number}
        # (nodes, N): an element's share in the largest statement that a node or its parent offers.
        reach = np.array([node.reach(count) for node in nodes.nodes], dtype=np.int64).reshape(len(nodes.nodes), count)
        inherited = np.where((self._parents >= 0)[:, None], reach[self._parents], 1) if len(reach) else reach
        self._shares = 1.0 / np.maximum(reach, inherited)
        self._problems: dict[frozenset[int], CoverProblem] = {}
        self._tasks: list[_Task] = []
        self._made = 0
        self.incumbent = Incumbent(self._catalogue.choices(TOP), COMMAND_THIRDS * count)
        self.lower_bound = 0
        self._push_set(frozenset(), frozenset(range(len(nodes.nodes))))

    def __iter__(self) -> Iterator[None]:
        """Runs the search to its end, a step at a time; raises `Stopped` when told to stop within a step."""
        while self._tasks and self._tasks[0].bound < self.incumbent.thirds:
            task = heapq.heappop(self._tasks)
            self.lower_bound = max(self.lower_bound, task.bound)
            if task.open is None:
                self._complete(task)
            else:
                self._branch(task.headers, task.open)
            yield
        self.lower_bound = self.incumbent.thirds

    def _push(self, bound: int, headers: frozenset[int], open_nodes: frozenset[int] | None) -> None:
        if bound < self.incumbent.thirds:
            self._made += 1
            heapq.heappush(self._tasks, _Task(bound, self._made, headers, open_nodes))

    def _push_set(self, headers: frozenset[int], open_nodes: frozenset[int]) -> None:
        """Queues completing exactly these headers, and adding some of the open ones to them."""
        need = float(self._least_shares(headers).sum())
        self._push(self._header_thirds(headers) + _commands(need), headers, None)
        self._push_branch(headers, open_nodes)

    def _push_branch(self, headers: frozenset[int], open_nodes: frozenset[int]) -> None:
        if open_nodes:
            self._push(self._bound_with_more(headers, open_nodes), headers, open_nodes)

    def _complete(self, task: _Task) -> None:
        """Covers with exactly these headers, at most two thirds above the bound; if there are none, the bound is three higher."""
        fixed = self._header_thirds(task.headers)
        problem = self._problems.get(task.headers)
        if problem is None:
            problem = self._problems[task.headers] = CoverProblem(self._nodes, self._catalogue, task.headers)
            self._offer(fixed, problem.greedy())
            least = fixed + COMMAND_THIRDS * problem.least_commands()
            if least > task.bound:
                self._push(least, task.headers, None)
                return
        limit = min(self.incumbent.thirds - 1, task.bound + COMMAND_THIRDS - 1)
        cover = problem.solve(limit - fixed, self._should_stop)
        self._offer(fixed, cover)
        if cover is None:
            self._push(task.bound + COMMAND_THIRDS, task.headers, None)

    def _offer(self, fixed: int, cover: Cover | None) -> None:
        if cover is not None and fixed + cover.thirds < self.incumbent.thirds:
            self.incumbent = Incumbent(cover.choices, fixed + cover.thirds)

    def _branch(self, headers: frozenset[int], open_nodes: frozenset[int]) -> None:
        """Decides about the node that gains most for its cost: with it, and without it and what stands in it."""
        candidates = np.array(sorted(open_nodes), dtype=np.int64)
        least = self._least_shares(headers)
        gains = least.sum() - np.minimum(self._shares[candidates], least).sum(axis=1)
        parents = self._parents[candidates]
        missing = np.array([parent >= 0 and parent not in headers for parent in parents.tolist()])
        costs = self._thirds[candidates] + np.where(missing, self._thirds[parents], 0)
        node = int(candidates[np.argmax(gains / costs)])
        added = frozenset({node} if self._parents[node] < 0 else {node, int(self._parents[node])}) - headers
        self._push_set(headers | added, open_nodes - added)
        self._push_branch(headers, open_nodes - {node} - self._children.get(node, frozenset()))

    def _bound_with_more(self, headers: frozenset[int], open_nodes: frozenset[int]) -> int:
        """What a program with these headers and at least one of the open ones costs at least."""
        candidates = np.fromiter(open_nodes, dtype=np.int64)
        least = self._least_shares(headers)
        need = float(least.sum())
        gains = np.sort(need - np.minimum(self._shares[candidates], least).sum(axis=1))[::-1]
        left = need - np.cumsum(gains)
        headers_more = HEADER_THIRDS * np.arange(1, len(gains) + 1)
        bounds = headers_more + COMMAND_THIRDS * np.maximum(1, np.ceil(left - ROUNDING))
        return self._header_thirds(headers) + int(bounds.min())

    def _least_shares(self, headers: frozenset[int]) -> NDArray[np.float64]:
        count = len(self._nodes.elements)
        return self._shares[sorted(headers)].min(axis=0) if headers else np.ones(count)

    def _header_thirds(self, headers: frozenset[int]) -> int:
        return int(self._thirds[list(headers)].sum()) if headers else 0


def _commands(need: float) -> int:
    return COMMAND_THIRDS * int(np.ceil(need - ROUNDING))
