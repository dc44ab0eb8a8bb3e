"""A test suite inside of VS Code's extension host, with the editor's whole interface at hand."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from urllib.parse import urlencode

from editor_tools import REPOSITORY, Tools, author_environment, told
from processes import Processes

_AGENT = re.compile(r"Extension host agent listening on (\d+)")
_LONGEST_SUITE = 900


def run_in_extension_host(
    tools: Tools, extensions: Path, companion: Path, suite: Path, folder: Path, workspace: Path, environment: dict[str, str]
) -> tuple[int, str]:
    """Runs a suite (a module with a function `run`) beside the installed extensions and a companion (an extension's folder) in an
    editor on `workspace`; the suite's exit code and what it said. The editor keeps everything of its own in `folder`."""
    processes = Processes(folder)
    surroundings = author_environment(tools, folder) | environment
    main = tools.code_server.parents[2] / "lib/vscode/out/server-main.js"
    places = ("--server-data-dir", folder / "server", "--user-data-dir", folder / "data", "--extensions-dir", extensions)
    switches = ("--without-connection-token", "--accept-server-license-terms", "--disable-workspace-trust", "--enable-smoke-test-driver")
    command = [tools.node, main, "--host", "127.0.0.1", "--port", "0", "--telemetry-level", "off", *places, *switches]
    log = folder / "server.log"
    try:
        with log.open("wb") as output:
            server = processes.start(
                [str(part) for part in command],
                environment=surroundings,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        address = f"127.0.0.1:{told(server, log, _AGENT)}"
        remote = f"vscode-remote://{address}"
        paths = {"extensionDevelopmentPath": companion, "extensionTestsPath": suite}
        payload = [["skipWelcome", "true"], *([name, f"{remote}{path}"] for name, path in paths.items())]
        query = urlencode({"folder": str(workspace), "payload": json.dumps(payload)})
        driver = REPOSITORY / "tests/editors/extension_host.mjs"
        browser = [tools.node, driver, tools.playwright, tools.chromium, f"http://{address}/?{query}", folder / "browser"]
        suite_run = processes.start([str(part) for part in browser], environment=surroundings, stdout=subprocess.PIPE)
        said, _ = suite_run.communicate(timeout=_LONGEST_SUITE)
        return suite_run.returncode, said
    finally:
        processes.stop()
