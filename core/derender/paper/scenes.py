"""The paper's random scenes: at most twelve commands of Table 1, drawn clean or by a simulated hand.

Half of them are commands at random places, half are the structures that the project's other networks are trained on, since real
drawings have structure. The hand is the project's (`rendering.pencil`), which does all that A.4 does and more: what is compared is
then the reader, not the pen that it has seen. Every third drawing is clean, so that one network reads both the paper's experiments.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.paper.tokens import CELLS, expressible
from derender.perception.network import CELL, MARGIN
from derender.perception.scenes import random_scene, readable
from derender.perception.scenes.parts import loose
from derender.perception.targets import explanation_on_canvas
from derender.rendering.pencil import aligned_placement, degrade, draw_by_hand, jittered, sample_hand
from derender.spec import Circle, Command, Spec

MOST_OBJECTS = 12
"""Commands of a training scene, as in the paper."""

SIDE = CELLS * CELL + 2 * MARGIN
"""Pixels along each side of a registered canvas: half a cell of margin around the grid."""

SEEN = SIDE // 2
"""Pixels along each side of what the network sees."""

Array = NDArray[np.float32]


def paper_scene(rng: np.random.Generator, objects: int | None = None) -> Spec:
    """A scene of one to twelve commands, unambiguous once drawn; with `objects`, of commands at random places and exactly so many.

    Raises `ValueError` where so many do not fit.
    """
    if objects is None:
        wanted = int(rng.integers(1, MOST_OBJECTS + 1))
        # More than are wanted, since some of them would hide one another.
        drawn = _structured(rng) if rng.random() < 0.5 else _loose(rng, [], 2 * wanted)
        return Spec(drawn[:wanted])
    commands: list[Command] = []
    for _ in range(200):
        commands = _loose(rng, commands, max(1, objects - len(commands)))
        if len(commands) >= objects:
            return Spec(commands[:objects])
    raise ValueError(f"{objects} commands do not fit on {CELLS} × {CELLS} cells")


def _structured(rng: np.random.Generator) -> list[Command]:
    commands = [c for c in random_scene(rng, CELLS, CELLS) if expressible(c)]
    rng.shuffle(commands)
    return commands


def _loose(rng: np.random.Generator, before: list[Command], count: int) -> list[Command]:
    """`before` and up to `count` further commands at random places."""
    drawn = [_unit(c) for c in loose(rng, CELLS, CELLS, count)]
    return readable([*before, *(c for c in drawn if expressible(c))])


def _unit(command: Command) -> Command:
    """Circles have radius 1 in the paper; one that would leave the grid with it is moved inside."""
    if isinstance(command, Circle):
        return Circle(min(max(command.x, 1), CELLS - 1), min(max(command.y, 1), CELLS - 1))
    return command


def draw(scene: Spec, rng: np.random.Generator, *, by_hand: bool) -> Array:
    """A registered canvas (272, 272) of a scene, 1 = ink: as a renderer draws it, or as a random hand does."""
    if not by_hand:
        return explanation_on_canvas(scene, (SIDE, SIDE))
    placement = jittered(aligned_placement(SIDE, MARGIN), rng, shift=2.5, scale=0.015, turn=0.012, middle=(CELLS / 2, CELLS / 2))
    hand = sample_hand(rng)
    return degrade(draw_by_hand(scene, hand, placement, (SIDE, SIDE), rng), hand, rng)


def seen(canvas: Array) -> Array:
    """A canvas (272, 272) as the network sees it, (136, 136): eight pixels a cell."""
    return np.asarray(cv2.resize(canvas, (SEEN, SEEN), interpolation=cv2.INTER_AREA), dtype=np.float32)
