"""How an experiment joins `derender experiment all`: its module has a value `STUDY`, and `all_studies.MODULES` names the module.

A study is measured in a `Setting` and comes to plain JSON, which is kept. Tables, pictures and what stands beside the paper's claims
are made of that JSON alone, so that reports can be drawn anew without measuring.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import typer

from derender.cluster import on_cluster
from derender.errors import InputError
from derender.evaluation import Drawing, drawings_in
from derender.experiments.kept_items import kept_items
from derender.pipeline import Pipeline
from derender.report import progress

Json = dict[str, Any]
"""What a study comes to: only what JSON holds. It is read back from its text before it is used."""

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a run is given."""

    drawings: Path | None = None
    """A folder with pictures and their specs.json."""
    grid: int | None = 16
    """The lattice that these pictures are aligned to; None where it is to be inferred."""
    scale: float = 1.0
    """The share of a full run."""
    seed: int = 0
    """Of everything simulated."""
    cluster: str | None = None
    """The address of a dask.distributed scheduler; None for this process."""
    kept: Path | None = None
    """A folder that keeps the results of items until the whole study is kept; it belongs to this setting alone."""

    def count(self, full: int, least: int = 1) -> int:
        """This run's share of the `full` run's number, and `least` of it in the smallest runs."""
        return max(round(self.scale * full), min(least, full))

    def listed(self, least: int = 10) -> tuple[Drawing, ...]:
        """This run's share of the folder's drawings, spread over its list; raises `InputError`, also where there is no folder."""
        if self.drawings is None:
            raise InputError("this needs a folder of drawings with their specs.json: give --drawings")
        found = drawings_in(self.drawings)
        count = min(len(found), self.count(len(found), least))
        return tuple(found[k * len(found) // count] for k in range(count))

    def each(self, work: Callable[[Item], Result], items: Sequence[Item], what: str) -> list[Result]:
        """What `work` makes of each item, in their order, here or spread over the cluster, with a progress bar that says `what`.

        For a cluster `work` is a module's function (or a `functools.partial` of one); on it and on items and results pickle must agree.
        `what` is the only one of its kind in a study: what was found of it before an interruption is not worked on again.
        """
        with kept_items(self.kept / f"{what}.pickles" if self.kept else None) as (found, keep), progress() as bar:
            left = [number for number in range(len(items)) if number not in found]
            waiting = [items[number] for number in left]
            results: Iterable[tuple[int, Result]] = (
                on_cluster(self.cluster, work, waiting) if self.cluster else enumerate(map(work, waiting))
            )
            for place, result in bar.track(results, total=len(items), completed=len(found), description=what):
                keep(left[place], result)
                found[left[place]] = result
        return [found[number] for number in range(len(items))]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts, as shown on the terminal, in the report and in documents."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""

    def markdown(self) -> str:
        """As Markdown, the title a line above; `|` within cells is escaped and their line ends become spaces."""
        lines = [self.head, ("---",) * len(self.head), *self.rows]
        table = "\n".join("| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in line) + " |" for line in lines)
        return f"{self.title}\n\n{table}" if self.title else table


@dataclass(frozen=True, slots=True)
class Picture:
    """A plot or a gallery that a study has drawn: a .svg or .png, and what it shows in one sentence."""

    path: Path
    caption: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A row of docs/paper.md: what the paper says, its figure, and where this project's figure for it comes from."""

    where: str
    """Its place in the paper: 'Table 5', 'Figure 8', 'Section 4.1'."""
    claim: str
    """In words."""
    paper: str
    """The paper's figure."""
    here: Callable[[Json], str]
    """This project's, from the study's result."""
    comparable: str
    """How the two can be compared: what differs in data, hardware, scale."""


@dataclass(frozen=True, slots=True)
class Study:
    """One experiment of `derender experiment all`."""

    name: str
    """As in `derender experiment NAME`."""
    title: str
    """What it shows, with its place in the paper."""
    command: str
    """How to run it alone: `derender experiment NAME …`."""
    measure: Callable[[Setting], Json]
    """Raises `DerenderError` where it cannot be done: the report then holds the error's sentence."""
    tables: Callable[[Json], Sequence[Table]]
    draw: Callable[[Json, Path], Sequence[Picture]]
    """Draws into a folder that is there; needs nothing but the result."""
    claims: tuple[Claim, ...] = ()
    """None for what the paper does not measure."""
    models: tuple[str, ...] = ("reader", "closeup", "likelihood")
    """The weights that the result depends on, by their names in the manifest: with other weights it is measured anew."""


def picture_text(png: bytes) -> str:
    """A gallery that cannot be drawn from a result's figures, as text to keep in the result."""
    return base64.b64encode(png).decode()


def kept_picture(text: str, path: Path, caption: str) -> Picture:
    """The picture that `picture_text` keeps, written to `path`."""
    path.write_bytes(base64.b64decode(text))
    return Picture(path, caption)


@cache
def shared_pipeline() -> Pipeline:
    """The shipped networks on the processor, loaded once in each process: a worker's items, and studies one after the other, share them."""
    return Pipeline.load("cpu")


def no_pictures(_: Json, __: Path) -> Sequence[Picture]:
    """What a study without pictures draws."""
    return ()


def no_tables(_: Json) -> Sequence[Table]:
    """The tables of a study without any."""
    return ()


def show(
    result: Json,
    tables: Callable[[Json], Sequence[Table]],
    draw: Callable[[Json, Path], Sequence[Picture]] = no_pictures,
    out: Path | None = None,
) -> None:
    """What an experiment's own command ends with: Markdown on standard output, and the pictures where a folder `out` is asked for."""
    for table in tables(result):
        typer.echo(table.markdown() + "\n")
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for picture in draw(result, out):
            typer.echo(f"wrote {picture.path}")
