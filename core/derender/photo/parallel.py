"""Work on both halves of a question at once: OpenCV's detectors use one thread each and leave Python's lock alone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import cv2

T = TypeVar("T")


def side_by_side(*tasks: Callable[[], T]) -> list[T]:
    """What the tasks give, in their order, on no more threads than OpenCV may use; raises what the first of them that fails raises."""
    threads = min(len(tasks), cv2.getNumThreads())
    if threads < 2:
        return [task() for task in tasks]
    with ThreadPoolExecutor(threads) as pool:
        return [done.result() for done in [pool.submit(task) for task in tasks]]
