"""What the editor tests share: the server, a folder with a paper and a sketch, the packaged extension, a place for each editor."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from compiled import dark_pixels
from editor_tools import REPOSITORY, Tools, install_extension
from processes import Processes
from workbench_paper import PAPER, SKETCH
from workbench_shared import failures, short_folder

from derender.latex.regions import find_regions

INCLUDE = r"""  \includegraphics[width=5cm]{sketch}
"""
_LONGEST_RUN = 900
_FEWEST_STROKE_PIXELS = 100


@pytest.fixture(scope="session")
def server() -> Path:
    """The language server of the environment that runs the tests."""
    path = Path(os.environ.get("DERENDER_LSP") or Path(sys.executable).parent / "derender-lsp")
    assert path.exists(), f"{path} is missing: install the project first (pip install -e .)"
    return path


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A LaTeX file whose only figure is one of the project's own sketches; it stands alone in its folder."""
    folder = tmp_path / "paper"
    folder.mkdir()
    shutil.copy(SKETCH, folder / "sketch.jpg")
    path = folder / "paper.tex"
    path.write_text(PAPER, encoding="utf-8")
    return path


@pytest.fixture
def check_inserted(paper: Path) -> Callable[..., None]:
    """Checks that the saved paper, or another like it, holds a figure for the photograph and all else, and TeX shows strokes."""

    def check(saved: Path = paper) -> None:
        text = saved.read_text(encoding="utf-8")
        assert r"\begin{tikzpicture}" in text
        assert r"\includegraphics" not in text
        for line in PAPER.replace(INCLUDE, "").splitlines():
            assert line in text.splitlines()
        without_figure = dark_pixels(PAPER.replace(INCLUDE, ""), paper.parent)
        assert dark_pixels(text, paper.parent) > without_figure + _FEWEST_STROKE_PIXELS

    return check


@pytest.fixture
def check_extended(paper: Path) -> Callable[[], None]:
    """Checks that the saved paper's figure follows its program, in which a loop has a turn more than in the photograph."""

    def check() -> None:
        (region,) = find_regions(paper.read_text(encoding="utf-8")).regions
        assert "(i < 4)" in region.source.program
        assert not region.is_outdated
        assert not region.is_edited

    return check


@pytest.fixture(scope="session")
def tools() -> Tools:
    return Tools.installed()


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension as it stands in the repository, packaged."""
    path = tmp_path_factory.mktemp("package") / "derender.vsix"
    subprocess.run(
        [str(REPOSITORY / "editor-extension/npm.sh"), "run", "package", "--", "--out", str(path)],
        stdin=subprocess.DEVNULL,
        check=True,
        timeout=600,
    )
    return path


@pytest.fixture(scope="session")
def extensions(tools: Tools, package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An extensions folder that holds Derender alone."""
    return install_extension(tools, package, tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Derender as it stands in the repository, as a wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir", str(folder), "."]
    subprocess.run(command, cwd=REPOSITORY, check=True, timeout=900)
    (path,) = folder.glob("derender-*.whl")
    return path


@pytest.fixture(scope="session")
def dependencies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that the running Python has installed except Derender itself: on PYTHONPATH it spares pip the downloads."""
    folder = tmp_path_factory.mktemp("dependencies")
    for installed in Path(sysconfig.get_path("purelib")).iterdir():
        if "derender" not in installed.name and not installed.name.startswith("pip") and installed.suffix != ".pth":
            (folder / installed.name).symlink_to(installed)
    return folder


@pytest.fixture
def editor_folder() -> Iterator[Path]:
    """A folder of the editor's own."""
    with short_folder() as path:
        yield path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Notes which tests failed, for fixtures that show why."""
    report = yield
    if report.failed:
        failures.note(item)
    return report


@pytest.fixture
def run_editor(server: Path, editor_folder: Path) -> Callable[[list[str]], dict[str, Any]]:
    """Runs an editor's command line to its end, the server on its PATH; what its script reported in $DERENDER_REPORT."""
    report = editor_folder / "report.json"
    environment = {
        "HOME": str(editor_folder),
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join([str(server.parent), "/usr/bin", "/bin"]),
        "DERENDER_REPORT": str(report),
    }

    def run(command: list[str]) -> dict[str, Any]:
        assert shutil.which(command[0]), f"{command[0]} is missing: run tests/editors/setup.sh"
        processes = Processes(editor_folder)
        try:
            processes.start(command, environment=environment).wait(timeout=_LONGEST_RUN)
        finally:
            processes.stop()
        told: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        assert "error" not in told, told
        return told

    return run
