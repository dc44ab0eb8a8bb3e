"""A photograph that was redrawn: told, asked about, or drawn anew by itself, and never at the cost of what the author wrote."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from urllib.parse import unquote

import pytest
from author import Author, editor, picture, session
from lsprotocol import types

from derender.latex.generation import generate
from derender.latex.origin import Origin, content_digits
from derender.latex.regions import Source, find_regions

PAPER = "\\documentclass{article}\n\\begin{document}\nA \\includegraphics[width=5cm]{a} B\n\\end{document}\n"
NEW = "for (i < 2)\n    line(3*i, 0, 3*i + 1, 0, arrow)\n"
TOLD = "The picture 'a.jpg' was changed since this figure was drawn: 2 commands → 2-line program."


async def drawn(author: Author, folder: Path) -> int:
    """A region in the document; gives its first line."""
    picture(folder, "a.jpg")
    author.open("main.tex", PAPER)
    await author.diagnostic("main.tex", "commands → ")
    await author.do("main.tex", 2, "Insert TikZ program")
    author.save_only("main.tex")
    await author.until(lambda: not author.diagnostics("main.tex"))
    text = author.texts["main.tex"]
    return text[: find_regions(text).regions[0].start].count("\n")


def redraw(author: Author, folder: Path, content: bytes = b"redrawn") -> None:
    path = folder / "a.jpg"
    path.write_bytes(content)
    event = types.FileEvent(path.as_uri(), types.FileChangeType.Changed)
    author.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))


def program(author: Author) -> str:
    return find_regions(author.texts["main.tex"]).regions[0].source.program


async def test_the_author_is_told_and_asked(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor()) as author:
        line = await drawn(author, folder)
        before = author.texts["main.tex"]
        redraw(author, folder)
        told = await author.diagnostic("main.tex", TOLD)
        assert (told.range.start.line, told.code) == (line, "changed-photo")
        await author.until(lambda: author.questions)
        assert author.questions == ["'a.jpg' changed since its figure was drawn."]
        assert author.texts["main.tex"] == before
        await author.do("main.tex", line, "Redraw figure from the changed picture")
        assert program(author) == NEW
        assert 'options="width=5cm"' in author.texts["main.tex"]
        await author.until(lambda: not author.diagnostics("main.tex"))
        assert len(author.questions) == 1


async def test_a_photograph_stored_with_decomposed_letters_is_the_same(command: list[str], folder: Path) -> None:
    """As after a copy to or from a Mac: the marker names it with composed letters."""
    drawing = generate(Source(NEW), Origin(unicodedata.normalize("NFC", "Skizze é.jpg"), "0" * 16))
    stored = picture(folder, unicodedata.normalize("NFD", "Skizze é.jpg"))
    async with session(command, folder, editor()) as author:
        author.open("main.tex", f"\\documentclass{{article}}\n\\begin{{document}}\n{drawing}\n\\end{{document}}\n")
        await author.diagnostic("main.tex", "was changed since this figure was drawn")
        document = types.TextDocumentIdentifier(author.uri("main.tex"))
        (link,) = await author.client.text_document_document_link_async(types.DocumentLinkParams(document)) or ()
        assert link.target is not None
        assert unquote(link.target) == unquote(stored.as_uri())


async def test_a_changed_photograph_without_a_drawing_is_told_in_one_sentence(command: list[str], folder: Path) -> None:
    drawing = generate(Source(NEW), Origin("empty.jpg", "0" * 16))
    picture(folder, "empty.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", f"\\documentclass{{article}}\n\\begin{{document}}\n{drawing}\n\\end{{document}}\n")
        told = await author.diagnostic("main.tex", "was changed since this figure was drawn")
        assert told.message.endswith("drawn: No drawing was recognised in this picture.")


async def test_yes_redraws(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor()) as author:
        await drawn(author, folder)
        author.answer = "Redraw"
        redraw(author, folder)
        await author.until(lambda: author.pushed)
        assert program(author) == NEW
        assert author.pushed[0].edit.document_changes  # refused by the editor for any other version


async def test_what_is_typed_while_the_edit_is_on_its_way_stays(command: list[str], folder: Path) -> None:
    """The editor refuses the edit for the old version; it is made anew for the new one."""
    async with session(command, folder, editor(), settings={"changedPhotos": "automatic"}) as author:
        await drawn(author, folder)

        def type_something() -> None:
            author.type("main.tex", author.texts["main.tex"].replace("A %", "typed meanwhile\n\nA %"))

        author.before_applying += [type_something] * 2
        redraw(author, folder)
        await author.until(lambda: author.pushed)
        assert program(author) == NEW
        assert author.texts["main.tex"].count("typed meanwhile") == 2
        assert author.questions == []


async def test_a_program_that_the_author_changed_is_not_redrawn_by_itself(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor(), settings={"changedPhotos": "automatic"}) as author:
        line = await drawn(author, folder)
        author.type("main.tex", author.texts["main.tex"].replace("i < 3", "i < 5"))
        await author.save("main.tex")
        kept = author.texts["main.tex"]
        redraw(author, folder)
        await author.diagnostic("main.tex", TOLD)
        assert "Redraw figure from the changed picture" in await author.actions("main.tex", line)
        assert (author.texts["main.tex"], author.pushed) == (kept, [])


async def lettered(author: Author, folder: Path) -> int:
    """A region to whose program its author added a label; gives its first line."""
    line = await drawn(author, folder)
    body = find_regions(author.texts["main.tex"]).regions[0].body_start
    text = author.texts["main.tex"]
    author.type("main.tex", text[:body] + '%| label(1, 1, "start")\n' + text[body:])
    await author.save("main.tex")
    assert r"\node at (1, 1) {start};" in author.texts["main.tex"]
    return line


async def test_the_text_that_the_author_gave_a_label_is_kept(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor()) as author:
        line = await lettered(author, folder)
        redraw(author, folder, b"lettered")
        await author.diagnostic("main.tex", TOLD.replace("2-line", "3-line"))
        await author.do("main.tex", line, "Redraw figure from the changed picture")
        assert program(author) == NEW + 'label(1.5, 1, "start")\n'


async def test_a_label_that_is_not_found_again_is_not_lost_unasked(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor()) as author:
        line = await lettered(author, folder)
        redraw(author, folder)
        await author.diagnostic("main.tex", TOLD)
        title, before = "Redraw figure from the changed picture", author.texts["main.tex"]
        with pytest.raises(Exception, match='no label in the place of "start"; the figure is kept'):
            await author.do("main.tex", line, title)
        assert author.texts["main.tex"] == before
        await author.do("main.tex", line, f"{title}, over the edits by hand")
        assert program(author) == NEW


async def test_an_edit_by_hand_is_merged_with_the_new_drawing(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor(), settings={"changedPhotos": "automatic"}) as author:
        await drawn(author, folder)
        author.type("main.tex", author.texts["main.tex"].replace("thick", "thin"))
        redraw(author, folder)
        await author.until(lambda: author.pushed)
        assert program(author) == NEW
        assert "thin" in author.texts["main.tex"]
        await author.diagnostic("main.tex", "edited by hand")


async def test_an_edit_by_hand_that_the_new_drawing_touches_is_kept(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor(), settings={"changedPhotos": "automatic"}) as author:
        line = await drawn(author, folder)
        author.type("main.tex", author.texts["main.tex"].replace("{0,...,2}", "{0,1,2}"))
        redraw(author, folder)
        await author.diagnostic("main.tex", TOLD)
        title = "Redraw figure from the changed picture"
        with pytest.raises(Exception, match="touches what was edited by hand"):
            await author.do("main.tex", line, title)
        assert author.pushed == []
        assert "{0,1,2}" in author.texts["main.tex"]
        await author.do("main.tex", line, f"{title}, over the edits by hand")
        assert program(author) == NEW
        assert "{0,1,2}" not in author.texts["main.tex"]


async def test_a_figure_follows_its_program_file(command: list[str], folder: Path) -> None:
    """The file is saved in the editor: the figure that is drawn from it is drawn anew."""
    (folder / "figure.dr").write_text("circle(1, 1)\n", encoding="utf-8")
    region = generate(Source("circle(1, 1)\n"), Origin("figure.dr", content_digits(folder / "figure.dr")))
    async with session(command, folder, editor(), settings={"changedPhotos": "automatic"}) as author:
        author.open("main.tex", f"\\documentclass{{article}}\n\\usepackage{{tikz}}\n\\begin{{document}}\n{region}\n\\end{{document}}\n")
        author.open("figure.dr")
        author.type("figure.dr", NEW)
        author.save_only("figure.dr")
        await author.until(lambda: author.pushed)
        assert program(author) == NEW
        assert "\\usetikzlibrary{arrows.meta}" in author.texts["main.tex"]


async def test_never_means_a_hint_and_no_question(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor(), settings={"changedPhotos": "never"}) as author:
        await drawn(author, folder)
        redraw(author, folder)
        told = await author.diagnostic("main.tex", TOLD)
        assert told.severity == types.DiagnosticSeverity.Hint
        assert (author.questions, author.pushed) == ([], [])


@pytest.mark.parametrize("lost", ["questions", "apply", "watch"])
async def test_a_client_that_can_less_still_redraws(lost: str, command: list[str], folder: Path) -> None:
    async with session(command, folder, editor(**{lost: False})) as author:
        line = await drawn(author, folder)
        redraw(author, folder)
        await author.diagnostic("main.tex", TOLD)
        await author.do("main.tex", line, "Redraw figure from the changed picture")
        assert program(author) == NEW


async def test_an_edit_that_races_the_regeneration_after_a_save_is_never_lost(command: list[str], folder: Path) -> None:
    """For clients that do not ask before saving: what is typed while the edit is on its way stays, and the next save regenerates."""
    async with session(command, folder, editor(will_save=False)) as author:
        await drawn(author, folder)
        author.type("main.tex", author.texts["main.tex"].replace("i < 3", "i < 5"))

        def type_something() -> None:
            author.type("main.tex", author.texts["main.tex"].replace("A %", "typed meanwhile\n\nA %"))

        author.before_applying.append(type_something)
        author.save_only("main.tex")
        await author.diagnostic("main.tex", "The program was changed")
        await author.until(lambda: "typed meanwhile" in author.texts["main.tex"])
        assert author.pushed == []
        author.save_only("main.tex")
        await author.until(lambda: author.pushed)
        assert "{0,...,4}" in author.texts["main.tex"]
        assert "typed meanwhile" in author.texts["main.tex"]
