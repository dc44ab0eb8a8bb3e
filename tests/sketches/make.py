"""Makes the project's own sketches: figures drawn by the simulated hand, photographed by the simulated camera.

    python tests/sketches/make.py

writes the pictures and specs.json beside this file; the same bytes on every run with the same versions of the libraries.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

from camera import photograph  # noqa: E402 - the path is set above

from derender.language.execute import execute  # noqa: E402
from derender.language.text import parse_program  # noqa: E402
from derender.spec_json import spec_to_json  # noqa: E402

FIGURES = {
    "lattice": (
        """
for (i < 3)
    for (j < 3)
        if (j > 0)
            line(4*i + 2, 4*j - 1, 4*i + 2, 4*j + 1)
            line(4*j - 1, 4*i + 2, 4*j + 1, 4*i + 2)
        circle(4*i + 2, 4*j + 2)
""",
        11,
    ),
    "network": (
        """
for (i < 3)
    rectangle(5*i + 1, 1, 5*i + 4, 3)
    line(5*i + 2, 3, 5*i + 2, 6, arrow)
    circle(5*i + 2, 7)
    if (i > 0)
        line(5*i - 2, 7, 5*i + 1, 7, arrow)
""",
        12,
    ),
    "tree": (
        """
circle(7, 13)
for (i < 3)
    line(7, 12, 5*i + 2, 8, arrow)
    circle(5*i + 2, 7)
    line(5*i + 2, 6, 5*i + 2, 3, arrow, dashed)
    rectangle(5*i + 1, 1, 5*i + 3, 3)
""",
        13,
    ),
}
"""Name → program and seed."""


def main() -> None:
    rows = []
    for name, (text, seed) in FIGURES.items():
        spec = execute(parse_program(text.lstrip("\n")))
        Image.fromarray(photograph(spec, seed)).save(HERE / f"{name}.jpg", quality=88)
        rows.append({"drawing": f"{name}.jpg", "spec": spec_to_json(spec)})
    (HERE / "specs.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
