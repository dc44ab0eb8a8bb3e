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

import numpy as np
from PIL import Image

from derender.experiments.protocol_client import ProtocolClient
from derender.latex.generation import generate
from derender.latex.origin import Origin
from derender.latex.regions import Form, Source
from derender.perception.scenes import random_scene
from derender.rendering.pencil import simulate

SERVER = (sys.executable, "-m", "derender_lsp", "--stdio")
BARE = (sys.executable, "-c", "from pygls.lsp.server import LanguageServer; LanguageServer('bare', '0').start_io()")

LINES, FIGURES = 10_000, 200
_NOTHING = {"command": "derender.readAgain", "arguments": ["file:///nothing"]}
"""A command about a document that is not open: the way there and back."""

ROUNDS = 200
"""Requests of each kind; there are as many saved photographs, started servers and drops as fit to that."""
PHOTO_SIDE = 1448
"""Pixels; a square photograph of two megapixels."""


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
        regenerating(_folder(name, "bound"), environment, rounds)
        saving(_folder(name, "one"), environment, max(3, rounds // 10))
        dropping(_folder(name, "ten"), environment, max(1, rounds // 40))
        cancelling(_folder(name, "cancelled"), environment, max(2, rounds // 40))
    say(f"\nThe server's process takes {megabytes:.0f} MB with the large document open (target: 120).")


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
        _write_photo(folder / f"figure{number}.png", seed=number, side=600)
    text = _large_document()
    figure_lines = [number for number, line in enumerate(text.split("\n")) if "includegraphics" in line]
    with ProtocolClient(SERVER, folder, environment) as client:
        client.initialize()
        uri = _open(client, folder / "main.tex", text)
        client.wait_for_diagnostics(uri, _is_read)  # the worker is warm and has the rest before it
        document = {"uri": uri}
        version = [1]
        middle = {"line": text[: text.index("Line 5001.")].count("\n"), "character": 4}

        def change() -> None:
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

        least = _timed(lambda _: client.request("workspace/executeCommand", _NOTHING), rounds)
        context: dict[str, Any] = {"diagnostics": []}
        kinds: list[tuple[str, Callable[[int], None]]] = [
            ("change", lambda _: change()),
            ("hover", lambda n: ask("hover", position=at(n))),
            ("code action", lambda n: ask("codeAction", range={"start": at(n), "end": at(n)}, context=context)),
            ("code lens", lambda _: ask("codeLens")),
        ]
        for name, work in kinds:
            before = client.processor_seconds
            times = _timed(work, rounds)
            processor = client.processor_seconds - before
            row(f"{name}, {LINES:,} lines, {FIGURES} figures, worker busy", times, 15, statistics.median(least), processor)
        row("the least that pygls answers, there", least, None)
        return client.megabytes


def regenerating(folder: Path, environment: dict[str, str], saves: int) -> None:
    """From a save after which a loop's bound was edited to the edits that belong to the save, each of them another bound.

    The document is long and has a region for each figure; the edits are applied, so that each save regenerates one region.
    """
    text = _document_of_regions()
    first = text[: text.index("i < ") + len("i < ")]
    line = first.count("\n")
    start = {"line": line, "character": len(first) - first.rindex("\n") - 1}
    bound = {"start": start, "end": {**start, "character": start["character"] + 1}}
    with ProtocolClient(SERVER, folder, environment) as client:
        client.initialize()
        uri = _open(client, folder / "main.tex", text)
        saved = {"textDocument": {"uri": uri}, "reason": 1}
        seconds, before = [], client.processor_seconds
        for number in range(saves):
            typed = [{"range": bound, "text": str(4 + number % 2)}]
            _change(client, uri, 2 * number + 2, typed)
            asked = time.perf_counter()
            edits = client.request("textDocument/willSaveWaitUntil", saved)
            seconds.append(time.perf_counter() - asked)
            if not edits:
                raise RuntimeError("nothing was regenerated")
            # From the last to the first, so that none moves another.
            edits.sort(key=lambda edit: (edit["range"]["start"]["line"], edit["range"]["start"]["character"]), reverse=True)
            _change(client, uri, 2 * number + 3, [{"range": edit["range"], "text": edit["newText"]} for edit in edits])
        processor = client.processor_seconds - before
    row(f"bound edited and saved → edits, {LINES:,} lines, {FIGURES} regions", seconds, 200, None, processor)


def _change(client: ProtocolClient, uri: str, version: int, changes: list[dict[str, Any]]) -> None:
    client.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": changes})


def saving(folder: Path, environment: dict[str, str], saves: int) -> None:
    """From a photograph of two megapixels that was saved to its result, the worker being warm."""
    photo = folder / "photo.png"
    _write_photo(photo, seed=0, side=PHOTO_SIDE)
    with ProtocolClient(SERVER, folder, environment) as client:
        client.initialize()
        uri = _open(client, folder / "main.tex", _document(["photo"]))
        client.wait_for_diagnostics(uri, _is_read)
        seconds, processor = [], 0.0
        for number in range(saves):
            before, known = client.processor_seconds_of_all, client.count(uri)
            _write_photo(photo, seed=1000 + number, side=PHOTO_SIDE)
            saved = time.perf_counter()
            client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": photo.as_uri(), "type": 2}]})
            # The old drawing's diagnostics are taken back when the photograph has changed; the next ones are the new drawing's.
            gone, _ = client.wait_for_diagnostics(uri, lambda found: not found, after=known)
            seconds.append(client.wait_for_diagnostics(uri, _is_read, after=gone)[1] - saved)
            processor += client.processor_seconds_of_all - before
    row("photo of 2 megapixels saved → result, warm", seconds, 1500, None, processor)


def dropping(folder: Path, environment: dict[str, str], drops: int) -> None:
    """Ten new photographs in a document at once: when the first is read, and when all are, the worker being warm."""
    first, last, processor = [], [], 0.0
    names = [f"photo{number}" for number in range(10)]
    with ProtocolClient(SERVER, folder, environment) as client:
        client.initialize()
        _write_photo(folder / "warm.png", seed=5000, side=600)
        client.wait_for_diagnostics(_open(client, folder / "warm.tex", _document(["warm"])), _is_read)
        for drop in range(drops):
            path = folder / f"drop{drop}"
            path.mkdir()
            for number, name in enumerate(names):
                _write_photo(path / f"{name}.png", seed=6000 + 100 * drop + number, side=PHOTO_SIDE)
            started, before = time.perf_counter(), client.processor_seconds_of_all
            uri = _open(client, path / "main.tex", _document(names))
            first.append(client.wait_for_diagnostics(uri, _is_read)[1] - started)
            last.append(client.wait_for_diagnostics(uri, lambda found: _figures_told(found) == 10)[1] - started)
            processor += client.processor_seconds_of_all - before
            client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    row("ten photos of 2 megapixels at once, the first", first, 2000)
    row("ten photos of 2 megapixels at once, all", last, 8000, None, processor)


def cancelling(folder: Path, environment: dict[str, str], cancels: int) -> None:
    """From the press on the progress bar's button, while a photograph is being read, to the work's end."""
    seconds = []
    with ProtocolClient(SERVER, folder, environment) as client:
        client.initialize()
        for number in range(cancels):
            _write_photo(folder / f"photo{number}.png", seed=8000 + number, side=PHOTO_SIDE)
            uri = _open(client, folder / f"main{number}.tex", _document([f"photo{number}"]))
            token = client.wait_for_progress(f"reading photo{number}.png")
            pressed = time.perf_counter()
            client.notify("window/workDoneProgress/cancel", {"token": token})
            seconds.append(client.wait_for_diagnostics(uri, _is_read)[1] - pressed)
    row("cancelled while it is read → stopped", seconds, 200)


def _is_read(diagnostics: list[Any]) -> bool:
    """Whether they hold a result or why there is none."""
    return _figures_told(diagnostics) > 0


def _figures_told(diagnostics: list[Any]) -> int:
    return len({found["range"]["start"]["line"] for found in diagnostics if found.get("code") != "missing"})


def _timed(work: Callable[[int], Any], rounds: int) -> list[float]:
    times = []
    for number in range(rounds):
        started = time.perf_counter()
        work(number)
        times.append(time.perf_counter() - started)
        time.sleep(0.01)  # an author's pause, so that what was asked for is done
    return times


def _open(client: ProtocolClient, path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    uri = path.as_uri()
    document = {"uri": uri, "languageId": "latex", "version": 1, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": document})
    return uri


def _document(names: list[str]) -> str:
    figures = "\n".join(f"\\includegraphics[width=5cm]{{{name}}}" for name in names)
    return f"\\documentclass{{article}}\n\\begin{{document}}\n{figures}\n\\end{{document}}\n"


def _large_document() -> str:
    every = LINES // FIGURES
    lines = [
        f"\\includegraphics[width=.5\\linewidth]{{figure{number // every}}}" if number % every == 0 else f"Line {number}. % Ä text"
        for number in range(LINES)
    ]
    return "\n".join(["\\documentclass{article}", "\\begin{document}", *lines, "\\end{document}", ""])


def _document_of_regions() -> str:
    """As long as the large document, with a region that was never read from a photograph in each figure's place."""
    region = generate(Source("for (i < 3)\n    circle(3*i + 1, 1)\n", Form.PROGRAM), Origin("gone.png", "0" * 16))
    every = LINES // FIGURES
    lines = [region if number % every == 0 else f"Line {number}. % Ä text" for number in range(LINES)]
    return "\n".join(["\\documentclass{article}", "\\usepackage{tikz}", "\\begin{document}", *lines, "\\end{document}", ""])


def _write_photo(path: Path, seed: int, side: int) -> None:
    """A simulated drawing on grey paper, a square of `side` pixels."""
    spec = random_scene(np.random.default_rng(seed), 16, 16)
    ink = simulate(spec, 16, 16, seed)
    grey = Image.fromarray((225 - 170 * ink).clip(0, 255).astype(np.uint8)).resize((side, side), Image.Resampling.BICUBIC)
    grey.save(path, compress_level=1)


def _folder(name: str, inside: str) -> Path:
    path = Path(name) / inside
    path.mkdir()
    return path


if __name__ == "__main__":
    main()
