"""`derender train NAME`: one command for each model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from derender.errors import OptionError
from derender.training.names import FITTED, listed


def train(
    name: Annotated[str, typer.Argument(help=f"One of {listed()}.")],
    steps: Annotated[int | None, typer.Option(help="Optimizer steps of the whole run; for what is fitted, pictures.")] = None,
    minutes: Annotated[float | None, typer.Option(help="End the run by the clock.")] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            help="The state to resume from, and to write every few minutes; without it .cache/training/NAME.pt. For policy: measured times."
        ),
    ] = None,
    fine_tune: Annotated[Path | None, typer.Option(help="A finished run's state, or a weights file, that a new run starts from.")] = None,
    models: Annotated[Path | None, typer.Option(help="Where to write the weights at the end.")] = None,
    export: Annotated[bool, typer.Option(help="Only write the weights of the present state.")] = False,
    mean_with: Annotated[
        Path | None, typer.Option(help="Write the mean of the weights with those of another run's state or weights file.")
    ] = None,
) -> None:
    """Train a model on simulated drawings or photographs; interrupted runs go on where they were."""
    given = state or fine_tune or minutes or mean_with or export
    if name in FITTED and given:
        raise OptionError(
            f"the model {name!r} is fitted within half an hour: leave out --state, --minutes, --fine-tune, --export and --mean-with"
        )
    if name == "policy":
        if fine_tune is not None or minutes is not None or export or mean_with is not None:
            raise OptionError("the policy is learned within a minute: leave out --minutes, --fine-tune, --export and --mean-with")
        from derender.training.policy import run_policy

        typer.echo(run_policy(steps, state, models))
        return
    if name in FITTED:
        typer.echo(_fitting(name)(steps, models))
        return
    from derender.training import models as trained

    trained.model(name)
    kept = state or Path(f".cache/training/{name}.pt")
    if not export:
        trained.run(name, kept, steps, minutes, fine_tune)
    typer.echo(trained.export(name, kept, models, mean_with))


def _fitting(name: str) -> Callable[[int | None, Path | None], str]:
    """What fits the model of a name of `FITTED` to so many drawings or photographs (None: as many as usual) and writes it into a folder;
    imported when it is asked for."""
    match name:
        case "marks":
            from derender.training.marks import run_marks

            return run_marks
        case "connectors":
            from derender.training.connectors import run_connectors

            return run_connectors
        case "tracing":
            from derender.training.tracing import run_tracing

            return run_tracing
        case "prior":
            from derender.training.prior import run_prior

            return run_prior
        case _:
            from derender.training.ranking import run_ranking

            return run_ranking
