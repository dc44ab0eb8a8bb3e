"""A figure can name a program file (`.dr`): it is offered like a photograph that was read, without a worker."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from author import editor, session
from lsprotocol import types

from derender.latex.regions import find_regions

ROW = "for (i < 3)\n    circle(3*i + 1, 1)\n"
PAPER = "\\documentclass{article}\n\\begin{document}\n\\includegraphics[width=5cm]{bäume.dr}\n\\end{document}\n"


async def test_a_program_file_is_inserted(command: list[str], folder: Path) -> None:
    (folder / unicodedata.normalize("NFD", "bäume.dr")).write_text(ROW, encoding="utf-8")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER)
        await author.diagnostic("main.tex", "3 commands → 2-line program")
        hover = await author.hover("main.tex", 2, 3)
        assert hover is not None
        assert "data:image/png" in str(hover.contents)
        gallery = await author.execute("derender.choices", author.uri("main.tex"), {"line": 2, "character": 3})
        assert [choice["kind"] for choice in gallery["choices"]][:2] == ["reading", "extrapolation"]
        titles = list(await author.actions("main.tex", 2))
        assert "Insert TikZ program with i: 3 → 4" in titles
        assert not [title for title in titles if "below" in title]  # LaTeX could not show the figure above
        await author.do("main.tex", 2, "Insert graphics program")
        (region,) = find_regions(author.texts["main.tex"]).regions
        assert region.source.program == ROW
        assert unicodedata.normalize("NFC", region.origin.photo) == "bäume.dr"
        await author.until(lambda: not author.diagnostics("main.tex"))


async def test_a_program_file_is_one_in_capitals_too(command: list[str], folder: Path) -> None:
    """An editor that knows the language by its ending alone opens it as something else."""
    async with session(command, folder, editor()) as author:
        author.open("ROW.DR", ROW.replace("3", ""))
        assert (await author.diagnostic("ROW.DR", "")).code == "program"
        author.open("main.tex", PAPER.replace("bäume.dr", "ROW.DR"))
        await author.diagnostic("main.tex", "'ROW.DR' cannot be drawn")


async def test_why_a_program_file_cannot_be_drawn_is_told(command: list[str], folder: Path) -> None:
    (folder / "bäume.dr").write_text("for (i < 3)\n    circle(3*i + 1, )\n", encoding="utf-8")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER)
        told = await author.diagnostic("main.tex", "'bäume.dr' cannot be drawn: line 2, column ")
        assert told.severity is types.DiagnosticSeverity.Warning
        assert not [title for title in await author.actions("main.tex", 2) if title.startswith("Insert")]
        (folder / "bäume.dr").write_text(ROW, encoding="utf-8")
        author.save_only("main.tex")
        await author.diagnostic("main.tex", "3 commands → 2-line program")
