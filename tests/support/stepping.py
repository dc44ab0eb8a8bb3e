"""What a worker process can be given to do whose steps can be counted: each leaves a file in the folder that is its picture."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

from derender_lsp.worker import Analysis, Cancelled, Control, Reply, Request

SECONDS = 0.01
"""A step's."""


def analyse(request: Request, control: Control) -> Reply:
    """Steps without an end that heed a cancellation; a folder named `deaf…` does not heed, one named `short…` takes one step."""
    folder = Path(request.path)
    for number in itertools.count():
        if control.should_stop() and not folder.name.startswith("deaf"):
            return Cancelled()
        (folder / str(number)).touch()
        if folder.name.startswith("short"):
            return Analysis("", {}, "")
        time.sleep(SECONDS)
    raise AssertionError("counting has no end")
