"""What the worker is told before it is asked: a changed photograph while it rests, and those that wait."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from author import picture
from pygls.workspace import Workspace

from derender_lsp.analyses import Analyses
from derender_lsp.cache import ResultCache
from derender_lsp.documents import Documents
from derender_lsp.progress import NoProgress
from derender_lsp.server import create_server
from derender_lsp.settings import Settings
from derender_lsp.worker import Analysis, Cancelled, Reply, Request


class Recorder:
    """A worker that answers at once and keeps what it was asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    async def run(self, request: Request, *_: object) -> Reply:
        self.requests.append(request)
        await asyncio.sleep(0)
        return Cancelled() if request.is_hint else Analysis("0" * 16, {"interpretations": []}, "")

    def close(self) -> None: ...


def analyses(worker: Any, folder: Path) -> Analyses:
    return Analyses(worker, ResultCache(folder / "cache", lambda: 0), Settings, NoProgress, lambda _: None)


async def read(known: Analyses, photos: list[Path]) -> None:
    known.want(photos)
    while not all(isinstance(known.state(photo), Analysis) for photo in photos):
        await asyncio.sleep(0.001)


async def test_a_changed_photograph_is_hinted_at_once_and_asked_for_later(tmp_path: Path) -> None:
    worker = Recorder()
    known = analyses(worker, tmp_path)
    photo, other = picture(tmp_path, "a.jpg"), picture(tmp_path, "b.jpg")
    await read(known, [photo])
    known.hint(photo)  # as it was
    known.hint(other)  # shown by no document
    photo.write_bytes(b"drawn anew")
    os.utime(photo, (1, 1))
    known.hint(photo)
    await asyncio.sleep(0.05)
    await read(known, [photo])
    assert [(Path(request.path).name, request.is_hint) for request in worker.requests] == [
        ("a.jpg", False),
        ("a.jpg", True),
        ("a.jpg", False),
    ]
    await known.close()


async def test_a_request_tells_which_photographs_wait(tmp_path: Path) -> None:
    worker = Recorder()
    known = analyses(worker, tmp_path)
    photos = [picture(tmp_path, f"{name}.jpg") for name in "abcd"]
    await read(known, photos)
    assert [[Path(path).stem for path in request.then] for request in worker.requests] == [["b", "c"], ["c", "d"], ["d"], []]
    await known.close()


def test_a_photograph_outside_of_the_allowed_folders_is_not_looked_at_in_advance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever watches files may tell of any: only those that may be read become hints."""
    papers, scans, elsewhere = (tmp_path / name for name in ("papers", "scans", "elsewhere"))
    inside, allowed, outside = (picture(folder, "a.jpg") for folder in (papers, scans, elsewhere))
    (papers / "link.jpg").symlink_to(outside)
    server = create_server(lambda *_: Cancelled())
    settings = replace(Settings(), folders=(scans,))
    server.documents = Documents(lambda: Workspace(papers.as_uri()), lambda: settings)
    hinted: list[Path] = []
    monkeypatch.setattr(server.analyses, "hint", hinted.append)
    for path in (inside, allowed, outside, papers / "link.jpg", papers / "gone.jpg", papers):
        server.hint(path.as_uri())
    for uri in ("file://server/share/a.jpg", "untitled:a.jpg", "https://example.org/a.jpg"):
        server.hint(uri)
    assert hinted == [inside, allowed]
