"""Folders watched for clients that do not watch: of what happens in them only images, LaTeX files, programs and folders are told."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from author import picture
from pygls.workspace import Workspace

from derender_lsp.documents import Documents
from derender_lsp.server import create_server
from derender_lsp.settings import Settings
from derender_lsp.watch import FolderWatch
from derender_lsp.worker import Cancelled

PATIENCE = 20


async def test_what_a_latex_build_writes_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "old.tex").touch()
    told: list[Path] = []
    watch = FolderWatch(told.extend)
    try:
        assert watch.watch({tmp_path})
        for name in ("main.aux", "main.log", "main.pdf", "A.JPG", "row.dr"):
            (tmp_path / name).write_text("text")
        (tmp_path / "main.aux").unlink()
        (tmp_path / "old.tex").rename(tmp_path / "old.bak")
        (tmp_path / "main.log").rename(tmp_path / "new.tex")
        (tmp_path / "img").mkdir()
        expected = {tmp_path / name for name in ("A.JPG", "row.dr", "old.tex", "new.tex", "img")}
        async with asyncio.timeout(PATIENCE):
            while not expected <= set(told):
                await asyncio.sleep(0.01)
        assert set(told) == expected
    finally:
        watch.close()


async def test_a_server_that_watches_looks_at_a_changed_photograph_in_advance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = create_server(lambda *_: Cancelled())
    server.documents = Documents(lambda: Workspace(tmp_path.as_uri()), Settings)
    hinted: list[Path] = []
    monkeypatch.setattr(server.analyses, "hint", hinted.append)
    await server.start()
    try:
        assert server._folder_watch is not None
        server._folder_watch.watch({tmp_path})
        photo = picture(tmp_path, "a.jpg")
        async with asyncio.timeout(PATIENCE):
            while photo not in hinted:
                await asyncio.sleep(0.01)
    finally:
        await server.stop()
