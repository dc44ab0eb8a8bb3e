r"""The comment lines around a generated region: how they are written and read.

::

    % derender: begin photo="sketches/lattice.jpg" sha256=0123456789abcdef form=program options="width=5cm" lattice=… version=1
    %| for (i < 3)
    %|     circle(3*i + 1, 3*i + 1)
    …the body, plain LaTeX…
    % derender: end body=01234567 source=89abcdef

The lines that begin with `%|` are the graphics program; authors edit them. A value is a bare word or stands in double quotes;
what could end a line, a quotation or a group is percent-encoded in it, so that no file name can leave its comment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote_to_bytes

from derender.errors import DocumentError
from derender.latex.scanner import line_start

BEGIN = "% derender: begin"
END = "% derender: end"
PROGRAM = "%|"

LINE_START = r"(?<![^\r\n])"
"""Python's own `^` knows no lines that end in a carriage return alone."""

MARKER_LINE = re.compile(LINE_START + r"[ \t]*%[ \t]*derender:[ \t]*(?P<kind>begin|end)\b(?P<rest>[^\r\n]*)")
PROGRAM_LINE = re.compile(LINE_START + r"[ \t]*%\|(?: ?)(?P<text>[^\r\n]*)")

_FIELD = re.compile(r"\s*(?P<key>[a-z][a-z0-9]*)=(?:\"(?P<quoted>[^\"]*)\"|(?P<bare>[^\s\"]+))(?=\s|$)")
_BARE = re.compile(r"[A-Za-z0-9.,:+/_-]+")


def marker(words: str, fields: Mapping[str, str]) -> str:
    """A marker line with its fields, those with an empty value left out; raises `DocumentError` for a name that is not Unicode."""
    return " ".join([words, *(f"{key}={_value(value)}" for key, value in fields.items() if value)])


def read_fields(rest: str) -> dict[str, str] | None:
    """The fields of a marker line after its words, or None where they cannot be read."""
    fields: dict[str, str] = {}
    offset = 0
    rest = rest.rstrip()
    while offset < len(rest):
        found = _FIELD.match(rest, offset)
        if found is None or found["key"] in fields:
            return None
        value = found["bare"] if found["quoted"] is None else found["quoted"]
        decoded = _decoded(value)
        if decoded is None:
            return None
        fields[found["key"]] = decoded
        offset = found.end()
    return fields


def field_place(text: str, start: int, key: str) -> tuple[int, int] | None:
    """Where the value of a field stands on the marker line of the offset `start`, without its quotes; None where it has none."""
    line = MARKER_LINE.match(text, line_start(text, start))
    if line is None:
        return None
    offset, end = line.start("rest"), line.end("rest")
    while found := _FIELD.match(text, offset, end):
        if found["key"] == key:
            return found.span("bare" if found["quoted"] is None else "quoted")
        offset = found.end()
    return None


def _value(value: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        shown = value.encode("utf-8", "replace").decode()
        raise DocumentError(f"the file name {shown!r} is not valid Unicode; rename the file") from None
    safe = "".join(character if _is_plain(character) else quote(character, safe="") for character in value)
    return safe if _BARE.fullmatch(safe) else f'"{safe}"'


def _is_plain(character: str) -> bool:
    return character.isprintable() and character not in '"%\\'


def _decoded(value: str) -> str | None:
    try:
        return unquote_to_bytes(value).decode("utf-8")
    except UnicodeDecodeError:
        return None
