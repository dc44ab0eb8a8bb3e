"""What an author can choose, as the client carries it between listing and choosing, and the edits that follow.

A choice names its figure or region and the content that it was offered for; when that is no longer there the edit is refused. Edits are
made for the text as it is when the choice is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from derender.errors import DerenderError
from derender.language.text import parse_program, pretty
from derender.latex.figures import Figure
from derender.latex.generation import detached
from derender.latex.insertion import Edit
from derender.latex.regions import Form, Region, Source
from derender.latex.review import renewal
from derender_lsp.documents import Document
from derender_lsp.edits import Placement, insertion, origin_of, with_tikz, workspace_edit
from derender_lsp.worker import Analysis

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer

Bounds = Mapping[str, int]

_CONTENT_MODIFIED = int(types.LSPErrorCodes.ContentModified)
_FAILED = int(types.LSPErrorCodes.RequestFailed)


@dataclass(frozen=True, slots=True)
class FigureChoice:
    """A reading of a figure's photograph to insert."""

    uri: str
    name: str
    occurrence: int
    """Which of the figures with this name, from 0."""
    sha256: str
    """The photograph's content, whose readings are counted by `reading`."""
    reading: int
    form: Form
    placement: Placement
    correction: int | None = None
    """The correction to take back: what the network read is kept."""
    bounds: tuple[tuple[str, int], ...] = ()
    """Other bounds for the program's loops."""
    backwards: tuple[str, ...] = ()
    """The loops among them that get their turns at the start."""
    is_final: bool = True
    """Whether it was offered when nothing better was looked for any more."""

    @property
    def is_best(self) -> bool:
        """Whether it is the best reading as it is, whichever that comes to be."""
        return self.reading == 0 and self.correction is None and not self.bounds

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"bounds": dict(self.bounds)}

    @classmethod
    def from_json(cls, data: Any) -> FigureChoice:
        """The choice again; raises `KeyError`, `TypeError`, `ValueError`, `OverflowError` or `AttributeError` for anything else."""
        form, placement = Form(data["form"]), Placement(data["placement"])
        figure = (str(data["uri"]), str(data["name"]), _place(data["occurrence"]))
        correction = data.get("correction")
        taken_back = None if correction is None else _place(correction)
        backwards = tuple(str(variable) for variable in data.get("backwards") or ())
        is_final = bool(data.get("is_final", True))
        return cls(*figure, str(data["sha256"]), _place(data["reading"]), form, placement, taken_back, _bounds(data), backwards, is_final)

    def with_bound(self, variable: str, bound: int) -> FigureChoice:
        """The same with another loop bound."""
        return replace(self, bounds=((variable, bound),), backwards=())


class Task(StrEnum):
    """What can be done with a region."""

    RENEW = "renew"
    """Generate its body from its program, whatever the body holds."""
    DETACH = "detach"
    REDRAW = "redraw"
    """From its changed photograph, edits by hand kept."""
    REDRAW_OVER = "redraw-over"
    """From its changed photograph, edits by hand given up."""


@dataclass(frozen=True, slots=True)
class RegionChoice:
    """Something to do with a region."""

    uri: str
    region: int
    """Which of the document's regions, from 0."""
    digest: str
    """Of the region's text, which must not have changed."""
    task: Task
    form: Form | None = None
    """The form to switch to."""
    bounds: tuple[tuple[str, int], ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"bounds": dict(self.bounds)}

    @classmethod
    def from_json(cls, data: Any) -> RegionChoice:
        """The choice again; raises `KeyError`, `TypeError`, `ValueError`, `OverflowError` or `AttributeError` for anything else."""
        form = data.get("form")
        place = (str(data["uri"]), _place(data["region"]), str(data["digest"]))
        return cls(*place, Task(data["task"]), None if form is None else Form(form), _bounds(data))

    def with_bound(self, variable: str, bound: int) -> RegionChoice:
        """The same with another loop bound."""
        return replace(self, bounds=((variable, bound),))


Choice = FigureChoice | RegionChoice


def choice_from_json(data: Any) -> Choice | None:
    """The choice that `to_json` wrote, or None for what is none."""
    try:
        return RegionChoice.from_json(data) if "task" in data else FigureChoice.from_json(data)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
        return None


def digest_of(document: Document, region: Region) -> str:
    """Tells a region's text from any other."""
    text = document.text[region.start : region.end]
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


async def edit_of(server: DerenderServer, choice: Choice) -> tuple[types.WorkspaceEdit, str]:
    """The edit of a choice and the program that it puts in the document (empty for none).

    Raises `JsonRpcException` where the figure or region is gone or has changed, or the edit cannot be made.
    """
    try:
        if isinstance(choice, FigureChoice):
            return _figure_edit(server, choice)
        return await _region_edit(server, choice)
    except DerenderError as error:
        raise JsonRpcException(str(error), _FAILED) from error


def program_of(analysis: Analysis, choice: FigureChoice) -> str:
    """The program that a choice inserts; raises `DerenderError` or `JsonRpcException`."""
    try:
        reading = analysis.readings[choice.reading]
        program = reading.program if choice.correction is None else reading.corrections[choice.correction].kept
    except IndexError:
        raise JsonRpcException("This reading is no longer there.", _CONTENT_MODIFIED) from None
    return extended(program, dict(choice.bounds), choice.backwards)


def extended(program: str, bounds: Bounds, backwards: tuple[str, ...] = ()) -> str:
    """A program's text with other loop bounds; raises `DerenderError`."""
    from derender.extrapolation import extrapolate

    return pretty(extrapolate(parse_program(program), bounds, frozenset(backwards)).program) if bounds else program


def _figure_edit(server: DerenderServer, choice: FigureChoice) -> tuple[types.WorkspaceEdit, str]:
    document = server.documents.document(choice.uri)
    same: list[Figure] = [figure for figure in document.figures if figure.name == choice.name] if document else []
    if document is None or choice.occurrence >= len(same):
        raise JsonRpcException(f"The figure '{choice.name}' is no longer there.", _CONTENT_MODIFIED)
    figure = same[choice.occurrence]
    image = server.documents.image(document, figure)
    analysis = server.state(image) if isinstance(image, Path) else None
    if not isinstance(image, Path) or not isinstance(analysis, Analysis) or analysis.sha256 != choice.sha256:
        raise JsonRpcException(f"The picture '{choice.name}' has changed; it is being read anew.", _CONTENT_MODIFIED)
    if choice.is_final != analysis.is_final and not choice.is_best:
        raise JsonRpcException(f"What was read from '{choice.name}' has changed; look at the readings again.", _CONTENT_MODIFIED)
    program = program_of(analysis, choice)
    edit = insertion(document, figure, program, choice.form, origin_of(document, image, analysis), choice.placement)
    return with_tikz(server, document, [edit], [program]), program


async def _region_edit(server: DerenderServer, choice: RegionChoice) -> tuple[types.WorkspaceEdit, str]:
    document, region = _region(server, choice)
    if choice.task is Task.DETACH:
        edit = Edit(region.start, region.end, detached(document.text, region))
        return workspace_edit(server, {document.uri: (document.lines, [edit])}), ""
    if choice.task in (Task.REDRAW, Task.REDRAW_OVER):
        redrawn = await server.redrawing.edit_of(document, region, over=choice.task is Task.REDRAW_OVER)
        if redrawn is None:
            raise JsonRpcException("The changed picture has not been read, or its drawing would break the document.", _CONTENT_MODIFIED)
        return with_tikz(server, document, [redrawn[0]], [redrawn[1]]), redrawn[1]
    program = extended(region.source.program, dict(choice.bounds))
    source = Source(program, choice.form or region.source.form, region.source.options)
    renewed = renewal(document.text, region, source)
    if renewed is None:
        message = "A label or size of this region would break the document (a brace without its partner, a comment, verbatim text)."
        raise JsonRpcException(message, _FAILED)
    return with_tikz(server, document, [renewed], [program]), program


def _region(server: DerenderServer, choice: RegionChoice) -> tuple[Document, Region]:
    document = server.documents.document(choice.uri)
    regions = document.regions if document is not None else ()
    region = regions[choice.region] if choice.region < len(regions) else None
    if document is None or region is None or digest_of(document, region) != choice.digest:
        # Regions above it may have come or gone.
        region = next((region for region in regions if document and digest_of(document, region) == choice.digest), None)
        if document is None or region is None:
            raise JsonRpcException("This region has changed meanwhile.", _CONTENT_MODIFIED)
    return document, region


def _place(value: Any) -> int:
    """A place in a list, from 0; one below, which Python would count from the end, raises `ValueError`."""
    place = int(value)
    if place < 0:
        raise ValueError
    return place


def _bounds(data: Any) -> tuple[tuple[str, int], ...]:
    return tuple((str(variable), int(bound)) for variable, bound in dict(data.get("bounds") or {}).items())
