"""LaTeX files as their readers see them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
from PIL import Image
from tex import compile_document


def compiled(path: Path) -> float:
    """The share of dark pixels on the first page of the LaTeX file at `path`; a run of TeX that fails fails the test."""
    pdf = compile_document(path.read_text(encoding="utf-8"), path.parent)
    page = pdf.with_suffix("")
    subprocess.run(["pdftoppm", "-singlefile", "-r", "100", "-gray", str(pdf), str(page)], check=True, timeout=60)
    with Image.open(page.with_suffix(".pgm")) as image:
        return float((np.asarray(image) < 128).mean())
