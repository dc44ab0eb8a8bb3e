"""What the editor tests share: the server, a folder with a paper and a sketch, the packaged extension, a place for each editor."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from compiled import dark_pixels
from processes import Processes
from workbench import REPOSITORY, Tools, install_extension

SKETCH = REPOSITORY / "tests/sketches/lattice.jpg"
INCLUDE = r"""  \includegraphics[width=5cm]{sketch}
"""
_LONGEST_RUN = 150
_FEWEST_STROKE_PIXELS = 100

PAPER = r"""\documentclass{article}
\usepackage{graphicx}
\begin{document}
Before.
\begin{figure}
  \centering
  \includegraphics[width=5cm]{sketch}
  \caption{A sketch.}
  \label{fig:sketch}
\end{figure}
After, as Figure~\ref{fig:sketch} shows.
\end{document}
"""


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
def check_inserted(paper: Path) -> Callable[[], None]:
    """Checks that the saved paper holds a figure instead of the photograph, nothing else is lost, and TeX shows strokes there."""

    def check() -> None:
        text = paper.read_text(encoding="utf-8")
        assert r"\begin{tikzpicture}" in text
        assert INCLUDE.strip() not in text
        for line in PAPER.replace(INCLUDE, "").splitlines():
            assert line in text.splitlines()
        without_figure = dark_pixels(PAPER.replace(INCLUDE, ""), paper.parent)
        assert dark_pixels(text, paper.parent) > without_figure + _FEWEST_STROKE_PIXELS

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
        timeout=120,
    )
    return path


@pytest.fixture(scope="session")
def extensions(tools: Tools, package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An extensions folder that holds Derender alone."""
    return install_extension(tools, package, tmp_path_factory.mktemp("installed"))


@pytest.fixture
def editor_folder() -> Iterator[Path]:
    """A folder of the editor's own. Its name is short: sockets lie in it, and their paths may not be long."""
    path = Path(tempfile.mkdtemp(prefix="derender-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


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
