"""A cancelled job stops before its next step, and what does not heed that is ended; the next job finds a process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from stepping import analyse

from derender.inference import Seconds
from derender.spec import Circle, Spec
from derender_lsp import reading
from derender_lsp.jobs import Worker
from derender_lsp.settings import ReadingSettings
from derender_lsp.worker import Analysis, Cancelled, Request


class Author:
    """Watches a job, and may cancel it."""

    def __init__(self) -> None:
        self.cancels = False

    def report(self, stage: str) -> None: ...

    def glimpse(self, commands: int) -> None: ...

    def should_stop(self) -> bool:
        return self.cancels

    def must_stop(self) -> bool:
        return self.cancels


def request(folder: Path) -> Request:
    folder.mkdir()
    return Request(str(folder), ReadingSettings())


def steps(folder: Path) -> int:
    return len(list(folder.iterdir()))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["heeding", "deaf"])
async def test_a_cancelled_job_takes_no_further_step(name: str, tmp_path: Path) -> None:
    """Counted, not timed: once another job has its answer, nothing is done any more for the cancelled one."""
    worker, author = Worker(analyse), Author()
    try:
        job = asyncio.create_task(worker.run(request(tmp_path / name), author, 300))
        while not (tmp_path / name).is_dir() or not steps(tmp_path / name):
            await asyncio.sleep(0.01)
        author.cancels = True
        assert isinstance(await job, Cancelled)
        assert isinstance(await worker.run(request(tmp_path / "short"), Author(), 300), Analysis)
        taken = steps(tmp_path / name)
        assert isinstance(await worker.run(request(tmp_path / "short again"), Author(), 300), Analysis)
        await asyncio.sleep(0.1)
        assert steps(tmp_path / name) == taken
    finally:
        await asyncio.to_thread(worker.close)


STAGES = ("photo", "reading", "glimpse", "synthesis", "preview")


@pytest.mark.parametrize("last", range(len(STAGES)))
def test_reading_ends_before_its_next_stage(last: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever stage a cancellation comes in, none begins after it."""
    begun: list[str] = []

    class Control:
        def report(self, stage: str) -> None:
            begun.append(stage)

        def glimpse(self, _: int) -> None:
            begun.append("glimpse")

        def should_stop(self) -> bool:
            return len(begun) > last

    class Stages:
        def perceive(self, _: Path, __: object, report: Callable[[str], None], glimpse: Callable[[Spec], None]) -> object:
            report("photo")
            report("reading")
            glimpse(Spec([Circle(1, 1)]))
            return Seen

        def interpret(self, *_: object, report: Callable[[str], None], **__: object) -> Iterator[object]:
            report("synthesis")
            yield Found

    class Seen:
        seconds = Seconds(0.1, 0.1, 0.0)

    class Found:
        is_final = True
        interpretations = ()

    monkeypatch.setattr(reading, "_pipeline", ("auto", Stages()))
    monkeypatch.setattr(reading, "_lookahead", None)
    monkeypatch.setattr(reading, "_unfinished", None)
    monkeypatch.setattr("derender.inference.inference_to_json", lambda _: {})
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"drawn")
    reply = reading.analyse(Request(str(photo), ReadingSettings()), Control())
    assert begun == list(STAGES[: last + 1])
    assert isinstance(reply, Cancelled if last < len(STAGES) - 1 else Analysis)
