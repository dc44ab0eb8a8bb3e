"""LaTeX files, and programs in files: read, compared and written so that nothing of them is lost.

A file is UTF-8, or else it is taken byte for byte (as Latin-1), whatever its real encoding is: what was read is written again as it
was. Files are written beside the old one and then take its place, so that there is always one whole file, with the mode and the owner
of the old one. What was changed by somebody else since it was read is never overwritten.
"""

from __future__ import annotations

import codecs
import difflib
import os
import re
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from derender.errors import DocumentError, InputError

LARGEST = 20_000_000
"""Bytes; no file that somebody wrote is larger."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class TexFile:
    """A file as it was read; line ends stand in `text` as they are in the file."""

    path: Path
    """As the user named it."""
    data: bytes
    encoding: str
    text: str

    def place(self, offset: int) -> str:
        """`paper.tex:12`, the line of an offset."""
        return f"{self.path}:{line_of(self.text, offset)}"


@dataclass(frozen=True, slots=True)
class Change:
    """A file and the text that it is to have."""

    file: TexFile
    text: str


def is_file(path: Path) -> bool:
    """Whether there is such a file; False for a name that no file can have."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def read(path: Path) -> TexFile:
    """The file at `path`; raises `InputError` where it cannot be read, `DocumentError` where it cannot be an author's text."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(f"{path}: this is not a file")
        if path.stat().st_size > LARGEST:
            raise DocumentError(f"{path}: this is too large for an author's text (more than {LARGEST // 1_000_000} MB)")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except ValueError:
        raise InputError(f"{str(path)!r}: this cannot be a file's name") from None
    if data.startswith(_WIDE) or b"\0" in data:
        raise DocumentError(f"{path}: this is no text in UTF-8 or an 8-bit encoding; save it as UTF-8")
    encoding = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
    try:
        return TexFile(path, data, encoding, data.decode(encoding))
    except UnicodeDecodeError:
        return TexFile(path, data, "latin-1", data.decode("latin-1"))


def read_text(path: Path) -> str | None:
    """The text of a file, or None where there is no LaTeX file."""
    try:
        return read(path).text
    except InputError:
        return None


def line_of(text: str, offset: int) -> int:
    """The number of an offset's line, from 1."""
    return sum(1 for _ in _LINE_END.finditer(text, 0, offset)) + 1


def encoded(change: Change) -> bytes:
    """The file's new content, in its old encoding; raises `DocumentError` where that has no place for a character."""
    try:
        return change.text.encode(change.file.encoding)
    except UnicodeEncodeError as error:
        character = change.text[error.start]
        name = "UTF-8" if change.file.encoding != "latin-1" else "Latin-1"
        raise DocumentError(f"{change.file.path}: {character!r} cannot be written in {name}, the file's encoding") from None


def difference(change: Change) -> bytes:
    """The change as a unified diff, in the file's encoding; empty where nothing changes."""
    name = os.fsencode(change.file.path)
    lines = difflib.diff_bytes(
        difflib.unified_diff, _lines(change.file.data), _lines(encoded(change)), fromfile=name, tofile=name, lineterm=b"\n"
    )
    return b"".join(line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines)


def write(changes: Iterable[Change]) -> None:
    """Writes each file whole or not at all; before the first is written, all are checked.

    Raises `DocumentError` where a file is write-protected or was changed since it was read, `InputError` where it cannot be written.
    """
    pending = [(change.file, encoded(change)) for change in changes if change.text != change.file.text]
    for file, _ in pending:
        _check(file)
    for file, data in pending:
        _replace(file, data)


def _check(file: TexFile) -> None:
    try:
        # Replacing a file asks for no right to write it: the owner's wish is heeded here, for the superuser too.
        protected = not file.path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(file.path, os.W_OK)
        changed = file.path.read_bytes() != file.data
    except OSError as error:
        raise InputError(f"{file.path}: cannot be read ({error.strerror})") from None
    if protected:
        raise DocumentError(f"{file.path}: the file is write-protected; nothing was written")
    if changed:
        raise DocumentError(f"{file.path}: the file was changed meanwhile; nothing was written, try again")


def _replace(file: TexFile, data: bytes) -> None:
    partial: Path | None = None
    try:
        target = file.path.resolve()  # a link stays one
        old = target.stat()
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
        partial = Path(name)
        with open(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if hasattr(os, "chown"):
            with suppress(OSError):  # only the superuser can give a file away
                os.chown(partial, old.st_uid, old.st_gid)
        partial.chmod(stat.S_IMODE(old.st_mode))
        partial.replace(target)
        partial = None
    except OSError as error:
        raise InputError(f"{file.path}: cannot be written ({error.strerror})") from None
    finally:
        if partial is not None:
            with suppress(OSError):
                partial.unlink()


def _lines(data: bytes) -> list[bytes]:
    """Lines as diff and patch count them, each with its line feed."""
    return [line for line in re.split(rb"(?<=\n)", data) if line]
