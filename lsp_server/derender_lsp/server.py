"""The language server: its parts, and the protocol's messages that reach them.

Handlers convert, call and convert back; everything long runs in the worker process. The server itself imports no network, no
OpenCV and no solver.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from derender.latex.images import is_program
from derender_lsp import session, watch
from derender_lsp.analyses import Analyses
from derender_lsp.cache import ResultCache, results_folder
from derender_lsp.client import Client
from derender_lsp.documents import Document, Documents, ProgramDocument
from derender_lsp.features import commands, gallery
from derender_lsp.files import local_path
from derender_lsp.jobs import Worker
from derender_lsp.program_files import ProgramFiles
from derender_lsp.progress import NoProgress, ShownProgress
from derender_lsp.publishing import Publishing
from derender_lsp.reading import analyse
from derender_lsp.redrawing import Redrawing
from derender_lsp.registration import register_features
from derender_lsp.settings import Settings, read_settings
from derender_lsp.states import State
from derender_lsp.worker import Analyse

DEBOUNCE_SECONDS = 0.3
"""How long a document must rest after a change before anything is done about it."""

SETTINGS_SECONDS = 10
"""How long the client may take to tell the author's settings; then the defaults count."""

log = logging.getLogger(__name__)


class DerenderServer(LanguageServer):
    """The server's parts; the features reach each other through it."""

    def __init__(self, analyse: Analyse, rest: float = DEBOUNCE_SECONDS) -> None:
        """`analyse` is what the worker runs; `rest`: seconds that a document must rest after a change."""
        super().__init__("derender-lsp", _version(), text_document_sync_kind=types.TextDocumentSyncKind.Incremental)
        self.client = Client()
        self.initial_settings: object = None
        """What the client began the session with; it counts where the client tells no settings later."""
        self.settings = Settings()
        self.documents = Documents(lambda: self.workspace, lambda: self.settings)
        self.publishing = Publishing(self, rest)
        cache = ResultCache(results_folder(), lambda: self.settings.cache_megabytes * 1_000_000)
        self.analyses = Analyses(Worker(analyse), cache, lambda: self.settings, self._progress, self.publishing.photo)
        self.program_files = ProgramFiles(self.documents.read)
        self.redrawing = Redrawing(self)
        self._rest = rest
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._folder_watch: watch.FolderWatch | None = None
        self._waits_for_settings = False
        self._seen: dict[str, None] = {}
        """Documents in the order in which the author last turned to them."""

    def state(self, image: Path) -> State | None:
        """What is known of the photograph or program file of a figure."""
        return self.program_files.state(image) if is_program(image) else self.analyses.state(image)

    def photos(self, document: Document) -> list[Path]:
        """The photographs that a document shows, in its order, those of regions where they were changed."""
        images = (self.documents.image(document, figure) for figure in document.figures)
        pictures = [image for image in images if isinstance(image, Path) and not is_program(image)]
        return list(dict.fromkeys([*pictures, *self.redrawing.changed_photos(document)]))

    # What happens to documents

    def refresh_soon(self, uri: str, seconds: float | None = None) -> None:
        """Has a document looked at again when it has rested for so long, or for a moment."""
        self._cancel_timer(uri)
        rest = self._rest if seconds is None else seconds
        self._timers[uri] = asyncio.get_running_loop().call_later(rest, self._refresh_now, uri)

    def refresh(self, document: Document | ProgramDocument, *, again: bool = False) -> None:
        """Publishes what is known of a document and has its pictures read."""
        self._cancel_timer(document.uri)
        if isinstance(document, Document):
            self._keep_what_is_open()
            self.redrawing.look(document)
            self.analyses.want(self.photos(document), again=again)
            self.redrawing.offer(document)
        self.publishing.document(document)

    def attend(self, uri: str) -> None:
        """The author looks at this document: its pictures come first."""
        if next(reversed(self._seen), None) == uri:
            return
        self._seen.pop(uri, None)
        self._seen[uri] = None
        document = self.documents.document(uri)
        if document is not None:
            self.analyses.prefer(self.photos(document))

    def hint(self, uri: str) -> None:
        """A file has changed: where it is a photograph that an open document shows, the worker may look at it already."""
        path = local_path(uri)
        if path is not None and self.documents.may_read(path):
            self.analyses.hint(path)

    def files_changed(self, uris: Iterable[str] = ()) -> None:
        """Something on the disk changed, these files if that is known: all open documents are looked at again, in a moment.

        That at hand comes last, and so its pictures come first.
        """
        for uri in uris:
            self.hint(uri)
        self.documents.forget_files()
        places = {uri: place for place, uri in enumerate(self._seen)}
        for document in sorted(self.documents.open_documents(), key=lambda document: places.get(document.uri, -1)):
            self.refresh_soon(document.uri)

    def close_document(self, uri: str) -> None:
        """Forgets a document; its diagnostics go with it."""
        self._cancel_timer(uri)
        self._seen.pop(uri, None)
        self.documents.forget(uri)
        self._keep_what_is_open()
        if not self.client.pulls_diagnostics:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    async def apply_settings(self, data: object) -> None:
        """Takes over new settings, or the initial ones for None; bad ones are told to the author."""
        before = self.settings
        self.settings, problems = read_settings(self.initial_settings if data is None else data)
        for problem in problems:
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, problem))
        self.documents.forget_parsed()
        if self.settings.loop_hints != before.loop_hints and self.client.refreshes_hints:
            self.workspace_inlay_hint_refresh(None)
        for document in list(self.documents.open_documents()):
            self.refresh_soon(document.uri)

    # The life of the server

    async def start(self) -> None:
        """What the client must have answered `initialize` for."""
        if self.client.watches_files:
            watch.register(self)
        else:
            self._folder_watch = watch.FolderWatch(lambda paths: self.files_changed(path.as_uri() for path in paths))
        await self.fetch_settings()
        await asyncio.to_thread(_load_for_answers)

    async def fetch_settings(self) -> None:
        """Takes over what the client answers about the author's settings."""
        self._waits_for_settings = self.client.has_settings
        answer = await self._asked_for_settings() if self.client.has_settings else None
        self._waits_for_settings = False
        await self.apply_settings(answer)

    async def _asked_for_settings(self) -> object:
        try:
            item = types.ConfigurationItem(section="derender")
            asked = asyncio.shield(self.workspace_configuration_async(types.ConfigurationParams([item])))
            answer = await asyncio.wait_for(asked, SETTINGS_SECONDS)
        except Exception as error:
            log.warning("the client gave no settings: %s", error)
            return None
        return answer[0] if answer else None

    async def stop(self) -> None:
        """Ends all work; the process can then exit."""
        for uri in list(self._timers):
            self._cancel_timer(uri)
        if self._folder_watch is not None:
            self._folder_watch.close()
        await self.redrawing.close()
        await self.analyses.close()

    def _refresh_now(self, uri: str) -> None:
        if self._waits_for_settings:  # nothing is read in a way that the author does not want
            self.refresh_soon(uri)
            return
        document = self.documents.document(uri) or self.documents.program(uri)
        if document is not None:
            self.refresh(document)

    def _keep_what_is_open(self) -> None:
        """Lets go of photographs that no open document shows, and watches the folders of the others."""
        documents = list(self.documents.open_documents())
        photos = {path for document in documents for path in self.photos(document)}
        self.analyses.keep(photos)
        folders = {path.parent for path in photos} | {folder for document in documents for folder in self.documents.searched(document)}
        if self._folder_watch is not None and self._folder_watch.watch(folders):
            self.documents.forget_files()  # what happened there before the watch began was not told

    def _progress(self) -> ShownProgress | NoProgress:
        return ShownProgress(self) if self.client.shows_progress else NoProgress()

    def _cancel_timer(self, uri: str) -> None:
        timer = self._timers.pop(uri, None)
        if timer is not None:
            timer.cancel()


def create_server(analyse: Analyse = analyse, rest: float = DEBOUNCE_SECONDS) -> DerenderServer:
    """A server with all its features; see `DerenderServer`."""
    server = DerenderServer(analyse, rest)
    session.register(server)
    register_features(server)
    _register_commands(server)
    return server


def _register_commands(server: DerenderServer) -> None:
    # Here, not with the features: pygls looks up the names in a command's annotations.
    @server.command(commands.READ_AGAIN)
    def read_again(ls: DerenderServer, uri: str) -> None:
        commands.read_again(ls, uri)

    @server.command(commands.EXTRAPOLATE)
    async def extrapolated(ls: DerenderServer, choice: Any, variable: str, bound: Any) -> bool:
        return await commands.extrapolate(ls, choice, variable, bound)

    @server.command(commands.CHOICES)
    def choices(ls: DerenderServer, uri: str, position: types.Position) -> dict[str, Any] | None:
        return gallery.choices(ls, uri, position)

    @server.command(commands.APPLY)
    async def applied(ls: DerenderServer, choice: Any) -> bool:
        return await commands.apply(ls, choice)

    @server.command(commands.UPDATE_ALL)
    async def updated(ls: DerenderServer, uri: str) -> bool:
        return await commands.update_all(ls, uri)


def _load_for_answers() -> None:
    """Imports what answers need and `initialize` does not, so that neither that nor the first code action waits for it."""
    for name in ("derender.extrapolation", "derender.rendering.preview"):
        import_module(name)


def _version() -> str:
    try:
        return version("derender")
    except PackageNotFoundError:
        return "0"
