"""Regions whose program the author changed are regenerated with the save, from the program alone.

Regions edited by hand are never touched, nor is anything while the author types and the editor saves by itself after a delay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from derender.latex.insertion import Edit
from derender.latex.review import review
from derender_lsp.documents import Document
from derender_lsp.edits import workspace_edit

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer


def outdated(text: str) -> tuple[Edit, ...]:
    """The edits that bring a document's regions up to date."""
    return review(text).edits


def before_save(server: DerenderServer, params: types.WillSaveTextDocumentParams) -> list[types.TextEdit]:
    """Edits that the client makes a part of the save."""
    document = server.documents.document(params.text_document.uri)
    by_itself = params.reason == types.TextDocumentSaveReason.AfterDelay
    if document is None or by_itself or not server.settings.regenerate_on_save:
        return []
    return document.lines.text_edits(outdated(document.text))


def after_save(server: DerenderServer, document: Document) -> None:
    """The same for clients that do not ask before saving: an edit of the version that was saved, refused by the client if stale."""
    if server.client.asks_before_saving or not server.client.applies_edits or not server.settings.regenerate_on_save:
        return
    edits = outdated(document.text)
    if edits:
        edit = workspace_edit(server, {document.uri: (document.lines, edits)})
        server.workspace_apply_edit(types.ApplyWorkspaceEditParams(edit, label="Regenerate figures"))
