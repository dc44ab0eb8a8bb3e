"""LaTeX files as their readers see them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
from PIL import Image


def compiled(path: Path) -> float:
    """The share of dark pixels on the first page that pdflatex makes of `path`; a run that fails fails the test with its log."""
    folder = path.parent / "compiled"
    folder.mkdir(exist_ok=True)
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", f"-output-directory={folder}", path.name]
    run = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, errors="replace", timeout=120, check=False)
    assert run.returncode == 0, run.stdout[-3000:]
    page = folder / path.stem
    subprocess.run(["pdftoppm", "-singlefile", "-r", "100", "-gray", str(page.with_suffix(".pdf")), str(page)], check=True, timeout=60)
    with Image.open(page.with_suffix(".pgm")) as image:
        return float((np.asarray(image) < 128).mean())
