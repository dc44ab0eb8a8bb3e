"""When diagnostics and lenses are told: a result at once, results that follow each other quickly many in one."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from derender_lsp.documents import Document, ProgramDocument
from derender_lsp.features import diagnostics
from derender_lsp.worker import Analysis

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer


class Publishing:
    """Tells the client what it shows of documents and photographs, or that it should ask."""

    def __init__(self, server: DerenderServer, rest: float) -> None:
        """`rest`: seconds in which what follows a result is gathered."""
        self._server = server
        self._rest = rest
        self._changed: set[Path] = set()
        self._resting: asyncio.TimerHandle | None = None

    def document(self, document: Document | ProgramDocument) -> None:
        """A document was changed, or what is known of its files."""
        diagnostics.publish(self._server, document)
        self._ask_for_pull()

    def photo(self, path: Path) -> None:
        """Something is known of a photograph."""
        self._changed.add(path)
        if self._resting is None:
            self._photos()
            self._resting = asyncio.get_running_loop().call_later(self._rest, self._others)

    def _others(self) -> None:
        self._resting = None
        if self._changed:
            self._photos()

    def _photos(self) -> None:
        server = self._server
        paths, self._changed = self._changed, set()
        shown = [document for document in server.documents.open_documents() if not paths.isdisjoint(server.photos(document))]
        for document in shown:
            diagnostics.publish(server, document)
            server.redrawing.offer(document)
        if shown:
            self._ask_for_pull()
        is_read = any(isinstance(server.analyses.state(path), Analysis) for path in paths)
        if shown and is_read and server.client.refreshes_lenses:
            # Editors ask for lenses when a document is opened, which is before anything has been read.
            server.workspace_code_lens_refresh(None)

    def _ask_for_pull(self) -> None:
        if self._server.client.pulls_diagnostics:
            self._server.workspace_diagnostic_refresh(None)
