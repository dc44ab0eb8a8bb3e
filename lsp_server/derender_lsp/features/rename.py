"""Renaming the letter of a loop, in a program of its own or in a region, whose body follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from derender.errors import DerenderError
from derender.latex.insertion import Edit, apply_edits
from derender.latex.regions import Source, find_regions
from derender.latex.review import renewal
from derender_lsp.convert import LineIndex
from derender_lsp.edits import workspace_edit
from derender_lsp.listings import Listing, Loop

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer


def prepare(server: DerenderServer, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
    """The letter under the cursor, None where there is no loop's."""
    found = _at(server, params.text_document.uri, params.position)
    if found is None:
        return None
    lines, _, loop, start = found
    return types.PrepareRenamePlaceholder(lines.range(start, start + 1), loop.variable)


def rename(server: DerenderServer, params: types.RenameParams) -> types.WorkspaceEdit | None:
    """The edit that gives the loop under the cursor another letter; raises `JsonRpcException` for what cannot be one."""
    uri = params.text_document.uri
    found = _at(server, uri, params.position)
    if found is None:
        return None
    lines, listing, loop, _ = found
    new = params.new_name
    if len(new) != 1 or not ("a" <= new <= "z"):
        raise JsonRpcException("A loop is counted by a single small letter.", int(types.LSPErrorCodes.RequestFailed))
    if new != loop.variable and _is_taken(listing, loop, new):
        raise JsonRpcException(f"'{new}' already counts a loop here.", int(types.LSPErrorCodes.RequestFailed))
    edits = [Edit(start, start + 1, new) for start in listing.uses(loop)]
    document = server.documents.document(uri)
    if document is not None and listing.region is not None:
        edits = _with_body(document.text, listing, edits)
    return workspace_edit(server, {uri: (lines, edits)})


def _with_body(text: str, listing: Listing, edits: list[Edit]) -> list[Edit]:
    """The region with its body, where that is the one generated from its program; else the program's letters alone."""
    region = listing.region
    if region is None or region.is_edited or region.is_outdated:
        return edits
    renamed = apply_edits(text, tuple(edits))
    found = [other for other in find_regions(renamed).regions if other.start == region.start]
    try:
        source = Source(found[0].source.program, region.source.form, region.source.options) if found else None
        renewed = renewal(text, region, source) if source is not None else None
    except DerenderError:
        return edits
    return [renewed] if renewed is not None else edits


def _is_taken(listing: Listing, loop: Loop, letter: str) -> bool:
    """Whether the letter means something in the loop or around it."""
    around = any(other.variable == letter and other.line < loop.line <= other.last for other in listing.loops)
    inside = any(letter == used for line in range(loop.line, loop.last + 1) for _, used in listing.letters(line))
    return around or inside


def _at(server: DerenderServer, uri: str, position: types.Position) -> tuple[LineIndex, Listing, Loop, int] | None:
    found = server.documents.listings(uri)
    if found is None:
        return None
    lines, listings = found
    offset = lines.offset(position)
    for listing in listings:
        loop = listing.loop_at(offset)
        if loop is not None:
            return lines, listing, *loop
    return None
