"""Programs that a test starts, and all that they start: stopped together, by process id, when the test is over.

An editor starts servers, and those start workers, some in sessions of their own. What belongs to a test is therefore known by a
mark that every process inherits: the test's own folder, in its environment or on its command line.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_MARK = "DERENDER_TEST_FOLDER"


class Processes:
    """Starts programs that are marked with `folder`, which no other test uses, and ends them all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._started: list[subprocess.Popen[str]] = []

    def start(self, command: Sequence[str], *, environment: Mapping[str, str], **options: Any) -> subprocess.Popen[str]:
        """A program in a session of its own, with text pipes; it is told to end when this process dies."""
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "--", *command],
            env={**environment, _MARK: str(self.folder)},
            start_new_session=True,
            text=True,
            encoding="utf-8",
            **options,
        )
        self._started.append(process)
        return process

    def ids(self, name: str = "") -> list[int]:
        """The running processes of this test whose command line contains `name`."""
        mark = str(self.folder).encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal() and int(entry.name) != os.getpid():
                try:
                    command, environment = (entry / "cmdline").read_bytes(), (entry / "environ").read_bytes()
                except (FileNotFoundError, ProcessLookupError, PermissionError):
                    continue  # ended meanwhile, or not ours to see
                if (mark in command or mark in environment) and name.encode() in command:
                    found.append(int(entry.name))
        return found

    def stop(self, patience: float = 5.0) -> None:
        """Ends them all: asked first, killed when `patience` seconds have passed."""
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + patience
        while self.ids() and time.monotonic() < deadline:
            time.sleep(0.05)
        while self.ids():
            self._signal(signal.SIGKILL)
            time.sleep(0.05)
        for process in self._started:
            process.wait()

    def _signal(self, number: signal.Signals) -> None:
        for process in self.ids():
            try:
                os.kill(process, number)
            except ProcessLookupError:
                continue
