r"""What of a LaTeX document TeX would read: comments and verbatim blanked out, every character at its place.

`scan` gives a text of the same length in which comments, `\verb`, verbatim environments and everything after `\end{document}`
are spaces (line ends stay), and in which escaped characters (`\\`, `\%`, `\{`) are null characters. On it plain regular
expressions and brace counting are right, and every offset is an offset of the document. Half-typed text never raises: an
unfinished `\verb` ends with its line, an unfinished environment with the document.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from functools import lru_cache

from derender.latex.difference import common_ends

VERBATIM_ENVIRONMENTS = (
    "verbatim", "Verbatim", "BVerbatim", "LVerbatim", "SaveVerbatim", "lstlisting", "minted", "comment", "filecontents", "tcblisting",
    "VerbatimOut", "alltt",
)  # fmt: skip

_ENVIRONMENT = r"begin[ \t]*\{(?P<environment>(?:" + "|".join(VERBATIM_ENVIRONMENTS) + r")\*?)\}"
_LAST = r"(?P<last>end[ \t]*\{document\})"
_TOKEN = re.compile(
    r"\\(?:"
    r"(?P<escaped>[^A-Za-z@\r\n])"
    r"|(?P<verb>(?:verb|lstinline|mintinline)(?![A-Za-z@])\*?)"
    r"|(?P<address>(?:url|path|nolinkurl|href)(?![A-Za-z@]))"
    rf"|{_ENVIRONMENT}|{_LAST}"
    r")"
    r"|(?P<comment>%)"
)
_BLOCK = re.compile(rf"\\(?:{_ENVIRONMENT}|{_LAST})")
_LINE_END = re.compile(r"\r\n|\r|\n")
_NOT_LINE_END = re.compile(r"[^\r\n]")


@dataclass(frozen=True, slots=True)
class Scan:
    """A document as TeX reads it; `visible` has the document's length."""

    text: str
    visible: str
    verbatim: tuple[tuple[int, int], ...]
    """Start and end of each verbatim environment and of what follows `\\end{document}`, in order."""

    def in_verbatim(self, offset: int) -> bool:
        """Whether the offset lies in text that TeX does not run."""
        return any(start <= offset < end for start, end in self.verbatim)

    def written(self, start: int, end: int) -> str:
        """The text from `start` to `end` as its author wrote it, without comments."""
        visible = self.visible[start:end]
        if "\0" not in visible:
            return visible
        pairs = zip(self.text[start:end], visible, strict=True)
        return "".join(text if seen == "\0" else seen for text, seen in pairs)


_recent: deque[Scan] = deque(maxlen=6)
"""The scans of the texts that were looked at last: of a text that was edited, most stays as it was."""


@lru_cache(maxsize=6)
def scan(text: str) -> Scan:
    """What TeX would read of the text."""
    edited = (_rescan(before, text) for before in reversed(_recent))
    scanned = next((found for found in edited if found is not None), None) or scan_anew(text)
    _recent.append(scanned)
    return scanned


def _rescan(before: Scan, text: str) -> Scan | None:
    """The scan of a text that differs from one before in few lines; None where it does not, or where more than these lines changed:
    the edit touches a verbatim environment, or what may begin one."""
    ahead, behind = common_ends(before.text, text)
    if ahead + behind < len(text) // 2:
        return None
    start = text.rfind("\n", 0, ahead) + 1
    end = text.find("\n", len(text) - behind)
    end = len(text) if end < 0 else end
    grown = len(text) - len(before.text)
    if any(first < end - grown + 1 and start < last + 1 for first, last in before.verbatim):
        return None
    written = text[start:end]
    if _BLOCK.search(written) or _BLOCK.search(before.text, start, end - grown):
        return None
    visible = before.visible[:start] + _visible_lines(written) + before.visible[end - grown :]
    verbatim = tuple((first, last) if last <= start else (first + grown, last + grown) for first, last in before.verbatim)
    return Scan(text, visible, verbatim)


def scan_anew(text: str) -> Scan:
    """The same, whatever was looked at before."""
    pieces: list[str] = []
    verbatim: list[tuple[int, int]] = []
    done = 0
    block = _BLOCK.search(text)
    while block:
        start = line_start(text, block.start())
        if start > done:
            pieces.append(_visible_lines(text[done:start]))
        start = max(start, done)
        done = _read(text, start, pieces, verbatim)
        block = _BLOCK.search(text, done)
    pieces.append(_visible_lines(text[done:]))
    return Scan(text, "".join(pieces), tuple(verbatim))


def _visible_lines(text: str) -> str:
    """The visible part of whole lines without verbatim environments: line by line, so that lines which stayed need no second look."""
    return "\n".join(map(_visible_line, text.split("\n")))


@lru_cache(maxsize=20_000)
def _visible_line(line: str) -> str:
    if "\\" not in line and "%" not in line:
        return line
    pieces: list[str] = []
    done = 0
    while done < len(line):  # more than once only where a line is parted by carriage returns
        done = _read(line, done, pieces, [])
    return "".join(pieces)


def _read(text: str, start: int, pieces: list[str], verbatim: list[tuple[int, int]]) -> int:
    """Reads from `start` to the first end of a line outside of verbatim environments; gives the offset after it."""
    done, limit = start, _next_line(text, start)
    while token := _TOKEN.search(text, done, limit):
        start = token.start()
        pieces.append(text[done:start])
        match token.lastgroup:
            case "escaped":
                pieces.append("\0\0")
                done = token.end()
            case "comment":
                done = _line_end(text, start)
                pieces.append(" " * (done - start))
            case "verb":
                done = _verb_end(text, token.end(), token["verb"])
                pieces.append(" " * (done - start))
            case "address":
                done = _address_end(text, token.end())
                pieces.append(" " * (done - start))
            case "environment":
                close = re.compile(r"\\end[ \t]*\{" + re.escape(token["environment"]) + r"\}").search(text, token.end())
                done = close.end() if close else len(text)
                pieces.append(_blank(text[start:done]))
                verbatim.append((start, done))
                limit = _next_line(text, done)
            case _:
                pieces.append(token.group() + _blank(text[token.end() :]))
                verbatim.append((token.end(), len(text)))
                done = limit = len(text)
    pieces.append(text[done:limit])
    return limit


def closing(visible: str, opening: int) -> int | None:
    """The offset of the brace or bracket that closes the one at `opening`; None where a paragraph or the text ends before it.

    A bracket is closed outside of braces, as TeX reads optional arguments.
    """
    end = {"{": "}", "[": "]"}[visible[opening]]
    depth = 0
    for delimiter in _DELIMITER.finditer(visible, opening + 1):
        character = delimiter.group()
        if character[0] in "\r\n":
            return None
        if character == end and depth == 0:
            return delimiter.start()
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return None
    return None


_DELIMITER = re.compile(r"[{}\]]|(?:\r\n|\r(?!\n)|\n)[ \t]*(?:\r\n|\r|\n)")


def line_start(text: str, offset: int) -> int:
    """Where the line of the offset begins."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def newline_of(text: str) -> str:
    """The document's line end: that of its first line."""
    found = _LINE_END.search(text)
    return found.group() if found else "\n"


def _next_line(text: str, offset: int) -> int:
    found = _LINE_END.search(text, offset)
    return found.end() if found else len(text)


def _line_end(text: str, offset: int) -> int:
    found = _LINE_END.search(text, offset)
    return found.start() if found else len(text)


def _blank(text: str) -> str:
    return _NOT_LINE_END.sub(" ", text)


def _verb_end(text: str, offset: int, command: str) -> int:
    r"""The end of `\verb|…|`, of `\lstinline[…]{…}` and of `\mintinline{language}|…|`, on its line."""
    limit = _line_end(text, offset)
    if not command.startswith("verb"):
        offset = _skip(text, offset, limit, "[", "]")
        if command.startswith("mintinline"):
            offset = _skip(text, offset, limit, "{", "}")
    if offset >= limit or text[offset].isspace():
        return offset
    mark = {"{": "}"}.get(text[offset], text[offset]) if not command.startswith("verb") else text[offset]
    close = text.find(mark, offset + 1, limit)
    return limit if close < 0 else close + 1


def _skip(text: str, offset: int, limit: int, opening: str, end: str) -> int:
    if not text.startswith(opening, offset):
        return offset
    close = text.find(end, offset, limit)
    return limit if close < 0 else close + 1


def _address_end(text: str, offset: int) -> int:
    r"""The end of the first argument of `\url`, in which a percent sign is no comment."""
    limit = _line_end(text, offset)
    if not text.startswith("{", offset):
        return offset
    depth = 0
    for place in range(offset, limit):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    return limit
