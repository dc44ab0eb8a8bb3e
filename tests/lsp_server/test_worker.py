"""Whatever happens to the worker, the server lives, the author is told, and the next picture is read."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest
from author import Author, editor, picture, session
from lsprotocol import types

pytestmark = pytest.mark.slow

PAPER = "\\documentclass{article}\n\\begin{document}\n\\includegraphics{%s}\n\\end{document}\n"


def children(pid: int) -> list[int]:
    """The ids of a process's children that live, and of theirs."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdecimal() and int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                found += [int(folder.name), *children(int(folder.name))]
        except OSError:
            continue
    return found


def server_pid(author: Author) -> int:
    process = author.client._server
    assert process is not None
    return int(process.pid)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("broken.jpg", "broken.jpg: this is not a picture"),
        ("crash.jpg", "ended unexpectedly"),
        ("hungry.jpg", "not enough memory"),
        ("odd.jpg", "failed unexpectedly (ZeroDivisionError)"),
        ("empty.jpg", "No drawing was recognised"),
    ],
)
async def test_what_cannot_be_read_is_told_in_a_sentence(name: str, words: str, command: list[str], folder: Path) -> None:
    picture(folder, name)
    picture(folder, "good.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % name)
        diagnostic = await author.diagnostic("main.tex", words)
        assert "\n" not in diagnostic.message
        assert str(folder) not in diagnostic.message
        assert "Insert TikZ program" not in await author.actions("main.tex", 2)
        author.type("main.tex", PAPER % "good")
        await author.diagnostic("main.tex", "commands → ")


async def test_a_reading_that_hangs_is_given_up(command: list[str], folder: Path) -> None:
    picture(folder, "deaf.jpg")
    picture(folder, "good.jpg")
    async with session(command, folder, editor(), settings={"reading": {"deadlineSeconds": 5}}) as author:
        author.open("main.tex", PAPER % "deaf")
        await author.diagnostic("main.tex", "took longer than 5 s and was given up")
        author.type("main.tex", PAPER % "good")
        await author.diagnostic("main.tex", "commands → ")


@pytest.mark.parametrize("pause", [0, 1])
async def test_a_worker_killed_while_idle_is_replaced(pause: float, command: list[str], folder: Path) -> None:
    picture(folder, "first.jpg")
    picture(folder, "second.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "first")
        await author.diagnostic("main.tex", "commands → ")
        for worker in children(server_pid(author)):
            if "resource_tracker" not in Path(f"/proc/{worker}/cmdline").read_text():
                os.kill(worker, signal.SIGKILL)
        await asyncio.sleep(pause)
        author.type("main.tex", PAPER % "second" + "% later")
        await author.until(lambda: not author.diagnostics("main.tex"))
        await author.diagnostic("main.tex", "commands → ")


@pytest.mark.parametrize("name", ["slow", "deaf"])
async def test_the_author_can_cancel(name: str, command: list[str], folder: Path) -> None:
    """The progress bar's button stops the work, whether the reading listens or not; it can be asked for again."""
    picture(folder, f"{name}.jpg")
    picture(folder, "good.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % f"{name}}}\\includegraphics{{good")
        token = await author.until(lambda: next((t for t, r in author.client.progress_reports.items() if len(r) > 1), None))
        author.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
        started = time.monotonic()
        await author.diagnostic("main.tex", f"Reading '{name}.jpg' was cancelled")
        assert time.monotonic() - started < 5
        await author.diagnostic("main.tex", "Reading 'good.jpg' was cancelled")
        (folder / f"{name}.jpg").unlink()
        await author.client.workspace_execute_command_async(types.ExecuteCommandParams("derender.readAgain", [author.uri("main.tex")]))
        await author.diagnostic("main.tex", "commands → ")


async def test_a_first_look_is_told_while_the_picture_is_read(command: list[str], folder: Path) -> None:
    """The progress bar tells it; the first diagnostic is the result, for which there are actions."""
    picture(folder, "slow.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "slow")
        await author.until(lambda: "5 commands at a first look" in str(author.client.progress_reports))
        assert not author.diagnostics("main.tex")
        await author.diagnostic("main.tex", "commands → ")


async def test_what_a_reader_prints_never_reaches_the_client(command: list[str], folder: Path) -> None:
    picture(folder, "loud.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "loud")
        await author.diagnostic("main.tex", "commands → ")


async def test_the_server_answers_while_the_worker_works(command: list[str], folder: Path) -> None:
    picture(folder, "deaf.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "deaf")
        await author.until(lambda: any(len(r) > 1 for r in author.client.progress_reports.values()))
        started = time.monotonic()
        for _ in range(20):
            await author.actions("main.tex", 2)
            await author.hover("main.tex", 2)
        assert (time.monotonic() - started) / 40 < 0.1


async def test_the_document_at_hand_comes_first(command: list[str], folder: Path) -> None:
    for name in ("slow1.jpg", "slow2.jpg", "slow3.jpg", "good.jpg"):
        picture(folder, name)
    async with session(command, folder, editor()) as author:
        author.open("long.tex", PAPER % "slow1}\\includegraphics{slow2}\\includegraphics{slow3")
        await author.until(lambda: author.client.progress_reports)
        author.open("main.tex", PAPER % "good")
        await author.diagnostic("main.tex", "commands → ")
        assert len(author.diagnostics("long.tex")) < 3
        await author.until(lambda: len(author.diagnostics("long.tex")) == 3)


async def test_a_changed_picture_is_read_anew(command: list[str], folder: Path) -> None:
    """Told by the client that watches; made first and named later, deleted and made again."""
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "a")
        await author.diagnostic("main.tex", "There is no picture 'a'.")
        path = picture(folder, "a.jpg")

        def tell(kind: types.FileChangeType) -> None:
            event = types.FileEvent(path.as_uri(), kind)
            author.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))

        tell(types.FileChangeType.Created)
        await author.diagnostic("main.tex", "commands → ")
        path.unlink()
        tell(types.FileChangeType.Deleted)
        await author.diagnostic("main.tex", "There is no picture 'a'.")


async def test_a_client_that_does_not_watch_is_watched_for(command: list[str], folder: Path) -> None:
    async with session(command, folder, editor(watch=False)) as author:
        author.open("main.tex", PAPER % "a")
        await author.diagnostic("main.tex", "There is no picture 'a'.")
        picture(folder, "a.jpg")
        await author.diagnostic("main.tex", "commands → ")


@pytest.mark.parametrize("name", ["good", "deaf"])
async def test_the_worker_dies_with_the_server(name: str, command: list[str], folder: Path) -> None:
    """Killed without warning, idle or at work."""
    picture(folder, f"{name}.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % name)
        await author.until(lambda: any(len(r) > 1 for r in author.client.progress_reports.values()) or author.diagnostics("main.tex"))
        pid = server_pid(author)
        workers = children(pid)
        assert workers
        author.is_over = True
        os.kill(pid, signal.SIGKILL)
        await author.until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))


async def test_shutdown_ends_everything(command: list[str], folder: Path) -> None:
    """Even with work under way: the process exits with status 0 and leaves no child."""
    picture(folder, "deaf.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "deaf")
        await author.until(lambda: any(len(r) > 1 for r in author.client.progress_reports.values()))
        pid = server_pid(author)
        workers = children(pid)
        process = author.client._server
        assert process is not None
        started = time.monotonic()
    await asyncio.wait_for(process.wait(), 10)
    assert process.returncode == 0
    assert time.monotonic() - started < 8
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert time.monotonic() - started < 8
        await asyncio.sleep(0.05)
