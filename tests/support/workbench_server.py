"""The language server as it is, but for pictures named `corrected…`: what is read from those is known beforehand.

Whether the program overrules the network in a photograph depends on the weights; what an author is shown then must not.
"""

from __future__ import annotations

from pathlib import Path

import double_server

from derender_lsp import reading
from derender_lsp.worker import Control, Reply, Request


def analyse(request: Request, control: Control) -> Reply:
    reads = double_server.analyse if Path(request.path).name.startswith("corrected") else reading.analyse
    return reads(request, control)


if __name__ == "__main__":
    from derender_lsp.__main__ import start_stdio
    from derender_lsp.server import create_server

    start_stdio(create_server(analyse))
