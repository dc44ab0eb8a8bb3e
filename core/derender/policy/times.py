"""How long the search of each search space takes for a spec: what policies are learned from and compared by.

Times are processor time of the searching thread, so that other work on the machine hardly matters.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from derender.errors import InputError
from derender.spec import Spec
from derender.spec_json import spec_from_json, spec_to_json
from derender.synthesis.elements import elements_of
from derender.synthesis.engine import run
from derender.synthesis.known import Known
from derender.synthesis.nodes import Tables, no_nodes
from derender.synthesis.policy import SPACES
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
    """The search of every space, each for at most `limit` seconds, the whole language first.

    A search ends early where it has found what is proven to be the least cost: how long it would go on has no use.
    """
    whole = search_times(spec, FULL, limit, clock)
    enough = whole.thirds if whole.finished else None
    spaces = tuple(whole if space == FULL else search_times(spec, space, limit, clock, enough) for space in SPACES)
    return SpecTimes(spec, spaces, whole.finished)


def search_times(spec: Spec, space: SearchSpace, limit: float, clock: Callable[[], float], enough: int | None = None) -> SpaceTimes:
    """The search of one space for at most `limit` seconds, or until a program of `enough` thirds is found.

    As in `bias_optimal`, all but the search of the whole language are quick ones.
    """
    elements = elements_of(spec)
    started = clock()
    known = Known.of(no_nodes(elements))
    found = [(0.0, known.incumbent.thirds)]

    def stopped() -> bool:
        now = clock() - started
        if known.incumbent.thirds < found[-1][1]:
            found.append((now, known.incumbent.thirds))
        return now >= limit or (enough is not None and found[-1][1] <= enough)

    search = SpaceSearch(Tables(elements), space, known, stopped, is_quick=space != FULL)
    finished = run(search, stopped)
    stopped()
    return SpaceTimes(tuple(found), clock() - started, finished and search.lower_bound == known.incumbent.thirds)


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
