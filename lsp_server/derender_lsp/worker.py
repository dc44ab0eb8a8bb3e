"""What server and worker process say to each other: a photograph to read, what was found in it, how far the work is.

What the work is stands in `reading.py`. Whatever happens comes back as a value, so that no exception has to cross between processes.
"""

from __future__ import annotations

import base64
import io
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from multiprocessing import parent_process
from pathlib import Path
from typing import Any, Protocol

from derender.errors import DerenderError
from derender_lsp.results import Reading, readings_in
from derender_lsp.settings import ReadingSettings

STAGES = ("photo", "reading", "synthesis", "preview")
"""What is reported while a photograph is read, in this order."""

PREVIEW_HEIGHT = 200
"""Pixels; editors show hovers of little more than that without scrolling."""

LARGEST_PREVIEW = 90_000
"""Characters of a preview's data URI; editors cut hovers at 100,000."""

LARGEST_PHOTO = 45_000
"""Characters of a photograph's data URI: beside it there is room for a drawing."""


@dataclass(frozen=True, slots=True)
class Request:
    """A photograph to read, and how."""

    path: str
    settings: ReadingSettings
    to_the_end: bool = False
    """Whether to wait until all that is shown was searched for long; otherwise the first answer is wanted."""
    then: tuple[str, ...] = ()
    """The paths of the photographs that will be asked for next."""
    is_hint: bool = False
    """Whether nothing is asked for yet: the photograph has changed and will be asked for when it rests."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a drawing lies on the ink that it was read from: two shares from 0 to 1."""

    ink: float
    """Of the ink, what the drawing covers."""
    drawing: float
    """Of the drawing, what has ink under it."""


@dataclass(frozen=True)
class Analysis:
    """What was found in a photograph."""

    sha256: str
    inference: dict[str, Any]
    """The object that `derender infer --json` prints."""
    preview: str
    """The photograph and the best reading's rendering side by side, as a data URI; empty where nothing was read."""
    photo: str = ""
    """The photograph alone, small, as a data URI."""
    agreement: Agreement | None = None
    """How the best reading lies on the ink; None where there is none."""
    is_final: bool = True
    """Whether a request to the end would find nothing better."""

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """The readings, best first; made once, since every lens, diagnostic and action asks for them."""
        return readings_in(self.inference)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no analysis, in a sentence for the author."""

    message: str
    is_exhausted: bool = False
    """The process ran out of memory and is not to be used again."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """There is no result: the work was stopped as asked, or only hinted at."""


Reply = Analysis | Failure | Cancelled


class Control(Protocol):
    """How a job talks with the server while it runs."""

    def report(self, stage: str) -> None:
        """Tells the stage that begins."""

    def glimpse(self, commands: int) -> None:
        """Tells how many commands a first look found, long before the result."""

    def should_stop(self) -> bool:
        """Whether the job was cancelled."""


Analyse = Callable[[Request, Control], Reply]


class Shared(Protocol):
    """A number in memory that server and worker share."""

    value: int


class SharedControl:
    """Control through shared numbers: the job to cancel, the stage of the job that runs, and what its first look found."""

    def __init__(self, number: int, cancelled: Shared, stage: Shared, glimpsed: Shared) -> None:
        self._number = number
        self._cancelled = cancelled
        self._stage = stage
        self._glimpsed = glimpsed

    def report(self, stage: str) -> None:
        self._stage.value = STAGES.index(stage) + 1 if stage in STAGES else 0

    def glimpse(self, commands: int) -> None:
        self._glimpsed.value = commands

    def should_stop(self) -> bool:
        return self._cancelled.value >= self._number


_shared: tuple[Shared, Shared, Shared] | None = None


def initialize(cancelled: Shared, stage: Shared, glimpsed: Shared) -> None:
    """Prepares a new worker: nothing it prints reaches the protocol's stream, it yields to the editor, and never outlives the server."""
    global _shared
    _shared = (cancelled, stage, glimpsed)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    if hasattr(os, "nice"):
        os.nice(10)
    threading.Thread(target=_follow_parent, daemon=True).start()


def run(analyse: Analyse, request: Request, number: int) -> Reply:
    """One job, with every outcome as a value."""
    if _shared is None:
        raise RuntimeError("the worker was not initialized")
    control = SharedControl(number, *_shared)
    control.report("")
    name = Path(request.path).name
    try:
        if control.should_stop():
            return Cancelled()
        reply = analyse(request, control)
    except DerenderError as error:
        return Failure(str(error).replace(request.path, name))
    except MemoryError:
        return Failure(f"There was not enough memory to read '{name}'.", is_exhausted=True)
    except Exception as error:
        print(f"reading {name}: {error!r}", file=sys.stderr)  # noqa: T201 - the worker's log is its standard error
        return Failure(f"Reading '{name}' failed unexpectedly ({type(error).__name__}); the server's log says more.")
    return Cancelled() if control.should_stop() else reply


def data_uri(picture: Any, largest: int = LARGEST_PREVIEW) -> str:
    """The picture as a JPEG in a data URI, made smaller until it fits."""
    for quality in (85, 70, 55):
        for scale in (1.0, 0.75, 0.5):
            size = (max(1, int(picture.width * scale)), max(1, int(picture.height * scale)))
            file = io.BytesIO()
            picture.convert("RGB").resize(size).save(file, "JPEG", quality=quality)
            uri = "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode("ascii")
            if len(uri) <= largest:
                return uri
    return ""


def _follow_parent() -> None:
    """Ends this process at once when the server is gone, however it went."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
