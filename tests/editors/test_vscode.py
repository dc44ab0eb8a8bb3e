"""Derender in VS Code, as an author uses it: the real workbench, the packaged extension, the real server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from workbench import REPOSITORY, Tools, Workbench

from derender.latex.figures import find_figures
from derender.latex.insertion import apply_edits, replacing
from derender.latex.origin import Origin
from derender.latex.regions import Form

pytestmark = [pytest.mark.editor, pytest.mark.slow]

Open = Callable[[dict[str, object]], Workbench]

_LARGEST_PACKAGE = 2_000_000
_CHAIN = """for (i < 3)
    circle(4*i + 1, 1)
"""


@pytest.fixture
def opened(tools: Tools, extensions: Path, editor_folder: Path, paper: Path, tmp_path: Path) -> Open:
    """Opens the paper's folder in the workbench, with the author's settings given."""
    return lambda settings: Workbench(tools, extensions, editor_folder, paper.parent, tmp_path, settings)


def test_the_unit_tests_of_the_extension_pass() -> None:
    subprocess.run([str(REPOSITORY / "editor-extension/npm.sh"), "run", "--silent", "test"], check=True, timeout=120)


def test_the_package_is_small_and_holds_only_what_runs(package: Path) -> None:
    assert package.stat().st_size < _LARGEST_PACKAGE
    with zipfile.ZipFile(package) as archive:
        files = {name.removeprefix("extension/").lower() for name in archive.namelist() if name.startswith("extension/")}
    assert files == {
        "package.json",
        "readme.md",
        "license.txt",
        "icon.png",
        "language-configuration.json",
        "syntaxes/derender.tmlanguage.json",
        "out/extension.js",
    }


def test_an_author_inserts_the_program(opened: Open, server: Path, check_inserted: Callable[[], None]) -> None:
    """A sketch is read, the light bulb inserts its program, and what is saved compiles and shows ink."""
    with opened({"derender.server.path": str(server)}) as workbench:
        workbench.open_file("paper.tex")
        assert "-line program" in workbench.problem("commands → ")
        _, width = workbench.hover("includegraphics")
        assert width > 0
        workbench.screenshot("hover.png")
        titles = workbench.light_bulb("commands → ")
        assert {"Insert TikZ program", "Insert TikZ commands"} <= set(titles)
        workbench.screenshot("menu.png")
        workbench.choose("Insert TikZ program")
        workbench.save()
        workbench.screenshot("inserted.png")
    check_inserted()


def test_saving_an_edited_bound_draws_the_figure_anew(opened: Open, paper: Path, server: Path) -> None:
    """The author edits the program in the region's header; the same save that writes it writes the figure that it draws."""
    text = paper.read_text(encoding="utf-8")
    (figure,) = find_figures(text)
    edit = replacing(text, figure, _CHAIN, Form.PROGRAM, Origin("sketch.jpg", "0" * 16, ""))
    paper.write_text(apply_edits(text, (edit,)), encoding="utf-8")
    lines = paper.read_text(encoding="utf-8").splitlines()
    (row,) = (row for row, line in enumerate(lines) if "for (i < 3)" in line)
    assert r"{0,...,2}" in edit.text
    with opened({"derender.server.path": str(server)}) as workbench:
        workbench.open_file("paper.tex")
        workbench.go_to(row + 1, lines[row].index("3") + 1)
        workbench.press("Delete")
        workbench.type("5")
        assert "saving regenerates" in workbench.problem("The program was changed")
        workbench.save()
    saved = paper.read_text(encoding="utf-8")
    assert "for (i < 5)" in saved
    assert r"{0,...,4}" in saved
    assert r"{0,...,2}" not in saved


def test_a_server_that_dies_comes_back(opened: Open, server: Path) -> None:
    with opened({"derender.server.path": str(server)}) as workbench:
        workbench.open_file("paper.tex")
        workbench.problem("commands → ")
        (first,) = workbench.processes.ids(str(server))
        os.kill(first, signal.SIGKILL)
        workbench.wait_until(lambda: workbench.processes.ids(str(server)) not in ([], [first]))
        workbench.problem("commands → ")
        workbench.light_bulb("commands → ")
        workbench.choose("Insert TikZ commands")


def test_without_a_server_the_author_is_told_what_to_do(opened: Open) -> None:
    with opened({}) as workbench:
        workbench.open_file("paper.tex")
        message, buttons = workbench.notification("language server")
        assert "derender.server.path" in message
        assert buttons == ["Open Settings", "Show Log"]
        workbench.click_button("Open Settings")
        assert workbench.settings_search() == "derender.server"


def test_a_server_that_does_not_start_is_reported_once_and_the_log_says_why(opened: Open) -> None:
    with opened({"derender.server.python": "/usr/bin/python3"}) as workbench:
        workbench.open_file("paper.tex")
        message, _ = workbench.notification("language server")
        assert "/usr/bin/python3" in message
        assert "did not start" in message
        assert workbench.notifications() == 1
        workbench.click_button("Show Log")
        assert "No module named derender_lsp" in workbench.output()


def test_nothing_of_a_folder_is_started_before_it_is_trusted(opened: Open, paper: Path, server: Path) -> None:
    """Neither the folder's .venv nor a program that the folder's settings name; both count once the author trusts the folder."""
    programs = paper.parent / ".venv/bin"
    programs.mkdir(parents=True)
    (programs / "derender-lsp").symlink_to(server)
    named = paper.parent / "named-by-the-folder"
    named.symlink_to(server)
    (paper.parent / ".vscode").mkdir()
    (paper.parent / ".vscode/settings.json").write_text(json.dumps({"derender.server.path": str(named)}), encoding="utf-8")
    with opened({"security.workspace.trust.enabled": True}) as workbench:
        workbench.open_file("paper.tex")
        message, _ = workbench.notification("language server")
        assert "once you trust the folder" in message
        assert workbench.processes.ids("derender-lsp") == workbench.processes.ids(str(named)) == []
        workbench.trust_folder()
        workbench.wait_until(lambda: len(workbench.processes.ids(str(named))) == 1)
        workbench.problem("commands → ")
