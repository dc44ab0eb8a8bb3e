"""Regions whose program the author changed are regenerated with the save, from the program alone.

Regions edited by hand are never touched, nor is anything while the author types and the editor saves by itself after a delay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from derender.latex.insertion import Edit
from derender.latex.review import renewals
from derender_lsp.documents import Document
from derender_lsp.edits import loading, with_tikz, workspace_edit

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer


def programs_at(document: Document, edits: tuple[Edit, ...]) -> list[str]:
    """The programs of the regions that the edits regenerate."""
    starts = {edit.start for edit in edits}
    return [region.source.program for region in document.regions if region.start in starts]


def updating(server: DerenderServer, document: Document) -> types.WorkspaceEdit | None:
    """The edit that brings all regions of a document up to date, and its preamble; None where all are."""
    edits = renewals(document.text, document.regions)
    return with_tikz(server, document, edits, programs_at(document, edits)) if edits else None


def before_save(server: DerenderServer, params: types.WillSaveTextDocumentParams) -> list[types.TextEdit]:
    """Edits that the client makes a part of the save; a root document elsewhere that lacks TikZ gets an edit of its own."""
    document = server.documents.document(params.text_document.uri)
    by_itself = params.reason == types.TextDocumentSaveReason.AfterDelay
    if document is None or by_itself or not server.settings.regenerate_on_save:
        return []
    edits = renewals(document.text, document.regions)
    more = loading(server, document, programs_at(document, edits)) if edits else {}
    here = more.pop(document.uri, None)
    if more and server.client.applies_edits:
        server.workspace_apply_edit(types.ApplyWorkspaceEditParams(workspace_edit(server, more), label="Load TikZ"))
    return document.lines.text_edits([*edits, *(here[1] if here else ())])


def after_save(server: DerenderServer, document: Document) -> None:
    """The same for clients that do not ask before saving: an edit of the version that was saved, refused by the client if stale."""
    if server.client.asks_before_saving or not server.client.applies_edits or not server.settings.regenerate_on_save:
        return
    edit = updating(server, document)
    if edit is not None:
        server.workspace_apply_edit(types.ApplyWorkspaceEditParams(edit, label="Regenerate figures"))
