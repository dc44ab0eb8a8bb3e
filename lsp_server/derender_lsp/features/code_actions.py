"""Code actions: insert what was read, and take care of regions.

Titles are listed at once; the edit is made when the author chooses it (`codeAction/resolve`), for the text as it is then, and comes with
a preview: the program and its picture. Clients that cannot resolve get their edits at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from derender.errors import DerenderError
from derender.language.text import parse
from derender.latex.figures import Figure
from derender.latex.generation import program_problems
from derender.latex.images import is_program
from derender.latex.insertion import Edit
from derender.latex.regions import Form, Region
from derender.latex.scanner import newline_of
from derender_lsp.choices import Choice, FigureChoice, RegionChoice, Task, choice_from_json, digest_of, edit_of
from derender_lsp.client import Client
from derender_lsp.documents import Document
from derender_lsp.edits import Placement, loading, workspace_edit
from derender_lsp.features import regenerate
from derender_lsp.features.commands import EXTRAPOLATE
from derender_lsp.pictures import drawing_uri
from derender_lsp.redrawing import labels_kept
from derender_lsp.results import Reading
from derender_lsp.worker import Analysis

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer

FIX, REWRITE = types.CodeActionKind.QuickFix, types.CodeActionKind.RefactorRewrite
UPDATE_ALL = "source.updateAll.derender"
"""May be named in an editor's list of actions to run on save."""

KINDS = [REWRITE, FIX, UPDATE_ALL]

WORDS = {Form.PROGRAM: "TikZ program", Form.COMMANDS: "TikZ commands", Form.DSL: "graphics program"}

_MOST_ROOTS = 5
"""Root documents offered for a file whose own is not known."""


async def code_actions(server: DerenderServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """What can be done at the cursor or in the selection."""
    document = server.documents.document(params.text_document.uri)
    if document is None:
        return []
    only = params.context.only
    wanted = [kind for kind in KINDS if only is None or any(asked in ("", kind) or kind.startswith(f"{asked}.") for asked in only)]
    start, end = document.lines.offset(params.range.start), document.lines.offset(params.range.end)
    diagnostics = [diagnostic for diagnostic in params.context.diagnostics if diagnostic.source == "derender"]
    found: list[tuple[types.CodeAction, Choice | None]] = []
    for figure in figures_at(document, start, end):
        found += _figure(server, document, figure, diagnostics)
    rows = document.lines.rows(start, end)
    for number, region in enumerate(document.regions):
        first, last = document.lines.rows(region.start, region.end)
        if first <= rows[1] and rows[0] <= last:
            found += _region(server, document, number, region)
            found += _unknown_root(server, document) if number == 0 else ()
    if UPDATE_ALL in wanted:
        found += _update_all(server, document)
    offered = [await _carried(server, action, choice) for action, choice in found if action.kind in wanted]
    return [action for action in offered if _is_usable(server.client, action)]


async def resolve(server: DerenderServer, action: types.CodeAction) -> types.CodeAction:
    """The action with its edit for the document as it is now, and a preview in its data."""
    choice = choice_from_json(action.data)
    if choice is None:
        return action
    action.edit, program = await edit_of(server, choice)
    if program:
        action.data = choice.to_json() | {"preview": {"program": program, "picture": drawing_uri(program)}}
    return action


def figures_at(document: Document, start: int, end: int) -> list[Figure]:
    """The figures that a range touches; where it touches none, those on its lines."""
    touched = [figure for figure in document.figures if figure.start <= end and start <= figure.end]
    if touched:
        return touched
    rows = document.lines.rows(start, end)
    spans = [(figure, document.lines.rows(figure.start, figure.end)) for figure in document.figures]
    return [figure for figure, (first, last) in spans if first <= rows[1] and rows[0] <= last]


Bounds = tuple[tuple[str, int], ...]
"""Letters of loops, and how many turns they have."""

Offer = tuple[types.CodeAction, Choice | None]
"""An action, and the choice that its edit is made of; none where it has its edit or command already."""


async def _carried(server: DerenderServer, action: types.CodeAction, choice: Choice | None) -> types.CodeAction:
    """The action with what the client needs to carry it out."""
    if choice is None:
        return action
    if server.client.resolves_edits:
        action.data = choice.to_json()
        return action
    try:
        action.edit, _ = await edit_of(server, choice)
    except JsonRpcException as error:
        action.disabled = types.CodeActionDisabled(str(error))
    return action


def _is_usable(client: Client, action: types.CodeAction) -> bool:
    """Whether the client can do what the action needs of it: commands send edits, and one that cannot be chosen must look like it."""
    return (action.command is None or client.applies_edits) and (action.disabled is None or client.shows_disabled)


def choices_of(document: Document, figure: Figure, analysis: Analysis) -> FigureChoice:
    """The choice of a figure's best reading as a program in its place, from which the others differ."""
    same = [other for other in document.figures if other.name == figure.name]
    place = (document.uri, figure.name, same.index(figure))
    return FigureChoice(*place, analysis.sha256, 0, Form.PROGRAM, Placement.REPLACE, is_final=analysis.is_final)


def _figure(server: DerenderServer, document: Document, figure: Figure, diagnostics: Sequence[types.Diagnostic]) -> Iterator[Offer]:
    image = server.documents.image(document, figure)
    analysis = server.state(image) if isinstance(image, Path) else None
    found = analysis.readings if isinstance(analysis, Analysis) else ()
    if not isinstance(image, Path) or not isinstance(analysis, Analysis) or not found:
        return
    here = document.lines.range(figure.start, figure.end)
    about = [diagnostic for diagnostic in diagnostics if diagnostic.range == here]
    result = [diagnostic for diagnostic in about if diagnostic.code == "drawing"] or None
    best = choices_of(document, figure, analysis)

    def offer(title: str, choice: FigureChoice, kind: types.CodeActionKind = REWRITE) -> Offer:
        return types.CodeAction(title, kind=kind, diagnostics=result), choice

    if found[0].commands:
        # Below a figure of a program file there is nothing: LaTeX cannot show it.
        for placement in (Placement.REPLACE,) if is_program(image) else Placement:
            for form in Form:
                title = f"Insert {WORDS[form]}" + (" below" if placement is Placement.BELOW else "")
                yield offer(title, replace(best, form=form, placement=placement))
    for number, reading in enumerate(found[1:], start=1):
        if reading.commands:
            title = f"Insert TikZ program (reading {number + 1} of {len(found)}: {reading.summary}, probability {reading.probability:.0%})"
            yield offer(title, replace(best, reading=number))
    if found[0].commands:
        yield from _corrections(best, found[0], about)
        yield from _continued(best, found[0].program, "Insert TikZ program with")


def _corrections(best: FigureChoice, reading: Reading, about: Sequence[types.Diagnostic]) -> Iterator[Offer]:
    """Quick fixes that keep what the network read."""
    for number, correction in enumerate(reading.corrections):
        told = [d for d in about if d.code == "correction" and d.message == correction.sentence]
        title = f"Keep '{correction.read}' as it was read" if correction.read else f"Leave out '{correction.taken}', which was not read"
        yield types.CodeAction(title, kind=FIX, diagnostics=told or None), replace(best, correction=number)


def _continued(choice: FigureChoice | RegionChoice, text: str, words: str) -> Iterator[Offer]:
    """The program with each loop a turn longer, and a question for how many turns."""
    now, longer = _loop_bounds(text)
    before = dict(now)
    for bounds in longer:
        changed = ", ".join(f"{variable}: {before[variable]} → {bound}" for variable, bound in bounds)
        yield types.CodeAction(f"{words} {changed}", kind=REWRITE), replace(choice, bounds=bounds)
    for variable, bound in now:
        title = f"{words} {variable}: {bound} → …"
        command = types.Command(title, EXTRAPOLATE, arguments=[choice.to_json(), variable, None])
        yield types.CodeAction(title, kind=REWRITE, command=command), None


@lru_cache(maxsize=1000)
def _loop_bounds(text: str) -> tuple[Bounds, tuple[Bounds, ...]]:
    """The bounds of a program's loops that can grow, and those of each of its proposed extrapolations."""
    from derender.extrapolation import growable, proposals

    program = parse(text).program
    if program is None:
        return (), ()
    try:
        return tuple(growable(program)), tuple(proposal.bounds for proposal in proposals(program))
    except DerenderError:  # more loops than letters
        return (), ()


def _region(server: DerenderServer, document: Document, number: int, region: Region) -> Iterator[Offer]:
    choice = RegionChoice(document.uri, number, digest_of(document, region), Task.RENEW)
    usable = not any(program_problems(region))
    if usable and region.is_edited:
        yield types.CodeAction("Overwrite edits by hand with the program's figure", kind=FIX), choice
    elif usable and region.is_outdated:
        yield types.CodeAction("Regenerate figure from its program", kind=FIX, is_preferred=True), choice
    yield from _redrawn(server, document, region, choice)
    yield types.CodeAction("Detach figure from Derender", kind=FIX if region.is_edited else REWRITE), replace(choice, task=Task.DETACH)
    if usable and not region.is_edited:
        for form in Form:
            if form is not region.source.form:
                yield types.CodeAction(f"Switch figure to {WORDS[form]}", kind=REWRITE), replace(choice, form=form)
        yield from _continued(choice, region.source.program, "Extrapolate")


def _redrawn(server: DerenderServer, document: Document, region: Region, choice: RegionChoice) -> Iterator[Offer]:
    """From its changed photograph or program file, with the author's edits of body and labels and, where these may be lost, without."""
    try:
        source = server.redrawing.new_source(document, region)
    except DerenderError:  # no relative path leads there
        return
    if source is not None:
        what = "program file" if is_program(region.origin.photo) else "picture"
        title = f"Redraw figure from the changed {what}"
        yield types.CodeAction(title, kind=FIX), replace(choice, task=Task.REDRAW)
        if region.is_edited or labels_kept(region, *source).missing:
            yield types.CodeAction(f"{title}, over the edits by hand", kind=FIX), replace(choice, task=Task.REDRAW_OVER)


def _unknown_root(server: DerenderServer, document: Document) -> Iterator[Offer]:
    """Names a root document that the file can belong to, and has it load TikZ."""
    if server.documents.root(document) is not None:
        return
    for root in server.documents.root_candidates(document)[:_MOST_ROOTS]:
        name = Path(relpath(root, document.path.parent)).as_posix()
        line = Edit(0, 0, f"% !TEX root = {name}{newline_of(document.text)}")
        programs = [region.source.program for region in document.regions]
        edit = workspace_edit(server, {document.uri: (document.lines, [line]), **loading(server, document, programs, root)})
        yield types.CodeAction(f"Name '{name}' as the root document", kind=FIX, edit=edit), None


def _update_all(server: DerenderServer, document: Document) -> Iterator[Offer]:
    edit = regenerate.updating(server, document)
    if edit is not None:
        yield types.CodeAction("Update all Derender figures of this document", kind=UPDATE_ALL, edit=edit), None
