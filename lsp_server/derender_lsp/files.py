"""The files around the open documents: which of them may be read, and what they hold.

Only regular files whose real path lies inside the workspace, or inside a folder that the author's settings allow, are ever read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pygls.uris import to_fs_path
from pygls.workspace import Workspace

from derender.latex.images import is_network_name
from derender_lsp.settings import Settings

_LARGEST_TEX = 5_000_000
"""Bytes; other files are not read for a root document's sake."""

_MOST_CANDIDATES = 200
"""Files of a folder that may be root documents."""


@dataclass(frozen=True, slots=True)
class Missing:
    """No file has the figure's name."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The file must not be read; a sentence says why."""

    message: str


ImageFile = Path | Missing | Refused | None
"""What a figure names; None for what is no photograph at all."""


class Files:
    """The files of the workspace and of the folders that the settings allow."""

    def __init__(self, workspace: Callable[[], Workspace], settings: Callable[[], Settings]) -> None:
        self._workspace = workspace
        self._settings = settings

    def folders(self) -> tuple[Path, ...]:
        """The folders whose files may be read, as real paths."""
        workspace = self._workspace()
        uris = [folder.uri for folder in workspace.folders.values()] or [uri for uri in [workspace.root_uri] if uri]
        paths = [path for uri in uris if (path := local_path(uri))]
        if not paths:  # a file opened by itself: its own folder
            paths = [path.parent for item in workspace.text_documents.values() if (path := local_path(item.uri))]
        return tuple(Path(os.path.realpath(path)) for path in (*paths, *self._settings().folders))

    def judged(self, path: Path) -> Path | Missing | Refused:
        """The path where it is a file that may be read, else why not."""
        if is_network_name(str(path)):  # even asking whether such a file exists tells another machine who asks
            return Refused(f"'{path}' lies on another machine and is not read.")
        try:
            if not os.path.lexists(path):
                return Missing()
            if not self.is_allowed(path):
                return Refused(
                    f"'{path.name}' lies outside of the workspace and is not read; the setting derender.figures.folders can allow it."
                )
            return path if path.is_file() else Missing()
        except (OSError, ValueError):
            return Missing()

    def is_allowed(self, path: Path) -> bool:
        """Whether the real path lies where files may be read."""
        real, folders = Path(os.path.realpath(path)), self.folders()
        if any(real.is_relative_to(folder) for folder in folders):
            return True
        # Where names in other letters, small for large, mean the same folder, paths alone do not tell.
        return any(_is_same(above, folder) for above in real.parents for folder in folders)

    def text(self, path: Path) -> str | None:
        """A LaTeX file's text; None for what may not or cannot be read."""
        return _text(path) if not is_network_name(str(path)) and self.is_allowed(path) else None

    def neighbours(self, path: Path) -> Iterator[Path]:
        """LaTeX files beside the document and in the folders above it, up to the workspace's."""
        folder = path.parent
        for _ in range(5):
            if not self.is_allowed(folder):
                return
            try:
                files = sorted(entry.name for entry in os.scandir(folder) if entry.name.endswith(".tex"))
            except OSError:
                return
            yield from (folder / name for name in files[:_MOST_CANDIDATES])
            folder = folder.parent


@lru_cache(maxsize=2000)
def local_path(uri: str) -> Path | None:
    """The path of a `file:` address on this machine; None for any other."""
    if not re.match("file:", uri, re.IGNORECASE):
        return None
    path = to_fs_path(uri)
    if not path or path.replace("\\", "/").startswith("//") or "\0" in path:
        return None
    return Path(path)


def _is_same(one: Path, other: Path) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:  # one of them does not exist
        return False


def _text(path: Path) -> str | None:
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_TEX:
            return None
        data = path.read_bytes()
    except OSError:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
