"""Errors in parsing clean renderings by the number of objects (Experiment 1, Figure 4), after training on at most twelve.

Each system has equal processor time for an object, and spends it on more particles or a wider beam; the shipped reader takes what it
takes. An error is a command that was not drawn, or one that was and is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import typer

from derender.cli_options import Cluster
from derender.experiments.paper_systems import Ranked, Spent, shared_systems, told, unguided, within
from derender.experiments.plots import new_figure
from derender.experiments.study import Claim, Json, Picture, Setting, Study, Table, show
from derender.paper.likelihoods import PixelLikelihood
from derender.paper.scenes import MOST_OBJECTS, Array, draw, paper_scene
from derender.spec import Spec, symmetric_difference

OBJECTS = (1, 4, 8, 12, 16, 20, 26)
FEW = (4, 12, 26)
"""Numbers of objects of a run at less than `_ALL_FROM` of the full scale."""
_ALL_FROM = 0.2
SCENES = 20
SECONDS = 0.1
"""Processor seconds for each object; the paper has about one second on its machine."""

FIRST_SEED = 4_000
"""No training draws its scenes from it."""

_MOST_PARTICLES = 4096
_WIDEST = 64

BOTH, NETWORK, SMC, LSTM, OWN = "network and SMC", "network alone (beam)", "SMC alone", "one-shot LSTM", "Derender's reader"
SYSTEMS = (BOTH, NETWORK, SMC, LSTM, OWN)


class Parsed(NamedTuple):
    """One system on one scene: its errors, processor seconds and greatest effort."""

    system: str
    objects: int
    errors: int
    seconds: float
    effort: int


def main(
    scenes: Annotated[int, typer.Option(help="Scenes of each number of objects.")] = SCENES,
    seconds: Annotated[float, typer.Option(help="Processor seconds for each object.")] = SECONDS,
    seed: Annotated[int, typer.Option(help="Of the scenes.")] = 0,
    out: Annotated[Path | None, typer.Option(help="A folder for the plot.")] = None,
    cluster: Cluster = None,
) -> None:
    """Parse clean renderings of 1 to 26 objects (Figure 4); Markdown on standard output."""
    result = measured(Setting(seed=seed, cluster=cluster), OBJECTS, scenes, seconds)
    show(result, tables, drawn, out)


def measured(setting: Setting, objects: Sequence[int], scenes: int, seconds: float) -> Json:
    """For each system and number of objects mean errors, the share parsed without any, seconds for an object, median effort."""
    items = [(count, scene) for count in objects for scene in range(scenes)]
    found = setting.each(partial(_parsed, seconds=seconds, seed=setting.seed), items, "parsing")
    rows = []
    for system in SYSTEMS:
        for count in objects:
            cells = [p for scene in found for p in scene if p.system == system and p.objects == count]
            rows.append(
                {
                    "system": system,
                    "objects": count,
                    "errors": float(np.mean([p.errors for p in cells])),
                    "exact": float(np.mean([p.errors == 0 for p in cells])),
                    "seconds": float(np.mean([p.seconds for p in cells])) / count,
                    "effort": int(np.median([p.effort for p in cells])),
                }
            )
    return {"scenes": scenes, "seconds": seconds, "objects": list(objects), "rows": rows}


def _parsed(item: tuple[int, int], seconds: float, seed: int) -> list[Parsed]:
    """A scene, drawn clean, parsed by every system."""
    objects, scene = item
    rng = np.random.default_rng([FIRST_SEED + seed, objects, scene])
    truth = paper_scene(rng, objects)
    ink = draw(truth, rng, by_hand=False)
    return [_tried(system, run, truth, objects * seconds) for system, run in _runs(ink, seed).items()]


def _tried(system: str, run: Callable[[float], Spent], truth: Spec, seconds: float) -> Parsed:
    spent = run(seconds)
    told = spent.ranked[0][0] if spent.ranked else Spec()
    return Parsed(system, len(truth), sum(map(len, symmetric_difference(truth, told))), spent.seconds, spent.effort)


def _runs(ink: Array, seed: int) -> dict[str, Callable[[float], Spent]]:
    """Each system by the seconds that it is given."""
    systems, pixels = shared_systems(), PixelLikelihood(ink)

    def guided(particles: int) -> Ranked:
        return systems.sampled(ink, pixels, particles, seed)

    def blind(particles: int) -> Ranked:
        return unguided(pixels, particles, seed)

    return {
        BOTH: lambda seconds: within(seconds, guided, 4, _MOST_PARTICLES),
        NETWORK: lambda seconds: within(seconds, partial(systems.searched, ink), 1, _WIDEST),
        SMC: lambda seconds: within(seconds, blind, 4, _MOST_PARTICLES),
        LSTM: lambda seconds: within(seconds, partial(told, ink), 1, _WIDEST),
        OWN: lambda _: within(0.0, lambda _: systems.read(ink), 1, 1),
    }


def tables(result: Json) -> list[Table]:
    """Errors by system and objects; and what each system did with its time."""
    objects = result["objects"]
    head = ("objects", *map(str, objects))
    by_system = {system: [row for row in result["rows"] if row["system"] == system] for system in SYSTEMS}
    errors = tuple((system, *(f"{row['errors']:.1f}" for row in rows)) for system, rows in by_system.items())
    exact = tuple((system, *(f"{row['exact']:.0%}" for row in rows)) for system, rows in by_system.items())
    effort = tuple((system, *(f"{row['effort']} · {row['seconds']:.2f} s" for row in rows)) for system, rows in by_system.items())
    return [
        Table(head, errors, f"Errors on average ({result['scenes']} clean renderings each)"),
        Table(head, exact, "Parsed without an error"),
        Table(head, effort, "Particles or width of the beam in the median, processor seconds for an object"),
    ]


def drawn(result: Json, folder: Path) -> list[Picture]:
    """Figure 4."""
    figure = new_figure(6, 4)
    axes = figure.subplots()
    for system in SYSTEMS:
        rows = [row for row in result["rows"] if row["system"] == system]
        axes.plot([row["objects"] for row in rows], [row["errors"] for row in rows], "o-", label=system)
    axes.axvline(MOST_OBJECTS, color="0.6", linestyle="--")
    axes.set_xlabel("objects (dashed: the most in training)")
    axes.set_ylabel("errors on average")
    axes.legend()
    path = folder / "parsing-errors.svg"
    figure.savefig(path)
    return [Picture(path, f"Errors in parsing clean renderings, {result['seconds']} processor seconds for an object (Figure 4).")]


def _errors_with_most(result: Json) -> str:
    most = max(row["objects"] for row in result["rows"])
    errors = {row["system"]: row["errors"] for row in result["rows"] if row["objects"] == most}
    return f"errors with {most} objects: " + "; ".join(f"{system} {errors[system]:.1f}" for system in SYSTEMS)


STUDY = Study(
    name="errors",
    title="Parsing scenes with more objects than in training (Experiment 1, Figure 4)",
    command="derender experiment errors",
    measure=lambda setting: measured(setting, OBJECTS if setting.scale >= _ALL_FROM else FEW, setting.count(SCENES, 2), SECONDS),
    tables=tables,
    draw=drawn,
    claims=(
        Claim(
            "Figure 4",
            "Network and SMC together parse scenes with twice as many objects as in training nearly without error",
            "about 0 errors at 24 objects (read off the plot)",
            _errors_with_most,
            "The same experiment with a smaller network, trained for about an hour on one processor core, and a tenth of the paper's time"
            " for an object; the scenes are this project's.",
        ),
    ),
    models=("paper", "one-shot", "reader", "closeup", "likelihood"),
)
