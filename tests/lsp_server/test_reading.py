"""What is shown of a reading: hover, lens; what is never read: files elsewhere, on other machines, of other kinds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from author import editor, picture, session
from lsprotocol import types

PAPER = "\\documentclass{article}\n\\begin{document}\n\\includegraphics{%s}\n\\end{document}\n"


async def test_hover_shows_photo_and_drawing(command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "a")
        await author.diagnostic("main.tex", "commands → ")
        found = await author.hover("main.tex", 2, 5)
        assert found is not None
        assert isinstance(found.contents, types.MarkupContent)
        assert found.contents.kind == types.MarkupKind.Markdown
        assert found.contents.value.startswith("![photograph and drawing](data:image/jpeg;base64,")
        assert "for (i < 3)" in found.contents.value
        assert len(found.contents.value) < 99_980
        assert await author.hover("main.tex", 0) is None


async def test_a_client_without_markdown_gets_text(command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor(markdown=False)) as author:
        author.open("main.tex", PAPER % "a")
        await author.diagnostic("main.tex", "commands → ")
        found = await author.hover("main.tex", 2, 5)
        assert found is not None
        assert isinstance(found.contents, types.MarkupContent)
        assert found.contents.kind == types.MarkupKind.PlainText
        assert "data:image" not in found.contents.value


async def test_a_lens_stands_above_the_figure(command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "a")
        await author.diagnostic("main.tex", "commands → ")
        params = types.CodeLensParams(types.TextDocumentIdentifier(author.uri("main.tex")))
        (lens,) = await author.client.text_document_code_lens_async(params) or ()
        assert lens.range.start.line == 2
        assert lens.command is not None
        assert lens.command.title == "6 commands → 5-line program, 1 other reading"


async def test_lenses_are_asked_for_again_when_a_picture_has_been_read(command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "a")
        await author.until(lambda: author.lens_refreshes)
        assert "commands → " in author.diagnostics("main.tex")[0].message


async def test_what_lies_outside_of_the_workspace_is_not_read(command: list[str], folder: Path, tmp_path: Path) -> None:
    """Neither by a path that climbs out nor through a link that points out; a setting allows a folder."""
    outside = picture(tmp_path, "outside/a.jpg")
    (folder / "link.jpg").symlink_to(outside)
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "../outside/a.jpg")
        await author.diagnostic("main.tex", "'a.jpg' lies outside of the workspace")
        author.open("second.tex", PAPER % "link.jpg")
        await author.diagnostic("second.tex", "'link.jpg' lies outside of the workspace")
        author.client.set_configuration({"figures": {"folders": [str(outside.parent)]}}, section="derender")
        author.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        await author.diagnostic("second.tex", "commands → ")


async def test_other_machines_are_refused_before_any_look(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "//server/share/a.jpg")
        await author.diagnostic("main.tex", "lies on another machine")


async def test_only_regular_files_are_read(command: list[str], folder: Path) -> None:
    os.mkfifo(folder / "pipe.jpg")
    (folder / "folder.jpg").mkdir()
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "folder")
        await author.diagnostic("main.tex", "There is no picture 'folder'.")
        author.open("second.tex", PAPER % "pipe")
        await author.diagnostic("second.tex", "There is no picture 'pipe'.")


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "git:/a/main.tex?HEAD", "file://server/share/main.tex", "notebook:/a#1"])
async def test_documents_that_are_no_local_files_are_ignored_politely(uri: str, command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        item = types.TextDocumentItem(uri, "latex", 1, PAPER % "a")
        author.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        document = types.TextDocumentIdentifier(uri)
        here = types.Range(types.Position(2, 0), types.Position(2, 0))
        params = types.CodeActionParams(document, here, types.CodeActionContext([]))
        assert not await author.client.text_document_code_action_async(params)
        assert await author.client.text_document_hover_async(types.HoverParams(document, types.Position(2, 3))) is None
        author.client.text_document_did_save(types.DidSaveTextDocumentParams(document))
        author.client.text_document_did_close(types.DidCloseTextDocumentParams(document))
        author.open("main.tex", PAPER % "a")
        await author.diagnostic("main.tex", "commands → ")
        assert uri not in author.client.diagnostics or not author.client.diagnostics[uri]
        assert author.client.messages == []


async def test_a_closed_document_loses_its_diagnostics(command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "a")
        await author.diagnostic("main.tex", "commands → ")
        author.close("main.tex")
        await author.until(lambda: not author.diagnostics("main.tex"))
