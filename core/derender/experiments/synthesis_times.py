"""The corpus of a search policy: how long every search space takes for every simulated spec."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from derender.cli_options import say
from derender.errors import OptionError
from derender.policy.corpus import extend_corpus
from derender.policy.learning import CORPUS
from derender.report import progress


def main(
    out: Annotated[Path, typer.Option(help="The file that is made or gone on with, a JSON line for each spec.")] = CORPUS,
    specs: Annotated[int, typer.Option(help="How many simulated specs.")] = 400,
    limit: Annotated[float, typer.Option(help="Processor seconds for each of the 24 searches of a spec.")] = 2.0,
    workers: Annotated[int | None, typer.Option(help="Processes on this machine; without it one for each core.")] = None,
    cluster: Annotated[str | None, typer.Option(help="The address of a dask.distributed scheduler, instead of this machine.")] = None,
) -> None:
    """Run the search of every search space on simulated specs; interrupted runs go on where they were."""
    if specs < 1 or not limit > 0 or (workers is not None and workers < 1):
        raise OptionError("specs, limit and workers must be positive")
    count = 0
    with progress() as bar:
        task = bar.add_task("searching", total=specs)
        for _ in extend_corpus(out, range(specs), limit, workers or os.cpu_count() or 1, cluster):
            count += 1
            bar.update(task, completed=count)
    say(f"{out}: {count} specs added")
