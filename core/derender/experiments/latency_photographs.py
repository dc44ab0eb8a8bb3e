"""How long an author waits for photographs: one that was saved, ten at once, and one whose reading is cancelled."""

from __future__ import annotations

import time
from pathlib import Path

from derender.experiments.latency_measuring import SERVER, figures_told, is_read, open_document, row
from derender.experiments.latency_papers import paper, write_photo
from derender.experiments.protocol_client import ProtocolClient

PHOTO_SIDE = 1448
"""Pixels; a square photograph of two megapixels."""


def saving(folder: Path, environment: dict[str, str], saves: int) -> None:
    """From a photograph of two megapixels that was saved to its result, the worker being warm."""
    photo = folder / "photo.png"
    write_photo(photo, seed=0, side=PHOTO_SIDE)
    with ProtocolClient(SERVER, folder, environment) as client:
        client.initialize()
        uri = open_document(client, folder / "main.tex", paper(["photo"]))
        client.wait_for_diagnostics(uri, is_read)
        seconds, processor = [], 0.0
        for number in range(saves):
            before, known = client.processor_seconds_of_all, client.count(uri)
            write_photo(photo, seed=1000 + number, side=PHOTO_SIDE)
            saved = time.perf_counter()
            client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": photo.as_uri(), "type": 2}]})
            # The old drawing's diagnostics are taken back when the photograph has changed; the next ones are the new drawing's.
            gone, _ = client.wait_for_diagnostics(uri, lambda found: not found, after=known)
            seconds.append(client.wait_for_diagnostics(uri, is_read, after=gone)[1] - saved)
            processor += client.processor_seconds_of_all - before
    row("photo of 2 megapixels saved → result, warm", seconds, 1500, None, processor)


def dropping(folder: Path, environment: dict[str, str], drops: int) -> None:
    """Ten new photographs in a document at once: when the first is read, and when all are, the worker being warm."""
    first, last, processor = [], [], 0.0
    names = [f"photo{number}" for number in range(10)]
    with ProtocolClient(SERVER, folder, environment) as client:
        client.initialize()
        write_photo(folder / "warm.png", seed=5000, side=600)
        client.wait_for_diagnostics(open_document(client, folder / "warm.tex", paper(["warm"])), is_read)
        for drop in range(drops):
            path = folder / f"drop{drop}"
            path.mkdir()
            for number, name in enumerate(names):
                write_photo(path / f"{name}.png", seed=6000 + 100 * drop + number, side=PHOTO_SIDE)
            started, before = time.perf_counter(), client.processor_seconds_of_all
            uri = open_document(client, path / "main.tex", paper(names))
            first.append(client.wait_for_diagnostics(uri, is_read)[1] - started)
            last.append(client.wait_for_diagnostics(uri, lambda found: figures_told(found) == 10)[1] - started)
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
            write_photo(folder / f"photo{number}.png", seed=8000 + number, side=PHOTO_SIDE)
            uri = open_document(client, folder / f"main{number}.tex", paper([f"photo{number}"]))
            token = client.wait_for_progress(f"reading photo{number}.png")
            pressed = time.perf_counter()
            client.notify("window/workDoneProgress/cancel", {"token": token})
            seconds.append(client.wait_for_diagnostics(uri, is_read)[1] - pressed)
    row("cancelled while it is read → stopped", seconds, 200)
