"""How long the search of each search space takes for a spec: what policies are learned from and compared by.

Times are processor time of the searching thread, so that other work on the machine hardly matters.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from derender.errors import InputError
from derender.spec import Spec
from derender.spec_json import spec_from_json, spec_to_json
from derender.synthesis.bias_optimal import BiasOptimalSearch, Searches, native_searches
from derender.synthesis.elements import elements_of
from derender.synthesis.engine import run
from derender.synthesis.known import Known
from derender.synthesis.nodes import Tables, no_nodes
from derender.synthesis.policy import SPACES, WHOLE, SearchPolicy
from derender.synthesis.search_space import FULL, SearchSpace
from derender.synthesis.space_search import SpaceSearch


@dataclass(frozen=True, slots=True)
class SpaceTimes:
    """One search: each better cost (thirds) with the seconds when it was found, its seconds altogether, whether it came to its proof."""

    found: tuple[tuple[float, int], ...]
    seconds: float
    finished: bool

    @property
    def thirds(self) -> int:
        """What the best program found costs."""
        return self.found[-1][1]

    def until(self, thirds: int) -> float | None:
        """The seconds until a program of at most that cost was found, if one was."""
        return next((seconds for seconds, found in self.found if found <= thirds), None)


@dataclass(frozen=True, slots=True)
class SpecTimes:
    """A spec and the search of each space, in the order of `SPACES`; `proven`: the search of the whole language came to its end."""

    spec: Spec
    spaces: tuple[SpaceTimes, ...]
    proven: bool

    @property
    def least_thirds(self) -> int:
        """The least cost that any of the searches found."""
        return min(times.thirds for times in self.spaces)

    @property
    def until_least(self) -> tuple[float | None, ...]:
        """For each space t(σ|S): the seconds until its search found a program of the least cost; None where σ is not in BEST(S)."""
        return tuple(times.until(self.least_thirds) for times in self.spaces)


def measure(spec: Spec, limit: float, clock: Callable[[], float] = time.thread_time) -> SpecTimes:
    """The search of every space, each for at most `limit` seconds."""
    spaces = tuple(search_times(spec, space, limit, clock) for space in SPACES)
    return SpecTimes(spec, spaces, spaces[WHOLE].finished)


def search_times(spec: Spec, space: SearchSpace, limit: float, clock: Callable[[], float]) -> SpaceTimes:
    """The search of one space for at most `limit` seconds.

    As in `bias_optimal`, all but the search of the whole language are quick ones.
    """
    elements = elements_of(spec)
    watch = _Watch(limit, clock, Known.of(no_nodes(elements)))
    search = SpaceSearch(Tables(elements), space, watch.known, watch.stopped, is_quick=space != FULL)
    finished = run(search, watch.stopped)
    return watch.times(finished and search.lower_bound == watch.known.incumbent.thirds)


def policy_times(
    spec: Spec,
    policy: SearchPolicy,
    limit: float,
    clock: Callable[[], float] = time.thread_time,
    engines: Sequence[Searches] = (native_searches,),
) -> SpaceTimes:
    """Bias-optimal search by a policy for at most `limit` seconds. What a tool does takes no time of this thread: give another clock."""
    watch = _Watch(limit, clock, Known.of(no_nodes(elements_of(spec))))
    run(BiasOptimalSearch(spec, policy, watch.stopped, clock, engines, watch.known), watch.stopped)
    return watch.times(watch.known.lower_bound >= watch.known.incumbent.thirds)


class _Watch:
    """Looks at the clock and at what is known, as often as a search asks whether to stop."""

    def __init__(self, limit: float, clock: Callable[[], float], known: Known) -> None:
        self.known = known
        self._limit, self._clock = limit, clock
        self._started = clock()
        self._found = [(0.0, known.incumbent.thirds)]

    def stopped(self) -> bool:
        """Whether the time is up."""
        now = self._clock() - self._started
        if self.known.incumbent.thirds < self._found[-1][1]:
            self._found.append((now, self.known.incumbent.thirds))
        return now >= self._limit

    def times(self, is_proven: bool) -> SpaceTimes:
        """What was seen, at the end."""
        self.stopped()
        return SpaceTimes(tuple(self._found), self._clock() - self._started, is_proven)


def times_to_json(times: SpecTimes) -> dict[str, Any]:
    """The record of a line of a corpus."""
    spaces = [
        {"found": [[round(s, 6), t] for s, t in one.found], "seconds": round(one.seconds, 6), "finished": one.finished}
        for one in times.spaces
    ]
    return {"spec": spec_to_json(times.spec), "spaces": spaces, "proven": times.proven}


def times_from_json(record: Any) -> SpecTimes:
    """The times of a record; raises `InputError`."""
    try:
        spaces = tuple(
            SpaceTimes(tuple((float(s), int(t)) for s, t in one["found"]), float(one["seconds"]), bool(one["finished"]))
            for one in record["spaces"]
        )
        times = SpecTimes(spec_from_json(record["spec"]), spaces, bool(record["proven"]))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"this is no record of synthesis times ({error!r})") from None
    if len(times.spaces) != len(SPACES) or not all(one.found for one in times.spaces):
        raise InputError(f"a record of synthesis times has {len(SPACES)} search spaces, not {len(times.spaces)}")
    return times
