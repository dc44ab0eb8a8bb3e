"""One photograph is looked at while another one's programs are searched for, and no look outlives what it was for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import wait
from typing import Any

import pytest

from derender_lsp.ahead import Interrupted, Lookahead, Wanted
from derender_lsp.settings import ReadingSettings
from derender_lsp.worker import Control

PATIENCE = 30


def photograph(name: str, digits: str = "0") -> Wanted:
    return Wanted(digits, name, ReadingSettings())


class Job:
    """A job that is cancelled by hand."""

    def __init__(self) -> None:
        self.is_cancelled = False
        self.stages: list[str] = []

    def report(self, stage: str) -> None:
        self.stages.append(stage)

    def glimpse(self, commands: int) -> None: ...

    def should_stop(self) -> bool:
        return self.is_cancelled


class Looks:
    """Perceives names in two stages; `held` ones wait between the two."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.held: set[str] = set()
        self.arrived, self.go_on = threading.Event(), threading.Event()

    def __call__(self, wanted: Wanted, control: Control) -> Any:
        self.begun.append(wanted.path)
        control.report("photo")
        if wanted.path in self.held:
            self.held.discard(wanted.path)
            self.arrived.set()
            assert self.go_on.wait(PATIENCE)
        control.report("reading")
        return f"{wanted.path} {wanted.digits}"


@pytest.fixture
def looks() -> Iterator[Looks]:
    made = Looks()
    yield made
    made.go_on.set()


def test_what_was_looked_at_ahead_is_not_looked_at_again(looks: Looks) -> None:
    ahead = Lookahead(looks)
    job = Job()
    assert ahead.take(photograph("a"), job, [photograph("b")]) == "a 0"
    assert ahead.take(photograph("b"), Job()) == "b 0"
    assert looks.begun == ["a", "b"]
    assert job.stages == ["photo", "reading"]  # of its own photograph alone


@pytest.mark.parametrize("other", [photograph("c"), photograph("b", "1")], ids=["another photograph", "another content"])
def test_a_look_at_something_else_is_given_up(looks: Looks, other: Wanted) -> None:
    ahead = Lookahead(looks)
    looks.held = {"b"}
    ahead.begin([photograph("b")], Job())
    assert looks.arrived.wait(PATIENCE)
    threading.Timer(0.05, looks.go_on.set).start()
    assert ahead.take(other, Job()) == f"{other.path} {other.digits}"
    assert looks.begun == ["b", other.path]


def test_a_look_that_ended_with_another_job_is_begun_anew(looks: Looks) -> None:
    ahead, first = Lookahead(looks), Job()
    looks.held = {"b"}
    ahead.begin([photograph("b")], first)
    assert looks.arrived.wait(PATIENCE)
    first.is_cancelled = True
    looks.go_on.set()
    wait([future for _, future in ahead._ahead.values()], PATIENCE)
    assert ahead.take(photograph("b"), Job()) == "b 0"
    assert looks.begun == ["b", "b"]


def test_a_cancelled_job_is_interrupted_at_its_next_stage_and_rest_ends_what_was_begun(looks: Looks) -> None:
    ahead, job = Lookahead(looks), Job()
    looks.held = {"a"}

    def cancel() -> None:
        assert looks.arrived.wait(PATIENCE)
        job.is_cancelled = True
        looks.go_on.set()

    threading.Thread(target=cancel).start()
    with pytest.raises(Interrupted):
        ahead.take(photograph("a"), job, [photograph("b")])
    begun = [future for _, future in ahead._ahead.values()]
    ahead.rest()
    assert [future.done() for future in begun] == [True]
    assert job.stages == ["photo"]


def test_two_photographs_are_perceived_at_once(looks: Looks) -> None:
    ahead, job = Lookahead(looks), Job()
    looks.held = {"b"}
    assert ahead.take(photograph("a"), job, [photograph("b"), photograph("c")]) == "a 0"
    assert looks.arrived.wait(PATIENCE)
    assert ahead.take(photograph("c"), Job(), [photograph("b")]) == "c 0"
    looks.go_on.set()
    assert ahead.take(photograph("b"), Job()) == "b 0"
    assert sorted(looks.begun) == ["a", "b", "c"]


def test_what_a_look_raises_is_raised_for_who_asks(looks: Looks) -> None:
    def fails(_: Wanted, __: Control) -> Any:
        raise MemoryError

    ahead = Lookahead(fails)
    ahead.begin([photograph("a")], Job())
    with pytest.raises(MemoryError):
        ahead.take(photograph("a"), Job())
