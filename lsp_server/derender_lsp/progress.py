"""Progress in the editor, where the client shows it; its cancel button stops the work."""

from __future__ import annotations

import uuid
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from derender_lsp.results import counted

_WORDS = {"photo": "looking at", "reading": "reading", "synthesis": "finding programs for", "preview": "drawing"}


class ShownProgress:
    """One bar for a run of readings; the work never waits for the client to show it."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._token = f"derender-{uuid.uuid4()}"
        self._is_shown = False
        self._is_over = False

    def begin(self) -> None:
        # Sent by hand, not by pygls' coroutine: cancelling a task that waits for a client's answer breaks pygls' bookkeeping.
        create = types.WorkDoneProgressCreateParams(self._token)
        self._server.protocol.send_request(types.WINDOW_WORK_DONE_PROGRESS_CREATE, create).add_done_callback(self._created)

    def report(self, path: Path, stage: str, done: int, total: int, found: int | None = None) -> None:
        if self._is_shown:
            message = f"{_WORDS[stage]} {path.name}" + (f" ({done + 1} of {total})" if total > 1 else "")
            message += f": {counted(found)} at a first look" if found is not None else ""
            percentage = int(100 * (done + list(_WORDS).index(stage) / len(_WORDS)) / max(total, 1))
            report = types.WorkDoneProgressReport(message=message, percentage=min(percentage, 100), cancellable=True)
            self._server.work_done_progress.report(self._token, report)

    def is_cancelled(self) -> bool:
        future = self._server.work_done_progress.tokens.get(self._token)
        return future is not None and future.cancelled()

    def end(self) -> None:
        self._is_over = True
        if self._is_shown:
            self._server.work_done_progress.end(self._token, types.WorkDoneProgressEnd())
        # pygls never drops a token by itself.
        self._server.work_done_progress.tokens.pop(self._token, None)

    def _created(self, answer: Future[Any]) -> None:
        if not self._is_over and not answer.cancelled() and answer.exception() is None:
            begin = types.WorkDoneProgressBegin(title="Derender", cancellable=True, percentage=0)
            self._server.work_done_progress.begin(self._token, begin)
            self._is_shown = True


class NoProgress:
    """For clients without progress."""

    def begin(self) -> None:
        """Shows nothing."""

    def report(self, path: Path, stage: str, done: int, total: int, found: int | None = None) -> None:
        """Shows nothing."""

    def is_cancelled(self) -> bool:
        return False

    def end(self) -> None:
        """Shows nothing."""
