"""Addresses lead to paths of this machine alone, and what may be read is decided by where a file really lies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.workspace import Workspace

from derender_lsp.files import Files, Missing, Refused, local_path
from derender_lsp.settings import Settings


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///home/a%20b/x.tex", "/home/a b/x.tex"),
        ("FILE:///home/x.tex", "/home/x.tex"),
        ("file:///c%3A/Users/x.tex", "c:/Users/x.tex"),
        ("file:///C:/Users/x.tex", "c:/Users/x.tex"),
        ("untitled:x.tex", None),
        ("https://example.org/x.tex", None),
        ("file://server/share/x.tex", None),
        ("file:///home/%00x.tex", None),
    ],
)
def test_addresses_lead_to_paths_of_this_machine(uri: str, path: str | None) -> None:
    assert local_path(uri) == (Path(path) if path else None)


def test_folders_are_known_in_small_and_large_letters_where_the_disk_does_not_tell_them_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The editor may write a folder's name in other letters than the document that names a picture."""
    (tmp_path / "paper").mkdir()
    picture = tmp_path / "paper/a.jpg"
    picture.touch()
    (tmp_path / "b.jpg").touch()
    folder = types.WorkspaceFolder((tmp_path / "PAPER").as_uri(), "paper")
    workspace = Workspace(None, workspace_folders=[folder])
    files = Files(lambda: workspace, Settings)
    assert isinstance(files.judged(picture), Refused)
    monkeypatch.setattr(os.path, "samefile", lambda one, other: str(one).lower() == str(other).lower())
    assert files.judged(picture) == picture
    assert isinstance(files.judged(tmp_path / "b.jpg"), Refused)
    assert isinstance(files.judged(tmp_path / "paper/c.jpg"), Missing)
