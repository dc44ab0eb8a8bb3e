"""How synthesis grows: figures with a planted structure, from 50 to 1,000 commands, with and without irregular ones."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from derender.cli_options import say
from derender.errors import OptionError
from derender.experiments.plots import new_figure
from derender.policy.planted import FAMILIES, Planted, planted
from derender.synthesis.draft import Drafts
from derender.synthesis.elements import Stopped, elements_of
from derender.synthesis.focused_nodes import focused_nodes_of
from derender.synthesis.search_space import FULL
from derender.synthesis.space_search import DRAFT_FROM
from derender.synthesis.steps import finish

SIZES = (50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure: its size, what was planted and found (thirds), and the processor seconds until that was found."""

    size: int
    planted: int
    found: int
    seconds: float

    @property
    def reached(self) -> bool:
        """Whether the planted structure or better was found."""
        return self.found <= self.planted


def main(
    sizes: Annotated[str, typer.Option(help="Numbers of commands.")] = ",".join(map(str, SIZES)),
    limit: Annotated[float, typer.Option(help="Processor seconds for each figure.")] = 20.0,
    plot: Annotated[Path | None, typer.Option(help="Where to write the plot: .png, .svg or .pdf.")] = None,
) -> None:
    """Processor seconds until the planted structure, or one that costs no more, is found."""
    try:
        numbers = [int(size) for size in sizes.split(",")]
    except ValueError:
        raise OptionError(f"the sizes must be numbers with commas between, not {sizes!r}") from None
    if min(numbers) < DRAFT_FROM:
        raise OptionError(f"the sizes must be at least {DRAFT_FROM}; smaller figures are not drafted")
    say("| commands | irregular | planted structure or better | processor s, median | worst |")
    say("|---|---|---|---|---|")
    lines: dict[str, list[tuple[int, float]]] = {"regular": [], "10 % irregular": []}
    for size in numbers:
        for name, irregular in zip(lines, (0.0, 0.1), strict=True):
            measured = [time_to_structure(planted(family, size, irregular=irregular), limit) for family in FAMILIES]
            seconds = [one.seconds for one in measured]
            reached = sum(one.reached for one in measured)
            say(f"| {size} | {irregular:.0%} | {reached} of {len(measured)} | {statistics.median(seconds):.2f} | {max(seconds):.2f} |")
            lines[name].append((size, statistics.median(seconds)))
    if plot is not None:
        _plot(plot, lines)


def time_to_structure(case: Planted, limit: float) -> Measured:
    """The steps that `synthesize` takes first, until they reach what was planted or come to their end."""
    started = time.process_time()
    drafts: Drafts | None = None

    def stopped() -> bool:
        return time.process_time() - started > limit or (drafts is not None and drafts.best.thirds <= case.thirds)

    try:
        drafts = Drafts(finish(focused_nodes_of(elements_of(case.spec), FULL, stopped), stopped), stopped)
        for _ in drafts.steps():
            if stopped():
                break
    except Stopped:
        pass
    found = 3 * len(case.spec) if drafts is None else drafts.best.thirds
    return Measured(len(case.spec), case.thirds, found, time.process_time() - started)


def _plot(path: Path, lines: dict[str, list[tuple[int, float]]]) -> None:
    figure = new_figure(5, 3.5)
    axes = figure.add_subplot()
    for name, points in lines.items():
        axes.loglog(*zip(*points, strict=True), marker="o", label=name)
    axes.set_xlabel("commands")
    axes.set_ylabel("processor seconds to the planted structure, median")
    axes.legend()
    figure.savefig(path)
