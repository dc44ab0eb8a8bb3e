"""Workspace edits: regions written or rewritten, together with what they need in the root document's preamble."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from derender.language.text import parse
from derender.latex.figures import Figure
from derender.latex.insertion import Edit, following, photo_path, replacing
from derender.latex.origin import Origin, lattice_text
from derender.latex.preamble import load_tikz
from derender.latex.regions import Form
from derender.rendering.tikz import tikz_libraries
from derender_lsp.convert import LineIndex
from derender_lsp.documents import Document
from derender_lsp.worker import Analysis

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer

Changes = dict[str, tuple[LineIndex, Sequence[Edit]]]
"""For each document's address its lines and the edits of its text."""


class Placement(StrEnum):
    """Where a region goes."""

    REPLACE = "replace"
    BELOW = "below"


def origin_of(document: Document, photo: Path, analysis: Analysis) -> Origin:
    """What a region's marker tells of its photograph; raises `DocumentError`."""
    homography = (analysis.inference.get("lattice") or {}).get("homography") or ()
    return Origin(photo_path(photo, document.path.parent), analysis.sha256, lattice_text(homography))


def insertion(document: Document, figure: Figure, program: str, form: Form, origin: Origin, placement: Placement) -> Edit:
    """The edit that puts a program's region in a figure's place or below it; raises `DerenderError`."""
    place = replacing if placement is Placement.REPLACE else following
    return place(document.text, figure, program, form, origin)


def with_tikz(server: DerenderServer, document: Document, edits: Sequence[Edit], programs: Iterable[str]) -> types.WorkspaceEdit:
    """Edits of a document, and of its root's preamble where that lacks TikZ or what these programs need of it."""
    return workspace_edit(server, _with_loading(server, document, edits, programs))


def loading(server: DerenderServer, document: Document, programs: Iterable[str], root: Path | None = None) -> Changes:
    """The edit of the root document's preamble alone; empty where nothing is missing or no root is known.

    `root`: a document that is to be the root; otherwise the known one.
    """
    root = root or server.documents.root(document)
    if root is None:
        return {}
    drawn = [program for text in programs if (program := parse(text).program) is not None]
    if not drawn:
        return {}
    libraries = dict.fromkeys(library for program in drawn for library in tikz_libraries(program))
    text = document.text if root == document.path else server.documents.read(root)
    edits = load_tikz(text or "", libraries, lambda name: server.documents.read(root.parent / name))
    if not edits:
        return {}
    if root == document.path:
        return {document.uri: (document.lines, edits)}
    return {server.documents.uri_of(root): (LineIndex(text or "", server.workspace.position_codec), edits)}


def workspace_edit(server: DerenderServer, changes: Changes) -> types.WorkspaceEdit:
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


def _with_loading(server: DerenderServer, document: Document, edits: Sequence[Edit], programs: Iterable[str]) -> Changes:
    changes: Changes = {document.uri: (document.lines, edits)}
    for uri, (lines, more) in loading(server, document, programs).items():
        changes[uri] = (lines, [*edits, *more] if uri == document.uri else more)
    return changes
