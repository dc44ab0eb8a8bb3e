"""Derender in VS Code, as an author uses it: the real workbench, the packaged extension, the real server.

The tests of an author's work share one window and one folder; each has files of its own there, and closes them when it is done.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from editor_tools import REPOSITORY, Tools
from workbench import Workbench
from workbench_paper import PAPER, SKETCH
from workbench_shared import failures, shared_window, short_folder

from derender.latex.figures import find_figures
from derender.latex.insertion import apply_edits, replacing
from derender.latex.origin import Origin
from derender.latex.regions import Form

pytestmark = [pytest.mark.editor, pytest.mark.slow]

Open = Callable[[dict[str, object]], Workbench]
Write = Callable[[str], Path]

_LARGEST_PACKAGE = 2_000_000
_SERVER = REPOSITORY / "tests/support/workbench_server.py"
_OTHER_SKETCH = REPOSITORY / "tests/sketches/tree.jpg"
_PATIENT: dict[str, object] = {"derender.reading.deadlineSeconds": 600}
"""For machines with other work to do."""
_CHAIN = """for (i < 3)
    circle(4*i + 1, 1)
"""


@pytest.fixture
def opened(tools: Tools, extensions: Path, editor_folder: Path, paper: Path, tmp_path: Path) -> Open:
    """Opens the paper's folder in a workbench of its own, with the author's settings given."""
    return lambda settings: Workbench(tools, extensions, editor_folder, paper.parent, tmp_path, _PATIENT | settings)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the tests share, empty at first but for a program that starts the server."""
    folder = tmp_path_factory.mktemp("desk")
    launcher = folder.parent / "launch-server"
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{_SERVER}" "$@"\n', encoding="utf-8")
    launcher.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def windows(tools: Tools, extensions: Path, desk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Workbench]]:
    """Gives the window that the tests share; a new one after a test that failed."""
    pictures = tmp_path_factory.mktemp("pictures")
    settings = _PATIENT | {"derender.server.path": str(desk.parent / "launch-server")}
    with short_folder() as place:

        def new(number: int) -> Workbench:
            folder = place / str(number)
            folder.mkdir()
            return Workbench(tools, extensions, folder, desk, pictures, settings)

        with shared_window(new) as windows:
            yield windows


@pytest.fixture
def window(windows: Callable[[], Workbench], request: pytest.FixtureRequest) -> Iterator[Workbench]:
    """The shared window, with nothing open."""
    workbench = windows()
    yield workbench
    if failures.holds(request.node):
        sys.stdout.write(f"What the workbench showed: {workbench.screenshot('failure.png')}")
    else:
        workbench.close_all()


@pytest.fixture
def write(desk: Path) -> Write:
    """Puts a paper of that name and a photograph of the same name in the shared folder."""

    def written(name: str) -> Path:
        shutil.copy(SKETCH, desk / f"{name}.jpg")
        path = desk / f"{name}.tex"
        path.write_text(PAPER.replace("{sketch}", f"{{{name}}}"), encoding="utf-8")
        return path

    return written


def test_the_unit_tests_of_the_extension_pass() -> None:
    subprocess.run([str(REPOSITORY / "editor-extension/npm.sh"), "run", "--silent", "test"], check=True, timeout=600)


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
        "out/gallery.css",
        "out/gallery.js",
        "media/gallery.png",
        "media/hover.png",
        "media/inserted.png",
        "media/server.md",
    }


def test_an_author_inserts_the_program(window: Workbench, write: Write, check_inserted: Callable[[Path], None]) -> None:
    """A sketch is read, the light bulb inserts its program, and what is saved compiles and shows ink; undo takes one step."""
    paper = write("insert")
    window.open_file("insert.tex")
    assert "-line program" in window.reading()
    _, width = window.hover("includegraphics")
    assert width > 0
    window.screenshot("hover.png")
    assert "Derender" in window.status("Derender")
    titles = window.light_bulb("commands → ")
    assert {"Insert TikZ program", "Insert TikZ commands"} <= set(titles)
    window.screenshot("menu.png")
    window.choose("Insert TikZ program")
    window.save()
    window.screenshot("inserted.png")
    check_inserted(paper)
    window.press("Control+Z")
    window.wait_for_change()
    window.save()
    assert paper.read_text(encoding="utf-8") == PAPER.replace("{sketch}", "{insert}")


def test_the_gallery_inserts_what_is_clicked(window: Workbench, write: Write, check_inserted: Callable[[Path], None]) -> None:
    """Photograph, readings and the figure continued, as pictures; a click on the continued figure inserts that."""
    paper = write("gallery")
    window.open_file("gallery.tex")
    window.reading()
    window.go_to(7, 5)
    window.command("Derender: Show Readings of the Figure")
    shown = window.gallery(cards=2)
    assert "Readings" in shown["text"]
    assert "Continued" in shown["text"]
    assert " %" in shown["text"]
    assert shown["pictures"] == shown["cards"] + 1
    window.screenshot("gallery.png")
    window.choose_in_gallery("< 4")
    window.save()
    assert "< 4" in paper.read_text(encoding="utf-8")
    check_inserted(paper)


def test_the_author_takes_a_correction_back(window: Workbench, write: Write) -> None:
    """What the program overruled is told and framed on the photograph; a quick fix keeps what was read."""
    paper = write("corrected")
    with paper.with_suffix(".jpg").open("ab") as picture:  # results are kept by content, and the sketch has been read as it is
        picture.write(b"read by the server's double")
    window.open_file("corrected.tex")
    assert "instead of" in window.problem("was read and")
    window.go_to(7, 5)
    window.command("Derender: Show Readings of the Figure")
    shown = window.gallery(cards=2, frames=1)
    assert "was read and taken for" in shown["text"]
    window.screenshot("correction.png")
    titles = window.light_bulb("was read and")
    (keeping,) = (title for title in titles if title.startswith("Keep "))
    window.choose(keeping)
    window.save()
    assert "line(0, 3, 5, 6)" in paper.read_text(encoding="utf-8")


def test_saving_an_edited_bound_draws_the_figure_anew(window: Workbench, write: Write) -> None:
    """The author edits the program in the region's header; the same save that writes it writes the figure that it draws.

    One undo takes back what the save drew and nothing else; the source action draws it again.
    """
    paper = write("bound")
    row, column = _insert_chain(paper)
    assert r"{0,...,2}" in paper.read_text(encoding="utf-8")
    window.open_file("bound.tex")
    window.go_to(row, column)
    window.press("Delete")
    window.type("5")
    assert "saving regenerates" in window.problem("The program was changed")
    window.save()
    saved = paper.read_text(encoding="utf-8")
    assert "for (i < 5)" in saved
    assert r"{0,...,4}" in saved
    assert r"{0,...,2}" not in saved
    window.press("Control+Z")
    window.problem("The program was changed")
    window.go_to(row, column)
    window.command("Source Action...")
    window.choose("Update all Derender figures of this document")
    window.save()
    assert paper.read_text(encoding="utf-8") == saved


def test_an_authors_list_of_actions_on_save_may_name_the_update(opened: Open, paper: Path, server: Path) -> None:
    """Where saving alone regenerates nothing, `editor.codeActionsOnSave` does.

    A busy VS Code does not run such actions with its first saves: the author edits and saves on.
    """
    row, column = _insert_chain(paper)
    settings: dict[str, object] = {"editor.codeActionsOnSave": {"source.updateAll": "explicit"}, "derender.regenerateOnSave": False}
    with opened(settings | {"derender.server.path": str(server)}) as workbench:
        workbench.open_file("paper.tex")
        for bound in range(4, 10):
            workbench.go_to(row, column)
            workbench.press("Delete")
            workbench.type(str(bound))
            workbench.wait_for_change()
            workbench.problem("The program was changed")
            workbench.save()
            saved = paper.read_text(encoding="utf-8")
            assert f"for (i < {bound})" in saved
            if f"{{0,...,{bound - 1}}}" in saved:
                break
        else:
            pytest.fail("no save brought the figure up to date")


def test_a_figure_is_extrapolated_from_the_palette(window: Workbench, write: Write) -> None:
    """The palette's command asks which loop, and then for how many turns."""
    paper = write("extrapolate")
    row, _ = _insert_chain(paper)
    window.open_file("extrapolate.tex")
    window.go_to(row, 1)
    window.command("Derender: Extrapolate…")
    window.pick("i: 3 → …")
    window.answer("How many turns", "7")
    window.wait_for_change()
    window.save()
    saved = paper.read_text(encoding="utf-8")
    assert "for (i < 7)" in saved
    assert r"{0,...,6}" in saved


def test_edits_by_hand_are_kept(window: Workbench, write: Write) -> None:
    """Nothing is generated over an edit by hand, until the author asks for it."""
    paper = write("by-hand")
    row, column = _insert_chain(paper)
    text = paper.read_text(encoding="utf-8")
    paper.write_text(text.replace(r"\begin{tikzpicture}", "\\begin{tikzpicture}\n    \\fill (0, 9) circle (0.5);"), encoding="utf-8")
    window.open_file("by-hand.tex")
    window.go_to(row, column)
    window.press("Delete")
    window.type("5")
    window.problem("edited by hand")
    window.save()
    saved = paper.read_text(encoding="utf-8")
    assert r"\fill (0, 9) circle (0.5);" in saved
    assert r"{0,...,2}" in saved
    window.command("Derender: Overwrite Edits by Hand")
    window.wait_for_change()
    window.save()
    overwritten = paper.read_text(encoding="utf-8")
    assert r"\fill (0, 9) circle (0.5);" not in overwritten
    assert r"{0,...,4}" in overwritten


def test_a_redrawn_photograph_draws_the_figure_anew(window: Workbench, write: Write) -> None:
    """The author inserts a figure, photographs another drawing under the same name, and agrees when asked."""
    paper = write("redraw")
    window.open_file("redraw.tex")
    window.reading()
    window.go_to(7, 5)
    window.command("Derender: Insert TikZ Program")
    window.wait_for_change()
    window.save()
    before = paper.read_text(encoding="utf-8")
    shutil.copy(_OTHER_SKETCH, paper.with_suffix(".jpg"))
    window.notification("'redraw.jpg' changed")
    window.click_button("Redraw")
    window.wait_for_change()
    window.save()
    after = paper.read_text(encoding="utf-8")
    assert after != before
    assert [line for line in after.splitlines() if "circle(" in line] != [line for line in before.splitlines() if "circle(" in line]


def test_a_server_that_dies_comes_back(window: Workbench, write: Write) -> None:
    paper = write("killed")
    window.open_file("killed.tex")
    window.reading()
    (first,) = window.processes.ids(str(_SERVER))
    os.kill(first, signal.SIGKILL)
    window.wait_until(lambda: window.processes.ids(str(_SERVER)) not in ([], [first]))
    window.reading()
    window.light_bulb("commands → ")
    window.choose("Insert TikZ commands")
    window.save()
    assert r"\begin{tikzpicture}" in paper.read_text(encoding="utf-8")


def test_without_a_server_one_click_makes_an_environment_for_it(
    tools: Tools, extensions: Path, editor_folder: Path, paper: Path, tmp_path: Path, wheel: Path, dependencies: Path
) -> None:
    """The author is told what helps; the environment is made from the wheel that the setting names, and its server reads the sketch."""
    python = Path(sys.base_prefix) / "bin"
    environment = {"PATH": os.pathsep.join([str(tools.node.parent), str(python), "/usr/bin", "/bin"]), "PYTHONPATH": str(dependencies)}
    settings = _PATIENT | {"derender.environment.package": str(wheel)}
    with Workbench(tools, extensions, editor_folder, paper.parent, tmp_path, settings, environment) as workbench:
        workbench.open_file("paper.tex")
        message, buttons = workbench.notification("language server")
        assert "derender.server.path" in message
        assert buttons == ["Create Environment", "Open Settings", "Show Log"]
        workbench.click_button("Open Settings")
        assert workbench.settings_search() == "derender.server"
        workbench.command("Derender: Create Environment for the Language Server")
        workbench.wait_until(lambda: len(workbench.processes.ids("environment/bin/derender-lsp")) == 1)
        workbench.open_file("paper.tex")
        workbench.reading()


def test_a_server_that_does_not_start_is_reported_once_and_the_log_says_why(opened: Open) -> None:
    with opened({"derender.server.python": "/usr/bin/python3"}) as workbench:
        workbench.open_file("paper.tex")
        message, _ = workbench.notification("language server")
        assert "/usr/bin/python3" in message
        assert "did not start" in message
        assert workbench.notifications() == 1
        workbench.click_button("Show Log")
        assert "No module named derender_lsp" in workbench.output()


def test_in_a_folder_that_is_not_trusted_derender_only_reads(opened: Open, paper: Path, server: Path) -> None:
    """It changes nothing, and starts neither the folder's .venv nor a program that the folder's settings name, until it is trusted."""
    before = paper.read_text(encoding="utf-8")
    programs = paper.parent / ".venv/bin"
    programs.mkdir(parents=True)
    (programs / "derender-lsp").symlink_to(server)
    named = paper.parent / "named-by-the-folder"
    named.symlink_to(server)
    (paper.parent / ".vscode").mkdir()
    (paper.parent / ".vscode/settings.json").write_text(json.dumps({"derender.server.path": str(named)}), encoding="utf-8")
    with opened({"security.workspace.trust.enabled": True, "derender.server.path": str(server)}) as workbench:
        workbench.open_file("paper.tex")
        workbench.reading()
        assert workbench.processes.ids(str(named)) == workbench.processes.ids(str(programs)) == []
        workbench.go_to(7, 5)
        workbench.command("Derender: Insert TikZ Program")
        workbench.notification("do not trust")
        assert paper.read_text(encoding="utf-8") == before
        workbench.trust_folder()
        workbench.wait_until(lambda: len(workbench.processes.ids(str(named))) == 1)
        workbench.open_file("paper.tex")
        workbench.reading()
        workbench.go_to(7, 5)
        workbench.command("Derender: Insert TikZ Program")
        workbench.wait_for_change()


def _insert_chain(paper: Path) -> tuple[int, int]:
    """Puts a region that draws three circles in the figure's place; line and column, from 1, of its bound."""
    text = paper.read_text(encoding="utf-8")
    (figure,) = find_figures(text)
    edit = replacing(text, figure, _CHAIN, Form.PROGRAM, Origin("nowhere.jpg", "0" * 16, ""))
    paper.write_text(apply_edits(text, (edit,)), encoding="utf-8")
    lines = paper.read_text(encoding="utf-8").splitlines()
    (row,) = (row for row, line in enumerate(lines) if "for (i < 3)" in line)
    return row + 1, lines[row].index("3") + 1
