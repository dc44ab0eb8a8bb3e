"""Work shared out to the workers of a dask.distributed cluster, which a scheduler's address names (`tcp://host:8786`)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TypeVar

from derender.errors import OptionError

Item = TypeVar("Item")
Result = TypeVar("Result")


def on_cluster(address: str, work: Callable[[Item], Result], items: Sequence[Item]) -> Generator[tuple[int, Result], None, None]:
    """The number of each item and what `work` makes of it, as they come.

    The workers have derender installed, and see the files that the items name. Closing the generator gives up what is not done.
    Raises `OptionError` where no cluster answers, and whatever `work` raises.
    """
    try:
        from distributed import Client
        from distributed import as_completed as completed
    except ImportError:
        raise OptionError("a cluster needs dask.distributed: pip install 'derender[corpus]'") from None
    try:
        client = Client(address, timeout=10)  # type: ignore[no-untyped-call]  # distributed's own
    except (OSError, ValueError) as error:
        raise OptionError(f"there is no cluster at {address}: {error}") from None
    with client:
        # Equal items are worked on as often as they stand there: `pure` would let one answer do for all.
        futures = client.map(work, items, pure=False)
        numbers = {future.key: number for number, future in enumerate(futures)}
        for future, result in completed(futures, with_results=True):  # type: ignore[no-untyped-call]  # distributed's own
            yield numbers[future.key], result
