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
from derender.synthesis import Synthesis, resynthesize, synthesize


def main(
    size: Annotated[int, typer.Option(help="Commands in each figure.")] = 30,
    figures: Annotated[int, typer.Option(help="How many figures of each family.")] = 3,
    limit: Annotated[float, typer.Option(help="Processor seconds for each search.")] = 60.0,
) -> None:
    """Incremental synthesis: figures with two commands removed, added or moved, anew and from the previous program (processor time)."""
    say("| change | cases | from scratch, median ms | from the previous program, median ms | times faster, median | same cost or less |")
    say("|---|---|---|---|---|---|")
    cases = [planted(family, size, seed, irregular=0.1).spec for family in FAMILIES for seed in range(figures)]
    before = [_timed(partial(synthesize, spec), limit)[0] for spec in cases]
    for change in ("removed", "added", "moved"):
        scratch, again, equal = [], [], 0
        for number, (spec, known) in enumerate(zip(cases, before, strict=True)):
            changed = changed_spec(spec, change, Random(number))
            first, seconds = _timed(partial(synthesize, changed), limit)
            second, seconds_again = _timed(partial(resynthesize, changed, known), limit)
            scratch.append(seconds)
            again.append(seconds_again)
            equal += second.cost_thirds <= first.cost_thirds
        ratio = statistics.median(a / b for a, b in zip(scratch, again, strict=True))
        ms, ms_again = 1000 * statistics.median(scratch), 1000 * statistics.median(again)
        say(f"| two {change} | {len(cases)} | {ms:.0f} | {ms_again:.1f} | {ratio:.1f} | {equal} of {len(cases)} |")


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
