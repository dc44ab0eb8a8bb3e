"""What every measurement of the server's latency does: the servers' commands, documents opened and changed, a row of the table."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from derender.experiments.protocol_client import ProtocolClient

SERVER = (sys.executable, "-m", "derender_lsp", "--stdio")
BARE = (sys.executable, "-c", "from pygls.lsp.server import LanguageServer; LanguageServer('bare', '0').start_io()")


def say(text: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def row(name: str, seconds: list[float], target: float | None, competitor: float | None = None, processor: float | None = None) -> None:
    """A line of the table; times in seconds, the target in milliseconds, `processor` seconds for all together."""
    middle, last = statistics.median(seconds), float(np.quantile(seconds, 0.99))
    times = f"{middle / competitor:.1f}" if competitor else "–"
    own = f"{1000 * processor / len(seconds):.1f}" if processor is not None else "–"
    say(f"| {name} | {1000 * middle:.1f} | {1000 * last:.1f} | {target or '–'} | {own} | {times} |")


def change(client: ProtocolClient, uri: str, version: int, changes: list[dict[str, Any]]) -> None:
    """Sends changes of an open document."""
    client.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": changes})


def is_read(diagnostics: list[Any]) -> bool:
    """Whether they hold a result or why there is none."""
    return figures_told(diagnostics) > 0


def figures_told(diagnostics: list[Any]) -> int:
    """Of how many figures they tell a result, or why there is none."""
    return len({found["range"]["start"]["line"] for found in diagnostics if found.get("code") != "missing"})


def timed(work: Callable[[int], Any], rounds: int) -> list[float]:
    """Seconds that each of so many rounds of the work takes; `work` is given the round's number."""
    times = []
    for number in range(rounds):
        started = time.perf_counter()
        work(number)
        times.append(time.perf_counter() - started)
        time.sleep(0.01)  # an author's pause, so that what was asked for is done
    return times


def open_document(client: ProtocolClient, path: Path, text: str) -> str:
    """Writes a document and opens it; gives its URI."""
    path.write_text(text, encoding="utf-8")
    uri = path.as_uri()
    document = {"uri": uri, "languageId": "latex", "version": 1, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": document})
    return uri
