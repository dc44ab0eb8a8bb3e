"""Changes of image and program files: watched by the client when it can, by watchdog otherwise."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from derender.latex.images import EXTENSIONS, PROGRAM_ENDING

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent

ENDINGS = (*EXTENSIONS, ".tex", PROGRAM_ENDING)
"""Of the files whose changes count: images, LaTeX files, programs. A LaTeX build writes many others."""

log = logging.getLogger(__name__)


def register(server: LanguageServer) -> None:
    """Asks the client to tell of changed images, programs and LaTeX files. Only after `initialized`: clients ignore it before."""
    endings = ",".join(extension.removeprefix(".") for extension in ENDINGS)
    watchers = [types.FileSystemWatcher(glob_pattern=f"**/*.{{{endings},{endings.upper()}}}")]
    registration = types.Registration(
        id="derender-files",
        method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
        register_options=types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers),
    )
    answer = server.client_register_capability(types.RegistrationParams([registration]))
    answer.add_done_callback(lambda answer: None if answer.cancelled() or answer.exception() is None else log.warning("no watching"))


class FolderWatch:
    """Watches the folders of the images itself, for clients that do not. Tells through the event loop where something has changed."""

    def __init__(self, changed: Callable[[list[Path]], None]) -> None:
        self._changed = changed
        self._observer: Any = None
        self._watches: dict[Path, Any] = {}

    def watch(self, folders: set[Path]) -> bool:
        """Watches these folders and no others; tells whether there are new ones among them."""
        if folders == self._watches.keys():
            return False
        from watchdog.events import FileSystemEventHandler
        from watchdog.observers import Observer

        loop = asyncio.get_running_loop()
        changed = self._changed

        class Handler(FileSystemEventHandler):
            def on_any_event(self, event: FileSystemEvent) -> None:
                paths = _changed(event)
                if paths and not loop.is_closed():
                    loop.call_soon_threadsafe(changed, paths)

        if self._observer is None:
            self._observer = Observer()
            self._observer.daemon = True
            self._observer.start()
        for folder in self._watches.keys() - folders:
            watch = self._watches.pop(folder)
            if watch is not None:
                self._observer.unschedule(watch)
        for folder in folders - self._watches.keys():
            try:
                self._watches[folder] = self._observer.schedule(Handler(), str(folder))
            except OSError as error:  # the system's limit of watches, or a folder that is gone
                log.warning("cannot watch %s: %s", folder, error)
                self._watches[folder] = None
        return True

    def close(self) -> None:
        """Stops watching."""
        if self._observer is not None:
            self._observer.stop()
            self._observer = None


def _changed(event: FileSystemEvent) -> list[Path]:
    """The files and folders that an event tells of, if they count."""
    if event.event_type not in ("created", "modified", "moved", "deleted", "closed"):
        return []
    if event.is_directory and event.event_type == "modified":  # said of the folder above whenever any file comes or goes
        return []
    paths = [Path(os.fsdecode(path)) for path in (event.src_path, event.dest_path) if path]
    return [path for path in paths if event.is_directory or path.suffix.lower() in ENDINGS]
