"""One worker process for all long work: spawned on first need, warm afterwards, replaced when it crashes or hangs.

Spawned, not forked: forking a process with threads can deadlock, and the networks' libraries start threads. One job runs at a
time; who comes next is decided by the caller. A job is cancelled through a number in shared memory that it looks at between its
steps; the process is killed only when it does not listen.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from derender_lsp.worker import STAGES, Analyse, Cancelled, Failure, Reply, Request, initialize, run

GRACE_SECONDS = 0.1
"""How long a cancelled job may go on before its process is killed."""

START_SECONDS = 60
"""How long the process may take to start, on top of the job's own time."""

_POLL_SECONDS = 0.03

log = logging.getLogger(__name__)


class Watch(Protocol):
    """Who follows a job: asked many times a second while it runs."""

    def report(self, stage: str) -> None:
        """Told the stage that began."""

    def glimpse(self, commands: int) -> None:
        """Told how many commands a first look found."""

    def should_stop(self) -> bool:
        """Whether the result is no longer wanted: the job is asked to end."""

    def must_stop(self) -> bool:
        """Whether the author said so: after a moment the process is killed."""


class Worker:
    """The worker process, as the server sees it. Used from the event loop's thread only; one job at a time."""

    def __init__(self, analyse: Analyse) -> None:
        self._analyse = analyse
        self._pool: ProcessPool | None = None
        self._context = get_context("spawn")
        self._cancelled: Any = self._context.Value("q", 0, lock=False)
        self._stage: Any = self._context.Value("q", 0, lock=False)
        self._glimpsed: Any = self._context.Value("q", 0, lock=False)
        self._number = 0
        self._closed = False

    async def run(self, request: Request, watch: Watch, deadline: float) -> Reply:
        """The outcome of a job; never raises but for the cancellation of the awaiting task, which ends the job, too."""
        reply = await self._attempt(request, watch, deadline)
        # A process that died while it was idle shows only now; the next one is new.
        if reply is None:
            reply = await self._attempt(request, watch, deadline)
        return reply or Failure("The process that reads pictures does not start; the server's log says more.")

    async def _attempt(self, request: Request, watch: Watch, deadline: float) -> Reply | None:
        """The outcome, None where there was no process to do the job."""
        if self._closed or watch.should_stop():
            return Cancelled()
        self._number += 1
        future: ProcessFuture[Reply] = await asyncio.to_thread(self._schedule, request, self._number, deadline)
        done = asyncio.Event()
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda _: _wake(loop, done))
        try:
            await self._follow(done, self._number, watch, time.monotonic() + deadline + START_SECONDS)
        finally:
            was_late = not future.done()
            if was_late:
                future.cancel()  # type: ignore[no-untyped-call] # pebble kills the process and starts another
        if was_late:
            return Cancelled() if watch.must_stop() else _late(request, deadline)
        reply = _outcome(future, request, deadline)
        if isinstance(reply, Failure) and reply.is_exhausted:
            await asyncio.to_thread(self._end)
        return reply

    async def _follow(self, done: asyncio.Event, number: int, watch: Watch, give_up_at: float) -> None:
        """Returns when the job is done, or when its time is over."""
        stage, kill_at = 0, float("inf")
        while not done.is_set() and time.monotonic() < min(kill_at, give_up_at):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), _POLL_SECONDS)
            if self._stage.value not in (0, stage):
                stage = int(self._stage.value)
                watch.report(STAGES[stage - 1])
            if (commands := int(self._glimpsed.value)) > 0:
                self._glimpsed.value = 0
                watch.glimpse(commands)
            if watch.should_stop():
                self._cancelled.value = number
            if watch.must_stop() and kill_at == float("inf"):
                kill_at = time.monotonic() + GRACE_SECONDS

    def _schedule(self, request: Request, number: int, deadline: float) -> ProcessFuture[Reply]:
        if self._pool is not None and not self._pool.active:
            self._end()
        if self._pool is None:
            shared = (self._cancelled, self._stage, self._glimpsed)
            self._pool = ProcessPool(max_workers=1, context=self._context, initializer=initialize, initargs=shared)
        self._stage.value = self._glimpsed.value = 0
        return self._pool.schedule(run, args=(self._analyse, request, number), timeout=deadline)

    def close(self) -> None:
        """Ends the process; it can take a moment when the process does not listen."""
        self._closed = True
        self._cancelled.value = self._number
        self._end()

    def _end(self) -> None:
        """Ends the process; the next job, if there is one, starts another."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]  # pebble has no types
            pool.join()


def _wake(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(event.set)


def _outcome(future: ProcessFuture[Reply], request: Request, deadline: float) -> Reply | None:
    try:
        return future.result(timeout=0)
    except CancelledError:
        return Cancelled()
    except TimeoutError:
        return _late(request, deadline)
    except ProcessExpired as error:
        log.error("the worker ended unexpectedly, exit code %s", error.exitcode)
        return Failure(f"The process that read '{Path(request.path).name}' ended unexpectedly; the next picture gets a new one.")
    except BrokenProcessPool:
        log.warning("the worker was gone")
        return None
    except Exception as error:
        log.exception("the worker could not be used")
        return Failure(f"The process that reads pictures could not be used ({type(error).__name__}); the server's log says more.")


def _late(request: Request, deadline: float) -> Failure:
    return Failure(f"Reading '{Path(request.path).name}' took longer than {deadline:g} s and was given up.")
