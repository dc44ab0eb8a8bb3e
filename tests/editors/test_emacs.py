"""Derender in Emacs with eglot, set up by the lines that the documentation tells authors to copy."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from editor_tools import REPOSITORY

pytestmark = pytest.mark.editor

_DOCUMENTED = REPOSITORY / "editor-extension/emacs"
_SCRIPT = Path(__file__).with_name("insert.el")


def test_an_author_inserts_the_program_and_continues_it(
    paper: Path,
    editor_folder: Path,
    run_editor: Callable[[list[str]], dict[str, Any]],
    check_inserted: Callable[[], None],
    check_extended: Callable[[], None],
) -> None:
    """The diagnostic comes, the code action inserts the program, a changed bound draws it anew, and what was saved compiles.

    One undo takes back what the save drew, and the command that the documentation shows draws it again.
    """
    (block,) = re.findall(r"```elisp\n(.*?)```", (_DOCUMENTED / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    init = editor_folder / "init.el"
    init.write_text((_DOCUMENTED / "derender.el").read_text(encoding="utf-8") + block, encoding="utf-8")
    before = paper.read_text(encoding="utf-8")
    told = run_editor(["emacs", "--batch", "--load", str(init), str(paper), "--load", str(_SCRIPT)])
    assert "commands → " in told["diagnostic"]
    assert r"\includegraphics" in before.splitlines()[told["line"] - 1]
    assert {"Insert TikZ program", "Insert TikZ commands"} <= set(told["offered"])
    assert told["drawing_undone"] is True
    check_inserted()
    check_extended()
