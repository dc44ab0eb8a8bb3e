"""What is shown of a reading: hover, lens; what is never read: files elsewhere, on other machines, of other kinds."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from author import editor, picture, session
from lsprotocol import types
from pygls.workspace import Workspace

from derender.latex.figures import find_figures
from derender.latex.insertion import apply_edits, photo_path, replacing
from derender.latex.origin import Origin
from derender.latex.regions import Form, find_regions
from derender_lsp.edits import with_tikz
from derender_lsp.features import diagnostics, links
from derender_lsp.server import DerenderServer, create_server

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


async def test_a_first_answer_is_shown_and_refined_in_the_background(command: list[str], folder: Path) -> None:
    picture(folder, "early.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "early")
        await author.diagnostic("main.tex", "4 commands → ")
        await author.diagnostic("main.tex", "6 commands → ")


async def test_what_waits_is_read_before_answers_are_refined(command: list[str], folder: Path) -> None:
    pictures = [picture(folder, name) for name in ("early-1.jpg", "early-2.jpg", "slow.jpg")]
    text = "".join(f"\\includegraphics{{{path.stem}}}\n" for path in pictures)
    async with session(command, folder, editor()) as author:
        author.open("main.tex", f"\\documentclass{{article}}\n\\begin{{document}}\n{text}\\end{{document}}\n")
        await author.until(lambda: sum("6 commands → " in d.message for d in author.diagnostics("main.tex")) == 3)


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


async def test_a_folder_of_pictures_that_is_named_later_is_searched_at_once(command: list[str], folder: Path) -> None:
    picture(folder, "img/a.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "a")
        await author.diagnostic("main.tex", "There is no picture 'a'.")
        author.type("main.tex", "\\graphicspath{{img/}}\n" + PAPER % "a")
        await author.diagnostic("main.tex", "commands → ")


async def test_several_folders_of_a_workspace_and_odd_addresses(command: list[str], folder: Path, tmp_path: Path) -> None:
    """Each folder's pictures may be read; addresses are understood however they are encoded; names may be stored decomposed."""
    second = tmp_path / "second folder"
    second.mkdir()
    picture(second, unicodedata.normalize("NFD", "Skizze ü.jpg"))
    picture(folder, "b.jpg")
    async with session(command, folder, editor(), more_folders=(second,)) as author:
        uri = second.as_uri().replace("second%20folder", "second%20f%6Flder") + "/p%61per%20one.tex"
        text = PAPER % unicodedata.normalize("NFC", "Skizze ü") + "% \\includegraphics{b}"
        author.client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "latex", 1, text)))
        found = await author.until(lambda: [d for d in author.client.diagnostics.get(uri, ()) if "commands → " in d.message])
        assert len(found) == 1
        other = picture(tmp_path, "third/c.jpg")
        author.open("main.tex", PAPER % f"../third/{other.name}")
        await author.diagnostic("main.tex", "'c.jpg' lies outside of the workspace")


@pytest.mark.parametrize(("written", "stored"), [("NFC", "NFD"), ("NFD", "NFC")])
async def test_a_figure_is_found_however_its_letters_with_accents_are_stored(
    written: Literal["NFC", "NFD"], stored: Literal["NFC", "NFD"], command: list[str], folder: Path
) -> None:
    """The picture, its folder, the chapter and its root, as in a folder that came from macOS."""

    def on_disk(name: str) -> str:
        return unicodedata.normalize(stored, name)

    def in_text(text: str) -> str:
        return unicodedata.normalize(written, text)

    picture(folder, on_disk("Köln/é.jpg"))
    (folder / on_disk("thèse.tex")).write_text(in_text("\\graphicspath{{Köln/}}\n" + PAPER % "none"), encoding="utf-8")
    async with session(command, folder, editor()) as author:
        chapter = on_disk("chapitre é.tex")
        author.open(chapter, in_text("% !TEX root = thèse.tex\n\\includegraphics{é}\n"))
        await author.diagnostic(chapter, "commands → ")
        await author.do(chapter, 1, "Insert TikZ program")
        await author.until(lambda: "% derender: begin" in author.texts[chapter])


@pytest.mark.parametrize(
    "line",
    [
        "% !TEX root = //server/share/main.tex\n\\includegraphics{a}",
        "\\graphicspath{{//server/share/}}\\includegraphics{a}",
        "\\documentclass[//server/share/main]{subfiles}\\includegraphics{a}",
        "\\documentclass{article}\\input{//server/share/preamble}\\begin{document}\\includegraphics{a}",
        "% derender: begin photo=//server/share/a.jpg sha256=0123456789abcdef form=program version=1\n% derender: end body=0 source=0",
    ],
)
def test_no_name_in_a_document_makes_the_server_look_at_another_machine(line: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No path that leads there reaches the system, not even to ask whether it exists."""
    looked: list[str] = []
    for name in ("stat", "lstat", "open", "scandir", "readlink"):
        real = getattr(os, name)

        def watched(path: object, *arguments: object, real: Callable[..., object] = real, **options: object) -> object:
            looked.append(str(path))
            return real(path, *arguments, **options)

        monkeypatch.setattr(os, name, watched)
    server = in_folder(folder)
    uri = f"{server.workspace.root_uri}/main.tex"
    server.workspace.put_text_document(types.TextDocumentItem(uri, "latex", 1, line))
    document = server.documents.document(uri)
    assert document is not None
    list(diagnostics.diagnostics(server, document))
    links.links(server, types.DocumentLinkParams(types.TextDocumentIdentifier(uri)))
    with_tikz(server, document, [], ["circle(1, 1)"])
    server.documents.searched(document)
    assert [path for path in looked if path.startswith(("//", "\\\\"))] == []


def in_folder(folder: Path) -> DerenderServer:
    """A server with a workspace, without a client."""
    server = create_server()
    folders = [types.WorkspaceFolder(folder.as_uri(), "w")]
    server.protocol._workspace = Workspace(folder.as_uri(), types.TextDocumentSyncKind.Full, folders, "utf-16")
    return server


@pytest.mark.parametrize("name", ["a%b.jpg", "a{b}.jpg", "a\nb.jpg", 'a"b.jpg', "a\\b.jpg", "#1 & co_$^~.jpg", "derender: end.jpg"])
def test_hostile_names_stay_in_their_comment(name: str, folder: Path) -> None:
    """Whatever a file is called, its region is whole and the document's other lines are untouched."""
    photo = picture(folder, name)
    text = PAPER % "placeholder"
    (figure,) = find_figures(text)
    origin = Origin(photo_path(photo, folder), "0" * 16)
    after = apply_edits(text, (replacing(text, figure, "circle(1, 1)\n", Form.PROGRAM, origin),))
    found = find_regions(after)
    assert found.faults == ()
    assert found.regions[0].origin.photo == name
    assert after.startswith(text[: figure.start])
    assert after.endswith(text[figure.end :])
    marker = after[found.regions[0].start :].split("\n")[0]
    assert marker.startswith("% derender: begin photo=")
    assert marker.endswith("version=1")
