"""How synthesis grows: figures with a planted structure, from 50 to 1,000 commands, with and without irregular ones."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from derender.cli_options import Cluster
from derender.errors import OptionError
from derender.experiments.plots import new_figure
from derender.experiments.study import Json, Picture, Setting, Study, Table, show
from derender.policy.planted import FAMILIES, Planted, planted
from derender.synthesis.elements import elements_of
from derender.synthesis.engine import run, verified
from derender.synthesis.known import Known
from derender.synthesis.nodes import Tables, no_nodes
from derender.synthesis.search_space import FULL
from derender.synthesis.space_search import SpaceSearch

SIZES = (50, 100, 200, 500, 1000)
IRREGULAR = (0.0, 0.1)
"""Shares of commands that follow no pattern."""
SMALLEST = 10
"""Commands that a figure of each family has at least."""
LIMIT = 20.0
"""Processor seconds for each figure."""
FURTHER = 0.05
"""The part of them for which a search goes on after that, to see how long it takes to be stopped."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure: its size, what was planted and found (thirds), and the processor seconds until that was found.

    `stop_seconds`: what stopping it costs at most, the longest time between two looks at whether to stop and what follows the last.
    """

    size: int
    planted: int
    found: int
    seconds: float
    stop_seconds: float

    @property
    def reached(self) -> bool:
        """Whether the planted structure or better was found."""
        return self.found <= self.planted


def main(
    sizes: Annotated[str, typer.Option(help="Numbers of commands.")] = ",".join(map(str, SIZES)),
    limit: Annotated[float, typer.Option(help="Processor seconds for each figure.")] = LIMIT,
    out: Annotated[Path | None, typer.Option(help="A folder for the plot.")] = None,
    cluster: Cluster = None,
) -> None:
    """Processor seconds until the planted structure or one as cheap is found, and what stopping costs; Markdown on standard output."""
    try:
        numbers = [int(size) for size in sizes.split(",")]
    except ValueError:
        raise OptionError(f"the sizes must be numbers with commas between, not {sizes!r}") from None
    if min(numbers) < SMALLEST:
        raise OptionError(f"the sizes must be at least {SMALLEST}")
    show(measured(Setting(cluster=cluster), numbers, limit), tables, _draw, out)


def measured(setting: Setting, sizes: Sequence[int], limit: float) -> Json:
    """For each size, with and without irregular commands, how many figures' structure is found, the seconds until then and to a stop."""
    cases = [(size, irregular, family) for size in sizes for irregular in IRREGULAR for family in FAMILIES]
    found = setting.each(partial(_measured, limit=limit), cases, "synthesis")
    rows = []
    for size in sizes:
        for irregular in IRREGULAR:
            ours = [one for case, one in zip(cases, found, strict=True) if case[:2] == (size, irregular)]
            seconds = [one.seconds for one in ours]
            rows.append(
                {
                    "size": size,
                    "irregular": irregular,
                    "figures": len(ours),
                    "reached": sum(one.reached for one in ours),
                    "median": statistics.median(seconds),
                    "worst": max(seconds),
                    "stop": max(one.stop_seconds for one in ours),
                }
            )
    return {"limit": limit, "rows": rows}


def _measured(case: tuple[int, float, str], limit: float) -> Measured:
    size, irregular, family = case
    return time_to_structure(planted(family, size, irregular=irregular), limit)


def time_to_structure(case: Planted, limit: float) -> Measured:
    """Runs a search until it has what was planted, or something as cheap, and for a part of the limit more, or to its end."""
    started = last = time.thread_time()
    until, longest, seconds = limit, 0.0, limit

    def stopped() -> bool:
        nonlocal last, longest, seconds, until
        now = time.thread_time()
        longest, last = max(longest, now - last), now
        if seconds == limit and known.incumbent.thirds <= case.thirds:
            seconds = now - started
            until = min(limit, seconds + FURTHER * limit)
        return now - started > until

    elements = elements_of(case.spec)
    known = Known.of(no_nodes(elements))
    search = SpaceSearch(Tables(elements), FULL, known, stopped)
    if not run(search, stopped):
        search.let_go()
    found = verified(case.spec, known.incumbent, known.lower_bound, 0.0, FULL)
    end = time.thread_time()
    return Measured(len(case.spec), case.thirds, found.cost_thirds, min(seconds, end - started), longest + end - last)


def tables(result: Json) -> list[Table]:
    """A row for each size, with and without irregular commands."""
    head = ("commands", "irregular", "planted structure or better", "processor s, median", "worst", "stopped within, ms")
    rows = tuple(
        (
            str(row["size"]),
            f"{row['irregular']:.0%}",
            f"{row['reached']} of {row['figures']}",
            f"{row['median']:.2f}",
            f"{row['worst']:.2f}",
            f"{1000 * row['stop']:.0f}",
        )
        for row in result["rows"]
    )
    return [Table(head, rows)]


def _draw(result: Json, folder: Path) -> Sequence[Picture]:
    figure = new_figure(5, 3.5)
    axes = figure.add_subplot()
    for irregular in IRREGULAR:
        rows = [row for row in result["rows"] if row["irregular"] == irregular]
        name = f"{irregular:.0%} irregular" if irregular else "regular"
        axes.loglog([row["size"] for row in rows], [row["median"] for row in rows], marker="o", label=name)
    axes.set_xlabel("commands")
    axes.set_ylabel("processor seconds, median")
    axes.legend()
    figure.savefig(folder / "synthesis-growth.svg")
    return [Picture(folder / "synthesis-growth.svg", "Processor seconds until the planted structure is found, by the number of commands.")]


STUDY = Study(
    name="synthesis-growth",
    title="Synthesis of larger figures",
    command="derender experiment synthesis-growth",
    measure=lambda setting: measured(setting, SIZES if setting.scale >= 0.2 else SIZES[:2], min(LIMIT, max(2.0, LIMIT * setting.scale))),
    tables=tables,
    draw=_draw,
    models=(),
)
