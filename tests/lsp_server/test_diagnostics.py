"""Diagnostics of every kind, sent to clients that wait and given to clients that ask."""

from __future__ import annotations

from pathlib import Path

from author import Author, editor, picture, session
from lsprotocol import types

HEAD = "\\documentclass{article}\n\\begin{document}\n"
PAPER = HEAD + "\\includegraphics{%s}\n\\end{document}\n"


async def pull(author: Author, name: str, previous: str | None = None) -> types.DocumentDiagnosticReport:
    document = types.TextDocumentIdentifier(author.uri(name))
    return await author.client.text_document_diagnostic_async(types.DocumentDiagnosticParams(document, previous_result_id=previous))


async def test_a_correction_says_what_was_read_why_not_and_where(command: list[str], folder: Path) -> None:
    photo = picture(folder, "corrected.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "corrected")
        told = await author.diagnostic("main.tex", "was read and taken for")
        assert told.message == (
            "'line(0, 3, 5, 6)' was read and taken for 'rectangle(0, 3, 4, 5)': the program costs 4 commands instead of 5."
        )
        assert told.code == "correction"
        (related,) = told.related_information or ()
        assert related.location.uri == photo.as_uri()
        assert related.message == "in the picture: 10 to 110 pixels from the left, 20 to 70 from the top"
        actions = await author.actions("main.tex", 2, [types.CodeActionKind.QuickFix])
        (title,) = actions
        assert title == "Keep 'line(0, 3, 5, 6)' as it was read"
        assert [d.message for d in actions[title].diagnostics or ()] == [told.message]
        await author.do("main.tex", 2, title)
        assert "%| line(0, 3, 5, 6)" in author.texts["main.tex"]


async def test_doubts_are_told(command: list[str], folder: Path) -> None:
    picture(folder, "doubtful.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "doubtful")
        await author.diagnostic("main.tex", "commands → ")
        told = {str(d.code): d.message for d in author.diagnostics("main.tex")}
        assert told["unexplained-ink"].startswith("25% of the ink in 'doubtful.jpg' is not explained")
        assert told["low-confidence"].startswith("The likeliest of 2 readings has a probability of 30%")


async def test_uneven_spacing_is_told_in_diagnostics_and_hover(command: list[str], folder: Path) -> None:
    picture(folder, "uneven.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "uneven")
        told = await author.diagnostic("main.tex", "spaced evenly")
        assert told.message == "What is drawn in 'uneven.jpg' lies 0.22 cells beside its lattice on average; the figure is spaced evenly."
        assert (told.code, told.severity) == ("uneven-spacing", types.DiagnosticSeverity.Information)
        where = types.HoverParams(types.TextDocumentIdentifier(author.uri("main.tex")), types.Position(2, 3))
        shown = await author.client.text_document_hover_async(where)
        assert shown is not None
        assert isinstance(shown.contents, types.MarkupContent)
        assert "Drawn 0.22 cells beside its lattice on average." in shown.contents.value
        assert "uneven-spacing" in {str(d.code) for d in author.diagnostics("main.tex")}


async def test_even_spacing_is_not_mentioned(command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "a")
        await author.diagnostic("main.tex", "commands → ")
        assert [str(d.code) for d in author.diagnostics("main.tex")] == ["drawing"]


async def test_a_client_that_asks_is_told_when_to_ask_again_and_sent_nothing(command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor(pull=True)) as author:
        author.open("main.tex", PAPER % "a")
        report = await pull(author, "main.tex")
        asked = 0
        while isinstance(report, types.RelatedFullDocumentDiagnosticReport) and not report.items:
            await author.until(lambda seen=asked: author.client.diagnostic_refresh_count > seen)
            asked = author.client.diagnostic_refresh_count
            report = await pull(author, "main.tex")
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        assert [d.message for d in report.items] == ["6 commands → 5-line program, 1 other reading"]
        again = await pull(author, "main.tex", report.result_id)
        assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
        author.type("main.tex", HEAD)
        report = await pull(author, "main.tex", report.result_id)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        assert list(report.items) == []
        assert author.client.diagnostics == {}


async def test_a_client_that_waits_and_asks_all_the_same_hears_everything_once(command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "a")
        await author.diagnostic("main.tex", "commands → ")
        report = await pull(author, "main.tex")
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        assert list(report.items) == []


async def test_an_unknown_root_can_be_named(command: list[str], folder: Path) -> None:
    """Two documents could be the root: none is guessed, both are offered."""
    picture(folder, "a.jpg")
    for name in ("paper.tex", "talk.tex"):
        (folder / name).write_text(HEAD + "\\input{part}\n\\end{document}\n", encoding="utf-8")
    async with session(command, folder, editor()) as author:
        author.open("part.tex", "\\includegraphics{a}\n")
        await author.diagnostic("part.tex", "commands → ")
        await author.do("part.tex", 0, "Insert TikZ program")
        await author.diagnostic("part.tex", "root document of this file is not known")
        actions = await author.actions("part.tex", 0, [types.CodeActionKind.QuickFix])
        assert {"Name 'paper.tex' as the root document", "Name 'talk.tex' as the root document"} <= set(actions)
        await author.do("part.tex", 0, "Name 'talk.tex' as the root document")
        assert author.texts["part.tex"].startswith("% !TEX root = talk.tex\n")
        await author.until(lambda: not author.diagnostics("part.tex"))
        loading = {name: (folder / name).read_text(encoding="utf-8").count("\\usepackage{tikz}") for name in ("paper.tex", "talk.tex")}
        assert loading == {"paper.tex": 0, "talk.tex": 1}


async def test_a_program_of_its_own_is_checked(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor()) as author:
        author.open("figure.dr", "for (i < 3)\n    circle(3*i + 1, )\n")
        told = await author.diagnostic("figure.dr", "")
        assert (told.severity, told.range.start) == (types.DiagnosticSeverity.Error, types.Position(1, 20))
        author.type("figure.dr", "for (i < 3)\n    circle(1, 1)\n")
        told = await author.diagnostic("figure.dr", "i")
        await author.until(lambda: [d.code for d in author.diagnostics("figure.dr")] == ["illegal-program"])
        author.type("figure.dr", "for (i < 3)\n    circle(3*i + 1, 1)\n")
        await author.until(lambda: not author.diagnostics("figure.dr"))
