"""Diagnostics: what was read from each figure, why not, and what is the matter with regions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from derender.latex.figures import Figure
from derender.latex.generation import program_problems
from derender.latex.regions import Region
from derender_lsp.analyses import Stopped
from derender_lsp.documents import Document, Missing, Refused
from derender_lsp.results import summary
from derender_lsp.worker import Analysis, Failure

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer

SOURCE = "derender"

HINT = types.DiagnosticSeverity.Hint
INFORMATION = types.DiagnosticSeverity.Information
WARNING = types.DiagnosticSeverity.Warning
ERROR = types.DiagnosticSeverity.Error


def publish(server: DerenderServer, document: Document) -> None:
    """Sends a document's diagnostics."""
    params = types.PublishDiagnosticsParams(document.uri, list(diagnostics(server, document)), document.version)
    server.text_document_publish_diagnostics(params)


def diagnostics(server: DerenderServer, document: Document) -> Iterator[types.Diagnostic]:
    """All that is to be said of a document, in its order of kinds."""
    for figure in document.figures:
        yield from _figure(server, document, figure)
    for region in document.regions:
        yield from _region(document, region)
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
            match server.analyses.state(path):
                case Analysis() as analysis:
                    yield _diagnostic(document, figure.start, figure.end, summary(analysis), INFORMATION, "drawing")
                case Failure(message):
                    yield _diagnostic(document, figure.start, figure.end, message, WARNING, "unreadable")
                case Stopped():
                    message = f"Reading '{path.name}' was cancelled; saving reads it again."
                    yield _diagnostic(document, figure.start, figure.end, message, INFORMATION, "cancelled")
                case _:
                    return


def _region(document: Document, region: Region) -> Iterator[types.Diagnostic]:
    problems = list(program_problems(region)) if region.is_outdated else []
    for offset, message in problems:
        yield _diagnostic(document, offset, _line_end(document, offset), message, ERROR, "program")
    end = _line_end(document, region.start)
    if region.is_edited:
        message = "This figure was edited by hand and is not regenerated: overwrite the edits, or detach it from Derender."
        yield _diagnostic(document, region.start, end, message, INFORMATION, "edited-region")
    elif region.is_outdated and not problems:
        message = "The program was changed; saving regenerates the figure."
        yield _diagnostic(document, region.start, end, message, INFORMATION, "stale-region")


def _diagnostic(document: Document, start: int, end: int, message: str, severity: types.DiagnosticSeverity, code: str) -> types.Diagnostic:
    return types.Diagnostic(document.lines.range(start, max(start, end)), message, severity=severity, code=code, source=SOURCE)


def _line_end(document: Document, offset: int) -> int:
    ends = [end for end in (document.text.find("\n", offset), document.text.find("\r", offset)) if end >= 0]
    return min(ends, default=len(document.text))
