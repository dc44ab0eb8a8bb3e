"""Regions in the editor: regenerated with the save, never over an edit by hand, faults told."""

from __future__ import annotations

from pathlib import Path

import pytest
from author import Author, editor, session
from lsprotocol import types

from derender.latex.generation import generate
from derender.latex.origin import Origin
from derender.latex.regions import Form, Source

PROGRAM = "for (i < 3)\n    circle(3*i + 1, 1)\n"
REGION = generate(Source(PROGRAM, Form.PROGRAM), Origin("gone.jpg", "0123456789abcdef"))
PAPER = f"\\documentclass{{article}}\n\\usepackage{{tikz}}\n\\begin{{document}}\nÄ 𝛼 %\n{REGION}\nafter\n\\end{{document}}\n"
FIRST = 4
CHANGED = PAPER.replace("i < 3", "i < 5")


async def test_a_changed_bound_is_regenerated_in_the_same_save(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER)
        author.type("main.tex", CHANGED)
        await author.diagnostic("main.tex", "saving regenerates the figure")
        await author.save("main.tex")
        text = (folder / "main.tex").read_text(encoding="utf-8")
        assert "{0,...,4}" in text
        assert text.replace("{0,...,4}", "{0,...,2}").splitlines()[:4] == PAPER.splitlines()[:4]
        assert text.endswith("\nafter\n\\end{document}\n")
        await author.until(lambda: not author.diagnostics("main.tex"))
        await author.save("main.tex")
        assert (folder / "main.tex").read_text(encoding="utf-8") == text


async def test_a_delayed_auto_save_regenerates_nothing(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor()) as author:
        author.open("main.tex", CHANGED)
        await author.save("main.tex", types.TextDocumentSaveReason.AfterDelay)
        assert author.texts["main.tex"] == CHANGED


async def test_regenerating_can_be_turned_off(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor(), settings={"regenerateOnSave": False}) as author:
        author.open("main.tex", CHANGED)
        await author.diagnostic("main.tex", "The program was changed; its quick fix regenerates the figure.")
        await author.save("main.tex")
        assert author.texts["main.tex"] == CHANGED
        await author.do("main.tex", FIRST, "Regenerate figure from its program")
        assert "{0,...,4}" in author.texts["main.tex"]


async def test_a_client_that_does_not_ask_gets_the_edit_after_the_save(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor(will_save=False)) as author:
        author.open("main.tex", CHANGED)
        author.save_only("main.tex")
        await author.until(lambda: author.pushed)
        assert "{0,...,4}" in author.texts["main.tex"]
        assert author.pushed[0].edit.document_changes


async def test_an_edit_by_hand_is_never_overwritten_unasked(command: list[str], folder: Path) -> None:
    edited = CHANGED.replace("thick", "thin")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", edited)
        diagnostic = await author.diagnostic("main.tex", "edited by hand")
        assert diagnostic.range.start == types.Position(FIRST, 0)
        await author.save("main.tex")
        assert author.texts["main.tex"] == edited
        await author.do("main.tex", FIRST + 3, "Overwrite edits by hand with the program's figure")
        assert "{0,...,4}" in author.texts["main.tex"]
        assert "thick" in author.texts["main.tex"]


async def test_a_region_can_be_detached(command: list[str], folder: Path) -> None:
    edited = PAPER.replace("thick", "thin")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", edited)
        await author.diagnostic("main.tex", "edited by hand")
        await author.do("main.tex", FIRST, "Detach figure from Derender")
        assert "derender" not in author.texts["main.tex"]
        assert "thin" in author.texts["main.tex"]


async def test_the_form_can_be_switched_and_switched_back(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER)
        await author.do("main.tex", FIRST, "Switch figure to TikZ commands")
        assert "\\foreach" not in author.texts["main.tex"]
        await author.do("main.tex", FIRST, "Switch figure to TikZ program")
        assert author.texts["main.tex"] == PAPER


@pytest.mark.parametrize(
    ("old", "new", "words", "line"),
    [
        ("i < 3", "i < ", "", FIRST + 1),
        ("i < 3", "i < 1000000000", "loop", FIRST + 1),
        ("% derender: end", "% derender:end of", "checksums", None),
        ("\n% derender: begin", "\n% derender: begin\n% derender: begin", "before the next one begins", FIRST),
        ("version=1", "version=9", "version 9", FIRST),
    ],
)
async def test_faults_are_told_and_nothing_is_written(
    old: str, new: str, words: str, line: int | None, command: list[str], folder: Path
) -> None:
    async with session(command, folder, editor()) as author:
        text = PAPER.replace(old, new)
        author.open("main.tex", text)
        diagnostic = await author.diagnostic("main.tex", words)
        assert diagnostic.severity in (types.DiagnosticSeverity.Error, types.DiagnosticSeverity.Warning)
        assert line is None or diagnostic.range.start.line == line
        await author.save("main.tex")
        assert author.texts["main.tex"] == text


async def test_hover_shows_what_the_program_draws_now(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor()) as author:
        author.open("main.tex", CHANGED)
        content = await _hover(author, FIRST + 1)
        assert content.startswith("![photograph and drawing](data:image/png;base64,")
        assert "5 commands" in content


async def _hover(author: Author, line: int) -> str:
    found = await author.hover("main.tex", line)
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    return found.contents.value
