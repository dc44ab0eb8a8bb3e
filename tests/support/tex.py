r"""Real TeX for tests: many pictures in one run of pdflatex, each a page whose lower left corner is the lattice's origin."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

CELL_MILLIMETRES = 4

needs_tex = pytest.mark.skipif(
    shutil.which("pdflatex") is None or shutil.which("pdftoppm") is None, reason="pdflatex and pdftoppm are not installed"
)


def compile_document(document: str, folder: Path) -> Path:
    """The PDF of a whole document, compiled with shell-escape off; fails the test with TeX's first error."""
    (folder / "document.tex").write_text(document, encoding="utf-8")
    command = ["pdflatex", "-no-shell-escape", "-halt-on-error", "-interaction=nonstopmode", "document.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=300, check=False)
    error = re.search(r"^!.*?(?=\n\n|\Z)", done.stdout, re.MULTILINE | re.DOTALL)
    assert done.returncode == 0, error.group() if error else done.stdout[-2000:]
    return folder / "document.pdf"


def tikz_ink(pictures: Sequence[str], *, width_cells: int, height_cells: int, pixels_per_cell: int = 16) -> list[NDArray[np.uint8]]:
    """The ink of each tikzpicture as TeX sets it, H×W, 255 = ink, on a canvas of this many cells from (0, 0) up."""
    width, height = width_cells * CELL_MILLIMETRES, height_cells * CELL_MILLIMETRES
    preamble = [
        r"\documentclass{article}\usepackage{tikz}\usetikzlibrary{arrows.meta}",
        r"\begin{document}",
        rf"\hoffset=-1in \voffset=-1in \pdfpagewidth={width}mm \pdfpageheight={height}mm \parindent=0pt",
    ]
    box = rf"  \useasboundingbox (0,0) rectangle ({width_cells},{height_cells});"
    pages = [rf"\shipout\hbox{{{picture.replace(chr(10), chr(10) + box + chr(10), 1).strip()}}}" for picture in pictures]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pdf = compile_document("\n".join([*preamble, *pages, r"\end{document}", ""]), folder)
        dots_per_inch = pixels_per_cell * 25.4 / CELL_MILLIMETRES
        size = ["-scale-to-x", str(width_cells * pixels_per_cell), "-scale-to-y", str(height_cells * pixels_per_cell)]
        command = ["pdftoppm", "-gray", "-r", f"{dots_per_inch:.6f}", *size, str(pdf), "page"]
        subprocess.run(command, cwd=folder, check=True, timeout=300)
        files = sorted(folder.glob("page-*.pgm"))
        assert len(files) == len(pictures)
        return [255 - np.asarray(Image.open(file)) for file in files]
