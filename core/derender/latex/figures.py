r"""The figures of a LaTeX document: each `\includegraphics` with its place, its file name and its options as written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from derender.latex.scanner import Scan, closing, scan

INCLUDE_COMMANDS = ("includegraphics",)

_SPACE = re.compile(r"\s+")
_ESCAPED = re.compile(r"(?<!\\)\\([%&_$])")
"""Characters that an author escapes in a name as in a text, though TeX itself takes no such name."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the author asked of a picture, as written: keys in their order, and a beamer overlay such as `<2->`."""

    keys: tuple[tuple[str, str | None], ...] = ()
    overlay: str = ""

    def __str__(self) -> str:
        return ", ".join(key if value is None else f"{key}={value}" for key, value in self.keys)


@dataclass(frozen=True, slots=True)
class Figure:
    """One inclusion of a picture; offsets in characters of the document, `end` after the last brace."""

    start: int
    end: int
    name: str
    """The file's name as TeX would look for it, perhaps without an extension; it may hold macros and then names no file."""
    name_start: int
    name_end: int
    options: Options


def find_figures(text: str, commands: Iterable[str] = INCLUDE_COMMANDS) -> tuple[Figure, ...]:
    """The figures of the text, in order; unfinished ones are left out. `commands` are the control words that include pictures."""
    scanned = scan(text)
    found = (_read(scanned, match) for match in _pattern(tuple(commands)).finditer(scanned.visible))
    return tuple(figure for figure in found if figure is not None)


@lru_cache(maxsize=1000)
def parse_options(text: str, overlay: str = "") -> Options:
    """Options from the text between the brackets; commas within braces do not part them."""
    keys: list[tuple[str, str | None]] = []
    for part in _split(text):
        key, equals, value = part.partition("=")
        if key.strip():
            keys.append((_SPACE.sub(" ", key).strip(), _SPACE.sub(" ", value).strip() if equals else None))
    return Options(tuple(keys), overlay)


@lru_cache(maxsize=8)
def _pattern(commands: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(re.escape(command) for command in commands) or r"(?!)"
    return re.compile(r"\\(?:" + words + r")(?![A-Za-z@])\s*\*?\s*(?P<overlay><[^>\r\n]*>)?\s*(?=[\[{])")


def _read(scanned: Scan, match: re.Match[str]) -> Figure | None:
    visible, offset = scanned.visible, match.end()
    options = ""
    corners: list[str] = []
    while offset < len(visible) and visible[offset] == "[":
        # Two optional arguments are the corners of a bounding box, as the older graphics package has it.
        end = closing(visible, offset)
        if end is None:
            return None
        corners.append(scanned.written(offset + 1, end))
        options = corners[0]
        offset = _after_space(visible, end + 1)
    if offset >= len(visible) or visible[offset] != "{":
        return None
    end = closing(visible, offset)
    if end is None:
        return None
    keys = parse_options(options if len(corners) == 1 else "", match["overlay"] or "")
    return Figure(match.start(), end + 1, _file_name(scanned.written(offset + 1, end)), offset + 1, end, keys)


def _after_space(visible: str, offset: int) -> int:
    match = _SPACE.match(visible, offset)
    return match.end() if match else offset


@lru_cache(maxsize=1000)
def _file_name(written: str) -> str:
    """The name without what only guards it: surrounding space, quotes, braces around a name with dots or spaces, backslashes."""
    name = _SPACE.sub(" ", written).strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1]
    return _ESCAPED.sub(r"\1", re.sub(r"\{([^{}]*)\}", r"\1", name))


def _split(text: str) -> list[str]:
    parts, depth = [""], 0
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
