"""The language server with a reader that needs no network: the picture's name says how reading it goes.

Run as a program. `slow…` takes a second and listens to cancellation, `deaf…` takes a minute and does not, `crash…` ends the
process, `hungry…` runs out of memory, `odd…` raises what nobody expects, `broken…` is no picture, `empty…` shows no drawing,
`loud…` prints on standard output; any other is read at once.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from derender.errors import ImageError
from derender.language.cost import cost_thirds
from derender.language.execute import execute
from derender.language.text import parse_program
from derender.latex.origin import content_digits
from derender.rendering.tikz import program_to_tikz
from derender.spec import spec_to_json
from derender_lsp.worker import Analysis, Control, Reply, Request, data_uri

PROGRAMS = (
    "for (i < 3)\n    circle(3*i + 1, 1)\n    if (i > 0)\n        line(3*i - 1, 1, 3*i, 1, arrow)\nrectangle(0, 3, 4, 5)\n",
    "for (i < 3)\n    circle(3*i + 1, 1)\nrectangle(0, 3, 4, 5)\n",
)


def analyse(request: Request, control: Control) -> Reply:
    name = Path(request.path).name
    for stage in ("photo", "reading", "synthesis"):
        control.report(stage)
        if name.startswith("slow"):
            until = time.monotonic() + 0.4
            while time.monotonic() < until and not control.should_stop():
                time.sleep(0.01)
    match name:
        case _ if name.startswith("deaf"):
            time.sleep(60)
        case _ if name.startswith("crash"):
            os._exit(3)
        case _ if name.startswith("hungry"):
            raise MemoryError
        case _ if name.startswith("odd"):
            raise ZeroDivisionError("nobody expects this")
        case _ if name.startswith("broken"):
            raise ImageError(f"{request.path}: this is not a picture")
        case _ if name.startswith("loud"):
            sys.stdout.write("Content-Length: 3\r\n\r\n{}}")
            sys.stdout.flush()
            os.write(1, b"and more of it")
        case _:
            pass
    programs = () if name.startswith("empty") else PROGRAMS[: request.settings.alternatives]
    return Analysis(content_digits(Path(request.path)), _inference(request.path, programs), _picture())


def _inference(path: str, programs: tuple[str, ...]) -> dict[str, Any]:
    return {
        "image": path,
        "lattice": {"homography": [[24, 0, 12], [0, -24, 300.5], [0, 0, 1]], "residual": 0.01},
        "interpretations": [_interpretation(text, 0.8 - 0.6 * number) for number, text in enumerate(programs)],
        "labels": [],
        "unexplained_ink": 0.01,
        "seconds": {"photo": 0.1, "perception": 0.1, "synthesis": 0.1, "total": 0.3},
    }


def _interpretation(text: str, probability: float) -> dict[str, Any]:
    program = parse_program(text)
    return {
        "spec": spec_to_json(execute(program)),
        "program": text,
        "cost_thirds": cost_thirds(program),
        "optimal": True,
        "probability": probability,
        "log_score": {"likelihood": -1.0, "proposal": -1.0, "prior": -1.0},
        "corrections": [],
        "tikz": program_to_tikz(program),
    }


def _picture() -> str:
    from PIL import Image

    return data_uri(Image.new("RGB", (600, 300), "white"))


if __name__ == "__main__":
    from derender_lsp.__main__ import start_stdio, start_tcp
    from derender_lsp.server import create_server

    if sys.argv[1:2] == ["--tcp"]:
        start_tcp(create_server(analyse), int(sys.argv[2]))
    else:
        start_stdio(create_server(analyse))
        if "DERENDER_MODULES" in os.environ:  # what the server's process imported in its life
            Path(os.environ["DERENDER_MODULES"]).write_text("\n".join(sys.modules), encoding="utf-8")
