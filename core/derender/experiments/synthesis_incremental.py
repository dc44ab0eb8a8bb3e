"""Synthesis from the previous solution beside synthesis from scratch, on figures that changed a little."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Annotated

import typer

from derender.cli_options import say
from derender.policy.planted import FAMILIES, planted
from derender.spec import Command, Spec, moved
from derender.synthesis import Synthesis, redraft, resynthesize, synthesize


def main(
    size: Annotated[int, typer.Option(help="Commands in each figure.")] = 30,
    figures: Annotated[int, typer.Option(help="How many figures of each family.")] = 3,
    limit: Annotated[float, typer.Option(help="Processor seconds for each search.")] = 60.0,
) -> None:
    """Incremental synthesis: figures with two commands removed, added or moved, anew and from the previous program (processor time)."""
    say("| change | how | cases | from scratch, median ms | again, median ms | times faster, median | same cost or less |")
    say("|---|---|---|---|---|---|---|")
    cases = [planted(family, size, seed, irregular=0.1).spec for family in FAMILIES for seed in range(figures)]
    before = [_timed(partial(synthesize, spec), limit)[0] for spec in cases]
    ways: dict[str, Callable[..., Synthesis]] = {"a draft alone": redraft, "a draft and some search": resynthesize}
    for change in ("removed", "added", "moved"):
        changed = [changed_spec(spec, change, Random(number)) for number, spec in enumerate(cases)]
        scratch = [_timed(partial(synthesize, spec), limit) for spec in changed]
        for name, way in ways.items():
            again = [_timed(partial(way, spec, known), limit) for spec, known in zip(changed, before, strict=True)]
            pairs = list(zip(scratch, again, strict=True))
            equal = sum(second.cost_thirds <= first.cost_thirds for (first, _), (second, _) in pairs)
            ratio = statistics.median(a / b for (_, a), (_, b) in pairs)
            ms, ms_again = (1000 * statistics.median(seconds for _, seconds in found) for found in (scratch, again))
            say(f"| two {change} | {name} | {len(cases)} | {ms:.0f} | {ms_again:.1f} | {ratio:.1f} | {equal} of {len(cases)} |")


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
