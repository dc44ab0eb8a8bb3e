"""The language server with a reader that needs no network: the picture's name says how reading it goes.

Run as a program. A first look finds five commands. `slow…` takes a second and listens to cancellation, `deaf…` takes a minute and does
not, `crash…` ends the process, `hungry…` runs out of memory, `odd…` raises what nobody expects, `broken…` is no picture, `empty…`
shows no drawing, `loud…` prints on standard output, `early…` has a first answer and, when it is read to the end, another one,
`corrected…` has a correction, `doubtful…` little probability and much unexplained ink, `uneven…` a large residual; any other is read
at once. A file that holds the word `redrawn` shows another drawing, `lettered`
one with a label that could not be read. `double.text` gives a document's text as the server
has it. The variable DERENDER_REST says how long documents rest, in seconds.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from derender.errors import ImageError
from derender.language.cost import cost_thirds
from derender.language.execute import execute
from derender.language.text import parse_program
from derender.latex.origin import content_digits
from derender.rendering.tikz import program_to_tikz
from derender.spec_json import spec_to_json
from derender_lsp.worker import Agreement, Analysis, Cancelled, Control, Reply, Request, data_uri

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer

PROGRAMS = (
    "for (i < 3)\n    circle(3*i + 1, 1)\n    if (i > 0)\n        line(3*i - 1, 1, 3*i, 1, arrow)\nrectangle(0, 3, 4, 5)\n",
    "for (i < 3)\n    circle(3*i + 1, 1)\nrectangle(0, 3, 4, 5)\n",
)


REDRAWN = "for (i < 2)\n    line(3*i, 0, 3*i + 1, 0, arrow)\n"
LETTERED = REDRAWN + 'label(1.5, 1, "label 1")\n'
KEPT = PROGRAMS[0] + "line(0, 3, 5, 6)\n"


def analyse(request: Request, control: Control) -> Reply:
    if request.is_hint:
        return Cancelled()
    name = Path(request.path).name
    for stage in ("photo", "reading", "synthesis"):
        control.report(stage)
        if stage == "reading":
            control.glimpse(5)
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
    if b"redrawn" in Path(request.path).read_bytes():
        programs = (REDRAWN,)
    if b"lettered" in Path(request.path).read_bytes():
        programs = (LETTERED,)
    is_final = request.to_the_end or not name.startswith("early")
    if request.to_the_end and name.startswith("early"):
        time.sleep(1)  # so that an author sees the first answer before
    if not is_final:
        programs = PROGRAMS[1:]
    inference = _inference(request.path, programs)
    if name.startswith("corrected"):
        inference["interpretations"][0]["corrections"] = [_correction()]
    if name.startswith("doubtful"):
        inference["unexplained_ink"] = 0.25
        inference["interpretations"][0]["probability"] = 0.3
    if name.startswith("uneven"):
        inference["lattice"]["residual"] = 0.22
    return Analysis(content_digits(Path(request.path)), inference, _picture(600), _picture(300), Agreement(0.97, 0.99), is_final)


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


def _correction() -> dict[str, Any]:
    return {
        "read": [{"command": "line", "x1": 0, "y1": 3, "x2": 5, "y2": 6, "arrow": False, "dashed": False}],
        "taken": [{"command": "rectangle", "x1": 0, "y1": 3, "x2": 4, "y2": 5}],
        "cost_thirds": {"read": 15, "taken": 12},
        "log_odds": 2.5,
        "region": {"left": 10.0, "top": 20.0, "right": 110.0, "bottom": 70.0},
        "undone": {"spec": spec_to_json(execute(parse_program(KEPT))), "program": KEPT, "cost_thirds": 15, "tikz": ""},
    }


def _picture(width: int) -> str:
    from PIL import Image

    return data_uri(Image.new("RGB", (width, 300), "white"))


def create() -> DerenderServer:
    """The server, which also tells what it takes a document's text for."""
    from derender_lsp.server import DEBOUNCE_SECONDS, create_server

    server = create_server(analyse, float(os.environ.get("DERENDER_REST", DEBOUNCE_SECONDS)))

    @server.command("double.text")
    def text(ls: Any, uri: str) -> str | None:
        document = ls.documents.document(uri) or ls.documents.program(uri)
        return document.text if document is not None else None

    return server


if __name__ == "__main__":
    from derender_lsp.__main__ import start_stdio, start_tcp

    if sys.argv[1:2] == ["--tcp"]:
        start_tcp(create(), int(sys.argv[2]))
    else:
        start_stdio(create())
        if "DERENDER_MODULES" in os.environ:  # what the server's process imported in its life
            Path(os.environ["DERENDER_MODULES"]).write_text("\n".join(sys.modules), encoding="utf-8")
