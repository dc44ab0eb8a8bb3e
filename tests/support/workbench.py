"""VS Code's own workbench, run by code-server and shown in a headless Chromium that workbench.mjs operates.

`tests/editors/setup.sh` installs both. Each `Workbench` has a home folder of its own and leaves no process behind.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from editor_tools import PATIENCE, REPOSITORY, Tools, author_environment, code_server_command, told
from processes import Processes

_DRIVER = REPOSITORY / "tests/editors/workbench.mjs"
_LISTENING = re.compile(r"HTTP server listening on (http://127\.0\.0\.1:\d+)")
_SETTINGS: dict[str, object] = {
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    "workbench.editor.useModal": "off",  # the palette does not open over settings that are shown before the window
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "telemetry.telemetryLevel": "off",
    "chat.disableAIFeatures": True,
    "files.autoSave": "off",
    "security.workspace.trust.startupPrompt": "never",
    "security.workspace.trust.enabled": False,
}


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
        self._environment = author_environment(tools, folder) | (environment or {})

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
        return cast(str, self._do("problem", text, ""))

    def reading(self) -> str:
        """What was read from the figure, once that is final."""
        return cast(str, self._do("problem", "commands → ", "is looked for"))

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
        deadline = time.monotonic() + PATIENCE
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
            *code_server_command(self._tools, self._folder, self._extensions),
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
        return told(server, log, _LISTENING)

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
