"""The work on photographs: what waits is found on the disk or read, what was answered soon is searched on, what changed is looked at.

Photographs are read one after the other, those of the document that the author turned to last before all others (`queue.py`).
Results are kept on the disk as well, and found there without a worker.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from derender_lsp.ahead import THREADS
from derender_lsp.cache import ResultCache
from derender_lsp.jobs import Worker
from derender_lsp.queue import Queue
from derender_lsp.settings import ReadingSettings, Settings
from derender_lsp.states import Progress, State, Stopped, Waiting
from derender_lsp.worker import Analysis, Cancelled, Request


@dataclass(frozen=True, slots=True)
class _Watch:
    """Follows one reading for the worker."""

    report: Callable[[str], None]
    glimpse: Callable[[int], None]
    is_superseded: Callable[[], bool]
    must_stop: Callable[[], bool]

    def should_stop(self) -> bool:
        return self.is_superseded() or self.must_stop()


class Analyses:
    """The photographs' states, and the work on them. Used from the event loop's thread only."""

    def __init__(
        self,
        worker: Worker,
        cache: ResultCache,
        settings: Callable[[], Settings],
        progress: Callable[[], Progress],
        changed: Callable[[Path], None],
    ) -> None:
        self.worker = worker
        self.cache = cache
        self._settings = settings
        self._progress = progress
        self._changed = changed
        self._queue = Queue(lambda: settings().reading)
        self._task: asyncio.Task[None] | None = None
        self._hinted: Path | None = None
        """A photograph that has changed and will be wanted when it rests."""
        self._keeping: set[asyncio.Task[None]] = set()
        self._is_closing = False

    def state(self, path: Path) -> State | None:
        """What is known of a photograph, None when nobody asked for it yet."""
        return self._queue.state(path)

    def want(self, paths: list[Path], *, again: bool = False) -> None:
        """Has the photographs read where they changed, before all that were asked for earlier; `again`: failed ones, too."""
        self._queue.want(paths, again=again)
        if self._queue.next() is not None or self._queue.unfinished() is not None:
            self._start()

    def hint(self, path: Path) -> None:
        """A file has changed, and will be wanted when it rests: where nothing waits, the worker looks at the photograph already."""
        if self._queue.is_changed(path) and self._queue.next() is None:
            self._hinted = path
            self._start()

    def prefer(self, paths: list[Path]) -> None:
        """Has these photographs read before all others, where they are still waiting."""
        self._queue.prefer(paths)

    def keep(self, paths: set[Path]) -> None:
        """Forgets all other photographs."""
        self._queue.keep(paths)

    async def close(self) -> None:
        """Stops all work and ends the worker."""
        self._is_closing = True
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task], timeout=2)
        if self._keeping:
            await asyncio.wait(self._keeping, timeout=2)
        await asyncio.to_thread(self.worker.close)

    async def recall(self, path: Path) -> Analysis | None:
        """What is known of a photograph without reading it: now, or from the disk."""
        state = self.state(path)
        return state if isinstance(state, Analysis) else await asyncio.to_thread(self.cache.find, path, self._settings().reading)

    async def recall_content(self, digits: str) -> Analysis | None:
        """What was once read from a photograph whose sha256 begins with these digits."""
        return await asyncio.to_thread(self.cache.recall, digits, self._settings().reading)

    async def _work(self) -> None:
        """Reads all that waits; what was answered before all was searched is searched on while nothing waits."""
        while True:
            await self._read_waiting()
            if self._hinted is not None:
                await self._look(self._hinted)
                if self._queue.next() is None:  # until the photograph is wanted, the worker is left to it
                    return
            elif (unfinished := self._queue.unfinished()) is not None:
                await self._refine(unfinished)
            else:
                return

    def _start(self) -> None:
        if (self._task is None or self._task.done()) and not self._is_closing:
            self._task = asyncio.create_task(self._work())

    async def _look(self, path: Path) -> None:
        """Has the worker look at a photograph that nobody has asked for yet."""
        self._hinted = None
        watch = _Watch(lambda _: None, lambda _: None, lambda: False, lambda: False)
        await self.worker.run(Request(str(path), self._settings().reading, is_hint=True), watch, self._settings().deadline_seconds)

    async def _refine(self, path: Path) -> None:
        """Has a photograph's answer searched to the end; given up, to be tried again, when another photograph waits."""
        entry = self._queue[path]
        first = entry.state
        assert isinstance(first, Analysis)

        def is_superseded() -> bool:
            return not self._queue.is_current(path, entry) or self._queue.next() is not None or self._hinted is not None

        watch = _Watch(lambda _: None, lambda _: None, is_superseded, lambda: False)
        request = Request(str(path), entry.signature.settings, to_the_end=True)
        reply = await self.worker.run(request, watch, self._settings().deadline_seconds)
        if not self._queue.is_current(path, entry) or (isinstance(reply, Cancelled) and is_superseded()):
            return
        if not self._queue.matches(path, entry):
            self.want([path])
            return
        # Where the search for more failed, the first answer stands.
        entry.state = reply if isinstance(reply, Analysis) else replace(first, is_final=True)
        if isinstance(reply, Analysis):
            self._keep(path, entry.signature.settings, reply)
        self._changed(path)

    async def _read_waiting(self) -> None:
        """Finds or reads all that waits, the most wanted first; progress shows only where there is something to read."""
        progress: Progress | None = None
        done = 0
        try:
            while (path := self._queue.next()) is not None:
                if progress is not None and progress.is_cancelled():
                    self._stop_waiting()
                    break
                if await self._find(path):
                    continue
                if progress is None:
                    progress = self._progress()
                    progress.begin()
                if self._queue.state(path) is not None:
                    await self._read(path, progress, done)
                done += 1
        finally:
            if progress is not None:
                progress.end()

    async def _find(self, path: Path) -> bool:
        """Takes a photograph's result from the disk; tells whether there is nothing left to do."""
        entry = self._queue[path]
        if not isinstance(entry.state, Waiting):
            return True
        found = await asyncio.to_thread(self.cache.find, path, entry.signature.settings)
        if found is None:
            return False
        # What was changed meanwhile has a new entry, or gets it now.
        if self._queue.is_current(path, entry):
            if not self._queue.matches(path, entry):
                self.want([path])
            else:
                entry.state = found
                self._changed(path)
        return True

    async def _read(self, path: Path, progress: Progress, done: int) -> None:
        entry = self._queue[path]
        waiting = self._queue.waiting()
        total = done + len(waiting)

        # A photograph that was changed or closed meanwhile need not be read to its end.
        watch = _Watch(
            lambda stage: progress.report(path, stage, done, total),
            lambda commands: progress.report(path, "reading", done, total, commands),
            lambda: not self._queue.is_current(path, entry),
            progress.is_cancelled,
        )
        watch.report("photo")
        following = [other for other in waiting if other != path][:THREADS]
        request = Request(str(path), entry.signature.settings, then=tuple(map(str, following)))
        reply = await self.worker.run(request, watch, self._settings().deadline_seconds)
        if not self._queue.is_current(path, entry):
            return
        if isinstance(reply, Cancelled):
            entry.state = Stopped()
        elif not self._queue.matches(path, entry):
            self.want([path])
            return
        else:
            entry.state, entry.read = reply, time.monotonic()
            if isinstance(reply, Analysis) and reply.is_final:
                self._keep(path, entry.signature.settings, reply)
        self._changed(path)

    def _keep(self, path: Path, settings: ReadingSettings, reply: Analysis) -> None:
        """Files a result; nobody waits for that."""
        task = asyncio.create_task(asyncio.to_thread(self.cache.keep, path, settings, reply))
        self._keeping.add(task)
        task.add_done_callback(self._keeping.discard)

    def _stop_waiting(self) -> None:
        for path in self._queue.waiting():
            self._queue[path].state = Stopped()
            self._changed(path)
