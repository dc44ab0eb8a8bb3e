"""What may be known of a photograph, and what that belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from derender_lsp.settings import ReadingSettings
from derender_lsp.worker import Analysis, Failure


@dataclass(frozen=True, slots=True)
class Signature:
    """A state of a file, and how it is to be read."""

    changed: int
    size: int
    number: int
    settings: ReadingSettings


@dataclass(frozen=True, slots=True)
class Waiting:
    """The photograph is to be read, or being read."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The author cancelled the reading."""


State = Waiting | Stopped | Failure | Analysis


class Progress(Protocol):
    """How the author sees a run of readings."""

    def begin(self) -> None: ...

    def report(self, path: Path, stage: str, done: int, total: int, found: int | None = None) -> None:
        """`found`: how many commands a first look found, once there was one."""

    def is_cancelled(self) -> bool: ...

    def end(self) -> None: ...
