"""No document makes a feature throw: each is asked about texts that nobody would write on purpose."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lsprotocol import types
from pygls.workspace import Workspace
from tex_texts import TEX

from derender.latex.generation import generate
from derender.latex.origin import Origin
from derender.latex.regions import Source
from derender_lsp.features import code_actions, code_lens, diagnostics, hover, regenerate
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
    code_actions.code_actions(server, types.CodeActionParams(identifier, everything, types.CodeActionContext([])))
    code_lens.code_lenses(server, types.CodeLensParams(identifier))
    for line in range(min(20, text.count("\n") + 1)):
        hover.hover(server, types.HoverParams(identifier, types.Position(line, 3)))
    regenerate.before_save(server, types.WillSaveTextDocumentParams(identifier, types.TextDocumentSaveReason.Manual))


@given(text=TEX)
@example(text="\\includegraphics{a\0b}\\includegraphics{\ud800}\\includegraphics{" + "a" * 5000 + "}")
@example(text="\\includegraphics{" + "../" * 500 + "a}")
@example(text="\\graphicspath{{\0/}{\ud800/}{//server/}}\\includegraphics{a}")
def test_half_typed_documents(server: DerenderServer, text: str) -> None:
    ask_everything(server, text)


@given(old=PIECES, new=NOISE, count=st.integers(1, 3))
def test_regions_with_pieces_missing_or_changed(server: DerenderServer, old: str, new: str, count: int) -> None:
    ask_everything(server, f"a\n{REGION}\nb\n{REGION}".replace(old, new, count))
