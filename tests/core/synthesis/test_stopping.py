"""Promises of searches that are stopped: they look often enough, and hold a good program early on."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable

import pytest

from derender.policy.planted import planted
from derender.spec import Spec
from derender.synthesis import Synthesis, space_search, synthesize
from derender.synthesis.elements import elements_of
from derender.synthesis.known import Known
from derender.synthesis.nodes import Tables, no_nodes
from derender.synthesis.shared_loops import bound_with_shared_loops
from derender.synthesis.space_search import SpaceSearch
from derender.synthesis.steps import let_go, without_collections

MOST_CALLS = 60_000
"""Calls of functions, built-in ones as well, between two looks: hardly 10 ms on any machine."""


class Work:
    """Counts calls of functions between two looks at whether to stop; says stop after `limit` calls altogether."""

    def __init__(self, limit: int) -> None:
        self.most = 0
        self._limit, self._done, self._since = limit, 0, 0

    def should_stop(self) -> bool:
        self.most, self._since = max(self.most, self._since), 0
        return self._done >= self._limit

    def count(self, *_: object) -> None:
        """What the interpreter calls at each call and return."""
        self._since += 1
        self._done += 1

    def most_between_looks(self, search: Callable[[], object]) -> int:
        """The most calls between two looks, and after the last one."""
        sys.setprofile(self.count)
        try:
            search()
        finally:
            sys.setprofile(None)
        return max(self.most, self._since)


@pytest.mark.parametrize(
    ("family", "size", "irregular"),
    [("grid", 30, 0.1), ("mirrored", 20, 0.3), ("several motifs", 20, 0.0), ("several motifs", 60, 0.1), ("layered network", 20, 0.3)],
)
def test_little_is_done_between_two_looks(family: str, size: int, irregular: float) -> None:
    spec = planted(family, size, seed=1, irregular=irregular).spec
    work = Work(limit=600_000)
    assert work.most_between_looks(lambda: synthesize(spec, should_stop=work.should_stop)) < MOST_CALLS


def test_no_collection_of_cycles_interrupts_a_search_and_all_is_as_before_afterwards() -> None:
    enabled: list[bool] = []

    def should_stop() -> bool:
        enabled.append(gc.isenabled())
        return False

    synthesize(planted("grid", 12).spec, should_stop=should_stop)
    assert enabled
    assert not any(enabled)
    assert gc.isenabled()


def test_what_a_search_made_is_not_looked_through_when_collections_go_on() -> None:
    with without_collections():
        made = [[number] for number in range(50_000)]
    assert gc.get_count()[0] < len(made) / 2


def test_what_a_stopped_search_holds_is_emptied_in_a_thread_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Freed at once, it would hold up who stopped it for longer than a stop may cost."""
    containers: list[dict[int, int] | list[int]] = [{number: number for number in range(1000)}, list(range(1000))]
    let_go(containers)
    for thread in threading.enumerate():
        if thread.name == "let go":
            thread.join(timeout=60)
    assert not any(containers)
    monkeypatch.setattr(space_search, "let_go", containers.extend)
    synthesize(planted("mirrored", 8).spec)
    assert not any(containers), "a search that came to its end"
    after_steps(planted("mirrored", 20, irregular=0.3).spec, 400)
    assert any(containers)


def after_steps(spec: Spec, steps: int) -> Synthesis:
    """What a search has found when it has looked so often."""
    looks = iter(range(steps))
    return synthesize(spec, should_stop=lambda: next(looks, None) is None)


@pytest.mark.parametrize("family", ["grid", "tree", "mirrored", "layered network"])
def test_a_stopped_search_of_up_to_60_commands_has_what_was_planted(family: str) -> None:
    """Within a statement, after so few steps that they take a fraction of a second."""
    case = planted(family, 60, seed=2, irregular=0.1)
    assert after_steps(case.spec, 800).cost_thirds <= case.thirds + 3


def test_what_is_proven_while_longer_loops_are_still_to_be_searched_allows_for_what_they_save() -> None:
    assert [bound_with_shared_loops(bound) for bound in (3, 15, 16, 17, 21, 30)] == [3, 15, 15, 15, 17, 22]


def test_bounds_of_a_search_only_rise_and_never_pass_the_least_cost() -> None:
    spec = planted("mirrored", 16, irregular=0.2).spec
    least = synthesize(spec)
    assert least.optimal
    elements = elements_of(spec)
    search = SpaceSearch(Tables(elements), least.search_space, Known.of(no_nodes(elements)), lambda: False)
    bounds = [search.lower_bound for _ in search]
    assert bounds == sorted(bounds)
    assert search.lower_bound == search.known.lower_bound == least.cost_thirds
