"""What the commands of the command line share: options, how complaints and results are printed, and files that take their turns."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from derender.errors import InputError

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Grid = Annotated[int | None, typer.Option(help="The picture is aligned to an N×N lattice; without this it is inferred.")]

Cluster = Annotated[str | None, typer.Option(help="The address of a dask.distributed scheduler that shares out the work.")]


class Device(StrEnum):
    """Where networks run."""

    auto = "auto"
    cpu = "cpu"
    cuda = "cuda"
    mps = "mps"


class ReaderName(StrEnum):
    """Who reads the commands of a drawing."""

    own = "own"
    paper = "paper"


def complain(message: str) -> None:
    """One line on stderr."""
    sys.stderr.write("derender: " + " ".join(message.split()) + "\n")


def say(message: str, *, aside: bool = False) -> None:
    """One line on stdout, or on stderr where stdout is for something else; what a terminal cannot show is escaped."""
    stream = sys.stderr if aside else sys.stdout
    encoding = stream.encoding or "utf-8"
    line = " ".join(message.split()) + "\n"
    stream.write(line.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def for_each(files: list[Path], act: Callable[[Path], int]) -> int:
    """The worst exit status; a file that cannot be used does not keep the others from their turn."""
    status = 0
    for path in files:
        try:
            status = max(status, act(path))
        except InputError as error:
            complain(str(error))
            status = 2
    return status
