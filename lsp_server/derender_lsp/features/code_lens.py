"""Code lenses: the result above each figure that was read, and what a region draws above it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from derender_lsp.features.hints import bounds_text
from derender_lsp.listings import Listing
from derender_lsp.results import summary
from derender_lsp.worker import Analysis

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer


def code_lenses(server: DerenderServer, params: types.CodeLensParams) -> list[types.CodeLens]:
    """A line of text for each figure with a reading and each region; it starts nothing."""
    document = server.documents.document(params.text_document.uri)
    if document is None:
        return []
    lenses: list[types.CodeLens] = []
    for figure in document.figures:
        image = server.documents.image(document, figure)
        analysis = server.state(image) if isinstance(image, Path) else None
        if isinstance(analysis, Analysis) and analysis.readings:
            here = document.lines.range(figure.start, figure.end)
            lenses.append(types.CodeLens(here, command=types.Command(summary(analysis), "")))
    for region, listing in zip(document.regions, document.listings, strict=True):
        here = document.lines.range(region.start, region.start)
        lenses.append(types.CodeLens(here, command=types.Command(_region(listing), "")))
    return lenses


def _region(listing: Listing) -> str:
    """`5-line program, i < 3, from 'sketch.jpg'; edited by hand`."""
    region = listing.region
    assert region is not None
    bounds = bounds_text(listing)
    parts = [f"{len(listing.lines)}-line program", *([bounds] if bounds else [])]
    origin = f", from '{Path(region.origin.photo).name}'" if region.origin.photo else ""
    state = "; edited by hand" if region.is_edited else "; changed, not regenerated" if region.is_outdated else ""
    return ", ".join(parts) + origin + state
