"""Computations in steps: generators that pause often, so that whoever runs them can look at a clock, stop, or do another one's step."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any, TypeVar

from derender.synthesis.elements import Stopped

T = TypeVar("T")

Steps = Generator[None, None, T]
"""A computation that yields between its steps and returns its result."""


def finish(steps: Steps[T], stopped: Callable[[], bool]) -> T:
    """The result of a computation, unless it is told to stop before: raises `Stopped`."""
    while not stopped():
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
    raise Stopped


@contextmanager
def without_collections() -> Iterator[None]:
    """Without the interpreter's search for unreachable cycles: it stops everything for as long as 100 ms where a search holds much.

    Searches make no cycles that hold much. What they have made counts as old afterwards, else it would all be looked through at once.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if not gc.get_freeze_count():
                # Freezing moves all there is out of the young generations, and the other way it comes back among the old.
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def end(steps: Iterator[None]) -> None:
    """Has a computation that goes no further let go of what it holds now, and not when it is forgotten: it may hold a process."""
    if isinstance(steps, Generator):
        steps.close()


def let_go(containers: Iterable[dict[Any, Any] | list[Any]]) -> None:
    """Empties what a search was stopped with, item by item in a thread of its own: at once it would hold up the caller by 0.1 s."""
    Thread(target=_empty, args=(list(containers),), name="let go", daemon=True).start()


def _empty(containers: list[dict[Any, Any] | list[Any]]) -> None:
    for container in containers:
        while container:
            if isinstance(container, dict):
                container.popitem()
            else:
                container.pop()
