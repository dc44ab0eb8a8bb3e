"""From a figure in a document to TikZ in its place, over the protocol, for clients of different abilities."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from author import PATIENCE, Author, changes, editor, picture, session
from lsprotocol import types

HEAD = "\\documentclass{article}\n\\usepackage{graphicx}\n\\begin{document}\n"
PAPER = HEAD + "Ä figure 𝛼: \\includegraphics[width=5cm]{my sketch}%\nis here\n\\end{document}\n"
LINE = 3
PROGRAM = "Insert TikZ program"


async def read(author: Author, text: str = PAPER, name: str = "main.tex") -> types.Diagnostic:
    author.open(name, text)
    return await author.diagnostic(name, "commands → ")


async def choose_again_and_again(author: Author, action: types.CodeAction) -> None:
    """Resolves an action until that fails: until the server has looked at a new picture, an old choice is still good."""
    for _ in range(PATIENCE * 20):
        await author.client.code_action_resolve_async(action)
        await asyncio.sleep(0.05)


async def test_the_whole_way(command: list[str], folder: Path) -> None:
    """Diagnostic at the figure, actions, resolved edit: region in its place, size kept, TikZ loaded, the line's rest untouched."""
    picture(folder, "my sketch.jpg")
    async with session(command, folder, editor()) as author:
        diagnostic = await read(author)
        assert diagnostic.message == "6 commands → 5-line program, 1 other reading"
        assert (diagnostic.severity, diagnostic.source) == (types.DiagnosticSeverity.Information, "derender")
        assert diagnostic.range == types.Range(types.Position(LINE, 13), types.Position(LINE, 51))
        actions = await author.actions("main.tex", LINE)
        assert {PROGRAM, "Insert TikZ commands", f"{PROGRAM} below", "Insert TikZ commands below"} <= set(actions)
        inserting = [action for action in actions.values() if action.command is None]
        assert all(action.edit is None and action.kind == types.CodeActionKind.RefactorRewrite for action in inserting)
        assert list(actions[PROGRAM].diagnostics or ()) == [diagnostic]
        edit = await author.do("main.tex", LINE, PROGRAM)
        assert [(uri, version) for uri, version, _ in changes(edit)] == [(author.uri("main.tex"), 1)]
        text = author.texts["main.tex"]
        start = HEAD.replace("\\begin{d", "\\usepackage{tikz}\n\\usetikzlibrary{arrows.meta}\n\\begin{d")
        assert text.startswith(start + 'Ä figure 𝛼: %\n% derender: begin photo="my sketch.jpg" ')
        assert "\\resizebox{5cm}{!}{%\n\\begin{tikzpicture}" in text
        assert text.endswith("\n%\nis here\n\\end{document}\n")
        await author.until(lambda: not author.diagnostics("main.tex"))


async def test_the_figure_can_stay(command: list[str], folder: Path) -> None:
    picture(folder, "my sketch.jpg")
    async with session(command, folder, editor()) as author:
        await read(author)
        await author.do("main.tex", LINE, "Insert TikZ commands below")
        text = author.texts["main.tex"]
        assert "\\includegraphics[width=5cm]{my sketch}\n% derender: begin" in text
        assert "\\foreach" not in text
        await author.diagnostic("main.tex", "commands → ")


@pytest.mark.parametrize("lost", ["resolve", "versions", "progress", "watch", "settings", "markdown", "apply", "will_save"])
async def test_a_client_that_can_less_still_inserts(lost: str, command: list[str], folder: Path) -> None:
    picture(folder, "my sketch.jpg")
    async with session(command, folder, editor(**{lost: False})) as author:
        await read(author)
        actions = await author.actions("main.tex", LINE)
        assert (actions[PROGRAM].edit is None) == (lost != "resolve")
        edit = await author.do("main.tex", LINE, PROGRAM)
        assert (edit.changes is None) == (lost != "versions")
        assert "\\begin{tikzpicture}" in author.texts["main.tex"]
        assert bool(author.registered) == (lost != "watch")
        assert bool(author.client.progress_reports) == (lost != "progress")


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 16), ("utf-16", 13), ("utf-32", 12)])
async def test_every_position_encoding(encoding: str, column: int, command: list[str], folder: Path) -> None:
    picture(folder, "my sketch.jpg")
    async with session(command, folder, editor(encodings=[encoding])) as author:
        assert author.result.capabilities.position_encoding == encoding
        diagnostic = await read(author)
        assert diagnostic.range.start == types.Position(LINE, column)
        for type_text in (author.type, author.type_anew):  # a part of the text, and all of it
            type_text("main.tex", author.texts["main.tex"].replace("𝛼", "𝛼Ä𝛼\r\n"))
            assert await author.execute("double.text", author.uri("main.tex")) == author.texts["main.tex"]


async def test_the_edit_is_for_the_text_as_it_is_when_chosen(command: list[str], folder: Path) -> None:
    """Lines typed between listing and choosing move the edit; a figure that is gone gives an error and no edit."""
    picture(folder, "my sketch.jpg")
    async with session(command, folder, editor()) as author:
        await read(author)
        action = (await author.actions("main.tex", LINE))[PROGRAM]
        author.type("main.tex", PAPER.replace("Ä figure", "A line\x0cwith a form feed.\n\nÄ figure"))
        resolved = await author.client.code_action_resolve_async(action)
        assert resolved.edit is not None
        author.apply(resolved.edit)
        assert "form feed.\n\nÄ figure 𝛼: %\n% derender: begin" in author.texts["main.tex"]
        author.type("main.tex", HEAD)
        with pytest.raises(Exception, match="no longer there"):
            await author.client.code_action_resolve_async(action)


async def test_a_choice_is_for_the_picture_that_was_read(command: list[str], folder: Path) -> None:
    """A picture redrawn between listing and choosing gives an error, not the program of another drawing."""
    path = picture(folder, "my sketch.jpg")
    async with session(command, folder, editor()) as author:
        await read(author)
        action = (await author.actions("main.tex", LINE))[PROGRAM]
        path.write_bytes(b"another drawing")
        event = types.FileEvent(path.as_uri(), types.FileChangeType.Changed)
        author.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        with pytest.raises(Exception, match="has changed"):
            await choose_again_and_again(author, action)


async def test_the_same_picture_twice(command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        await read(author, HEAD + "\\includegraphics{a}\n\\includegraphics{a}\n\\end{document}\n")
        await author.until(lambda: len(author.diagnostics("main.tex")) == 2)
        await author.do("main.tex", 4, PROGRAM)
        assert "\\includegraphics{a}\n% derender: begin" in author.texts["main.tex"]


async def test_tikz_is_loaded_in_the_root_document(command: list[str], folder: Path) -> None:
    """Root elsewhere: its preamble is edited, in the version that is open, or on disk."""
    picture(folder, "img/a.jpg")
    main = "\\documentclass{article}\r\n\\graphicspath{{img/}}\r\n\\begin{document}\r\n\\input{part/one}\r\n\\end{document}\r\n"
    (folder / "main.tex").write_bytes(main.encode())
    (folder / "part").mkdir()
    async with session(command, folder, editor()) as author:
        await read(author, "\\includegraphics{a}\n", "part/one.tex")
        edit = await author.do("part/one.tex", 0, PROGRAM)
        assert [version for _, version, _ in changes(edit)] == [1, None]
        assert b"\\usepackage{tikz}\r\n\\usetikzlibrary{arrows.meta}\r\n\\begin{document}" in (folder / "main.tex").read_bytes()
        assert "photo=../img/a.jpg" in author.texts["part/one.tex"]
        author.open("main.tex", main)
        author.type("part/one.tex", "\\includegraphics{a}\n")
        await author.diagnostic("part/one.tex", "commands → ")
        edit = await author.do("part/one.tex", 0, PROGRAM)
        assert [version for _, version, _ in changes(edit)] == [3, 1]
        assert "\\usepackage{tikz}" in author.texts["main.tex"]


async def test_an_unknown_root_is_said(command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        await read(author, "\\includegraphics{a}\n", "part.tex")
        await author.do("part.tex", 0, PROGRAM)
        diagnostic = await author.diagnostic("part.tex", "root document")
        assert "% !TEX root" in diagnostic.message


async def test_only_the_kinds_asked_for(command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        await read(author, HEAD + "\\includegraphics{a}\n")
        assert await author.actions("main.tex", LINE, only=["source"]) == {}
        assert PROGRAM in await author.actions("main.tex", LINE, only=["refactor"])
        assert await author.actions("main.tex", 1) == {}


async def test_settings_count_and_bad_ones_are_told(command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    settings = {"reading": {"alternatives": 1, "grid": "wide"}, "figures": {"commands": ["sketch"]}}
    async with session(command, folder, editor(), settings=settings) as author:
        await read(author, HEAD + "\\includegraphics{a}\n\\sketch{a}\n")
        (diagnostic,) = author.diagnostics("main.tex")
        assert diagnostic.range.start.line == LINE + 1
        assert diagnostic.message == "6 commands → 5-line program"
        (message,) = author.client.messages
        assert message.message == "derender.reading.grid must be a whole number from 2 to 64, not 'wide'; the default is used."
        author.client.set_configuration({"reading": {"alternatives": 2}}, section="derender")
        author.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        assert (await author.diagnostic("main.tex", "1 other reading")).range.start.line == LINE


@pytest.mark.parametrize("asked", [True, False])
async def test_settings_of_the_first_words_stay_where_the_client_tells_no_others(asked: bool, command: list[str], folder: Path) -> None:
    """Neovim and Emacs answer with nothing when they are asked for settings that their authors gave as options of the server."""
    picture(folder, "a.jpg")
    options = {"reading": {"alternatives": 1, "grid": "wide"}}
    async with session(command, folder, editor(settings=asked), options=options) as author:
        if asked:
            author.client.set_configuration(None, section="derender")
        author.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({}))
        assert (await read(author, HEAD + "\\includegraphics{a}\n")).message == "6 commands → 5-line program"
        told = {message.message for message in author.client.messages}
        assert told == {"derender.reading.grid must be a whole number from 2 to 64, not 'wide'; the default is used."}
