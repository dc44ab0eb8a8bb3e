"""Photographs perceived in a thread of the worker process, one after the other, while the last one's programs are searched for.

Perceiving is the networks' and OpenCV's work, which leaves the interpreter free for the search: two cores have something to do. The
photograph that will probably be asked for next is looked at ahead; until it is asked for it reports nothing, and it ends with the job
that it was begun for.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from derender_lsp.settings import ReadingSettings
from derender_lsp.worker import Control

if TYPE_CHECKING:
    from derender.inference import Perceived

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
    """The thread, and the photograph that it looks at before it is asked for."""

    perceive: Perceive
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "perceiving"))
    _ahead: tuple[Wanted, _Follower, Future[Perceived]] | None = None

    def __post_init__(self) -> None:
        sys.setswitchinterval(_SWITCH_SECONDS)

    def begin(self, wanted: Wanted, control: Control) -> None:
        """Looks at a photograph that no job has asked for yet, in place of any other."""
        self._give_up()
        follower = _Follower(control, is_silent=True)
        self._ahead = (wanted, follower, self._thread.submit(self.perceive, wanted, follower))

    def take(self, wanted: Wanted, control: Control, then: Callable[[], None]) -> Perceived:
        """What a photograph shows, looked at ahead or now; `then` may begin the next one, which waits its turn.

        Raises `Interrupted` for a job that is cancelled, and `ImageError`.
        """
        if self._ahead is not None and self._ahead[0] == wanted:
            (_, follower, future), self._ahead = self._ahead, None
            follower.control, follower.is_silent = control, False
            control.report(follower.stage)
        else:
            self._give_up()
            future = self._thread.submit(self.perceive, wanted, _Follower(control, is_silent=False))
        then()
        try:
            return future.result()
        except Interrupted:
            if control.should_stop():
                raise
            # It ended with the job that it was begun for.
            return self._thread.submit(self.perceive, wanted, _Follower(control, is_silent=False)).result()

    def rest(self) -> None:
        """Ends a look ahead; returns when it has ended."""
        future = self._give_up()
        if future is not None and not future.cancelled():
            wait([future])

    def _give_up(self) -> Future[Perceived] | None:
        ahead, self._ahead = self._ahead, None
        if ahead is None:
            return None
        _, follower, future = ahead
        follower.is_given_up = True
        future.cancel()
        return future
