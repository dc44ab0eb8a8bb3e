"""A workbench window that tests share until one of them fails: who knows what that one left behind."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from workbench import Workbench


class Failures:
    """Which tests have failed; conftest.py notes them."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def note(self, test: pytest.Item) -> None:
        self._names.add(test.nodeid)

    def holds(self, test: pytest.Item) -> bool:
        return test.nodeid in self._names

    def __len__(self) -> int:
        return len(self._names)


failures = Failures()


@contextmanager
def shared_window(new: Callable[[int], Workbench]) -> Generator[Callable[[], Workbench]]:
    """Gives the window that there is or, at first and after a failure, the next that `new` makes; ends it in the end."""
    window: Workbench | None = None
    number = seen = 0

    def get() -> Workbench:
        nonlocal window, number, seen
        if window is not None and seen != len(failures):
            window.__exit__(None, None, None)
            window = None
        if window is None:
            number, seen = number + 1, len(failures)
            window = new(number).__enter__()
        return window

    try:
        yield get
    finally:
        if window is not None:
            window.__exit__(None, None, None)


@contextmanager
def short_folder() -> Generator[Path]:
    """A folder of an editor's own. Its name is short: sockets lie in it, and their paths may not be long."""
    path = Path(tempfile.mkdtemp(prefix="derender-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
