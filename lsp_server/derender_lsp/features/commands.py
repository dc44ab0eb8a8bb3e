"""Commands of the palette and of other clients: read the pictures of a document again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer

READ_AGAIN = "derender.readAgain"


def read_again(server: DerenderServer, uri: str) -> None:
    """Reads the pictures of the document again that failed or were cancelled."""
    document = server.documents.document(uri)
    if document is not None:
        server.documents.forget_files()
        server.refresh(document, again=True)
