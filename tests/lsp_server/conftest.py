"""A folder with a paper and pictures, and the server with its stand-in reader."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

SUPPORT = Path(__file__).parents[1] / "support"


@pytest.fixture(autouse=True)
def no_results_from_elsewhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers keep their results in a folder of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def command() -> list[str]:
    """Starts the server whose reading the pictures' names decide."""
    return [sys.executable, str(SUPPORT / "double_server.py")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of an author's, with a space and a non-ASCII letter in its name."""
    path = tmp_path / "my paper ü"
    path.mkdir()
    return path
