"""Hover: the photograph and what was read from it side by side, or beside the drawing that a program gives now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from derender.errors import DerenderError
from derender.language.cost import cost_thirds
from derender.language.execute import execute
from derender.language.text import parse_program
from derender.latex.figures import Figure
from derender.latex.regions import Region
from derender_lsp.documents import Document, ProgramDocument
from derender_lsp.pictures import drawing_uri
from derender_lsp.results import FAR_BESIDE, agreement, beside_lattice, counted, summary
from derender_lsp.worker import LARGEST_PREVIEW, Analysis, Failure

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer

_LONGEST_PROGRAM = 40
"""Lines of a program that a hover shows."""


async def hover(server: DerenderServer, params: types.HoverParams) -> types.Hover | None:
    """What is known of the figure, region or program under the cursor."""
    program = server.documents.program(params.text_document.uri)
    if program is not None:
        return _program(server, program)
    document = server.documents.document(params.text_document.uri)
    if document is None:
        return None
    offset = document.lines.offset(params.position)
    for figure in document.figures:
        if figure.start <= offset <= figure.end:
            return _figure(server, document, figure)
    for region in document.regions:
        if region.start <= offset <= region.end:
            return await _region(server, document, region)
    return None


def _figure(server: DerenderServer, document: Document, figure: Figure) -> types.Hover | None:
    image = server.documents.image(document, figure)
    if not isinstance(image, Path):
        return None
    here = document.lines.range(figure.start, figure.end)
    match server.state(image):
        case Analysis() as analysis:
            found = analysis.readings
            certainty = f"Probability {found[0].probability:.0%}, cost {found[0].cost:.3g} commands." if found else ""
            far = beside_lattice(analysis)
            spacing = f"Drawn {far:.2f} cells beside its lattice on average." if found and far > FAR_BESIDE else ""
            sentences = [summary(analysis).removesuffix(".") + ".", certainty, agreement(analysis) if found else "", spacing]
            preview = analysis.preview or (drawing_uri(found[0].program) if found else "")
            return _content(server, here, [preview], " ".join(filter(None, sentences)), found[0].program if found else "")
        case Failure(message):
            return _content(server, here, [], message, "")
        case _:
            return None


async def _region(server: DerenderServer, document: Document, region: Region) -> types.Hover | None:
    """The photograph, where it was read before, and the drawing that the region's program gives now, edited or not."""
    here = document.lines.range(region.start, region.end)
    photo = server.documents.photo(document, region)
    analysis = await server.analyses.recall(photo) if isinstance(photo, Path) else None
    shown = analysis.photo if analysis is not None else ""
    try:
        count = _count(region.source.program)
    except DerenderError as error:
        return _content(server, here, [shown], str(error), "")
    origin = f", read from '{region.origin.photo}'" if region.origin.photo else ""
    drawing = drawing_uri(region.source.program, LARGEST_PREVIEW - len(shown))
    return _content(server, here, [shown, drawing], f"{count}{origin}.", "")


def _program(server: DerenderServer, program: ProgramDocument) -> types.Hover | None:
    here = program.lines.range(0, len(program.text))
    try:
        return _content(server, here, [drawing_uri(program.text)], f"{_count(program.text)}.", "")
    except DerenderError:  # the diagnostics tell
        return None


def _count(text: str) -> str:
    """`5 commands, cost 2`, commands as they are drawn; raises `DerenderError`."""
    program = parse_program(text)
    return f"{counted(len(execute(program)))}, cost {cost_thirds(program) / 3:.3g}"


def _content(server: DerenderServer, here: types.Range, pictures: list[str], sentence: str, program: str) -> types.Hover:
    lines = program.splitlines()
    shown = "\n".join(lines[:_LONGEST_PROGRAM] + (["…"] if len(lines) > _LONGEST_PROGRAM else []))
    if not server.client.reads_markdown:
        text = f"{sentence}\n\n{shown}".strip()
        return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, text), here)
    images = [f"![photograph and drawing]({picture})" for picture in pictures if picture and server.client.shows_pictures]
    parts = [" ".join(images)] * bool(images) + [_escaped(sentence)] + [f"```derender\n{shown}\n```"] * bool(shown)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "\n\n".join(parts)), here)


def _escaped(sentence: str) -> str:
    """Text that markdown shows as it is: a file's name may hold anything."""
    return "".join("\\" + character if character in "\\`*_{}[]()<>#+!|&" else character for character in sentence)
