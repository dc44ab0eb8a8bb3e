"""No document makes a feature throw: each is asked about texts that nobody would write on purpose."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.workspace import Workspace
from tex_texts import TEX

from derender.latex.generation import generate
from derender.latex.origin import Origin
from derender.latex.regions import Source
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
    regenerate,
    rename,
)
from derender_lsp.server import DerenderServer, create_server

REGION = generate(Source("for (i < 3)\n    circle(3*i + 1, 1)\n"), Origin("a.jpg", "0" * 16))
PIECES = st.sampled_from(["i < 3", "circle", "% derender: begin", "% derender: end", "%|", "version=1", "body=", "\n", '"', "form=program"])
NOISE = st.sampled_from(["", "\n", "% derender: end", "%| for (i < 9999999999)", "\0", "\ud800", '"', "%", "\x0c", "i < 10", "\r"])


@pytest.fixture(scope="module")
def server() -> DerenderServer:
    """A server with a workspace, without a client."""
    folder = Path(tempfile.mkdtemp())
    server = create_server()
    folders = [types.WorkspaceFolder(folder.as_uri(), "w")]
    server.protocol._workspace = Workspace(folder.as_uri(), types.TextDocumentSyncKind.Full, folders, "utf-16")
    return server


def ask_everything(server: DerenderServer, text: str) -> None:
    uri = f"{server.workspace.root_uri}/main.tex"
    server.workspace.put_text_document(types.TextDocumentItem(uri, "latex", 1, text))
    document = server.documents.document(uri)
    assert document is not None
    assert all(0 <= d.range.start.line <= text.count("\n") + text.count("\r") for d in diagnostics.diagnostics(server, document))
    identifier = types.TextDocumentIdentifier(uri)
    everything = types.Range(types.Position(0, 0), document.lines.position(len(text)))
    asyncio.run(ask_about_the_text(server, identifier, everything))
    regenerate.before_save(server, types.WillSaveTextDocumentParams(identifier, types.TextDocumentSaveReason.Manual))


def ask_about_program(server: DerenderServer, text: str) -> None:
    uri = f"{server.workspace.root_uri}/figure.dr"
    server.workspace.put_text_document(types.TextDocumentItem(uri, "derender", 1, text))
    program = server.documents.program(uri)
    assert program is not None
    list(diagnostics.diagnostics(server, program))
    identifier = types.TextDocumentIdentifier(uri)
    asyncio.run(ask_about_the_text(server, identifier, types.Range(types.Position(0, 0), program.lines.position(len(text)))))
    programs.format_program(server, types.DocumentFormattingParams(identifier, types.FormattingOptions(4, True)))
    encoded = programs.tokens(server, types.SemanticTokensParams(identifier)).data
    assert len(encoded) % 5 == 0
    assert all(number >= 0 for number in encoded)


async def ask_about_the_text(server: DerenderServer, identifier: types.TextDocumentIdentifier, everything: types.Range) -> None:
    await code_actions.code_actions(server, types.CodeActionParams(identifier, everything, types.CodeActionContext([])))
    code_lens.code_lenses(server, types.CodeLensParams(identifier))
    links.links(server, types.DocumentLinkParams(identifier))
    folding.folds(server, types.FoldingRangeParams(identifier))
    hints.hints(server, types.InlayHintParams(identifier, everything))
    for line in range(min(20, everything.end.line + 1)):
        for column in (0, 3, 10):
            here = types.Position(line, column)
            completion.complete(server, types.CompletionParams(identifier, here))
            with contextlib.suppress(JsonRpcException):
                rename.rename(server, types.RenameParams(identifier, here, "k"))
            rename.prepare(server, types.PrepareRenameParams(identifier, here))
        await hover.hover(server, types.HoverParams(identifier, types.Position(line, 3)))


@given(text=TEX)
@example(text="\\includegraphics{a\0b}\\includegraphics{\ud800}\\includegraphics{" + "a" * 5000 + "}")
@example(text="\\includegraphics{" + "../" * 500 + "a}")
@example(text="\\graphicspath{{\0/}{\ud800/}{//server/}}\\includegraphics{a}")
@example(text=f"% !TEX root = /\n{REGION}")
@example(text=f"% !TEX root = {'../' * 50}\n{REGION}")
@example(text=f"\\documentclass[/]{{subfiles}}\n\\input{{/}}\n{REGION}")
def test_half_typed_documents(server: DerenderServer, text: str) -> None:
    ask_everything(server, text)


@given(old=PIECES, new=NOISE, count=st.integers(1, 3))
def test_regions_with_pieces_missing_or_changed(server: DerenderServer, old: str, new: str, count: int) -> None:
    ask_everything(server, f"a\n{REGION}\nb\n{REGION}".replace(old, new, count))


STATEMENTS = ("for (i < 3)", "for (j < i + 1)", "if (i > 0)", "reflect(x = 8)", "circle(3*i + 1, 1)", "line(0, 0, i, 1, arrow)")
SCRAPS = ("\n", "\r\n", "    ", 'label(1, 2, "a")', "(", ")", "i", "<", '"', "\\", "ü", "𝛼", "\x0c", "9999999999999")
PROGRAM_PIECES = st.sampled_from([*STATEMENTS, *SCRAPS])


@given(text=st.lists(PROGRAM_PIECES, max_size=12).map("".join))
@example(text="for (i < 3)\n    for (i < i)\n        circle(i, i)\n")
@example(text="for (i < j)\n    for (j < i)\n        circle(i, j)\n")
def test_half_typed_programs(server: DerenderServer, text: str) -> None:
    ask_about_program(server, text)
    ask_everything(server, REGION.replace("for (i < 3)", text.replace("\n", "\n%| ").replace("\r", "")))
