"""The promise of measuring on a cluster: a scheduler and a worker of their own, given by address; interrupted runs go on."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from derender import cli
from derender.policy.corpus import read_corpus

pytest.importorskip("distributed")
pytestmark = pytest.mark.slow

START_SECONDS = 60


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextlib.contextmanager
def _process(*arguments: str) -> Iterator[None]:
    command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The address of a scheduler with a worker, each a process of its own, on this machine alone."""
    port = _free_port()
    scheduler = ("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    found = f"tcp://127.0.0.1:{port}"
    worker = ("dask_worker", found, "--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory", str(tmp_path))
    with _process(*scheduler), _process(*worker):
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield found


def _measure(path: Path, address: str, specs: int) -> int:
    arguments = ["experiment", "synthesis-times", "--out", str(path), "--specs", str(specs), "--limit", "0.01", "--cluster", address]
    return cli.run(arguments)


def test_times_are_measured_on_a_cluster_given_by_its_address(address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "times.jsonl"
    assert _measure(path, address, 3) == 0
    assert "3 specs added" in capsys.readouterr().out
    lines = path.read_text().splitlines()
    assert len(read_corpus(path)) == 3
    path.write_text("\n".join(lines[:2]) + "\n")
    assert _measure(path, address, 4) == 0
    assert "2 specs added" in capsys.readouterr().out, "the specs that were measured are not measured again"
    assert sorted(json.loads(line)["seed"] for line in path.read_text().splitlines()) == [0, 1, 2, 3]


def test_an_address_where_no_cluster_is_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = f"tcp://127.0.0.1:{_free_port()}"
    assert _measure(tmp_path / "times.jsonl", nowhere, 3) == 2
    assert capsys.readouterr().err.count("\n") == 1
