"""What the server offers, by the protocol's names: each handler converts, calls and converts back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from derender_lsp.features import (
    code_actions,
    code_lens,
    completion,
    diagnostics,
    folding,
    hints,
    hover,
    links,
    programs,
    rename,
)

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer


def register_features(server: DerenderServer) -> None:
    """Registers all features with the server, commands excepted."""
    _register_answers(server)
    _register_edits(server)
    _register_reading(server)


def _register_answers(server: DerenderServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False))
    def pulled(ls: DerenderServer, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        return diagnostics.pull(ls, params)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hovered(ls: DerenderServer, params: types.HoverParams) -> types.Hover | None:
        ls.attend(params.text_document.uri)
        return await hover.hover(ls, params)

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    def lenses(ls: DerenderServer, params: types.CodeLensParams) -> list[types.CodeLens]:
        return code_lens.code_lenses(ls, params)

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    def hinted(ls: DerenderServer, params: types.InlayHintParams) -> list[types.InlayHint]:
        return hints.hints(ls, params)


def _register_edits(server: DerenderServer) -> None:
    options = types.CodeActionOptions(code_action_kinds=code_actions.KINDS, resolve_provider=True)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def actions(ls: DerenderServer, params: types.CodeActionParams) -> list[types.CodeAction]:
        ls.attend(params.text_document.uri)
        return await code_actions.code_actions(ls, params)

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolved(ls: DerenderServer, params: types.CodeAction) -> types.CodeAction:
        return await code_actions.resolve(ls, params)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def renamed(ls: DerenderServer, params: types.RenameParams) -> types.WorkspaceEdit | None:
        return rename.rename(ls, params)

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def rename_prepared(ls: DerenderServer, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        return rename.prepare(ls, params)

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    def formatted(ls: DerenderServer, params: types.DocumentFormattingParams) -> list[types.TextEdit]:
        return programs.format_program(ls, params)

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=completion.TRIGGERS))
    def completed(ls: DerenderServer, params: types.CompletionParams) -> list[types.CompletionItem]:
        return completion.complete(ls, params)


def _register_reading(server: DerenderServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    def linked(ls: DerenderServer, params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        return links.links(ls, params)

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    def folded(ls: DerenderServer, params: types.FoldingRangeParams) -> list[types.FoldingRange]:
        return folding.folds(ls, params)

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, types.SemanticTokensLegend(programs.TOKEN_TYPES, []))
    def tokens(ls: DerenderServer, params: types.SemanticTokensParams) -> types.SemanticTokens:
        return programs.tokens(ls, params)
