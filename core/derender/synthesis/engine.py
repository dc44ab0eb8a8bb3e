"""The synthesizer: from a spec to a program of least cost that draws it, or the best one known when time is up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from derender.language.cost import cost_thirds
from derender.language.execute import Budget, execute
from derender.language.legality import problems
from derender.language.program import Program
from derender.spec import Spec
from derender.synthesis.cover import COMMAND_THIRDS
from derender.synthesis.draft import Drafts
from derender.synthesis.elements import Elements, Stopped, elements_of
from derender.synthesis.focused_nodes import focused_nodes_of
from derender.synthesis.nodes import nodes_of
from derender.synthesis.readback import program_of
from derender.synthesis.search import HeaderSearch, Incumbent
from derender.synthesis.search_space import FULL, SearchSpace
from derender.synthesis.shared_loops import LEAST_THIRDS, opposite_pairs, with_shared_loops


@dataclass(frozen=True, slots=True)
class Synthesis:
    """A legal program that draws the spec, what is proven about its cost (A.5, in thirds), and how long that took.

    `optimal`: no program of the search space costs less. `lower_bound_thirds`: what every program of it costs at least.
    """

    program: Program
    cost_thirds: int
    optimal: bool
    lower_bound_thirds: int
    seconds: float
    search_space: SearchSpace


def synthesize(
    spec: Spec,
    *,
    space: SearchSpace = FULL,
    timeout: float | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Synthesis:
    """The cheapest program of `space` that draws `spec` (Eq. 4), or the best found within `timeout` seconds or until `should_stop`.

    The result's program was run and judged before it is returned. The same spec gives the same program, save for time-outs.
    """
    started = time.perf_counter()

    def stopped() -> bool:
        out_of_time = timeout is not None and time.perf_counter() - started >= timeout
        return out_of_time or (should_stop is not None and should_stop())

    found = _search(elements_of(spec), space, stopped)
    return verified(spec, found.incumbent, found.lower_bound, time.perf_counter() - started, space)


def verified(spec: Spec, incumbent: Incumbent, lower_bound: int, seconds: float, space: SearchSpace) -> Synthesis:
    """The program of chosen statements, run and judged, with what is proven of the least cost."""
    program = program_of(incumbent.nodes, incumbent.choices)
    cost = cost_thirds(program)
    _verify(program, spec, cost, incumbent.thirds)
    bound = min(cost, max(lower_bound, COMMAND_THIRDS if len(spec) else 0))
    return Synthesis(program, cost, bound == cost, bound, seconds, space)


DRAFT_FROM = 30
DRAFT_LATER_FROM = 10
"""Specs of so many commands get a draft before all headers are listed, smaller ones only when the search turns out to be long."""


@dataclass(frozen=True, slots=True)
class _Found:
    incumbent: Incumbent
    lower_bound: int


def _search(elements: Elements, space: SearchSpace, stopped: Callable[[], bool]) -> _Found:
    draft = _draft(elements, space, stopped) if len(elements) >= DRAFT_FROM else None
    nodes = nodes_of(elements, space, stopped)
    if space.incremental:
        search = HeaderSearch(nodes, stopped, draft)
        _run(search.piece_by_piece(), stopped)
        return _Found(search.incumbent, 0)
    later = partial(_draft, elements, space, stopped) if draft is None and len(elements) >= DRAFT_LATER_FROM else None
    search = HeaderSearch(nodes, stopped, draft, later).search_all()
    finished = _run(search, stopped)
    best = search.incumbent
    if not finished or not nodes.complete:
        return _Found(best, search.lower_bound if nodes.complete else 0)
    if not (space.loops and space.depth >= 3 and best.thirds > LEAST_THIRDS):
        return _Found(best, best.thirds)
    longer = with_shared_loops(nodes)
    search = HeaderSearch(longer, stopped, best).search_with_pairs(opposite_pairs(longer, len(nodes.nodes)))
    finished = _run(search, stopped)
    return _Found(search.incumbent, search.incumbent.thirds if finished else max(LEAST_THIRDS, search.lower_bound))


def _draft(elements: Elements, space: SearchSpace, stopped: Callable[[], bool]) -> Incumbent | None:
    """A good program at once, if there is time for one."""
    try:
        drafts = Drafts(focused_nodes_of(elements, space, stopped), stopped)
    except Stopped:
        return None
    with suppress(Stopped):
        drafts.build()
        drafts.improve()
    return drafts.incumbent()


def _run(steps: Iterable[None], stopped: Callable[[], bool]) -> bool:
    """Whether the search came to its end."""
    try:
        if stopped():
            return False
        for _ in steps:
            if stopped():
                return False
    except Stopped:
        return False
    return True


def _verify(program: Program, spec: Spec, cost: int, expected: int) -> None:
    """Refuses to hand out a program that is not what it is said to be; such a program is a defect of this package."""
    found = problems(program)
    if found:
        raise AssertionError(f"the synthesizer wrote an illegal program: {found[0]}")
    size = 4 * (len(spec) + 1) ** 2
    if execute(program, Budget(commands=size, turns=size)) != spec:
        raise AssertionError("the synthesizer wrote a program that draws something else")
    if cost > expected:
        raise AssertionError(f"the synthesizer took a program of {cost} thirds for one of {expected}")
