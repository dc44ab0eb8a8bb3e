"""Code actions: insert what was read, and take care of regions.

Titles are listed at once; the edit of an insertion is made when the author chooses it (`codeAction/resolve`), for the version
that the document has then. Clients that cannot resolve get their edits at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from derender.errors import DerenderError
from derender.latex.figures import Figure
from derender.latex.generation import detached, program_problems, regenerate
from derender.latex.insertion import Edit
from derender.latex.regions import Form, Region
from derender_lsp.documents import Document
from derender_lsp.edits import Placement, insertion, workspace_edit
from derender_lsp.results import readings
from derender_lsp.worker import Analysis

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer

KINDS = [types.CodeActionKind.RefactorRewrite, types.CodeActionKind.QuickFix]

_CONTENT_MODIFIED = int(types.LSPErrorCodes.ContentModified)
_WORDS = {Form.PROGRAM: "TikZ program", Form.COMMANDS: "TikZ commands"}


@dataclass(frozen=True, slots=True)
class Choice:
    """An insertion as the client carries it between listing and resolving."""

    uri: str
    name: str
    occurrence: int
    """Which of the figures with this name, from 0."""
    sha256: str
    """The photograph's content, whose readings are counted by `reading`."""
    reading: int
    form: Form
    placement: Placement

    def to_json(self) -> dict[str, Any]:
        return {
            "uri": self.uri, "name": self.name, "occurrence": self.occurrence, "sha256": self.sha256, "reading": self.reading,
            "form": self.form.value, "placement": self.placement.value,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Any) -> Choice:
        """The choice again; raises `KeyError`, `TypeError` or `ValueError` for anything else."""
        form, placement = Form(data["form"]), Placement(data["placement"])
        figure = (str(data["uri"]), str(data["name"]), int(data["occurrence"]))
        return cls(*figure, str(data["sha256"]), int(data["reading"]), form, placement)


def code_actions(server: DerenderServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """What can be done at the cursor or in the selection."""
    document = server.documents.document(params.text_document.uri)
    if document is None:
        return []
    only = params.context.only
    wanted = [kind for kind in KINDS if only is None or any(asked in ("", kind) or kind.startswith(f"{asked}.") for asked in only)]
    start, end = document.lines.offset(params.range.start), document.lines.offset(params.range.end)
    actions: list[types.CodeAction] = []
    if types.CodeActionKind.RefactorRewrite in wanted:
        for figure in figures_at(document, start, end):
            actions += _insertions(server, document, figure, params.context.diagnostics)
    rows = document.lines.rows(start, end)
    for region in document.regions:
        first, last = document.lines.rows(region.start, region.end)
        if first <= rows[1] and rows[0] <= last:
            actions += [action for action in _region_actions(server, document, region) if action.kind in wanted]
    return actions


def resolve(server: DerenderServer, action: types.CodeAction) -> types.CodeAction:
    """The action with its edit, for the document as it is now."""
    try:
        choice = Choice.from_json(action.data)
    except (KeyError, TypeError, ValueError):
        return action
    action.edit = edit_of(server, choice)
    return action


def edit_of(server: DerenderServer, choice: Choice) -> types.WorkspaceEdit:
    """The edit of a choice; raises `JsonRpcException` where the figure is gone or its reading has changed."""
    document = server.documents.document(choice.uri)
    same = [figure for figure in document.figures if figure.name == choice.name] if document else []
    if document is None or choice.occurrence >= len(same):
        raise JsonRpcException(f"The figure '{choice.name}' is no longer there.", _CONTENT_MODIFIED)
    figure = same[choice.occurrence]
    image = server.documents.image(document, figure)
    analysis = server.analyses.state(image) if isinstance(image, Path) else None
    if not isinstance(image, Path) or not isinstance(analysis, Analysis) or analysis.sha256 != choice.sha256:
        raise JsonRpcException(f"The picture '{choice.name}' has changed; it is being read anew.", _CONTENT_MODIFIED)
    try:
        reading = readings(analysis)[choice.reading]
        return insertion(server, document, figure, image, analysis, reading, choice.form, choice.placement)
    except (DerenderError, IndexError) as error:
        raise JsonRpcException(str(error), int(types.LSPErrorCodes.RequestFailed)) from error


def figures_at(document: Document, start: int, end: int) -> list[Figure]:
    """The figures that a range touches; where it touches none, those on its lines."""
    touched = [figure for figure in document.figures if figure.start <= end and start <= figure.end]
    if touched:
        return touched
    rows = document.lines.rows(start, end)
    spans = [(figure, document.lines.rows(figure.start, figure.end)) for figure in document.figures]
    return [figure for figure, (first, last) in spans if first <= rows[1] and rows[0] <= last]


def _insertions(
    server: DerenderServer, document: Document, figure: Figure, diagnostics: Sequence[types.Diagnostic]
) -> Iterator[types.CodeAction]:
    image = server.documents.image(document, figure)
    analysis = server.analyses.state(image) if isinstance(image, Path) else None
    if not isinstance(analysis, Analysis):
        return
    found = readings(analysis)
    same = [other for other in document.figures if other.name == figure.name]
    here = document.lines.range(figure.start, figure.end)
    about = [diagnostic for diagnostic in diagnostics if diagnostic.source == "derender" and diagnostic.range == here]
    for number, reading in enumerate(found):
        if not reading.commands:
            continue
        which = f" (reading {number + 1} of {len(found)}: {reading.summary})" if number else ""
        for placement in Placement if number == 0 else (Placement.REPLACE,):
            for form in Form if number == 0 else (Form.PROGRAM,):
                title = f"Insert {_WORDS[form]}" + (" below" if placement is Placement.BELOW else "") + which
                choice = Choice(document.uri, figure.name, same.index(figure), analysis.sha256, number, form, placement)
                action = types.CodeAction(title, kind=types.CodeActionKind.RefactorRewrite, diagnostics=about or None)
                if server.client.resolves_edits:
                    action.data = choice.to_json()
                else:
                    action.edit = edit_of(server, choice)
                yield action


def _region_actions(server: DerenderServer, document: Document, region: Region) -> Iterator[types.CodeAction]:
    fix, rewrite = types.CodeActionKind.QuickFix, types.CodeActionKind.RefactorRewrite
    usable = not any(program_problems(region))
    if usable and region.is_edited:
        yield _action(server, document, region, "Overwrite edits by hand with the program's figure", fix, regenerate(document.text, region))
    elif usable and region.is_outdated:
        yield _action(server, document, region, "Regenerate figure from its program", fix, regenerate(document.text, region))
    kind = fix if region.is_edited else rewrite
    yield _action(server, document, region, "Detach figure from Derender", kind, detached(document.text, region))
    if usable and not region.is_edited:
        other = Form.COMMANDS if region.source.form is Form.PROGRAM else Form.PROGRAM
        switched = regenerate(document.text, region, form=other)
        yield _action(server, document, region, f"Switch figure to {_WORDS[other]}", rewrite, switched)


def _action(
    server: DerenderServer, document: Document, region: Region, title: str, kind: types.CodeActionKind, text: str
) -> types.CodeAction:
    edit = workspace_edit(server, {document.uri: (document.lines, [Edit(region.start, region.end, text)])})
    return types.CodeAction(title, kind=kind, edit=edit)
