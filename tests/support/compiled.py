"""LaTeX files as their readers see them."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from tex import compile_document


def dark_pixels(document: str, folder: Path) -> int:
    """How many pixels of the first page, at 100 dots an inch, are dark; TeX finds the document's pictures in `folder`.

    A run of TeX that fails fails the test.
    """
    with tempfile.TemporaryDirectory(dir=folder) as name:
        place = Path(name)
        for picture in (path for path in folder.iterdir() if path.is_file()):
            (place / picture.name).symlink_to(picture)
        pdf = compile_document(document, place)
        subprocess.run(["pdftoppm", "-singlefile", "-r", "100", "-gray", str(pdf), str(place / "page")], check=True, timeout=60)
        with Image.open(place / "page.pgm") as image:
            return int((np.asarray(image) < 128).sum())
