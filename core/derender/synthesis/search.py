"""Branch and bound over the headers of a program.

A program of least cost has few headers, so its set of headers is decided first, and then which statements stand under them.
`bounds` says what a part of the search tree can lead to at best. What is left is searched best first: the smallest bound of
what is left is proven at any time.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from derender.synthesis.bounds import HEADER_THIRDS, ROUNDING, Branch, HeaderSet, bound_with_more, least_with_each
from derender.synthesis.choices import Catalogue
from derender.synthesis.cover import COMMAND_THIRDS, Cover, CoverProblem
from derender.synthesis.elements import Ints
from derender.synthesis.header_sets import HeaderSets
from derender.synthesis.known import ChosenStatements, Known
from derender.synthesis.nodes import Nodes
from derender.synthesis.prices import Pricing
from derender.synthesis.steps import Steps

TRIED_EVERY = 20
TRY_STEPS = 1000
"""A good program early on narrows the search: every so many sets of headers are covered in so many steps, with no claim to the best."""

SWEPT_WIDTH = 40
SWEPT_IN_VAIN = 8
"""A sweep looks at the sets of headers of so wide a beam, until so many of them in a row brought nothing."""

NARROW = 12
FEW_IN_VAIN = 4
"""Likewise where a good program is hoped for at once, or known."""

FIRST_STEPS = 300
SWEPT_STEPS = 80
BEST_STEPS = 1500
"""Steps that a sweep spends on covering with the first sets, with the later ones at least, and at last with the best."""

PROBLEMS_KEPT = 1000
"""Covering problems that are kept for another try with a larger budget; to make them anew costs little."""

PAIRS_AT_ONCE = 128
"""Pairs of nodes that are looked at in a step."""

SWEEP_AFTER = 20
"""Steps after which a search looks for a good program first: the search of a small spec has ended by then."""


_Task = tuple[int, int, int, HeaderSet | Branch]
"""The least that it can lead to; how odd it reads; a number that makes the order total; what to complete or to branch on."""


class HeaderSearch:
    """The search over one spec's nodes; set it out, iterate it for its steps, read `known` and `lower_bound` between them."""

    def __init__(self, nodes: Nodes, should_stop: Callable[[], bool], known: Known | None = None) -> None:
        self._nodes = nodes
        self._catalogue = Catalogue(nodes, should_stop)
        self._should_stop = should_stop
        self._sets = HeaderSets(nodes, should_stop)
        self._pricing = Pricing(nodes)
        self._problems: dict[frozenset[int], CoverProblem] = {}
        self._tasks: list[_Task] = []
        self._made = 0
        self._covered = 0
        self.known = known or Known.of(nodes)
        self.lower_bound = 0
        """What programs of these nodes cost at least."""
        self._best: HeaderSet | None = None
        """The headers of the best program that this search has found."""

    @property
    def _ceiling(self) -> int:
        """Programs that cost so much are not looked for."""
        return self.known.incumbent.thirds

    def search_all(self) -> HeaderSearch:
        """Sets out to search all programs."""
        if len(self._nodes.elements):
            self._push_set(self._sets.root, np.arange(len(self._nodes.nodes)))
        return self

    def search_with_pairs(self, pairs: list[tuple[int, int]]) -> Steps[None]:
        """Sets out, in steps, to search the programs that have both nodes, which share their parent, of one of the pairs."""
        everything = np.arange(len(self._nodes.nodes))
        least = self._sets.shares.min(axis=0, initial=1.0)
        gains = np.sort((1.0 - self._sets.shares).sum(axis=1))[::-1]
        more = np.concatenate(([0.0], np.cumsum(gains)))
        # What further headers gain here is at most what they gain in a program without headers; all that there is, soon.
        more = more[: np.searchsorted(more, len(least)) + 1]
        for start in range(0, len(pairs), PAIRS_AT_ONCE):
            first, second = np.array(pairs[start : start + PAIRS_AT_ONCE]).T
            both = np.minimum(self._sets.shares[first], self._sets.shares[second])
            fewest = np.minimum(both, least).sum(axis=1)[:, None]
            left = np.ceil(np.maximum(fewest, both.sum(axis=1)[:, None] - more) - ROUNDING)
            bounds = 3 * HEADER_THIRDS + (COMMAND_THIRDS * left + HEADER_THIRDS * np.arange(len(more))).min(axis=1)
            for number in np.flatnonzero(bounds < self._ceiling).tolist():
                chosen = self._sets.extended(self._sets.extended(self._sets.root, int(first[number])), int(second[number]))
                self._push_set(chosen, everything[~np.isin(everything, list(chosen.headers))])
                yield
            yield

    def recall(self, headers: frozenset[int]) -> None:
        """Offers a cover with these headers."""
        chosen = self._sets.root
        for header in sorted(headers):
            chosen = self._sets.extended(chosen, header)
        self._try(chosen, FIRST_STEPS)

    def sweep(self, most_in_vain: int = SWEPT_IN_VAIN, width: int = SWEPT_WIDTH, best_steps: int = BEST_STEPS) -> Iterator[None]:
        """Offers covers for the most promising sets of headers, until `most_in_vain` in a row brought nothing.

        The best set's cover is looked for again at last, in `best_steps`.
        """
        in_vain = tried = 0
        promising = yield from self._sets.promising(width)
        waiting = [(chosen.need, number, chosen) for number, chosen in enumerate(promising)]
        heapq.heapify(waiting)
        while waiting and in_vain < most_in_vain:
            _, number, chosen = heapq.heappop(waiting)
            if chosen.bound >= self._ceiling:
                continue
            if not chosen.priced:
                priced = self._priced(chosen)
                heapq.heappush(waiting, (priced.need, number, priced))
                yield
                continue
            before, tried = self._ceiling, tried + 1
            self._try(chosen, max(SWEPT_STEPS, FIRST_STEPS // tried))
            in_vain = 0 if self._ceiling < before else in_vain + 1
            yield
        if self._best is not None:
            self._try(self._best, best_steps)
        yield

    def __iter__(self) -> Iterator[None]:
        """Runs the search to its end, a step at a time; raises `Stopped` when told to stop within a step."""
        for step in itertools.count(1):
            if not self._tasks or self._tasks[0][0] >= self._ceiling:
                break
            if step == SWEEP_AFTER:
                yield from self.sweep(FEW_IN_VAIN, NARROW)
            bound, _, _, work = heapq.heappop(self._tasks)
            self.lower_bound = max(self.lower_bound, bound)
            match work:
                case HeaderSet():
                    priced = self._priced(work)
                    if priced.bound > bound:
                        self._push(priced.bound, priced)
                    else:
                        self._complete(priced, max(bound, self.known.lower_bound))
                case Branch():
                    self._branch(work)
            yield
        self.lower_bound = self._ceiling

    def holdings(self) -> list[dict[Any, Any] | list[Any]]:
        """What takes much memory, for a search that is stopped and no more needed."""
        return [self._tasks, *(problem.seen for problem in self._problems.values()), self._problems, *self._catalogue.holdings()]

    def _push(self, bound: int, work: HeaderSet | Branch) -> None:
        if bound < self._ceiling:
            self._made += 1
            oddness = work.oddness if isinstance(work, HeaderSet) else work.base.oddness
            heapq.heappush(self._tasks, (bound, oddness, self._made, work))

    def _push_set(self, chosen: HeaderSet, candidates: Ints) -> None:
        """Queues completing exactly these headers, and adding some of the candidates to them."""
        self._push(chosen.bound, chosen)
        if not len(candidates):
            return
        shares = np.minimum(self._sets.shares[candidates], chosen.shares)
        gains = (chosen.shares - shares).sum(axis=1)
        self._push_branch(Branch(chosen, candidates, gains, self._sets.costs(chosen.headers, candidates), float(shares.min(axis=0).sum())))

    def _push_branch(self, branch: Branch) -> None:
        useful = branch.gains > ROUNDING
        if useful.any():
            branch = branch.where(useful)
            self._push(bound_with_more(branch), branch)

    def _priced(self, chosen: HeaderSet) -> HeaderSet:
        """The same headers with higher shares."""
        if chosen.priced:
            return chosen
        return replace(chosen, shares=self._pricing.raised(chosen.headers, chosen.shares), priced=True)

    def _try(self, chosen: HeaderSet, steps: int = TRY_STEPS) -> None:
        chosen = self._priced(chosen)
        if chosen.bound >= self._ceiling:
            return
        problem = self._problem(chosen)
        self._offer(chosen, problem.solve(self._ceiling - 1 - chosen.thirds, self._should_stop, steps))

    def _problem(self, chosen: HeaderSet) -> CoverProblem:
        problem = self._problems.get(chosen.headers)
        if problem is None:
            if len(self._problems) >= PROBLEMS_KEPT:
                # The oldest one; all at once would take a while.
                del self._problems[next(iter(self._problems))]
            problem = self._problems[chosen.headers] = CoverProblem(self._nodes, self._catalogue, chosen.headers, chosen.shares)
            self._covered += 1
            if self._covered % TRIED_EVERY == 0:
                self._try(chosen)
        return problem

    def _complete(self, chosen: HeaderSet, bound: int) -> None:
        """Covers with exactly these headers, for the bound and no more; if there is none, the bound is a third higher."""
        cover = self._problem(chosen).solve(bound - chosen.thirds, self._should_stop)
        self._offer(chosen, cover)
        if cover is None:
            self._push(bound + 1, chosen)

    def _offer(self, chosen: HeaderSet, cover: Cover | None) -> None:
        if cover is not None and chosen.thirds + cover.thirds < self._ceiling:
            self._best = chosen
            self.known.offer(ChosenStatements(self._nodes, cover.choices, chosen.thirds + cover.thirds))

    def _branch(self, branch: Branch) -> None:
        """Decides about the candidate that gains most for its cost: with it, and without it and what stands in it."""
        branch = branch.where(least_with_each(branch) < self._ceiling)
        if not len(branch.candidates):
            return
        best = int(np.argmax(branch.gains / branch.costs))
        node, base = int(branch.candidates[best]), branch.base
        kept = (branch.candidates != node) & (branch.candidates != self._sets.parents[node])
        self._push_set(self._sets.extended(base, node), branch.candidates[kept])
        self._push_branch(branch.where((branch.candidates != node) & (self._sets.parents[branch.candidates] != node)))
