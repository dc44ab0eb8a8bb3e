"""Changes of image and program files: watched by the client when it can, by watchdog otherwise."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from derender.latex.images import EXTENSIONS

log = logging.getLogger(__name__)


def register(server: LanguageServer) -> None:
    """Asks the client to tell of changed images, programs and LaTeX files. Only after `initialized`: clients ignore it before."""
    endings = ",".join(extension.removeprefix(".") for extension in (*EXTENSIONS, ".tex", ".dr"))
    watchers = [types.FileSystemWatcher(glob_pattern=f"**/*.{{{endings},{endings.upper()}}}")]
    registration = types.Registration(
        id="derender-files",
        method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
        register_options=types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers),
    )
    answer = server.client_register_capability(types.RegistrationParams([registration]))
    answer.add_done_callback(lambda answer: None if answer.cancelled() or answer.exception() is None else log.warning("no watching"))


class FolderWatch:
    """Watches the folders of the images itself, for clients that do not. Tells of every change through the event loop."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._observer: Any = None
        self._watches: dict[Path, Any] = {}

    def watch(self, folders: set[Path]) -> bool:
        """Watches these folders and no others; tells whether there are new ones among them."""
        if folders == self._watches.keys():
            return False
        from watchdog.events import FileSystemEvent, FileSystemEventHandler
        from watchdog.observers import Observer

        loop = asyncio.get_running_loop()
        changed = self._changed

        class Handler(FileSystemEventHandler):
            def on_any_event(self, event: FileSystemEvent) -> None:
                if event.event_type in ("created", "modified", "moved", "deleted", "closed") and not loop.is_closed():
                    loop.call_soon_threadsafe(changed)

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
