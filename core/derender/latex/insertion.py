r"""Edits that bring a drawing into a document: in place of the figure, or after it.

An edit is a stretch of the document and its new text. What stands before and after the figure on its line is left alone, and
TeX sees neither a space more nor a space less: markers are comment lines, which add none; a line end of the region is hidden by
a percent sign exactly where a space would be new.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from derender.errors import DocumentError
from derender.latex.figures import Figure
from derender.latex.generation import generate
from derender.latex.origin import Origin
from derender.latex.regions import Form, Source
from derender.latex.scanner import line_start, newline_of

_BLANK = re.compile(r"[ \t]*")
_REST = re.compile(r"[^\r\n]*")


@dataclass(frozen=True, slots=True)
class Edit:
    """The text between two offsets becomes `text`."""

    start: int
    end: int
    text: str


def apply_edits(text: str, edits: tuple[Edit, ...]) -> str:
    """The document after the edits, whose offsets all speak of the document before them."""
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def replacing(text: str, figure: Figure, program: str, form: Form, origin: Origin) -> Edit:
    """The edit that puts a region in the figure's place, in the size that was asked of the figure."""
    before = text[line_start(text, figure.start) : figure.start]
    indent = _indent(before)
    newline = newline_of(text)
    lead = f"%{newline}{indent}" if before.strip() else ""
    return _edit(text, figure.start, figure.end, lead, Source(program, form, figure.options), origin, indent)


def following(text: str, figure: Figure, program: str, form: Form, origin: Origin) -> Edit:
    """The edit that puts a region after the figure, which stays."""
    indent = _indent(text[line_start(text, figure.start) : figure.start])
    options = replace(figure.options, overlay="")
    return _edit(text, figure.end, figure.end, newline_of(text) + indent, Source(program, form, options), origin, indent)


def photo_path(photo: Path, folder: Path) -> str:
    """The photograph's path for a marker, as seen from the document's folder, with forward slashes.

    Raises `DocumentError` where no relative path leads there.
    """
    try:
        return str(PurePosixPath(*_relative(photo, folder).parts))
    except ValueError as error:
        raise DocumentError(f"no relative path leads from {folder} to {photo}") from error


def _relative(photo: Path, folder: Path) -> Path:
    if photo.is_relative_to(folder):
        return photo.relative_to(folder)
    if folder == folder.parent:
        raise ValueError("on another drive")
    return ".." / _relative(photo, folder.parent)


def _indent(before: str) -> str:
    blank = _BLANK.match(before)
    return blank.group() if blank else ""


def _edit(text: str, start: int, end: int, lead: str, source: Source, origin: Origin, indent: str) -> Edit:
    rest = _REST.match(text, end)
    following_text = rest.group() if rest else ""
    newline = newline_of(text)
    # A line end gives the space that the author's own space or line end gave; the rest of the line then begins a new line, where
    # TeX skips its leading space.
    glued = bool(following_text) and not following_text[0].isspace()
    region = generate(source, origin, indent=indent, newline=newline, glued=glued)
    return Edit(start, end, lead + region + (newline if following_text.strip() else ""))
