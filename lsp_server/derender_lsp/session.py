"""A session's course, by the protocol's names: how it begins and ends, its settings, and what happens to documents and files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from derender_lsp.client import Client
from derender_lsp.features import regenerate
from derender_lsp.settings import read_settings

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer

OPENING_SECONDS = 0.05
"""How long an opened document rests before it is looked at: time for the client's answer about settings, which often comes in between."""


def register(server: DerenderServer) -> None:
    """Registers what happens at the session's beginning, in its course and at its end."""
    _register_life(server)
    _register_documents(server)


def _register_life(server: DerenderServer) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(ls: DerenderServer, params: types.InitializeParams) -> None:
        ls.client = Client.of(params.capabilities, params.client_info.name if params.client_info else "")
        ls.initial_settings = params.initialization_options
        ls.settings, _ = read_settings(ls.initial_settings)  # what is wrong with them is told when messages may be sent

    @server.feature(types.INITIALIZED)
    async def initialized(ls: DerenderServer, _: types.InitializedParams) -> None:
        await ls.start()

    @server.feature(types.SHUTDOWN)
    async def shutdown(ls: DerenderServer, _: Any) -> None:
        await ls.stop()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def settings_changed(ls: DerenderServer, params: types.DidChangeConfigurationParams) -> None:
        if ls.client.has_settings:
            await ls.fetch_settings()
        else:
            data = params.settings
            told = data.get("derender", data) if isinstance(data, dict) else None
            await ls.apply_settings(told or None)  # some send an empty object where the author set nothing


def _register_documents(server: DerenderServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(ls: DerenderServer, params: types.DidOpenTextDocumentParams) -> None:
        ls.documents.opened(params.text_document.uri)
        ls.attend(params.text_document.uri)
        ls.refresh_soon(params.text_document.uri, OPENING_SECONDS)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(ls: DerenderServer, params: types.DidChangeTextDocumentParams) -> None:
        ls.attend(params.text_document.uri)
        ls.refresh_soon(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(ls: DerenderServer, params: types.DidSaveTextDocumentParams) -> None:
        ls.documents.forget_files()
        document = ls.documents.document(params.text_document.uri)
        if document is not None:
            regenerate.after_save(ls, document)
            ls.refresh(document, again=True)
        elif ls.documents.program(params.text_document.uri) is not None:
            ls.files_changed()  # figures may be drawn from it

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(ls: DerenderServer, params: types.DidCloseTextDocumentParams) -> None:
        ls.close_document(params.text_document.uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(ls: DerenderServer, params: types.DidChangeWatchedFilesParams) -> None:
        # Created, changed and deleted alike: editors save by deleting and creating, too.
        ls.files_changed(change.uri for change in params.changes)

    @server.feature(types.TEXT_DOCUMENT_WILL_SAVE_WAIT_UNTIL)
    def will_save(ls: DerenderServer, params: types.WillSaveTextDocumentParams) -> list[types.TextEdit]:
        return regenerate.before_save(ls, params)
