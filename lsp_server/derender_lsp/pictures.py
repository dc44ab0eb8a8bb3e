"""Pictures of programs for clients, as data URIs: drawn by Cairo in the server, which decodes no picture."""

from __future__ import annotations

import base64

from derender.errors import DerenderError
from derender.language.execute import execute
from derender.language.text import parse_program
from derender_lsp.worker import LARGEST_PREVIEW

_PIXELS_PER_CELL = 20


def drawing_uri(text: str, largest: int = LARGEST_PREVIEW) -> str:
    """The picture of a program's text; empty where it cannot be drawn or its URI would be longer than `largest` characters."""
    from derender.rendering.preview import preview_png

    try:
        program = parse_program(text)
        picture = preview_png(execute(program), program.labels, pixels_per_cell=_PIXELS_PER_CELL)
    except DerenderError:
        return ""
    uri = "data:image/png;base64," + base64.b64encode(picture).decode("ascii")
    return uri if len(uri) <= largest else ""
