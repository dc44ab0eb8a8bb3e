"""Workspace edits: a region in a figure's place or after it, together with what it needs in the root document's preamble."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from derender.language.text import parse_program
from derender.latex.figures import Figure
from derender.latex.insertion import Edit, following, photo_path, replacing
from derender.latex.origin import Origin, lattice_text
from derender.latex.preamble import load_tikz
from derender.latex.regions import Form
from derender.rendering.tikz import tikz_libraries
from derender_lsp.convert import LineIndex
from derender_lsp.documents import Document
from derender_lsp.results import Reading
from derender_lsp.worker import Analysis

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer


class Placement(StrEnum):
    """Where a region goes."""

    REPLACE = "replace"
    BELOW = "below"


def insertion(
    server: DerenderServer, document: Document, figure: Figure, photo: Path, analysis: Analysis, reading: Reading, form: Form,
    placement: Placement,
) -> types.WorkspaceEdit:  # fmt: skip
    """The edit that inserts a reading; raises `DerenderError`."""
    homography = (analysis.inference.get("lattice") or {}).get("homography") or ()
    origin = Origin(photo_path(photo, document.path.parent), analysis.sha256, lattice_text(homography))
    place = replacing if placement is Placement.REPLACE else following
    edits = [place(document.text, figure, reading.program, form, origin)]
    libraries = tikz_libraries(parse_program(reading.program))
    root = server.documents.root(document)
    if root is None:
        return workspace_edit(server, {document.uri: (document.lines, edits)})
    text = document.text if root == document.path else server.documents.read(root)
    loading = load_tikz(text or "", libraries, lambda name: server.documents.read(root.parent / name))
    if root == document.path:
        return workspace_edit(server, {document.uri: (document.lines, [*edits, *loading])})
    changes: dict[str, tuple[LineIndex, Sequence[Edit]]] = {document.uri: (document.lines, edits)}
    if loading:
        changes[server.documents.uri_of(root)] = (LineIndex(text or "", server.workspace.position_codec), loading)
    return workspace_edit(server, changes)


def workspace_edit(server: DerenderServer, changes: dict[str, tuple[LineIndex, Sequence[Edit]]]) -> types.WorkspaceEdit:
    """Edits of several documents, with the documents' versions where the client knows what they are."""
    converted = {uri: lines.text_edits(edits) for uri, (lines, edits) in changes.items()}
    if not server.client.knows_document_changes:
        return types.WorkspaceEdit(changes=converted)
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=server.documents.version_of(uri)), edits)
            for uri, edits in converted.items()
        ]
    )
