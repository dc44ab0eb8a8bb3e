"""Tasks side by side: answers in their order, no more threads than allowed, and errors are not lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import cv2
import pytest

from derender.photo.parallel import side_by_side


@pytest.fixture(params=[1, 2])
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    """So many threads for OpenCV."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(request.param)
    yield request.param
    cv2.setNumThreads(before)


@pytest.mark.parametrize("threads", [2], indirect=True)
def test_two_tasks_run_at_once(threads: int) -> None:
    both = threading.Barrier(threads, timeout=10)
    assert sorted(side_by_side(both.wait, both.wait)) == [0, 1]


def test_answers_come_in_the_order_of_the_tasks(threads: int) -> None:
    assert side_by_side(lambda: "a", lambda: "b", lambda: "c") == ["a", "b", "c"]


@pytest.mark.parametrize("threads", [1], indirect=True)
def test_one_thread_is_the_own_one(threads: int) -> None:
    assert side_by_side(*[threading.get_ident] * 3) == [threading.get_ident()] * 3


def test_what_a_task_raises_is_raised(threads: int) -> None:
    def fails() -> str:
        raise ValueError("no lines")

    with pytest.raises(ValueError, match="no lines"):
        side_by_side(lambda: "a", fails)
