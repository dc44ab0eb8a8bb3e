"""How long an author waits for the language server, which is driven as an editor drives it.

    python -m derender.experiments.server_latency [ROUNDS]            (part of: make bench)

prints Markdown. Times are wall-clock times on this machine, whatever else it does; the processor time is a mean: the server's own and,
where photographs are read, the worker's with it.
The time to start stands beside that of a server that is pygls alone, without a feature; those under load beside the time of the least
that pygls can answer in the same session.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from derender.experiments.latency_measuring import BARE, SERVER, change, is_read, open_document, row, say, timed
from derender.experiments.latency_papers import FIGURES, LINES, large_paper, paper_of_regions, write_photo
from derender.experiments.latency_photographs import cancelling, dropping, saving
from derender.experiments.protocol_client import ProtocolClient

_NOTHING = {"command": "derender.readAgain", "arguments": ["file:///nothing"]}
"""A command about a document that is not open: the way there and back."""

ROUNDS = 200
"""Requests of each kind; there are as many saved photographs, started servers and drops as fit to that."""


def main() -> None:
    """All measurements, one after the other, as Markdown."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    say(f"Measured {datetime.now(UTC).date().isoformat()} on a machine with {os.cpu_count()} cores; load average at the start {load}.\n")
    say("| | p50 ms | p99 ms | target ms (p99) | processor ms | times the competitor's p50 |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        # Nothing that was read before is found again, and nothing is left behind.
        environment = {**os.environ, "XDG_CACHE_HOME": str(Path(name) / "cache")}
        starting(Path(name), environment, max(3, rounds // 20))
        megabytes = under_load(_folder(name, "large"), environment, rounds)
        among_regions(_folder(name, "regions"), environment, rounds)
        regenerating(_folder(name, "bound"), environment, rounds)
        saving(_folder(name, "one"), environment, max(3, rounds // 10))
        dropping(_folder(name, "ten"), environment, max(1, rounds // 40))
        cancelling(_folder(name, "cancelled"), environment, max(2, rounds // 40))
    say(f"\nThe server's process takes {megabytes:.0f} MB with the large document open (target: 120).")


def starting(folder: Path, environment: dict[str, str], starts: int) -> None:
    """From nothing to the answer to `initialize`, in turn with pygls alone."""
    times: dict[tuple[str, ...], list[float]] = {SERVER: [], BARE: []}
    processor = dict.fromkeys(times, 0.0)
    for _ in range(starts):
        for command, found in times.items():
            started = time.perf_counter()
            with ProtocolClient(command, folder, environment) as client:
                client.initialize()
                found.append(time.perf_counter() - started)
                processor[command] += client.processor_seconds
    bare = statistics.median(times[BARE])
    row("initialize, cold", times[SERVER], 800, bare, processor[SERVER])
    row("initialize, pygls alone", times[BARE], None, None, processor[BARE])


def under_load(folder: Path, environment: dict[str, str], rounds: int) -> float:
    """Answers on a large document with many figures while their photographs are being read; gives the server's megabytes."""
    for number in range(FIGURES):
        write_photo(folder / f"figure{number}.png", seed=number, side=600)
    text = large_paper()
    figure_lines = [number for number, line in enumerate(text.split("\n")) if "includegraphics" in line]
    with ProtocolClient(SERVER, folder, environment) as client:
        client.initialize()
        uri = open_document(client, folder / "main.tex", text)
        client.wait_for_diagnostics(uri, is_read)  # the worker is warm and has the rest before it
        document = {"uri": uri}
        version = [1]
        middle = {"line": text[: text.index("Line 5001.")].count("\n"), "character": 4}

        def type_a_letter() -> None:
            """A letter typed in the middle, and the answer to what an editor asks next; the empty request is measured by itself."""
            version[0] += 1
            changed = {"uri": uri, "version": version[0]}
            typed = {"range": {"start": middle, "end": middle}, "text": "x"}
            client.notify("textDocument/didChange", {"textDocument": changed, "contentChanges": [typed]})
            client.request("textDocument/hover", {"textDocument": document, "position": {"line": 1, "character": 0}})

        def at(number: int) -> dict[str, int]:
            return {"line": figure_lines[number % FIGURES], "character": 5}

        def ask(method: str, **params: Any) -> None:
            client.request(f"textDocument/{method}", {"textDocument": document, **params})

        least = timed(lambda _: client.request("workspace/executeCommand", _NOTHING), rounds)
        context: dict[str, Any] = {"diagnostics": []}
        kinds: list[tuple[str, Callable[[int], None]]] = [
            ("change", lambda _: type_a_letter()),
            ("hover", lambda n: ask("hover", position=at(n))),
            ("code action", lambda n: ask("codeAction", range={"start": at(n), "end": at(n)}, context=context)),
            ("code lens", lambda _: ask("codeLens")),
        ]
        for name, work in kinds:
            before = client.processor_seconds
            times = timed(work, rounds)
            processor = client.processor_seconds - before
            row(f"{name}, {LINES:,} lines, {FIGURES} figures, worker busy", times, 15, statistics.median(least), processor)
        row("the least that pygls answers, there", least, None)
        return client.megabytes


def among_regions(folder: Path, environment: dict[str, str], rounds: int) -> None:
    """Answers on a document with as many regions, each after a letter that was typed above all of them."""
    text = paper_of_regions()
    lines = [number for number, line in enumerate(text.split("\n")) if "derender: begin" in line]
    top = {"line": 2, "character": 0}
    with ProtocolClient(SERVER, folder, environment) as client:
        client.initialize()
        uri = open_document(client, folder / "main.tex", text)
        version = [1]

        def ask(method: str, **params: Any) -> None:
            version[0] += 1
            change(client, uri, version[0], [{"range": {"start": top, "end": top}, "text": "x"}])
            client.request(f"textDocument/{method}", {"textDocument": {"uri": uri}, **params})

        def actions(number: int) -> None:
            place = {"line": lines[number % FIGURES], "character": 5}
            ask("codeAction", range={"start": place, "end": place}, context={"diagnostics": []})

        kinds: list[tuple[str, Callable[[int], None]]] = [("code action", actions), ("code lens", lambda _: ask("codeLens"))]
        for name, work in kinds:
            before = client.processor_seconds
            times = timed(work, rounds)
            row(f"letter and {name}, {LINES:,} lines, {FIGURES} regions", times, 15, None, client.processor_seconds - before)


def regenerating(folder: Path, environment: dict[str, str], saves: int) -> None:
    """From a save after which a loop's bound was edited to the edits that belong to the save, each of them another bound.

    The document is long and has a region for each figure; the edits are applied, so that each save regenerates one region.
    """
    text = paper_of_regions()
    first = text[: text.index("i < ") + len("i < ")]
    line = first.count("\n")
    start = {"line": line, "character": len(first) - first.rindex("\n") - 1}
    bound = {"start": start, "end": {**start, "character": start["character"] + 1}}
    with ProtocolClient(SERVER, folder, environment) as client:
        client.initialize()
        uri = open_document(client, folder / "main.tex", text)
        saved = {"textDocument": {"uri": uri}, "reason": 1}
        seconds, before = [], client.processor_seconds
        for number in range(saves):
            typed = [{"range": bound, "text": str(4 + number % 2)}]
            change(client, uri, 2 * number + 2, typed)
            asked = time.perf_counter()
            edits = client.request("textDocument/willSaveWaitUntil", saved)
            seconds.append(time.perf_counter() - asked)
            if not edits:
                raise RuntimeError("nothing was regenerated")
            # From the last to the first, so that none moves another.
            edits.sort(key=lambda edit: (edit["range"]["start"]["line"], edit["range"]["start"]["character"]), reverse=True)
            change(client, uri, 2 * number + 3, [{"range": edit["range"], "text": edit["newText"]} for edit in edits])
        processor = client.processor_seconds - before
    row(f"bound edited and saved → edits, {LINES:,} lines, {FIGURES} regions", seconds, 200, None, processor)


def _folder(name: str, inside: str) -> Path:
    path = Path(name) / inside
    path.mkdir()
    return path


if __name__ == "__main__":
    main()
