"""Derender in Neovim, set up by the file that the documentation tells authors to copy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from compiled import compiled
from workbench import REPOSITORY

pytestmark = pytest.mark.editor

_SETUP = REPOSITORY / "editor-extension/neovim/derender.lua"
_SCRIPT = Path(__file__).with_name("insert.lua")


def test_an_author_inserts_the_program(paper: Path, editor_folder: Path, run_editor: Callable[[list[str]], dict[str, Any]]) -> None:
    """The diagnostic comes, the code action inserts the program, one undo takes it back, and what was saved compiles."""
    before = paper.read_text(encoding="utf-8")
    plugins = editor_folder / ".config/nvim/plugin"
    plugins.mkdir(parents=True)
    shutil.copy(_SETUP, plugins)
    told = run_editor(["nvim", "--headless", "-i", "NONE", "-n", str(paper), "-c", f"luafile {_SCRIPT}"])
    assert told["diagnostic"]["source"] == "derender"
    assert "commands → " in told["diagnostic"]["message"]
    assert r"\includegraphics" in before.splitlines()[told["diagnostic"]["line"] - 1]
    assert {"Insert TikZ program", "Insert TikZ commands"} <= set(told["offered"])
    assert told["undone"] == before.rstrip("\n")
    assert r"\begin{tikzpicture}" in paper.read_text(encoding="utf-8")
    assert compiled(paper) > 0
