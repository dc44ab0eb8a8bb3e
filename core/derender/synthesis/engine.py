"""The synthesizer: from a spec to a program of least cost that draws it, or the best one known when time is up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from derender.language.cost import cost_thirds
from derender.language.execute import Budget, execute
from derender.language.legality import problems
from derender.language.program import Program
from derender.spec import Spec
from derender.synthesis.cover import COMMAND_THIRDS
from derender.synthesis.elements import Stopped, elements_of
from derender.synthesis.known import Incumbent, Known
from derender.synthesis.nodes import Tables, no_nodes
from derender.synthesis.search_space import FULL, SearchSpace
from derender.synthesis.space_search import SpaceSearch
from derender.synthesis.steps import end, without_collections


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

    elements = elements_of(spec)
    search = SpaceSearch(Tables(elements), space, Known.of(no_nodes(elements)), stopped)
    if not run(search, stopped):
        search.let_go()
    return verified(spec, search.known.incumbent, search.lower_bound, time.perf_counter() - started, space)


def verified(spec: Spec, incumbent: Incumbent, lower_bound: int, seconds: float, space: SearchSpace) -> Synthesis:
    """The incumbent's program, run and judged, with what is proven of the least cost."""
    program = incumbent.program()
    cost = cost_thirds(program)
    _verify(program, spec, cost, incumbent.thirds)
    bound = min(cost, max(lower_bound, COMMAND_THIRDS if len(spec) else 0))
    return Synthesis(program, cost, bound == cost, bound, seconds, space)


def run(steps: Iterable[None], stopped: Callable[[], bool]) -> bool:
    """Runs a search until it is told to stop; whether it came to its end."""
    iterator = iter(steps)
    with without_collections(), suppress(Stopped):
        if not stopped():
            return not any(stopped() for _ in iterator)
    end(iterator)
    return False


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
