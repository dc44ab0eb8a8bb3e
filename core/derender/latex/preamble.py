r"""Loading TikZ in a root document, where it is missing.

What the preamble already loads is looked for in the document and in the files that its preamble inputs. New lines go right before
`\begin{document}`, so that they follow whatever the author's own packages need.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath

from derender.latex.insertion import Edit
from derender.latex.scanner import newline_of, scan

Read = Callable[[PurePath], str | None]
"""Gives the text of a file named relative to the root document's folder, or None."""

LOADS_TIKZ = frozenset(("tikz", "pgfplots", "tikz-cd", "circuitikz", "forest", "tikz-feynman", "tikzscale", "tikzpagenodes"))
_ENGLISH = frozenset(("english", "american", "british", "usenglish", "ukenglish", "canadian", "australian", "newzealand"))

_BEGIN = re.compile(r"\\begin\s*\{document\}")
_CLASS = re.compile(r"\\documentclass\s*(?:\[([^\]]*)\])?\s*\{([^{}]*)\}")
_PACKAGE = re.compile(r"\\(?:usepackage|RequirePackage)\s*(?:\[([^\]]*)\])?\s*\{([^{}]*)\}")
_LIBRARY = re.compile(r"\\usetikzlibrary\s*\{([^{}]*)\}")
_INPUT = re.compile(r"\\(?:input|include)\s*\{([^{}]*)\}|\\input\s+([^\s\\{}]+)")
_DEEPEST_INPUT = 5


def load_tikz(root: str, libraries: Iterable[str], read: Read = lambda _: None) -> tuple[Edit, ...]:
    r"""Edits of the root document that load TikZ and `libraries` where it does not; none where nothing is missing.

    A text without `\begin{document}` is left alone: it is no root document.
    """
    begin = _BEGIN.search(scan(root).visible)
    if begin is None:
        return ()
    preamble = list(_preamble(root, read))
    packages = {name for text in preamble for _, name in _packages(text)}
    options = {option for text in preamble for match in _CLASS.finditer(text) for option in _names(match[1])}
    lines = [] if packages & LOADS_TIKZ or ("tikz" in options and _is_standalone(preamble)) else ["\\usepackage{tikz}"]
    loaded = {name for text in preamble for match in _LIBRARY.finditer(text) for name in _names(match[1])}
    wanted = [*libraries, *(["babel"] if _has_shorthands(preamble) else [])]
    missing = [name for name in dict.fromkeys(wanted) if name not in loaded]
    if missing:
        lines.append(f"\\usetikzlibrary{{{','.join(missing)}}}")
    if not lines:
        return ()
    newline = newline_of(root)
    return (Edit(begin.start(), begin.start(), "".join(line + newline for line in lines)),)


def is_root(text: str) -> bool:
    r"""Whether the text begins a document of its own (`\documentclass`, not a subfile)."""
    found = _CLASS.search(scan(text).visible)
    return found is not None and found[2].strip() != "subfiles"


def _preamble(root: str, read: Read) -> Iterator[str]:
    """What counts of the root document and of the files that its preamble inputs, each file once, however they input each other."""
    seen: set[PurePath] = set()
    level = [root]
    for _ in range(1 + _DEEPEST_INPUT):
        visible = [_before_document(text) for text in level]
        yield from visible
        named = dict.fromkeys(name for text in visible for name in _inputs(text) if name not in seen)
        seen.update(named)
        level = [text for name in named if (text := read(name)) is not None]


def _before_document(text: str) -> str:
    visible = scan(text).visible
    begin = _BEGIN.search(visible)
    return visible[: begin.start()] if begin else visible


def _inputs(visible: str) -> Iterator[PurePath]:
    for match in _INPUT.finditer(visible):
        name = (match[1] or match[2] or "").strip().strip('"')
        if name:
            yield PurePath(name if PurePath(name).suffix else name + ".tex")


def _packages(text: str) -> Iterator[tuple[str, str]]:
    for match in _PACKAGE.finditer(text):
        for name in _names(match[2]):
            yield match[1] or "", name


def _is_standalone(preamble: list[str]) -> bool:
    return any(match[2].strip() == "standalone" for text in preamble for match in _CLASS.finditer(text))


def _has_shorthands(preamble: list[str]) -> bool:
    """Whether babel may make characters active that TikZ needs (`;`, `:`, `"`): with any language but English."""
    options = [_names(options) for text in preamble for options, name in _packages(text) if name == "babel"]
    languages = {name.removeprefix("main=").lower() for names in options for name in names}
    # Without options of its own babel takes the class's, which may name a language.
    return "shorthands=off" not in languages and (not languages <= _ENGLISH or [] in options)


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]
