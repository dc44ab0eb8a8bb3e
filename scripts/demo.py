"""`make demo`: one of the project's own sketches, all the way to TikZ, and how to go on in an editor.

Leaves in demo/: a small paper that references the sketch, the program, the TikZ, and a picture of sketch and rendering side
by side.
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.rule import Rule
from rich.syntax import Syntax

ROOT = Path(__file__).resolve().parents[1]
SKETCH = ROOT / "tests" / "sketches" / "network.jpg"
FOLDER = ROOT / "demo"

PAPER = r"""\documentclass{article}
\usepackage{graphicx}
\begin{document}
Put the cursor on the next line and ask for code actions.

\begin{figure}
  \centering
  \includegraphics[width=7cm]{network}
  \caption{A network, sketched by hand.}
\end{figure}
\end{document}
"""


def main() -> None:
    console = Console(width=100)
    started = time.perf_counter()
    from derender.language.text import pretty
    from derender.photo.load import load_picture
    from derender.pipeline import Pipeline
    from derender.rendering.preview import side_by_side_png
    from derender.rendering.tikz import program_to_tikz

    pipeline = Pipeline.load()
    loaded = time.perf_counter()
    inference = pipeline.infer(SKETCH)
    if not inference.interpretations:
        sys.exit("demo: nothing was recognised in the sketch; are the weights in models/ whole?")
    best = inference.interpretations[0]
    program, tikz = pretty(best.program), program_to_tikz(best.program)
    FOLDER.mkdir(exist_ok=True)
    shutil.copy(SKETCH, FOLDER / SKETCH.name)
    (FOLDER / "paper.tex").write_text(PAPER, encoding="utf-8")
    (FOLDER / "network.dr").write_text(program, encoding="utf-8")
    (FOLDER / "network.tikz.tex").write_text(tikz, encoding="utf-8")
    (FOLDER / "side-by-side.png").write_bytes(side_by_side_png(load_picture(SKETCH), best.spec, best.program.labels))

    console.print(Rule("the program"))
    console.print(Syntax(program, "c", background_color="default"))
    console.print(Rule("the TikZ"))
    console.print(Syntax(tikz, "latex", background_color="default"))
    console.print(Rule())
    s = inference.seconds
    console.print(
        f"{len(best.spec)} commands → {len(program.splitlines())} lines, {'proven shortest' if best.optimal else 'not proven shortest'}. "
        f"Seconds: start {loaded - started:.2f}, photo {s.photo:.2f}, reading {s.perception:.2f}, programs {s.synthesis:.2f}."
    )
    console.print(
        f"In {FOLDER.relative_to(ROOT)}/: side-by-side.png (sketch and rendering), network.dr (the program), network.tikz.tex, paper.tex.\n"
        "In an editor: open the folder demo/ and paper.tex, put the cursor on the \\includegraphics line and ask for code actions\n"
        "(VS Code: Ctrl+. — the extension is built by `make extension`; Neovim and Emacs: see editor-extension/).\n"
        f"The language server is .venv/bin/derender-lsp."
    )


if __name__ == "__main__":
    main()
