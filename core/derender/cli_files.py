"""Files and standard streams of the command line: programs, specs and JSON read, results written whole or not at all."""

from __future__ import annotations

import json
import os
import secrets
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from derender.errors import InputError, OptionError
from derender.language.program import Program
from derender.spec import Spec


def print_json(value: dict[str, Any]) -> None:
    """One line of JSON on stdout."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        # A terminal that cannot show all characters, or a file name that is no text.
        text = json.dumps(value)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def require_png(path: Path | None, what: str) -> None:
    """Raises `OptionError` where a picture is to be written that is no .png."""
    if path is not None and path.suffix.lower() != ".png":
        raise OptionError(f"{what} is a .png, not {path.suffix or 'a file without an ending'}")


def read_text(path: Path) -> str:
    """The text of a file, or of standard input for `-`; raises `InputError`."""
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path}: this is not UTF-8 text") from None


def read_spec(path: Path) -> Spec:
    """The spec of a JSON file; raises `InputError`."""
    from derender.spec_json import spec_from_json

    text = read_text(path)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: this is not JSON ({error})") from None
    try:
        return spec_from_json(data)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def read_program(path: Path) -> Program:
    """The program of a text file; raises `InputError` with file, line and column."""
    from derender.language.text import parse_program

    text = read_text(path)
    try:
        return parse_program(text)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def drawn_by(program: Program, path: Path) -> Spec:
    """What the program of a file draws; raises `InputError` with the file where its budget refuses."""
    from derender.language.execute import execute

    try:
        return execute(program)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def write(path: Path, data: bytes) -> None:
    """The whole file or nothing. A link stays one, and a file keeps its mode; what is no file, such as a terminal, is written to."""
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target, data)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from None


def _replace(target: Path, data: bytes) -> None:
    """A new file beside the old one takes its place; its name is one that nobody else has."""
    partial = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with partial.open("xb") as stream:
            stream.write(data)
        if target.exists():
            partial.chmod(stat.S_IMODE(target.stat().st_mode))
        partial.replace(target)
    finally:
        with suppress(OSError):
            partial.unlink()
