"""The extension inside of VS Code's extension host: what it makes of a selected Python environment and of the server's answers.

The suite is extension_host/index.js. Its server reads no picture: what it answers is known beforehand.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from editor_tools import REPOSITORY, Tools
from extension_host import run_in_extension_host

pytestmark = [pytest.mark.editor, pytest.mark.slow]

_SUITE = REPOSITORY / "tests/editors/extension_host"
_SERVER = REPOSITORY / "tests/support/double_server.py"


def test_the_extension_keeps_its_promises(tools: Tools, extensions: Path, editor_folder: Path, paper: Path, tmp_path: Path) -> None:
    started = tmp_path / "started"
    environments = [_python_environment(tmp_path / name) for name in ("first", "second")]
    environment = {"DERENDER_STARTED": str(started)}
    environment |= {f"DERENDER_{name}_PYTHON": str(python) for name, python in zip(("FIRST", "SECOND"), environments, strict=True)}
    suite = _SUITE / "index.js"
    code, said = run_in_extension_host(tools, extensions, _SUITE / "python", suite, editor_folder, paper.parent, environment)
    assert code == 0, said
    assert said.count("kept: ") == 6, said


def _python_environment(folder: Path) -> Path:
    """The interpreter of an environment that has Derender's server; the server notes that it was started."""
    programs = folder / "bin"
    programs.mkdir(parents=True)
    server = programs / "derender-lsp"
    server.write_text(f'#!/bin/sh\necho "$0" >> "$DERENDER_STARTED"\nexec "{sys.executable}" "{_SERVER}"\n', encoding="utf-8")
    server.chmod(0o755)
    shutil.copy("/bin/sh", programs / "python")  # what it is does not matter: it is never started
    return programs / "python"
