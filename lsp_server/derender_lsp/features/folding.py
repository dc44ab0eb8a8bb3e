"""Folding: regions, their bodies, and the bodies of loops, tests and reflections in programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from derender.language.grammar import opens_body
from derender_lsp.documents import Document, ProgramDocument

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer


def folds(server: DerenderServer, params: types.FoldingRangeParams) -> list[types.FoldingRange]:
    """What can be folded away."""
    uri = params.text_document.uri
    document = server.documents.document(uri)
    if document is not None:
        return list(_regions(document))
    program = server.documents.program(uri)
    return list(_bodies(program)) if program is not None else []


def _regions(document: Document) -> Iterator[types.FoldingRange]:
    for region in document.regions:
        first, last = document.lines.rows(region.start, region.end)
        shown = f"% derender: {region.origin.photo or 'figure'}"
        yield types.FoldingRange(first, last, kind=types.FoldingRangeKind.Region, collapsed_text=shown)
        body, _ = document.lines.rows(region.body_start, region.body_start)
        if body + 1 < last:
            yield types.FoldingRange(body, last - 1)


def _bodies(program: ProgramDocument) -> Iterator[types.FoldingRange]:
    lines = program.listing.lines
    for number, line in enumerate(lines):
        last = program.listing.body_end(number)
        if opens_body(line) and last > number:
            yield types.FoldingRange(number, last)
