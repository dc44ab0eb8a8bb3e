"""Document links: from a figure or a region to its photograph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from derender.latex.markers import field_place

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer


def links(server: DerenderServer, params: types.DocumentLinkParams) -> list[types.DocumentLink]:
    """A link on each name of a photograph that exists and may be read."""
    document = server.documents.document(params.text_document.uri)
    if document is None:
        return []
    places = [(server.documents.image(document, figure), figure.name_start, figure.name_end) for figure in document.figures]
    for region in document.regions:
        place = field_place(document.text, region.start, "photo")
        if place is not None:
            places.append((server.documents.photo(document, region), *place))
    shows = server.client.shows_link_tooltips
    return [
        types.DocumentLink(
            document.lines.range(start, end), server.documents.uri_of(image), tooltip=f"Open {image.name}" if shows else None
        )
        for image, start, end in places
        if isinstance(image, Path)
    ]
