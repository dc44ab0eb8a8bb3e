"""Code lenses: the result above each figure that was read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from derender_lsp.results import readings, summary
from derender_lsp.worker import Analysis

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer


def code_lenses(server: DerenderServer, params: types.CodeLensParams) -> list[types.CodeLens]:
    """A line of text for each figure with a reading; it starts nothing."""
    document = server.documents.document(params.text_document.uri)
    if document is None:
        return []
    lenses: list[types.CodeLens] = []
    for figure in document.figures:
        image = server.documents.image(document, figure)
        analysis = server.analyses.state(image) if isinstance(image, Path) else None
        if isinstance(analysis, Analysis) and readings(analysis):
            here = document.lines.range(figure.start, figure.end)
            lenses.append(types.CodeLens(here, command=types.Command(summary(analysis), "")))
    return lenses
