"""The papers and photographs on which `server_latency` measures how long an author waits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from derender.latex.generation import generate
from derender.latex.origin import Origin
from derender.latex.regions import Form, Source
from derender.perception.scenes import random_scene
from derender.rendering.pencil import simulate

LINES, FIGURES = 10_000, 200
"""Of a large paper."""


def paper(names: list[str]) -> str:
    """A paper whose figures have these names, one below the other."""
    figures = "\n".join(f"\\includegraphics[width=5cm]{{{name}}}" for name in names)
    return f"\\documentclass{{article}}\n\\begin{{document}}\n{figures}\n\\end{{document}}\n"


def large_paper() -> str:
    """`LINES` lines, and among them `FIGURES` figures: `figure0`, `figure1`, …"""
    every = LINES // FIGURES
    lines = [
        f"\\includegraphics[width=.5\\linewidth]{{figure{number // every}}}" if number % every == 0 else f"Line {number}. % Ä text"
        for number in range(LINES)
    ]
    return "\n".join(["\\documentclass{article}", "\\begin{document}", *lines, "\\end{document}", ""])


def paper_of_regions() -> str:
    """As long as the large paper, with a region that was never read from a photograph in each figure's place."""
    region = generate(Source("for (i < 3)\n    circle(3*i + 1, 1)\n", Form.PROGRAM), Origin("gone.png", "0" * 16))
    every = LINES // FIGURES
    lines = [region if number % every == 0 else f"Line {number}. % Ä text" for number in range(LINES)]
    return "\n".join(["\\documentclass{article}", "\\usepackage{tikz}", "\\begin{document}", *lines, "\\end{document}", ""])


def write_photo(path: Path, seed: int, side: int) -> None:
    """A simulated drawing on grey paper, a square of `side` pixels."""
    spec = random_scene(np.random.default_rng(seed), 16, 16)
    ink = simulate(spec, 16, 16, seed)
    grey = Image.fromarray((225 - 170 * ink).clip(0, 255).astype(np.uint8)).resize((side, side), Image.Resampling.BICUBIC)
    grey.save(path, compress_level=1)
