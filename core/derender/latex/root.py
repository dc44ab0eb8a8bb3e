r"""The root document of a LaTeX file: the one that is compiled, whose preamble counts.

In this order: the file itself when it has `\documentclass`, the file that `% !TEX root = …` names, the main file of a subfile, or
the only root document found that inputs it. Files are read through a function, so that an editor's unsaved texts count.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from derender.latex.images import spellings
from derender.latex.preamble import is_root
from derender.latex.scanner import scan

ReadFile = Callable[[Path], str | None]

_MAGIC = re.compile(r"^[ \t]*%+[ \t]*!T[Ee]X[ \t]+root[ \t]*=[ \t]*(?P<name>[^\r\n]*?)[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
_SUBFILE = re.compile(r"\\documentclass\s*\[([^\]]*)\]\s*\{subfiles\}")
_INPUT = re.compile(
    r"\\(?:input|include|subfile|subfileinclude|loadchapter)\s*\{([^{}]*)\}|\\input\s+([^\s\\{}]+)"
    r"|\\(?:import|subimport|includefrom|inputfrom)\*?\s*\{([^{}]*)\}\s*\{([^{}]*)\}"
)
_DEEPEST = 10


def find_root(path: Path, text: str, read: ReadFile, others: Iterable[Path] = ()) -> Path | None:
    """The root document of the file at `path`, or None when it is not known. `others` are the files that may be it."""
    magic = _MAGIC.search(text, 0, 5000)
    if magic:
        named = _resolved(path.parent, magic["name"].strip('"'))
        return next((candidate for candidate in named if read(candidate) is not None), None)
    if is_root(text):
        return path
    subfile = _SUBFILE.search(scan(text).visible)
    if subfile:
        return next((main for main in _resolved(path.parent, subfile[1].strip()) if read(main) is not None), None)
    roots = [other for other in dict.fromkeys(others) if other != path and _inputs(other, path, read)]
    return roots[0] if len(roots) == 1 else None


def inputs(path: Path, text: str, folder: Path) -> Iterator[Path]:
    """The files that the text inputs, as paths that may not exist; `folder` is the root document's."""
    for match in _INPUT.finditer(scan(text).visible):
        if match[3] is not None:
            yield from _resolved(folder / match[3].strip(), match[4].strip())
            yield from _resolved(path.parent / match[3].strip(), match[4].strip())
            continue
        name = (match[1] or match[2] or "").strip().strip('"')
        if name and "\\" not in name and "#" not in name:
            yield from _resolved(folder, name)
            if folder != path.parent:
                yield from _resolved(path.parent, name)


def _inputs(root: Path, sought: Path, read: ReadFile) -> bool:
    """Whether the root document at `root` inputs the file, directly or through others."""
    text = read(root)
    if text is None or not is_root(text):
        return False
    seen = {root}
    level = [(root, text)]
    for _ in range(_DEEPEST):
        named = [path for place, content in level for path in inputs(place, content, root.parent) if path not in seen]
        if sought in named:
            return True
        seen.update(named)
        level = [(path, content) for path in dict.fromkeys(named) if (content := read(path)) is not None]
    return False


def _resolved(folder: Path, name: str) -> tuple[Path, ...]:
    """The paths that a TeX file's name may stand for; none for the top of the disk (`/`, too many `../`), which has no name."""
    paths = [Path(os.path.normpath(folder / spelling)) for spelling in spellings(name)]
    return tuple(way for path in paths if path.name for way in ((path,) if path.suffix == ".tex" else _spelled_out(path)))


def _spelled_out(path: Path) -> tuple[Path, Path]:
    """A name without its ending: TeX looks for the file with it first."""
    return path.with_name(path.name + ".tex"), path
