"""A language client of few lines, for measuring: JSON-RPC by hand over a server's standard streams.

It answers what servers ask of editors, keeps the diagnostics that come, and knows no library of the protocol's, so that what is
measured is the server.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

PATIENCE = 600.0
"""Seconds after which a measurement is given up."""

CAPABILITIES: dict[str, Any] = {
    "textDocument": {
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor.rewrite", "source"]}},
            "resolveSupport": {"properties": ["edit"]},
            "dataSupport": True,
        },
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {"relatedInformation": True},
        "synchronization": {"willSaveWaitUntil": True, "didSave": True},
    },
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {"documentChanges": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
    "window": {"workDoneProgress": True},
}


class ProtocolClient:
    """A server that was started, and the conversation with it. A context manager: leaving it ends the server."""

    def __init__(self, command: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=folder, env=environment)
        self._folder = folder
        self._number = 0
        self._answers: dict[int, Any] = {}
        self._diagnostics: dict[str, list[tuple[float, list[Any]]]] = {}
        self._progress: list[tuple[str, str]] = []
        self._news = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> ProtocolClient:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None and self._process.poll() is None:
            self.request("shutdown", None)
            self.notify("exit", None)
        try:
            self._process.wait(10 if kind is None else 0.1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def megabytes(self) -> float:
        """The resident memory of the server's process, without its worker's; not a number where the system does not tell."""
        try:
            lines = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii").splitlines()
        except OSError:
            return float("nan")
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    @property
    def processor_seconds(self) -> float:
        """Processor time that the server's process took so far, without its worker's; not a number where the system does not tell."""
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        except OSError:
            return float("nan")
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def processor_seconds_of_all(self) -> float:
        """The same with its worker's and that of whatever else it started and still runs."""
        seconds, parents = {}, {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            except OSError:  # it has ended
                continue
            seconds[int(folder.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            parents[int(folder.name)] = int(fields[1])
        ours = {self._process.pid}
        while more := {process for process, parent in parents.items() if parent in ours} - ours:
            ours |= more
        return sum(seconds.get(process, float("nan")) for process in ours)

    def initialize(self) -> None:
        """The first words of a session."""
        root = {"uri": self._folder.as_uri(), "name": self._folder.name}
        self.request("initialize", {"processId": None, "rootUri": root["uri"], "workspaceFolders": [root], "capabilities": CAPABILITIES})
        self.notify("initialized", {})

    def request(self, method: str, params: Any) -> Any:
        """The answer; raises `RuntimeError` where the server answers with an error or not at all."""
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": params})
        with self._news:
            if not self._news.wait_for(lambda: number in self._answers, PATIENCE):
                raise RuntimeError(f"{method}: no answer")
            answer = self._answers.pop(number)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer.get("result")

    def notify(self, method: str, params: Any) -> None:
        """A message without an answer."""
        self._send({"method": method, "params": params})

    def count(self, uri: str) -> int:
        """How often a document's diagnostics came so far."""
        with self._news:
            return len(self._diagnostics.get(uri, ()))

    def wait_for_diagnostics(self, uri: str, holds: Callable[[list[Any]], bool] = bool, *, after: int = 0) -> tuple[int, float]:
        """The number and the time (`time.perf_counter`) of the first diagnostics of a document for which `holds`, `after` so many."""
        with self._news:

            def first() -> tuple[int, float] | None:
                came = list(enumerate(self._diagnostics.get(uri, ())))[after:]
                return next(((number + 1, when) for number, (when, diagnostics) in came if holds(diagnostics)), None)

            found = self._news.wait_for(first, PATIENCE)
            if found is None:
                raise RuntimeError("the diagnostics did not come")
            return found

    def wait_for_progress(self, words: str) -> str:
        """The token of the first report of progress whose message holds the words."""
        with self._news:
            if not self._news.wait_for(lambda: any(words in message for _, message in self._progress), PATIENCE):
                raise RuntimeError("no such progress was reported")
            return next(token for token, message in self._progress if words in message)

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _listen(self) -> None:
        stream = self._process.stdout
        assert stream
        while line := stream.readline():
            length = 0
            while line.strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
                line = stream.readline()
            self._take(json.loads(stream.read(length)))

    def _take(self, message: dict[str, Any]) -> None:
        with self._news:
            if "id" in message and "method" in message:
                self._send({"id": message["id"], "result": None})
            elif "id" in message:
                self._answers[message["id"]] = message
            elif message["method"] == "textDocument/publishDiagnostics":
                params = message["params"]
                self._diagnostics.setdefault(params["uri"], []).append((time.perf_counter(), params["diagnostics"]))
            elif message["method"] == "$/progress":
                params = message["params"]
                self._progress.append((params["token"], params["value"].get("message") or ""))
            self._news.notify_all()
