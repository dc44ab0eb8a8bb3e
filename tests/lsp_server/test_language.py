"""What helps to read and write programs, in regions and in files of their own: hints, links, folds, completion, rename, formatting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from author import Author, editor, picture, session
from lsprotocol import types

from derender.latex.generation import generate
from derender.latex.origin import Origin
from derender.latex.regions import Source, find_regions

PROGRAM = "for (i < 3)\n    for (j < i + 1)\n        circle(3*i + 1, 3*j)\n    line(3*i, 0, 3*i + 1, 0, arrow)\n"
REGION = generate(Source(PROGRAM), Origin("a.jpg", "0" * 16))
HEAD = "\\documentclass{article}\n\\usepackage{tikz}\n\\usetikzlibrary{arrows.meta}\n\\begin{document}\n"
PAPER = f"{HEAD}{REGION}\n\\end{{document}}\n"
FIRST = HEAD.count("\n")


def here(line: int, character: int) -> types.Position:
    return types.Position(line, character)


async def completions(author: Author, name: str, line: int, character: int) -> dict[str, types.CompletionItem]:
    document = types.TextDocumentIdentifier(author.uri(name))
    found = await author.client.text_document_completion_async(types.CompletionParams(document, here(line, character)))
    assert isinstance(found, list)
    return {item.label: item for item in found}


async def rename(author: Author, name: str, line: int, character: int, new: str) -> None:
    document = types.TextDocumentIdentifier(author.uri(name))
    edit = await author.client.text_document_rename_async(types.RenameParams(document, here(line, character), new))
    assert edit is not None
    author.apply(edit)


@pytest.mark.parametrize(("name", "text", "line", "margin"), [("main.tex", PAPER, FIRST + 1, 3), ("figure.dr", PROGRAM, 0, 0)])
async def test_hints_tell_what_loops_count(name: str, text: str, line: int, margin: int, command: list[str], folder: Path) -> None:
    async with session(command, folder, editor(), settings={"loopHints": True}) as author:
        author.open(name, text)
        whole = types.Range(here(0, 0), here(100, 0))
        params = types.InlayHintParams(types.TextDocumentIdentifier(author.uri(name)), whole)
        hints = await author.client.text_document_inlay_hint_async(params) or ()
        assert [(h.position, h.label) for h in hints] == [
            (here(line, margin + 11), "i = 0 … 2"),
            (here(line + 1, margin + 19), "j = 0 … at most 2"),
        ]


async def test_hints_can_be_switched_off(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor(settings=False)) as author:
        author.open("figure.dr", PROGRAM)
        author.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({"derender": {"loopHints": False}}))
        whole = types.Range(here(0, 0), here(100, 0))
        params = types.InlayHintParams(types.TextDocumentIdentifier(author.uri("figure.dr")), whole)
        assert not await author.client.text_document_inlay_hint_async(params)
        author.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({"derender": {"loopHints": True}}))
        await author.until(lambda: author.hint_refreshes)  # editors ask again only when they are told
        assert await author.client.text_document_inlay_hint_async(params)


async def test_links_lead_to_photographs(command: list[str], folder: Path) -> None:
    photo = picture(folder, "a.jpg")
    text = f"{HEAD}\\includegraphics{{a}} \\includegraphics{{none}}\n  {REGION}\n\\end{{document}}\n"
    async with session(command, folder, editor()) as author:
        author.open("main.tex", text)
        params = types.DocumentLinkParams(types.TextDocumentIdentifier(author.uri("main.tex")))
        links = await author.client.text_document_document_link_async(params) or ()
        assert [link.target for link in links] == [photo.as_uri()] * 2
        lines = text.split("\n")
        shown = [lines[link.range.start.line][link.range.start.character : link.range.end.character] for link in links]
        assert shown == ["a", "a.jpg"]


async def test_regions_and_bodies_fold(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER)
        params = types.FoldingRangeParams(types.TextDocumentIdentifier(author.uri("main.tex")))
        folds = await author.client.text_document_folding_range_async(params) or ()
        last = FIRST + REGION.count("\n")
        assert [(fold.start_line, fold.end_line) for fold in folds] == [(FIRST, last), (FIRST + 5, last - 1)]
        author.open("figure.dr", PROGRAM)
        params = types.FoldingRangeParams(types.TextDocumentIdentifier(author.uri("figure.dr")))
        folds = await author.client.text_document_folding_range_async(params) or ()
        assert [(fold.start_line, fold.end_line) for fold in folds] == [(0, 3), (1, 2)]


async def test_a_regions_settings_are_completed(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor()) as author:
        marker = REGION.split("\n")[0]
        author.open("main.tex", PAPER)
        assert set(await completions(author, "main.tex", FIRST, marker.index("form=") + 5)) == {"program", "commands", "dsl"}
        author.type("main.tex", PAPER.replace("form=program", 'form=program options="width=5cm, '))
        found = await completions(author, "main.tex", FIRST, marker.index("form=") + len('form=program options="width=5cm, '))
        assert {"scale", "angle", "height"} <= set(found)
        author.type("main.tex", PAPER.replace("form=program ", "form=program o"))
        found = await completions(author, "main.tex", FIRST, marker.index("form=") + len("form=program o"))
        assert set(found) == {"options", "overlay"}
        assert await completions(author, "main.tex", 0, 5) == {}


@pytest.mark.parametrize("snippets", [True, False])
async def test_statements_and_words_are_completed(snippets: bool, command: list[str], folder: Path) -> None:
    async with session(command, folder, editor(snippets=snippets)) as author:
        author.open("figure.dr", PROGRAM + "    li\nline(0, 0, 1, 1, \n")
        items = await completions(author, "figure.dr", 4, 6)
        assert {"for", "circle", "line", "label", "reflect"} <= set(items)
        edit = items["for"].text_edit
        assert isinstance(edit, types.TextEdit)
        assert (edit.range.start, edit.range.end) == (here(4, 4), here(4, 6))
        assert edit.new_text == ("for (${1:i} < ${2:3})\n        $0" if snippets else "for (i < 3)\n        ")
        assert set(await completions(author, "figure.dr", 5, 17)) == {"arrow", "dashed", "bend="}


async def test_a_loops_letter_is_renamed_with_its_uses(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor()) as author:
        author.open("figure.dr", PROGRAM + "for (i < 4)\n    circle(i, 20)\n")
        await rename(author, "figure.dr", 2, 17, "k")
        assert author.texts["figure.dr"] == PROGRAM.replace("(i", "(k").replace("*i", "*k").replace("< i", "< k") + (
            "for (i < 4)\n    circle(i, 20)\n"
        )
        for line, column, new in ((0, 5, "j"), (0, 5, "kk"), (0, 5, "X")):
            with pytest.raises(Exception, match=r"letter|already"):
                await rename(author, "figure.dr", line, column, new)
        document = types.TextDocumentIdentifier(author.uri("figure.dr"))
        found: Any = await author.client.text_document_prepare_rename_async(types.PrepareRenameParams(document, here(0, 5)))
        assert (found.placeholder, found.range.start) == ("k", here(0, 5))
        assert await author.client.text_document_prepare_rename_async(types.PrepareRenameParams(document, here(3, 6))) is None


async def test_renaming_in_a_region_renews_its_body(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER)
        await rename(author, "main.tex", FIRST + 1, 8, "m")
        text = author.texts["main.tex"]
        assert "%| for (m < 3)" in text
        assert "\\foreach \\m in {0,...,2}" in text
        (region,) = find_regions(text).regions
        assert (region.is_edited, region.is_outdated) == (False, False)


async def test_a_program_is_formatted_when_it_can_be_read(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor()) as author:
        author.open("figure.dr", PROGRAM.replace("    ", "\t").replace(", ", ","))
        document = types.TextDocumentIdentifier(author.uri("figure.dr"))
        params = types.DocumentFormattingParams(document, types.FormattingOptions(4, True))
        edits = await author.client.text_document_formatting_async(params)
        assert edits
        author.apply(types.WorkspaceEdit({author.uri("figure.dr"): edits}))
        assert author.texts["figure.dr"] == PROGRAM
        assert not await author.client.text_document_formatting_async(params)
        author.type("figure.dr", "for (i <\n circle(")
        assert not await author.client.text_document_formatting_async(params)


async def test_a_programs_words_have_their_kinds_and_hover_its_picture(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor()) as author:
        author.open("figure.dr", "for (i < 3)\n    circle(3*i, 1)\n")
        params = types.SemanticTokensParams(types.TextDocumentIdentifier(author.uri("figure.dr")))
        found = await author.client.text_document_semantic_tokens_full_async(params)
        assert found is not None
        legend: Any = author.result.capabilities.semantic_tokens_provider
        kinds = [legend.legend.token_types[number] for number in found.data[3::5]]
        assert kinds == ["keyword", "variable", "operator", "number", "function", "number", "operator", "variable", "number"]
        hover = await author.hover("figure.dr", 1, 6)
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert hover.contents.value.startswith("![photograph and drawing](data:image/png;base64,")
        assert "3 commands, cost 2." in hover.contents.value
