"""What is known of each photograph: waiting, being read, read, or why not.

Photographs are read one after the other, those of the document that the author turned to last before all others. A result
belongs to a state of the file (its signature) and to the settings that it was read with; when either changes it is read anew.
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
from derender_lsp.settings import ReadingSettings, Settings
from derender_lsp.states import Progress, Signature, State, Stopped, Waiting
from derender_lsp.worker import Analysis, Cancelled, Failure, Request


@dataclass(slots=True)
class _Entry:
    signature: Signature
    state: State
    turn: int
    """When a document last asked for it; later means sooner."""
    read: float = 0.0
    """When the worker answered, in seconds of a clock."""


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
        self._entries: dict[Path, _Entry] = {}
        self._turn = 0
        self._task: asyncio.Task[None] | None = None
        self._hinted: Path | None = None
        """A photograph that has changed and will be wanted when it rests."""
        self._keeping: set[asyncio.Task[None]] = set()
        self._is_closing = False

    def state(self, path: Path) -> State | None:
        """What is known of a photograph, None when nobody asked for it yet."""
        entry = self._entries.get(path)
        return entry.state if entry else None

    def want(self, paths: list[Path], *, again: bool = False) -> None:
        """Has the photographs read where they changed, before all that were asked for earlier; `again`: failed ones, too."""
        self._turn += 1
        for path in paths:
            signature = self._signature(path)
            if signature is None:
                self._entries.pop(path, None)
                continue
            entry = self._entries.get(path)
            is_known = entry is not None and entry.signature == signature
            if entry is None or not is_known or (again and isinstance(entry.state, Stopped | Failure)):
                self._entries[path] = _Entry(signature, Waiting(), self._turn)
            else:
                entry.turn = self._turn
        if self._next() is not None or self._unfinished():
            self._start()

    def hint(self, path: Path) -> None:
        """A file has changed, and will be wanted when it rests: where nothing waits, the worker looks at the photograph already."""
        entry = self._entries.get(path)
        if entry is not None and self._signature(path) not in (None, entry.signature) and self._next() is None:
            self._hinted = path
            self._start()

    def prefer(self, paths: list[Path]) -> None:
        """Has these photographs read before all others, where they are still waiting."""
        self._turn += 1
        for path in paths:
            if path in self._entries:
                self._entries[path].turn = self._turn

    def keep(self, paths: set[Path]) -> None:
        """Forgets all other photographs, so that a long session does not grow."""
        for path in self._entries.keys() - paths:
            del self._entries[path]

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
                if self._next() is None:  # until the photograph is wanted, the worker is left to it
                    return
            elif unfinished := self._unfinished():
                # The last one that was read is still open in the worker.
                await self._refine(max(unfinished, key=lambda path: self._entries[path].read))
            else:
                return

    def _start(self) -> None:
        if (self._task is None or self._task.done()) and not self._is_closing:
            self._task = asyncio.create_task(self._work())

    def _unfinished(self) -> list[Path]:
        return [path for path, entry in self._entries.items() if isinstance(entry.state, Analysis) and not entry.state.is_final]

    async def _look(self, path: Path) -> None:
        """Has the worker look at a photograph that nobody has asked for yet."""
        self._hinted = None
        watch = _Watch(lambda _: None, lambda _: None, lambda: False, lambda: False)
        await self.worker.run(Request(str(path), self._settings().reading, is_hint=True), watch, self._settings().deadline_seconds)

    async def _refine(self, path: Path) -> None:
        """Has a photograph's answer searched to the end; given up, to be tried again, when another photograph waits."""
        entry = self._entries[path]
        first = entry.state
        assert isinstance(first, Analysis)

        def is_superseded() -> bool:
            return self._entries.get(path) is not entry or self._next() is not None or self._hinted is not None

        watch = _Watch(lambda _: None, lambda _: None, is_superseded, lambda: False)
        request = Request(str(path), entry.signature.settings, to_the_end=True)
        reply = await self.worker.run(request, watch, self._settings().deadline_seconds)
        if self._entries.get(path) is not entry or (isinstance(reply, Cancelled) and is_superseded()):
            return
        if self._signature(path) != entry.signature:
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
            while (path := self._next()) is not None:
                if progress is not None and progress.is_cancelled():
                    self._stop_waiting()
                    break
                if await self._find(path):
                    continue
                if progress is None:
                    progress = self._progress()
                    progress.begin()
                if path in self._entries:
                    await self._read(path, progress, done)
                done += 1
        finally:
            if progress is not None:
                progress.end()

    async def _find(self, path: Path) -> bool:
        """Takes a photograph's result from the disk; tells whether there is nothing left to do."""
        entry = self._entries[path]
        if not isinstance(entry.state, Waiting):
            return True
        found = await asyncio.to_thread(self.cache.find, path, entry.signature.settings)
        if found is None:
            return False
        # What was changed meanwhile has a new entry, or gets it now.
        if self._entries.get(path) is entry:
            if self._signature(path) != entry.signature:
                self.want([path])
            else:
                entry.state = found
                self._changed(path)
        return True

    async def _read(self, path: Path, progress: Progress, done: int) -> None:
        entry = self._entries[path]
        total = done + sum(isinstance(other.state, Waiting) for other in self._entries.values())

        # A photograph that was changed or closed meanwhile need not be read to its end.
        watch = _Watch(
            lambda stage: progress.report(path, stage, done, total),
            lambda commands: progress.report(path, "reading", done, total, commands),
            lambda: self._entries.get(path) is not entry,
            progress.is_cancelled,
        )
        watch.report("photo")
        following = [other for other in self._waiting() if other != path][:THREADS]
        request = Request(str(path), entry.signature.settings, then=tuple(map(str, following)))
        reply = await self.worker.run(request, watch, self._settings().deadline_seconds)
        if self._entries.get(path) is not entry:
            return
        if isinstance(reply, Cancelled):
            entry.state = Stopped()
        elif self._signature(path) != entry.signature:
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

    def _next(self) -> Path | None:
        return next(iter(self._waiting()), None)

    def _waiting(self) -> list[Path]:
        """What waits, the most wanted first; of those asked for at once in the order of the document."""
        waiting = [path for path, entry in self._entries.items() if isinstance(entry.state, Waiting)]
        return sorted(waiting, key=lambda path: -self._entries[path].turn)

    def _stop_waiting(self) -> None:
        for path, entry in list(self._entries.items()):
            if isinstance(entry.state, Waiting):
                entry.state = Stopped()
                self._changed(path)

    def _signature(self, path: Path) -> Signature | None:
        try:
            stat = path.stat()
        except OSError:
            return None
        return Signature(stat.st_mtime_ns, stat.st_size, stat.st_ino, self._settings().reading)
