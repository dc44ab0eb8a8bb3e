"""Synthesis from the previous solution beside synthesis from scratch, on figures that changed a little."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Annotated, NamedTuple

import typer

from derender.cli_options import Cluster
from derender.experiments.study import Json, Setting, Study, Table, no_pictures, show
from derender.policy.planted import FAMILIES, planted
from derender.policy.times import search_times
from derender.spec import Command, Spec, moved
from derender.synthesis import Synthesis, redraft, resynthesize, synthesize
from derender.synthesis.search_space import FULL

SIZE = 30
"""Commands in each figure."""
CHANGES = ("removed", "added", "moved")
WAYS: dict[str, Callable[..., Synthesis]] = {"a draft alone": redraft, "a draft and a sweep": resynthesize}
"""To go on from the previous program."""


class Again(NamedTuple):
    """One way to go on from the last program, beside a search from scratch: costs in thirds and processor seconds.

    `until_as_cheap`: what the search from scratch takes until it first has a program as cheap; all its time where it never has.
    """

    thirds: int
    seconds: float
    scratch_thirds: int
    scratch_seconds: float
    until_as_cheap: float


def main(
    size: Annotated[int, typer.Option(help="Commands in each figure.")] = SIZE,
    figures: Annotated[int, typer.Option(help="How many figures of each family.")] = 3,
    limit: Annotated[float, typer.Option(help="Processor seconds for each search.")] = 60.0,
    cluster: Cluster = None,
) -> None:
    """Figures with two commands removed, added or moved, synthesized anew and from the previous program; Markdown on standard output."""
    show(measured(Setting(cluster=cluster), size, figures, limit), tables)


def measured(setting: Setting, size: int, figures: int, limit: float) -> Json:
    """For each change and each way to go on from the last program: seconds beside those of a search from scratch, and how often as good."""
    cases = [(family, seed) for family in FAMILIES for seed in range(figures)]
    found = setting.each(partial(_again, size=size, limit=limit), list(enumerate(cases)), "synthesis")
    rows = []
    for change in CHANGES:
        for way in WAYS:
            ours: list[Again] = [one[change][way] for one in found]
            rows.append(
                {
                    "change": change,
                    "way": way,
                    "figures": len(found),
                    "scratch": statistics.median(one.scratch_seconds for one in ours),
                    "as_cheap": statistics.median(one.until_as_cheap for one in ours),
                    "again": statistics.median(one.seconds for one in ours),
                    "ratio": statistics.median(one.scratch_seconds / one.seconds for one in ours),
                    "ratio_as_cheap": statistics.median(one.until_as_cheap / one.seconds for one in ours),
                    "ratio_of_means": sum(one.until_as_cheap for one in ours) / sum(one.seconds for one in ours),
                    "equal": sum(one.thirds <= one.scratch_thirds for one in ours),
                    "dearer": statistics.fmean(max(0, one.thirds - one.scratch_thirds) for one in ours),
                }
            )
    return {"size": size, "limit": limit, "rows": rows}


def _again(case: tuple[int, tuple[str, int]], size: int, limit: float) -> dict[str, dict[str, Again]]:
    """One figure changed in each way, synthesized from scratch and from the program of the figure as it was."""
    number, (family, seed) = case
    spec = planted(family, size, seed, irregular=0.1).spec
    known, _ = _timed(partial(synthesize, spec), limit)
    found: dict[str, dict[str, Again]] = {}
    for change in CHANGES:
        changed = changed_spec(spec, change, Random(number))
        scratch = search_times(changed, FULL, limit, time.process_time)
        found[change] = {}
        for name, way in WAYS.items():
            again, seconds = _timed(partial(way, changed, known), limit)
            as_cheap = scratch.until(again.cost_thirds)
            found[change][name] = Again(
                again.cost_thirds, seconds, scratch.thirds, scratch.seconds, scratch.seconds if as_cheap is None else as_cheap
            )
    return found


def changed_spec(spec: Spec, change: str, random: Random) -> Spec:
    """The spec with two commands removed, two copies of commands added elsewhere, or two commands moved by a cell."""
    chosen = random.sample(list(spec), 2)
    elsewhere: list[Command] = []
    for command in chosen:
        dx, dy = (random.choice((-1, 1)), 0) if change == "moved" else (random.randint(5, 30), random.randint(5, 30))
        elsewhere += list(moved(Spec([command]), dx, dy))
    kept = [command for command in spec if change == "added" or command not in chosen]
    return Spec(kept if change == "removed" else [*kept, *elsewhere])


def _timed(work: Callable[..., Synthesis], limit: float) -> tuple[Synthesis, float]:
    """What a search finds that may take so many processor seconds, and how many it took."""
    started = time.process_time()
    return work(should_stop=lambda: time.process_time() - started >= limit), time.process_time() - started


def tables(result: Json) -> list[Table]:
    """A row for each change and each way to go on from the last program."""
    head = (
        "change",
        "how",
        "cases",
        "from scratch, median ms",
        "until as cheap",
        "again, median ms",
        "times faster, median",
        "until as cheap, median",
        "of means",
        "same cost or less",
        "thirds dearer, mean",
    )
    rows = tuple(
        (
            f"two {row['change']}",
            row["way"],
            str(row["figures"]),
            f"{1000 * row['scratch']:.0f}",
            f"{1000 * row['as_cheap']:.0f}",
            f"{1000 * row['again']:.1f}",
            f"{row['ratio']:.1f}",
            f"{row['ratio_as_cheap']:.1f}",
            f"{row['ratio_of_means']:.1f}",
            f"{row['equal']} of {row['figures']}",
            f"{row['dearer']:.1f}",
        )
        for row in result["rows"]
    )
    return [Table(head, rows, f"Figures of {result['size']} commands, at most {result['limit']:g} s for each search")]


STUDY = Study(
    name="synthesis-incremental",
    title="Synthesis of figures that changed a little",
    command="derender experiment synthesis-incremental --figures 1 --limit 3",
    measure=lambda setting: measured(setting, SIZE, 1, min(3.0, max(1.0, 3 * setting.scale))),
    tables=tables,
    draw=no_pictures,
    models=(),
)
