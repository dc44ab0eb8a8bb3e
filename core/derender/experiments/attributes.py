"""Attributes in simulated drawings: how many are recognised on shapes that are known, and how many plain drawings gain one."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from derender.perception.attributes import Attributes
from derender.perception.network import CELL, MARGIN
from derender.perception.scenes import random_scene
from derender.perception.targets import draw_scene
from derender.photographs.attributed import attributed
from derender.rendering.pencil import aligned_placement, degrade, draw_by_hand, jittered, sample_hand
from derender.spec import Circle, Command, Line, Rectangle, Spec, moved

_CELLS = 16


def main(
    drawings: Annotated[int, typer.Option(help="Plain drawings, and as many with attributes.")] = 200,
    seed: Annotated[int, typer.Option(help="Of the first drawing.")] = 101,
) -> int:
    """The shapes are given as the network would read them; whether it does is another question."""
    gained = 0
    for number in range(drawings):
        drawing = draw_scene(np.random.default_rng([seed, number]), _CELLS, _CELLS, 0.0)
        gained += Attributes(drawing.ink).of(drawing.scene) != drawing.scene
    typer.echo(f"plain drawings that gain an attribute: {gained} of {drawings}")
    there, found = Counter[str](), Counter[str]()
    for number in range(drawings):
        special, plain, ink = attributed_drawing(np.random.default_rng([seed + 1, number]))
        seen = Attributes(ink).of(Spec(plain))
        for command, bare in zip(special, plain, strict=True):
            if command != bare:
                there[_word(command)] += 1
                found[_word(command)] += command in seen
    for word, count in sorted(there.items()):
        typer.echo(f"{word}: {found[word]} of {count} recognised as drawn")
    return 0


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
