"""Diagnostics: what was read from each figure and how sure that is, why not, and what is the matter with regions and programs.

Sent to clients that wait for them, given to clients that ask (pull), never both: an editor would show each twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from derender.errors import DerenderError
from derender.language.execute import execute
from derender.language.legality import problems as rules_broken
from derender.latex.figures import Figure
from derender.latex.generation import program_problems
from derender.latex.images import is_program
from derender.latex.regions import Region
from derender_lsp.documents import Document, ProgramDocument
from derender_lsp.files import Missing, Refused
from derender_lsp.results import FAR_BESIDE, MUCH_UNEXPLAINED, Correction, beside_lattice, is_doubtful, summary, unexplained_ink
from derender_lsp.settings import ChangedPhotos
from derender_lsp.states import Stopped
from derender_lsp.worker import Analysis, Failure

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer

SOURCE = "derender"

HINT = types.DiagnosticSeverity.Hint
INFORMATION = types.DiagnosticSeverity.Information
WARNING = types.DiagnosticSeverity.Warning
ERROR = types.DiagnosticSeverity.Error


def publish(server: DerenderServer, document: Document | ProgramDocument) -> None:
    """Sends a document's diagnostics, where the client does not ask for them."""
    if not server.client.pulls_diagnostics:
        params = types.PublishDiagnosticsParams(document.uri, list(diagnostics(server, document)), document.version)
        server.text_document_publish_diagnostics(params)


def pull(server: DerenderServer, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
    """A document's diagnostics for a client that asks; empty for one that cannot be told when to ask again: it is sent them."""
    uri = params.text_document.uri
    document = server.documents.document(uri) or server.documents.program(uri)
    if document is None or not server.client.pulls_diagnostics:
        return types.RelatedFullDocumentDiagnosticReport([])
    found = list(diagnostics(server, document))
    result = hashlib.sha256(repr(found).encode("utf-8", "replace")).hexdigest()[:16]
    if result == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result)
    return types.RelatedFullDocumentDiagnosticReport(found, result_id=result)


def diagnostics(server: DerenderServer, document: Document | ProgramDocument) -> Iterator[types.Diagnostic]:
    """All that is to be said of a document, in its order of kinds."""
    if isinstance(document, ProgramDocument):
        yield from _program(document)
        return
    for figure in document.figures:
        yield from _figure(server, document, figure)
    for region in document.regions:
        yield from _region(server, document, region)
        yield from _photo(server, document, region)
    for fault in document.found.faults:
        yield _diagnostic(document, fault.start, fault.end, fault.message, WARNING, "broken-region")
    if document.regions and server.documents.root(document) is None:
        first = document.regions[0]
        message = "The root document of this file is not known, so make sure that it loads TikZ, or name it here: % !TEX root = main.tex"
        yield _diagnostic(document, first.start, _line_end(document, first.start), message, INFORMATION, "unknown-root")


def _figure(server: DerenderServer, document: Document, figure: Figure) -> Iterator[types.Diagnostic]:
    image = server.documents.image(document, figure)
    match image:
        case None:
            return
        case Missing():
            yield _diagnostic(document, figure.name_start, figure.name_end, f"There is no picture '{figure.name}'.", HINT, "missing")
        case Refused(message):
            yield _diagnostic(document, figure.name_start, figure.name_end, message, WARNING, "refused")
        case path:
            match server.state(path):
                case Analysis() as analysis:
                    yield _diagnostic(document, figure.start, figure.end, summary(analysis), INFORMATION, "drawing")
                    yield from _doubts(server, document, figure, path, analysis)
                case Failure(message):
                    yield _diagnostic(document, figure.start, figure.end, message, WARNING, "unreadable")
                case Stopped():
                    message = f"Reading '{path.name}' was cancelled; saving reads it again."
                    yield _diagnostic(document, figure.start, figure.end, message, INFORMATION, "cancelled")
                case _:
                    return


def _doubts(server: DerenderServer, document: Document, figure: Figure, photo: Path, analysis: Analysis) -> Iterator[types.Diagnostic]:
    """What an author should compare with the photograph before trusting a reading."""
    found = analysis.readings
    if not found or not found[0].commands:
        return
    for number, correction in enumerate(found[0].corrections):
        told = _diagnostic(document, figure.start, figure.end, correction.sentence, INFORMATION, "correction")
        if server.client.relates_information:
            told.related_information = [_in_the_photo(server, photo, correction)]
        told.data = {"correction": number, "sha256": analysis.sha256, "place": list(correction.place)}
        yield told
    if (unexplained := unexplained_ink(analysis)) > MUCH_UNEXPLAINED:
        message = f"{unexplained:.0%} of the ink in '{photo.name}' is not explained by what was read; compare the two."
        yield _diagnostic(document, figure.start, figure.end, message, WARNING, "unexplained-ink")
    if (beside := beside_lattice(analysis)) > FAR_BESIDE:
        message = f"What is drawn in '{photo.name}' lies {beside:.2f} cells beside its lattice on average; the figure is spaced evenly."
        yield _diagnostic(document, figure.start, figure.end, message, INFORMATION, "uneven-spacing")
    if is_doubtful(found):
        message = f"The likeliest of {len(found)} readings has a probability of {found[0].probability:.0%}; look at the others, too."
        yield _diagnostic(document, figure.start, figure.end, message, INFORMATION, "low-confidence")


def _in_the_photo(server: DerenderServer, photo: Path, correction: Correction) -> types.DiagnosticRelatedInformation:
    left, top, right, bottom = (round(value) for value in correction.place)
    start = types.Range(types.Position(0, 0), types.Position(0, 0))
    message = f"in the picture: {left} to {right} pixels from the left, {top} to {bottom} from the top"
    return types.DiagnosticRelatedInformation(types.Location(server.documents.uri_of(photo), start), message)


def _region(server: DerenderServer, document: Document, region: Region) -> Iterator[types.Diagnostic]:
    problems = list(program_problems(region)) if region.is_outdated else []
    for offset, message in problems:
        yield _diagnostic(document, offset, _line_end(document, offset), message, ERROR, "program")
    end = _line_end(document, region.start)
    if region.is_edited:
        message = "This figure was edited by hand and is not regenerated: overwrite the edits, or detach it from Derender."
        yield _diagnostic(document, region.start, end, message, INFORMATION, "edited-region")
    elif region.is_outdated and not problems:
        what = "saving" if server.settings.regenerate_on_save else "its quick fix"
        message = f"The program was changed; {what} regenerates the figure."
        yield _diagnostic(document, region.start, end, message, INFORMATION, "stale-region")


def _photo(server: DerenderServer, document: Document, region: Region) -> Iterator[types.Diagnostic]:
    """That a region's photograph was changed since it was read."""
    photo = server.redrawing.changed_photo(document, region)
    if photo is None:
        return
    end = _line_end(document, region.start)
    if is_program(photo) and isinstance(server.state(photo), Analysis):
        message = f"The program file '{photo.name}' was changed since this figure was drawn."
        yield _diagnostic(document, region.start, end, message, INFORMATION, "changed-photo")
        return
    match server.state(photo):
        case Analysis() as analysis:
            severity = HINT if server.settings.changed_photos is ChangedPhotos.NEVER else INFORMATION
            message = f"The picture '{photo.name}' was changed since this figure was drawn: {summary(analysis).removesuffix('.')}."
        case Failure(reason):
            what = "program file" if is_program(photo) else "picture"
            severity, message = WARNING, f"The {what} of this figure was changed and cannot be read: {reason}"
        case _:
            return
    yield _diagnostic(document, region.start, end, message, severity, "changed-photo")


def _program(document: ProgramDocument) -> Iterator[types.Diagnostic]:
    """What is wrong in a program of its own: what cannot be read, what cannot be drawn, and which rules of the language it breaks."""
    parsed = document.listing.parsed
    for problem in parsed.problems:
        start, end = document.listing.place(problem)
        yield _diagnostic(document, start, end, problem.message, ERROR, "program")
    if parsed.program is None:
        return
    end = _line_end(document, 0)
    try:
        execute(parsed.program)
    except DerenderError as error:
        yield _diagnostic(document, 0, end, str(error), ERROR, "program")
        return
    for message in rules_broken(parsed.program):
        yield _diagnostic(document, 0, end, message[:1].upper() + message[1:] + ".", WARNING, "illegal-program")


def _diagnostic(
    document: Document | ProgramDocument, start: int, end: int, message: str, severity: types.DiagnosticSeverity, code: str
) -> types.Diagnostic:
    return types.Diagnostic(document.lines.range(start, max(start, end)), message, severity=severity, code=code, source=SOURCE)


def _line_end(document: Document | ProgramDocument, offset: int) -> int:
    ends = [end for end in (document.text.find("\n", offset), document.text.find("\r", offset)) if end >= 0]
    return min(ends, default=len(document.text))
