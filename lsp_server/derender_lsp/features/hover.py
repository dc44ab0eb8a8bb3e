"""Hover: the photograph and what was read from it side by side, or the drawing of a region's program."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from derender.errors import DerenderError
from derender.language.execute import execute
from derender.language.text import parse_program
from derender.latex.figures import Figure
from derender.latex.regions import Region
from derender_lsp.documents import Document
from derender_lsp.results import readings, summary
from derender_lsp.worker import LARGEST_PREVIEW, Analysis, Failure

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer

_LONGEST_PROGRAM = 40
"""Lines of a program that a hover shows."""


def hover(server: DerenderServer, params: types.HoverParams) -> types.Hover | None:
    """What is known of the figure or region under the cursor."""
    document = server.documents.document(params.text_document.uri)
    if document is None:
        return None
    offset = document.lines.offset(params.position)
    for figure in document.figures:
        if figure.start <= offset <= figure.end:
            return _figure(server, document, figure)
    for region in document.regions:
        if region.start <= offset <= region.end:
            return _region(server, document, region)
    return None


def _figure(server: DerenderServer, document: Document, figure: Figure) -> types.Hover | None:
    image = server.documents.image(document, figure)
    if not isinstance(image, Path):
        return None
    here = document.lines.range(figure.start, figure.end)
    match server.analyses.state(image):
        case Analysis() as analysis:
            found = readings(analysis)
            program = found[0].program if found else ""
            certainty = f"Probability {found[0].probability:.0%}." if found else ""
            return _content(server, here, analysis.preview, f"{summary(analysis)} {certainty}".strip(), program)
        case Failure(message):
            return _content(server, here, "", message, "")
        case _:
            return None


def _region(server: DerenderServer, document: Document, region: Region) -> types.Hover | None:
    """The drawing that the region's program gives now, edited or not."""
    from derender.rendering.preview import preview_png

    here = document.lines.range(region.start, region.end)
    try:
        program = parse_program(region.source.program)
        spec = execute(program)
        picture = preview_png(spec, program.labels, pixels_per_cell=20)
    except DerenderError as error:
        return _content(server, here, "", str(error), "")
    uri = "data:image/png;base64," + base64.b64encode(picture).decode("ascii")
    count = f"{len(spec)} command{'' if len(spec) == 1 else 's'}"
    origin = f", read from '{region.origin.photo}'" if region.origin.photo else ""
    return _content(server, here, uri if len(uri) <= LARGEST_PREVIEW else "", f"{count}{origin}.", "")


def _content(server: DerenderServer, here: types.Range, picture: str, sentence: str, program: str) -> types.Hover:
    lines = program.splitlines()
    shown = "\n".join(lines[:_LONGEST_PROGRAM] + (["…"] if len(lines) > _LONGEST_PROGRAM else []))
    if not server.client.reads_markdown:
        text = f"{sentence}\n\n{shown}".strip()
        return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, text), here)
    parts = (
        [f"![photograph and drawing]({picture})"] * bool(picture and server.client.shows_pictures)
        + [_escaped(sentence)]
        + [f"```derender\n{shown}\n```"] * bool(shown)
    )
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "\n\n".join(parts)), here)


def _escaped(sentence: str) -> str:
    """Text that markdown shows as it is: a file's name may hold anything."""
    return "".join("\\" + character if character in "\\`*_{}[]()<>#+!|&" else character for character in sentence)
