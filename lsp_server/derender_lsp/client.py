"""What the client can do, asked in one place; whatever it leaves out it cannot do."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types

TEXT_EDITORS = ("neovim", "vim", "emacs", "eglot", "lsp-mode", "kakoune", "helix")
"""How editors name themselves whose hovers are text: a picture would fill them with the letters of its encoding."""


@dataclass(frozen=True, slots=True)
class Client:
    """The client's abilities that change what the server sends."""

    resolves_edits: bool = False
    """A code action's edit may be left to `codeAction/resolve`."""
    shows_disabled: bool = False
    """A code action may say why it cannot be chosen."""
    knows_document_changes: bool = False
    """Edits may name the version of the document that they are for."""
    asks_before_saving: bool = False
    """`willSaveWaitUntil` is sent, so that edits belong to the save."""
    applies_edits: bool = False
    shows_progress: bool = False
    watches_files: bool = False
    """Watchers can be registered at the client."""
    has_settings: bool = False
    """`workspace/configuration` is answered."""
    reads_markdown: bool = False
    shows_pictures: bool = True
    """Pictures in hovers are shown, not their addresses of thousands of letters."""
    refreshes_lenses: bool = False
    """Code lenses can be asked for again when the server says that they changed."""
    refreshes_hints: bool = False
    """The same of inlay hints."""
    pulls_diagnostics: bool = False
    """Asks for diagnostics, and can be told when to ask again."""
    relates_information: bool = False
    """A diagnostic may point to another place."""
    creates_snippets: bool = False
    """Completions may hold places to fill in."""
    shows_link_tooltips: bool = False
    asks_questions: bool = False
    """A message to the author may offer answers."""

    @classmethod
    def of(cls, capabilities: types.ClientCapabilities, name: str = "") -> Client:
        """The abilities that a client declares; `name` is the one it gives itself, for what no capability tells."""
        document = capabilities.text_document or types.TextDocumentClientCapabilities()
        workspace = capabilities.workspace or types.WorkspaceClientCapabilities()
        action = document.code_action
        resolvable = action.resolve_support.properties if action and action.data_support and action.resolve_support else ()
        return cls(
            resolves_edits="edit" in resolvable,
            shows_disabled=bool(action and action.disabled_support),
            knows_document_changes=bool(workspace.workspace_edit and workspace.workspace_edit.document_changes),
            asks_before_saving=bool(document.synchronization and document.synchronization.will_save_wait_until),
            applies_edits=bool(workspace.apply_edit),
            shows_progress=bool(capabilities.window and capabilities.window.work_done_progress),
            watches_files=bool(workspace.did_change_watched_files and workspace.did_change_watched_files.dynamic_registration),
            has_settings=bool(workspace.configuration),
            refreshes_hints=bool(workspace.inlay_hint and workspace.inlay_hint.refresh_support),
            pulls_diagnostics=bool(document.diagnostic and workspace.diagnostics and workspace.diagnostics.refresh_support),
            relates_information=bool(document.publish_diagnostics and document.publish_diagnostics.related_information)
            or bool(document.diagnostic and document.diagnostic.related_information),
            creates_snippets=bool(
                document.completion and document.completion.completion_item and document.completion.completion_item.snippet_support
            ),
            shows_link_tooltips=bool(document.document_link and document.document_link.tooltip_support),
            asks_questions=bool(capabilities.window and capabilities.window.show_message),
            refreshes_lenses=bool(workspace.code_lens and workspace.code_lens.refresh_support),
            shows_pictures=not name.lower().startswith(TEXT_EDITORS),
            reads_markdown=bool(
                document.hover and document.hover.content_format and types.MarkupKind.Markdown in document.hover.content_format
            ),
        )
