"""Computations in steps: generators that pause often, so that whoever runs them can look at a clock, stop, or do another one's step."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TypeVar

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

    Searches make no cycles that hold much.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def end(steps: Iterator[None]) -> None:
    """Has a computation that goes no further let go of what it holds now, and not when it is forgotten: it may hold a process."""
    if isinstance(steps, Generator):
        steps.close()
