"""The server with its real reader: a sketch of the project's own, and files that are no pictures."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from author import editor, session
from PIL import Image
from tex import compile_document, needs_tex

pytestmark = pytest.mark.slow

SKETCHES = Path(__file__).parents[1] / "sketches"
COMMAND = [sys.executable, "-m", "derender_lsp"]
PAPER = "\\documentclass{article}\n\\usepackage{graphicx}\n\\begin{document}\nA \\includegraphics[width=5cm]{%s} B\n\\end{document}\n"


@needs_tex
@pytest.mark.tex
async def test_a_sketch_becomes_tikz_that_compiles(folder: Path, tmp_path: Path) -> None:
    shutil.copy(SKETCHES / "lattice.jpg", folder / "my sketch.jpg")
    async with session(COMMAND, folder, editor()) as author:
        author.open("main.tex", PAPER % "my sketch")
        await author.diagnostic("main.tex", "commands → ")
        content = await author.hover("main.tex", 3, 5)
        assert content is not None
        assert "data:image/jpeg;base64," in str(content.contents)
        assert len(str(content.contents)) < 99_980
        await author.do("main.tex", 3, "Insert TikZ program")
        await author.save("main.tex")
        text = (folder / "main.tex").read_text(encoding="utf-8")
        assert "\\begin{tikzpicture}" in text
        assert compile_document(text, tmp_path).stat().st_size > 1000


async def test_bad_pictures_are_told_in_a_sentence(folder: Path) -> None:
    data = (SKETCHES / "lattice.jpg").read_bytes()
    (folder / "cut.jpg").write_bytes(data[: len(data) // 3])
    (folder / "empty.png").touch()
    (folder / "text.png").write_text("no picture", encoding="utf-8")
    Image.new("L", (300, 200), 255).save(folder / "blank.png")
    names = ("cut", "empty", "text", "blank")
    async with session(COMMAND, folder, editor()) as author:
        author.open("main.tex", "\\documentclass{article}\n" + "".join(f"\\includegraphics{{{name}}}\n" for name in names))
        found = await author.until(lambda: len(author.diagnostics("main.tex")) == len(names) and author.diagnostics("main.tex"))
        told = {diagnostic.range.start.line: diagnostic.message for diagnostic in found}
        assert all(told[line].startswith(f"{name}.") for line, name in enumerate(names[:3], start=1))
        assert told[4] == "No drawing was recognised in this picture."
