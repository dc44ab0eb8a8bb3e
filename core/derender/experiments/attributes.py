"""Attributes in simulated drawings: how many are recognised on shapes that are known, and how many plain drawings gain one."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from derender.cli_options import Cluster
from derender.experiments.study import Json, Setting, Study, Table, no_pictures, show
from derender.perception.attributes import Attributes
from derender.perception.network import CELL, MARGIN
from derender.perception.scenes import random_scene
from derender.perception.targets import draw_scene
from derender.photographs.attributed import attributed
from derender.rendering.pencil import aligned_placement, degrade, draw_by_hand, jittered, sample_hand
from derender.spec import Circle, Command, Line, Rectangle, Spec, moved

DRAWINGS = 200
"""Plain drawings, and as many with attributes."""

FIRST_SEED = 101
"""Of the plain drawings; those with attributes have the next."""

_CELLS = 16


def main(
    drawings: Annotated[int, typer.Option(help="Plain drawings, and as many with attributes.")] = DRAWINGS,
    seed: Annotated[int, typer.Option(help="Of the drawings.")] = 0,
    cluster: Cluster = None,
) -> None:
    """The shapes are given as the network would read them; whether it does is another question. Markdown on standard output."""
    show(measured(Setting(seed=seed, cluster=cluster), drawings), tables)


def measured(setting: Setting, drawings: int) -> Json:
    """How many plain drawings gain an attribute, and for each sort of attribute how many are recognised as they were drawn."""
    first = FIRST_SEED + setting.seed
    gained = setting.each(_gains, [(first, number) for number in range(drawings)], "plain drawings")
    told = setting.each(_recognised, [(first + 1, number) for number in range(drawings)], "drawings with attributes")
    there = Counter(word for one in told for word, _ in one)
    found = Counter(word for one in told for word, right in one if right)
    rows = [{"attribute": word, "drawn": count, "recognised": found[word]} for word, count in sorted(there.items())]
    return {"drawings": drawings, "gained": sum(gained), "rows": rows}


def _gains(seed: tuple[int, int]) -> bool:
    """Whether a plain drawing gains an attribute that nobody drew."""
    drawing = draw_scene(np.random.default_rng(seed), _CELLS, _CELLS, 0.0)
    return Attributes(drawing.ink).of(drawing.scene) != drawing.scene


def _recognised(seed: tuple[int, int]) -> list[tuple[str, bool]]:
    """For each command with an attribute its sort, and whether it is recognised as it was drawn."""
    special, plain, ink = attributed_drawing(np.random.default_rng(seed))
    seen = Attributes(ink).of(Spec(plain))
    return [(_word(command), command in seen) for command, bare in zip(special, plain, strict=True) if command != bare]


def attributed_drawing(rng: np.random.Generator) -> tuple[list[Command], list[Command], NDArray[np.float32]]:
    """A scene's commands with attributes, the same as a network that knows none would read them, and the drawing's ink."""
    scene = moved(random_scene(rng, _CELLS - 2, _CELLS - 2), 1, 1)
    kind = int(rng.integers(3))
    plain = list(scene)
    special = [attributed(command, kind, rng) for command in plain]
    side = _CELLS * CELL + 2 * MARGIN
    middle = (_CELLS / 2, _CELLS / 2)
    placement = jittered(aligned_placement(side, MARGIN), rng, shift=1.5, scale=0.01, turn=0.008, middle=middle)
    hand = sample_hand(rng)
    return special, plain, degrade(draw_by_hand(Spec(special), hand, placement, (side, side), rng), hand, rng)


def _word(command: Command) -> str:
    match command:
        case Circle(double=double):
            return "double circles" if double else "ellipses"
        case Rectangle(double=double):
            return "double boxes" if double else "rounded boxes"
        case Line():
            return "bent arrows"


def tables(result: Json) -> list[Table]:
    """A row for each sort of attribute, and one for plain drawings."""
    rows = tuple((row["attribute"], str(row["drawn"]), f"{row['recognised'] / row['drawn']:.1%}") for row in result["rows"])
    title = f"{result['gained']} of {result['drawings']} plain drawings gain an attribute that nobody drew"
    return [Table(("attribute", "drawn", "recognised as drawn"), rows, title)]


STUDY = Study(
    name="attributes",
    title="Attributes of shapes that are known",
    command="derender experiment attributes",
    measure=lambda setting: measured(setting, setting.count(DRAWINGS, 10)),
    tables=tables,
    draw=no_pictures,
    models=(),
)
