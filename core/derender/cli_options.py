"""What the commands of the command line share: options, and how complaints and results are printed."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

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
