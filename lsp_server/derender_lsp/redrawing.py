"""Figures whose photograph, or program file, was changed: noticed by its content, and drawn anew as the author's setting says.

A region knows the first digits of its source's sha256. Contents are summed in a thread, once for each state of a file. What the author
changed in the program since the photograph was read is never lost unasked: then only the author's own choice draws the figure anew.
Edits of the body by hand are merged with the new drawing, and keep it away where both change the same lines.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from derender.errors import DerenderError, DocumentError
from derender.language.text import parse, pretty
from derender.latex.images import is_program
from derender.latex.insertion import Edit
from derender.latex.kept_labels import KeptLabels, keep_labels
from derender.latex.merge import redrawn
from derender.latex.origin import Origin, content_digits
from derender.latex.regions import Region, Source
from derender.latex.review import renewal
from derender_lsp.documents import Document
from derender_lsp.edits import origin_of, with_tikz
from derender_lsp.settings import ChangedPhotos
from derender_lsp.worker import Analysis

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer

REDRAW, NOT_NOW = "Redraw", "Not now"

_ATTEMPTS = 5
"""How often an edit is made anew for an author who types."""

log = logging.getLogger(__name__)

State = tuple[int, int, int]
"""When a file was changed, its size and its number."""


class Redrawing:
    """What is known of the content of regions' photographs. Used from the event loop's thread only."""

    def __init__(self, server: DerenderServer) -> None:
        self._server = server
        self._digits: dict[Path, tuple[State, str]] = {}
        self._asked: set[tuple[str, str]] = set()
        """Documents and contents about which the author was asked."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy: set[str] = set()
        """Documents whose figures are being redrawn or asked about."""

    def look(self, document: Document) -> None:
        """Has the photographs of a document's regions summed where they are new, and what follows from that done."""
        photos = {photo for region in document.regions if isinstance(photo := self._server.documents.photo(document, region), Path)}
        unknown = [photo for photo in photos if self._known(photo) is None]
        if unknown:
            self._start(self._sum(document.uri, unknown))

    def changed_photo(self, document: Document, region: Region) -> Path | None:
        """The photograph of a region when its content is no longer what the region was drawn from."""
        photo = self._server.documents.photo(document, region)
        if not isinstance(photo, Path) or not region.origin.sha256:
            return None
        digits = self._known(photo)
        return photo if digits is not None and digits != region.origin.sha256 else None

    def changed_photos(self, document: Document) -> list[Path]:
        """The changed photographs of a document, in its order; program files are none."""
        changed = (self.changed_photo(document, region) for region in document.regions)
        return [photo for photo in changed if photo is not None and not is_program(photo)]

    def new_source(self, document: Document, region: Region) -> tuple[str, Origin] | None:
        """The program of a region's changed photograph or program file, and what its marker will tell; None while it is not known.

        Raises `DocumentError`.
        """
        photo = self.changed_photo(document, region)
        if photo is None:
            return None
        state = self._server.state(photo)
        if not isinstance(state, Analysis) or state.sha256 == region.origin.sha256:
            return None
        found = state.readings
        return (found[0].program, origin_of(document, photo, state)) if found and found[0].commands else None

    def offer(self, document: Document) -> None:
        """Redraws a document's figures whose changed photographs have been read, or asks, as the setting says."""
        setting = self._server.settings.changed_photos
        if setting is ChangedPhotos.NEVER or not self._server.client.applies_edits or document.uri in self._busy:
            return
        ready = [(region, source[1].sha256) for region in document.regions if (source := self._source(document, region)) is not None]
        if ready and setting is ChangedPhotos.AUTOMATIC:
            self._start(self._redraw(document.uri, only_unchanged=True))
            return
        news = {(document.uri, sha256) for _, sha256 in ready}
        if self._server.client.asks_questions and not news <= self._asked:
            self._asked |= news
            self._start(self._ask(document.uri, [region.origin.photo for region, _ in ready]))

    async def edit_of(
        self, document: Document, region: Region, *, only_unchanged: bool = False, over: bool = False
    ) -> tuple[Edit, str] | None:
        """The edit that draws a region from its changed source, and the program; None where there is nothing to be done.

        `only_unchanged`: leaves programs alone that the author changed; `over`: gives edits by hand up. Raises `DerenderError`, also
        where the new drawing and an edit by hand change the same lines, or a label that the author gave its text is not found again.
        """
        found = self.new_source(document, region)
        if found is None:
            return None
        program, origin = found
        if not await self._is_as_read(region):
            if only_unchanged:
                return None
            labels = labels_kept(region, program, origin)
            if labels.missing and not over:
                lost = ", ".join(f'"{text}"' for text in labels.missing)
                raise DocumentError(f"The changed picture has no label in the place of {lost}; the figure is kept.")
            program = labels.program
        if over:
            edit = renewal(document.text, region, Source(program, region.source.form, region.source.options), origin)
            return (edit, program) if edit is not None else None
        match redrawn(document.text, region, program, origin):
            case Edit() as merged:
                return merged, program
            case conflicts:
                lines = document.text.count("\n", 0, region.body_start) + 1
                told = ", ".join(str(lines + conflict.line) for conflict in conflicts)
                raise DocumentError(f"The new drawing touches what was edited by hand (line {told}); the figure is kept.")

    async def close(self) -> None:
        """Ends what is under way."""
        for task in self._tasks:
            task.cancel()

    async def _is_as_read(self, region: Region) -> bool:
        """Whether the region's program is one that was read from its old photograph; a program file is its region's program."""
        if is_program(region.origin.photo):
            return not region.is_outdated
        old = await self._server.analyses.recall_content(region.origin.sha256)
        return old is not None and _canonical(region.source.program) in {reading.program for reading in old.readings}

    def _source(self, document: Document, region: Region) -> tuple[str, Origin] | None:
        try:
            return self.new_source(document, region)
        except DerenderError:
            return None

    async def _redraw(self, uri: str, *, only_unchanged: bool) -> None:
        """Sends the edit of the document as it is now, again when the author has typed meanwhile and the client refuses it."""
        self._busy.add(uri)
        try:
            for _ in range(_ATTEMPTS):
                document = self._server.documents.document(uri)
                if document is None or await self._send(document, only_unchanged):
                    return
        finally:
            self._busy.discard(uri)

    async def _send(self, document: Document, only_unchanged: bool) -> bool:
        """Whether the edit of this version of a document arrived, or there is none."""
        found = []
        for region in document.regions:
            with suppress(DerenderError):  # what stands in the way is told when the author asks for it
                found.append(await self.edit_of(document, region, only_unchanged=only_unchanged))
        edits = [made for made in found if made is not None]
        if not edits:
            return True
        if self._server.documents.document(document.uri) is not document:
            return False
        edit = with_tikz(self._server, document, [edit for edit, _ in edits], [program for _, program in edits])
        params = types.ApplyWorkspaceEditParams(edit, label="Redraw figures from their changed pictures")
        answer = await asyncio.shield(self._server.workspace_apply_edit_async(params))
        return bool(answer.applied)

    async def _ask(self, uri: str, photos: list[str]) -> None:
        self._busy.add(uri)
        try:
            shown = ", ".join(dict.fromkeys(f"'{Path(photo).name}'" for photo in photos))
            message = f"{shown} changed since {'its figure was' if len(photos) == 1 else 'their figures were'} drawn."
            actions = [types.MessageActionItem(REDRAW), types.MessageActionItem(NOT_NOW)]
            question = types.ShowMessageRequestParams(types.MessageType.Info, message, actions)
            answer = await asyncio.shield(self._server.window_show_message_request_async(question))
        finally:
            self._busy.discard(uri)
        if answer is not None and answer.title == REDRAW:
            await self._redraw(uri, only_unchanged=False)

    async def _sum(self, uri: str, photos: list[Path]) -> None:
        for photo in photos:
            state = _state(photo)
            try:
                digits = await asyncio.to_thread(content_digits, photo)
            except OSError:
                continue
            if state is not None and _state(photo) == state:
                self._digits[photo] = (state, digits)
        document = self._server.documents.document(uri)
        if document is not None and any(self.changed_photo(document, region) for region in document.regions):
            self._server.refresh(document)

    def _known(self, photo: Path) -> str | None:
        known = self._digits.get(photo)
        return known[1] if known is not None and known[0] == _state(photo) else None

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(_quiet(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def labels_kept(region: Region, program: str, origin: Origin) -> KeptLabels:
    """The new program of a region with the texts that its author gave the labels; a program file has its own."""
    if is_program(region.origin.photo):
        return KeptLabels(program)
    return keep_labels(region.source.program, region.origin.lattice, program, origin.lattice)


async def _quiet(work: Coroutine[Any, Any, None]) -> None:
    """Work that nobody waits for; a client that does not know a request is none of the author's business."""
    try:
        await work
    except Exception as error:
        log.warning("a figure was not redrawn: %s", error)


def _canonical(program: str) -> str:
    parsed = parse(program).program
    return pretty(parsed) if parsed is not None else program


def _state(path: Path) -> State | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
