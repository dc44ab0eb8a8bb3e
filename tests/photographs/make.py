"""Makes the README's picture of the stages: a figure with words, drawn by the simulated hand and photographed by the simulated telephone.

    python tests/photographs/make.py

writes sketch.jpg beside this file; `derender infer tests/photographs/sketch.jpg --show docs/stages.png` makes the picture of the
stages. The words are set in a handwriting font of the extra `train`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

from camera import tidy_hand  # noqa: E402 - the path is set above
from telephone import telephone  # noqa: E402 - the path is set above

from derender.language.execute import execute  # noqa: E402 - the path is set above
from derender.language.text import parse_program  # noqa: E402 - the path is set above
from derender.photographs.writing import Writer, fonts, paste, written  # noqa: E402 - the path is set above
from derender.rendering.pencil import CELL, Placement, draw_by_hand  # noqa: E402 - the path is set above

PROGRAM = """
for (i < 3)
    rectangle(6*i, 0, 6*i + 4, 2)
    line(6*i + 2, 2, 6*i + 2, 5, arrow)
    circle(6*i + 2, 6)
    if (i > 0)
        line(6*i - 3, 6, 6*i + 1, 6, arrow)
"""
WORDS = {(2, 1): "input", (8, 1): "input", (14, 1): "input", (2, 6): "a", (8, 6): "b", (14, 6): "c", (5.2, 6.7): "step"}
FACTOR = 4


def main() -> None:
    rng = np.random.default_rng(8)
    cell = FACTOR * CELL
    width, height = 18 * cell, 9 * cell
    placement = Placement(np.array([[cell, 0, cell], [0, -cell, height - cell]], dtype=np.float64))
    spec = execute(parse_program(PROGRAM.lstrip("\n")))
    ink = np.asarray(255 * draw_by_hand(spec, tidy_hand(rng), placement, (height, width), rng), dtype=np.uint8)
    font = next(f for f in fonts() if "Caveat" in f.name)
    for (x, y), word in WORDS.items():
        at = placement.to_pixels(np.array([x, y], dtype=np.float64))
        paste(ink, written(word, Writer(font, 0.1, 0.02, 1.0), 0.62 * cell, 0.1 * cell, rng), float(at[0]), float(at[1]))
    picture = telephone(np.asarray(ink / 255, dtype=np.float32), 31, paper="squared", pen="blue", side=1600, degrees=7)
    Image.fromarray(picture).save(HERE / "sketch.jpg", quality=80)


if __name__ == "__main__":
    main()
