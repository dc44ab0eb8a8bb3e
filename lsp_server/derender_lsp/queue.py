"""The photographs that documents show: which of them wait to be read, the most wanted first, and what is known of the others.

What is known belongs to a state of the file (its signature) and to the settings that it was read with; a photograph waits again when
either changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from derender_lsp.settings import ReadingSettings
from derender_lsp.states import Signature, State, Stopped, Waiting
from derender_lsp.worker import Analysis, Failure


@dataclass(slots=True)
class Entry:
    """A state of a photograph, as long as documents show it; another state is another entry."""

    signature: Signature
    state: State
    turn: int
    """When a document last asked for it; later means sooner."""
    read: float = 0.0
    """When the worker answered, in seconds of a clock."""


class Queue:
    """The photographs' entries. Used from the event loop's thread only."""

    def __init__(self, settings: Callable[[], ReadingSettings]) -> None:
        self._settings = settings
        self._entries: dict[Path, Entry] = {}
        self._turn = 0

    def __getitem__(self, path: Path) -> Entry:
        return self._entries[path]

    def state(self, path: Path) -> State | None:
        """What is known of a photograph, None when nobody asked for it yet."""
        entry = self._entries.get(path)
        return entry.state if entry else None

    def want(self, paths: Iterable[Path], *, again: bool = False) -> None:
        """Puts photographs that changed before all that were asked for earlier; `again`: failed and cancelled ones, too."""
        self._turn += 1
        for path in paths:
            signature = self._signature(path)
            if signature is None:
                self._entries.pop(path, None)
                continue
            entry = self._entries.get(path)
            is_known = entry is not None and entry.signature == signature
            if entry is None or not is_known or (again and isinstance(entry.state, Stopped | Failure)):
                self._entries[path] = Entry(signature, Waiting(), self._turn)
            else:
                entry.turn = self._turn

    def prefer(self, paths: Iterable[Path]) -> None:
        """Puts these photographs before all others, where they are still waiting."""
        self._turn += 1
        for path in paths:
            if path in self._entries:
                self._entries[path].turn = self._turn

    def keep(self, paths: set[Path]) -> None:
        """Forgets all other photographs, so that a long session does not grow."""
        for path in self._entries.keys() - paths:
            del self._entries[path]

    def waiting(self) -> list[Path]:
        """What waits, the most wanted first; of those asked for at once in the order of the document."""
        waiting = [path for path, entry in self._entries.items() if isinstance(entry.state, Waiting)]
        return sorted(waiting, key=lambda path: -self._entries[path].turn)

    def next(self) -> Path | None:
        """What is to be read next."""
        return next(iter(self.waiting()), None)

    def unfinished(self) -> Path | None:
        """What was answered last of what can be searched on: it is still open in the worker."""
        open_ones = [path for path, entry in self._entries.items() if isinstance(entry.state, Analysis) and not entry.state.is_final]
        return max(open_ones, key=lambda path: self._entries[path].read, default=None)

    def is_current(self, path: Path, entry: Entry) -> bool:
        """Whether a photograph is still shown in the state of this entry, as far as the documents' looks at the disk tell."""
        return self._entries.get(path) is entry

    def is_changed(self, path: Path) -> bool:
        """Whether the file is there and no longer what its entry was made for; False for what nobody asked for."""
        entry = self._entries.get(path)
        return entry is not None and self._signature(path) not in (None, entry.signature)

    def matches(self, path: Path, entry: Entry) -> bool:
        """Whether the file on the disk, and how it is to be read, is what the entry was made for."""
        return self._signature(path) == entry.signature

    def _signature(self, path: Path) -> Signature | None:
        try:
            stat = path.stat()
        except OSError:
            return None
        return Signature(stat.st_mtime_ns, stat.st_size, stat.st_ino, self._settings())
