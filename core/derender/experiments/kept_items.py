"""Results of a study's items in a file that grows with each: a study that was interrupted does not begin anew."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Keep = Callable[[int, Any], None]
"""Keeps the result of the item with that number."""


@contextmanager
def kept_items(path: Path | None) -> Iterator[tuple[dict[int, Any], Keep]]:
    """What the file holds by the items' numbers, and how more is added; without a path nothing is kept.

    The file is a run of pickles, in a folder that the same user's run has made. One that was only half written is cut off.
    """
    if path is None:
        yield {}, lambda *_: None
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        found, whole = {}, 0
        file.seek(0)
        try:
            while True:
                number, result = pickle.load(file)
                found[number], whole = result, file.tell()
        except Exception:  # the file's end, or whatever a damaged pickle raises
            file.truncate(whole)

        def keep(number: int, result: Any) -> None:
            pickle.dump((number, result), file)
            file.flush()

        yield found, keep
