"""The server as a process: light, quick to start, reachable from this machine alone."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from author import editor, picture, session

from derender_lsp.__main__ import _without_traceback

HEAVY = ("torch", "cv2", "ortools", "scipy", "derender.pipeline", "derender.perception", "derender.synthesis", "derender.photo")
LIGHT = ("derender.perception", "derender.perception.legibility")
"""Of the perception, what is plain Python: which marks can be told apart."""
LARGEST_MEGABYTES = 120


async def test_the_server_imports_nothing_heavy(command: list[str], folder: Path, tmp_path: Path) -> None:
    """After a session with a reading, an insertion, hovers, an outdated region and a save."""
    picture(folder, "a.jpg")
    modules = tmp_path / "modules.txt"
    environment = {**os.environ, "DERENDER_MODULES": str(modules)}
    async with session(command, folder, editor(), environment=environment) as author:
        author.open("main.tex", "\\documentclass{article}\n\\begin{document}\n\\includegraphics{a}\n\\end{document}\n")
        await author.diagnostic("main.tex", "commands → ")
        await author.hover("main.tex", 2, 3)
        await author.do("main.tex", 2, "Insert TikZ program")
        await author.hover("main.tex", 5, 3)
        author.type("main.tex", author.texts["main.tex"].replace("i < 3", "i < 4"))
        await author.save("main.tex")
        assert "{0,...,3}" in author.texts["main.tex"]
        process = author.client._server
        assert process is not None
        peak = next(line for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
        assert int(peak.split()[1]) / 1024 < LARGEST_MEGABYTES
    imported = modules.read_text(encoding="utf-8").splitlines()
    assert "derender_lsp.server" in imported
    heavy = [name for name in imported if name.startswith(tuple(f"{heavy}." for heavy in HEAVY)) or name in HEAVY]
    assert set(heavy) <= set(LIGHT)


def message(**content: Any) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **content}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


INITIALIZE = message(id=1, method="initialize", params={"processId": None, "rootUri": None, "capabilities": {}})


def test_initialize_takes_a_moment() -> None:
    """Processor time, not wall-clock time: the machine may be busy with other things."""
    with subprocess.Popen([sys.executable, "-m", "derender_lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(INITIALIZE)
        process.stdin.flush()
        assert process.stdout.readline().startswith(b"Content-Length")
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        process.stdin.write(message(id=2, method="shutdown") + message(method="exit"))
        process.stdin.close()
        assert process.wait(20) == 0
    assert seconds < 1.5


def test_a_client_that_goes_without_a_word_ends_the_server() -> None:
    with subprocess.Popen([sys.executable, "-m", "derender_lsp", "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(INITIALIZE)
        process.stdin.flush()
        process.stdout.readline()
        process.stdin.close()
        process.wait(20)


def test_a_refused_request_is_logged_as_a_sentence() -> None:
    document = {"uri": "untitled:row", "languageId": "derender", "version": 1, "text": "for (i < 3)\n    circle(3*i + 1, 1)\n"}
    rename = {"textDocument": {"uri": "untitled:row"}, "position": {"line": 0, "character": 5}, "newName": "two letters"}
    said = INITIALIZE + message(method="initialized", params={}) + message(method="textDocument/didOpen", params={"textDocument": document})
    said += message(id=2, method="textDocument/rename", params=rename) + message(id=3, method="shutdown") + message(method="exit")
    done = subprocess.run([sys.executable, "-m", "derender_lsp"], input=said, capture_output=True, timeout=60, check=False)
    assert b"A loop is counted by a single small letter." in done.stdout
    assert b"refused: A loop is counted by a single small letter." in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_client_that_says_exit_before_it_hears_of_shutdown_leaves_no_traceback() -> None:
    said = INITIALIZE + message(method="initialized", params={}) + message(id=3, method="shutdown") + message(method="exit")
    servers = [
        subprocess.Popen([sys.executable, "-m", "derender_lsp"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    for server in servers:
        assert b"Traceback" not in server.communicate(said, timeout=60)[1]


@pytest.mark.parametrize(
    ("told", "error", "kept"),
    [
        ("Exception in callback", asyncio.CancelledError(), None),
        ("Error sending data", ValueError("write to closed file"), "the client does not listen any more: write to closed file"),
        ("something else", ValueError("broken"), "something else"),
    ],
)
def test_what_ends_with_the_process_is_no_failure(told: str, error: BaseException, kept: str | None) -> None:
    record = logging.LogRecord("pygls", logging.ERROR, "", 0, told, None, (type(error), error, None))
    assert _without_traceback(record) is (kept is not None)
    assert kept is None or record.getMessage() == kept
    assert kept is None or (record.exc_info is None) == (kept != told)


def test_tcp_is_for_this_machine_alone() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen([sys.executable, "-m", "derender_lsp", "--tcp", str(port)]) as process:
        try:
            for _ in range(200):
                try:
                    client = socket.create_connection(("127.0.0.1", port), timeout=1)
                    break
                except OSError:
                    time.sleep(0.1)
            with client:
                client.settimeout(20)
                client.sendall(INITIALIZE)
                assert client.recv(14) == b"Content-Length"
            listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines() if line.split()[3] == "0A"]
            assert [address for address in listening if int(address.rpartition(":")[2], 16) == port] == [f"0100007F:{port:04X}"]
        finally:
            process.terminate()


@pytest.mark.parametrize("arguments", [["--tcp"], ["--tcp", "x"], ["--stdio", "--tcp", "1"], ["--nonsense"]])
def test_wrong_arguments_end_with_status_2(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "derender_lsp", *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
