"""Photographs perceived in threads of the worker process, while the last one's programs are searched for.

Perceiving is the networks' and OpenCV's work, which leaves the interpreter free for the search: two cores have something to do. The
photographs that will probably be asked for next are looked at ahead; until one is asked for it reports nothing, and it ends with the job
that it was begun for.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from derender_lsp.settings import ReadingSettings
from derender_lsp.worker import Control

if TYPE_CHECKING:
    from derender.inference import Perceived

THREADS = 2
"""Photographs that are perceived at once, and that may be looked at ahead."""

_SWITCH_SECONDS = 0.0005
"""How long a thread keeps the interpreter: the networks ask for it between any two of their layers."""


class Interrupted(Exception):  # noqa: N818 - a signal, not an error
    """The job was cancelled between two stages."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A photograph's content (the first digits of its sha256), its path, and how it is read."""

    digits: str
    path: str
    settings: ReadingSettings


Perceive = Callable[[Wanted, Control], "Perceived"]


@dataclass(slots=True)
class _Follower:
    """The control of the job that a look belongs to; silent while that job has another photograph."""

    control: Control
    is_silent: bool
    is_given_up: bool = False
    stage: str = ""

    def report(self, stage: str) -> None:
        self._go_on()
        self.stage = stage
        if not self.is_silent:
            self.control.report(stage)

    def glimpse(self, commands: int) -> None:
        self._go_on()
        if not self.is_silent:
            self.control.glimpse(commands)

    def should_stop(self) -> bool:
        return self.is_given_up or self.control.should_stop()

    def _go_on(self) -> None:
        if self.should_stop():
            raise Interrupted


@dataclass
class Lookahead:
    """The threads, and the photographs that they look at before these are asked for."""

    perceive: Perceive
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(THREADS, "perceiving"))
    _ahead: dict[Wanted, tuple[_Follower, Future[Perceived]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sys.setswitchinterval(_SWITCH_SECONDS)

    def begin(self, following: Sequence[Wanted], control: Control) -> None:
        """Looks at photographs that no job has asked for yet, and no longer at any others."""
        for wanted in self._ahead.keys() - set(following):
            self._give_up(wanted)
        for wanted in following:
            if wanted not in self._ahead:
                follower = _Follower(control, is_silent=True)
                self._ahead[wanted] = (follower, self._threads.submit(self.perceive, wanted, follower))

    def take(self, wanted: Wanted, control: Control, following: Sequence[Wanted] = ()) -> Perceived:
        """What a photograph shows, looked at ahead or now; the following ones are begun, and wait their turn.

        Raises `Interrupted` for a job that is cancelled, and `ImageError`.
        """
        if wanted in self._ahead:
            follower, future = self._ahead.pop(wanted)
            follower.control, follower.is_silent = control, False
            control.report(follower.stage)
            self.begin(following, control)
        else:
            for other in self._ahead.keys() - set(following):
                self._give_up(other)
            future = self._threads.submit(self.perceive, wanted, _Follower(control, is_silent=False))
            self.begin(following, control)
        try:
            return future.result()
        except Interrupted:
            if control.should_stop():
                raise
            # It ended with the job that it was begun for.
            return self._threads.submit(self.perceive, wanted, _Follower(control, is_silent=False)).result()

    def rest(self) -> None:
        """Ends all looks ahead; returns when they have ended."""
        wait([future for future in map(self._give_up, tuple(self._ahead)) if not future.cancelled()])

    def _give_up(self, wanted: Wanted) -> Future[Perceived]:
        follower, future = self._ahead.pop(wanted)
        follower.is_given_up = True
        future.cancel()
        return future
