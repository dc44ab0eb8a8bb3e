"""An author at a language client: opens, types, saves, asks for actions and applies their edits, as an editor does."""

from __future__ import annotations

import ast
import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, make_test_lsp_client

from derender.latex.difference import common_ends

PATIENCE = 90
"""Seconds; the machine may be busy."""


def editor(**changes: Any) -> types.ClientCapabilities:
    """The abilities of a current editor; `changes` take some away."""
    able = {"resolve": True, "versions": True, "will_save": True, "apply": True, "progress": True, "watch": True, "settings": True}
    able |= {"markdown": True, "lenses": True, "encodings": None, "pull": False, "snippets": True, "questions": True, "disabled": True}
    able |= changes
    resolve = types.ClientCodeActionResolveOptions(["edit"]) if able["resolve"] else None
    questions = types.ShowMessageRequestClientCapabilities() if able["questions"] else None
    kinds = types.ClientCodeActionLiteralOptions(types.ClientCodeActionKindOptions([types.CodeActionKind.RefactorRewrite]))
    return types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(
            synchronization=types.TextDocumentSyncClientCapabilities(did_save=True, will_save_wait_until=bool(able["will_save"])),
            code_action=types.CodeActionClientCapabilities(
                code_action_literal_support=kinds,
                resolve_support=resolve,
                data_support=bool(able["resolve"]),
                disabled_support=bool(able["disabled"]),
            ),
            completion=types.CompletionClientCapabilities(
                completion_item=types.ClientCompletionItemOptions(snippet_support=bool(able["snippets"]))
            ),
            publish_diagnostics=types.PublishDiagnosticsClientCapabilities(related_information=True),
            diagnostic=types.DiagnosticClientCapabilities(related_information=True) if able["pull"] else None,
            hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown] if able["markdown"] else None),
        ),
        workspace=types.WorkspaceClientCapabilities(
            apply_edit=bool(able["apply"]),
            code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=bool(able["lenses"])),
            inlay_hint=types.InlayHintWorkspaceClientCapabilities(refresh_support=bool(able["lenses"])),
            configuration=bool(able["settings"]),
            diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=bool(able["pull"])),
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=bool(able["versions"])),
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=bool(able["watch"])),
        ),
        window=types.WindowClientCapabilities(work_done_progress=bool(able["progress"]), show_message=questions),
        general=types.GeneralClientCapabilities(position_encodings=able["encodings"]) if able["encodings"] else None,
    )


@dataclass(slots=True)
class Author:
    """A session; texts are kept as an editor keeps them, with versions."""

    client: LanguageClient
    folder: Path
    result: types.InitializeResult
    texts: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    registered: list[types.Registration] = field(default_factory=list)
    pushed: list[types.ApplyWorkspaceEditParams] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    answer: str | None = None
    """What the author answers to a question, None: nothing."""
    before_applying: list[Callable[[], None]] = field(default_factory=list)
    """What the author does while the server's next edit is on its way."""
    lens_refreshes: int = 0
    hint_refreshes: int = 0
    is_over: bool = False

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str | None = None) -> None:
        """Opens a file of the folder; with `text` it is written first."""
        path = self.folder / name
        if text is not None:
            path.write_bytes(text.encode("utf-8"))
        self.texts[name] = path.read_bytes().decode("utf-8")
        self.versions[name] = 1
        language = "derender" if name.endswith(".dr") else "latex"
        item = types.TextDocumentItem(self.uri(name), language, 1, self.texts[name])
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def type(self, name: str, text: str) -> None:
        """Makes a document's text this one; the server is sent what changed."""
        encoding = self.result.capabilities.position_encoding or types.PositionEncodingKind.Utf16
        self._send(name, text, difference(self.texts[name], text, encoding))

    def type_anew(self, name: str, text: str) -> None:
        """The same by an editor that sends the whole text."""
        self._send(name, text, types.TextDocumentContentChangeWholeDocument(text))

    def _send(self, name: str, text: str, change: types.TextDocumentContentChangeEvent) -> None:
        self.texts[name] = text
        self.versions[name] += 1
        document = types.VersionedTextDocumentIdentifier(self.versions[name], self.uri(name))
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    async def save(self, name: str, reason: types.TextDocumentSaveReason = types.TextDocumentSaveReason.Manual) -> None:
        """Saves as an editor does that asks before saving."""
        if edits := await self.will_save(name, reason):
            self.type(name, apply(self.texts[name], edits))
        self.save_only(name)

    async def will_save(self, name: str, reason: types.TextDocumentSaveReason) -> Sequence[types.TextEdit]:
        """The edits that the server wants to be a part of a save."""
        document = types.TextDocumentIdentifier(self.uri(name))
        params = types.WillSaveTextDocumentParams(document, reason)
        return tuple(await self.client.text_document_will_save_wait_until_async(params) or ())

    def save_only(self, name: str) -> None:
        """Saves without asking."""
        (self.folder / name).write_bytes(self.texts[name].encode("utf-8"))
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(self.uri(name))))

    def close(self, name: str) -> None:
        """Closes a document; what the server sends for its last version is refused from now on."""
        del self.versions[name]
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(self.uri(name))))

    async def until(self, holds: Callable[[], Any]) -> Any:
        """The first true value of `holds`."""
        for _ in range(PATIENCE * 50):
            if value := holds():
                return value
            await asyncio.sleep(0.02)
        raise AssertionError(f"waited in vain; diagnostics: {self.client.diagnostics}, messages: {self.client.messages}")

    def diagnostics(self, name: str) -> Sequence[types.Diagnostic]:
        return self.client.diagnostics.get(self.uri(name), ())

    async def diagnostic(self, name: str, words: str) -> types.Diagnostic:
        """The first diagnostic whose message holds the words."""
        found: types.Diagnostic = await self.until(lambda: next((d for d in self.diagnostics(name) if words in d.message), None))
        return found

    async def actions(self, name: str, line: int, only: Sequence[str] | None = None) -> dict[str, types.CodeAction]:
        """The actions on a line, by their titles."""
        here = types.Range(types.Position(line, 0), types.Position(line, 0))
        context = types.CodeActionContext(diagnostics=list(self.diagnostics(name)), only=only)
        params = types.CodeActionParams(types.TextDocumentIdentifier(self.uri(name)), here, context)
        found = await self.client.text_document_code_action_async(params)
        return {action.title: _action(action) for action in found or ()}

    async def do(self, name: str, line: int, title: str) -> types.WorkspaceEdit:
        """Chooses an action and applies its edit to the open documents and to files; gives the edit."""
        action = (await self.actions(name, line))[title]
        if action.edit is None:
            action = await self.client.code_action_resolve_async(action)
        assert action.edit is not None
        self.apply(action.edit)
        return action.edit

    def refuses(self, edit: types.WorkspaceEdit) -> bool:
        """Whether an edit is for a version that is no longer there."""
        known = {self.uri(name): version for name, version in self.versions.items()}
        return any(version is not None and known.get(uri) != version for uri, version, _ in changes(edit))

    def apply(self, edit: types.WorkspaceEdit) -> None:
        """Applies an edit; one for another version of a document fails the test."""
        for uri, version, edits in changes(edit):
            name = next((name for name in self.versions if self.uri(name) == uri), None)
            if name is None:
                path = Path(types_path(uri))
                path.write_bytes(apply(path.read_bytes().decode("utf-8"), edits).encode("utf-8"))
                continue
            assert version in (None, self.versions[name])
            self.type(name, apply(self.texts[name], edits))

    async def execute(self, command: str, *arguments: Any) -> Any:
        return await self.client.workspace_execute_command_async(types.ExecuteCommandParams(command, list(arguments)))

    async def hover(self, name: str, line: int, character: int = 0) -> types.Hover | None:
        document = types.TextDocumentIdentifier(self.uri(name))
        return await self.client.text_document_hover_async(types.HoverParams(document, types.Position(line, character)))


def _action(found: types.CodeAction | types.Command) -> types.CodeAction:
    """The action; the client's library takes one that has a command for a command, whose name is then the whole of it."""
    if isinstance(found, types.CodeAction):
        return found
    command = ast.literal_eval(found.command)
    return types.CodeAction(found.title, command=types.Command(command["title"], command["command"], arguments=command["arguments"]))


def changes(edit: types.WorkspaceEdit) -> list[tuple[str, int | None, Sequence[types.TextEdit]]]:
    """Address, version and edits of each document."""
    found: list[tuple[str, int | None, Sequence[types.TextEdit]]] = [(uri, None, edits) for uri, edits in (edit.changes or {}).items()]
    for change in edit.document_changes or ():
        assert isinstance(change, types.TextDocumentEdit)
        found.append((change.text_document.uri, change.text_document.version, [e for e in change.edits if isinstance(e, types.TextEdit)]))
    return found


def apply(text: str, edits: Sequence[types.TextEdit]) -> str:
    """The text after edits in UTF-16 positions."""
    lines = text.replace("\r\n", "\r\0").split("\r\0") if "\r\n" in text else text.split("\n")
    step = 2 if "\r\n" in text else 1

    def offset(position: types.Position) -> int:
        line = lines[position.line].encode("utf-16-le")
        column = len(line[: 2 * position.character].decode("utf-16-le"))
        return sum(len(before) + step for before in lines[: position.line]) + column

    for edit in sorted(edits, key=lambda edit: offset(edit.range.start), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


def difference(before: str, after: str, encoding: types.PositionEncodingKind | str) -> types.TextDocumentContentChangePartial:
    """The change that makes one text of another; it never parts a carriage return from its line feed."""
    ahead, behind = common_ends(before, after)
    if "\r" in (before[:ahead][-1:], after[:ahead][-1:]):
        ahead -= 1
    if "\n" in (before[len(before) - behind :][:1], after[len(after) - behind :][:1]):
        behind -= 1
    end = len(before) - behind
    place = types.Range(position(before, ahead, encoding), position(before, end, encoding))
    return types.TextDocumentContentChangePartial(place, after[ahead : len(after) - behind])


def position(text: str, offset: int, encoding: types.PositionEncodingKind | str = types.PositionEncodingKind.Utf16) -> types.Position:
    """Where in a text an offset is, columns counted in the encoding's units."""
    lines = re.split(r"\r\n|\r|\n", text[:offset])
    units = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[str(types.PositionEncodingKind(encoding).value)]
    name = {1: "utf-8", 2: "utf-16-le", 4: "utf-32-le"}[units]
    return types.Position(len(lines) - 1, len(lines[-1].encode(name)) // units)


def types_path(uri: str) -> str:
    from pygls.uris import to_fs_path

    path = to_fs_path(uri)
    assert path is not None
    return path


@asynccontextmanager
async def session(
    command: list[str],
    folder: Path,
    capabilities: types.ClientCapabilities,
    *,
    settings: dict[str, Any] | None = None,
    options: Any = None,
    environment: dict[str, str] | None = None,
    more_folders: Sequence[Path] = (),
) -> AsyncIterator[Author]:
    """A server started, initialized, and shut down at the end. `settings` are told when it asks, `options` in the first words."""
    client = await ClientServerConfig(command, make_test_lsp_client, environment).start()
    assert isinstance(client, LanguageClient)
    if settings is not None:
        client.set_configuration(settings, section="derender")
    author: Author | None = None

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        registered.extend(params.registrations)

    @client.feature(types.WORKSPACE_APPLY_EDIT)
    def push(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        if author is None:
            return types.ApplyWorkspaceEditResult(applied=False)
        while author.before_applying:
            author.before_applying.pop(0)()
        # An edit for a version that is no longer there, or of a document that was closed, is refused, as editors do.
        if author.refuses(params.edit):
            return types.ApplyWorkspaceEditResult(applied=False)
        pushed.append(params)
        author.apply(params.edit)
        return types.ApplyWorkspaceEditResult(applied=True)

    @client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
    def ask(params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
        assert author is not None
        author.questions.append(params.message)
        return next((action for action in params.actions or () if action.title == author.answer), None)

    @client.feature(types.WORKSPACE_CODE_LENS_REFRESH)
    def refresh_lenses(_: None) -> None:
        if author is not None:
            author.lens_refreshes += 1

    @client.feature(types.WORKSPACE_INLAY_HINT_REFRESH)
    def refresh_hints(_: None) -> None:
        if author is not None:
            author.hint_refreshes += 1

    registered: list[types.Registration] = []
    pushed: list[types.ApplyWorkspaceEditParams] = []
    folders = [types.WorkspaceFolder(each.as_uri(), each.name) for each in (folder, *more_folders)]
    params = types.InitializeParams(capabilities, root_uri=folder.as_uri(), workspace_folders=folders, initialization_options=options)
    try:
        result = await asyncio.wait_for(client.initialize_session(params), PATIENCE)
        author = Author(client, folder, result, registered=registered, pushed=pushed)
        yield author
        if not author.is_over:
            author.is_over = True
            await asyncio.wait_for(client.shutdown_session(), PATIENCE)
    finally:
        process = client._server
        if process is not None and process.returncode is None:
            try:
                await asyncio.wait_for(process.wait(), PATIENCE if author and author.is_over else 0.01)
            except TimeoutError:
                process.kill()
        await client.stop()


def picture(folder: Path, name: str) -> Path:
    """A file that the stand-in takes for a photograph."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"a photograph of a drawing, " + name.encode())
    return path
