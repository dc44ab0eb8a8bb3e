"""Examples for the learned likelihood: drawings beside specs that are right, nearly right or wrong (A.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor

from derender.perception.candidates import Array, key_points
from derender.perception.legibility import clash, sides
from derender.perception.likelihood import LikelihoodNetwork, difference_loss
from derender.perception.network import CELL
from derender.perception.targets import SHAPES, draw_scene, explanation_on_canvas, misread
from derender.spec import Circle, Command, Line, Rectangle, Spec, symmetric_difference


class LikelihoodExample(NamedTuple):
    """canvas (2, 16h, 16w), ink and rendering · densities (2, h, w), missing and spurious commands by cell."""

    canvas: Array
    densities: Array


@dataclass(frozen=True, slots=True)
class LikelihoodTask:
    """The likelihood as a `training.loop.Task`."""

    methods: tuple[str, ...] = ()

    def network(self) -> LikelihoodNetwork:
        """A new network of the shipped size."""
        return LikelihoodNetwork()

    def example(self, rng: np.random.Generator, batch: int) -> LikelihoodExample:
        """A drawing and a spec for it; those of one batch have one shape."""
        columns, rows = SHAPES[batch // 2 % len(SHAPES)] if batch % 2 else SHAPES[0]
        return likelihood_example(rng, columns, rows)

    def loss(self, network: LikelihoodNetwork, fields: Sequence[Tensor]) -> dict[str, Tensor]:
        """The Poisson deviance of the densities."""
        canvas, densities = fields
        return {"difference": difference_loss(network(canvas.contiguous(memory_format=torch.channels_last)), densities)}


def likelihood_example(rng: np.random.Generator, columns: int = 16, rows: int = 16) -> LikelihoodExample:
    """A random scene drawn by a random hand, registered, and its spec with none to several edits."""
    drawing = draw_scene(rng, columns, rows, off_lattice=0.0)
    proposed = edited(drawing.scene, (columns, rows), rng)
    missing, spurious = symmetric_difference(drawing.scene, proposed)
    shape = (drawing.ink.shape[0], drawing.ink.shape[1])
    densities = np.stack([density(missing, proposed, shape), density(spurious, drawing.scene, shape)])
    return LikelihoodExample(np.stack([drawing.ink, explanation_on_canvas(proposed, shape)]), densities)


def density(commands: Spec, beside: Spec, shape: tuple[int, int]) -> Array:
    """Where it shows that `commands` are drawn and `beside` are not: (h, w), a mass of one for each command."""
    total = np.zeros((shape[0] // CELL, shape[1] // CELL), np.float32)
    if not commands.commands:
        return total
    hidden = cv2.dilate(explanation_on_canvas(beside, shape), np.ones((3, 3), np.uint8))
    for command in commands:
        drawn = explanation_on_canvas(Spec([command]), shape)
        shown = np.maximum(0, drawn - hidden)
        ink = shown if shown.sum() > 4 else drawn
        cells = cv2.resize(ink, total.shape[::-1], interpolation=cv2.INTER_AREA)
        total += np.asarray(cells / max(1e-6, float(cells.sum())), dtype=np.float32)
    return total


def edited(scene: Spec, cells: tuple[int, int], rng: np.random.Generator) -> Spec:
    """`scene` with none (three in ten) to several mistakes: commands misread, left out, broken in two, put where nothing is."""
    commands = list(scene)
    for _ in range(0 if rng.random() < 0.3 else int(rng.geometric(0.5))):
        kind = rng.random()
        at = int(rng.integers(len(commands))) if commands else -1
        if kind < 0.45 and commands:
            wrong = misread(commands[at], rng)
            if wrong is not None:
                commands[at] = wrong
        elif kind < 0.65 and commands:
            del commands[at]
        elif kind < 0.75 and commands:
            commands[at : at + 1] = _broken(commands[at], rng)
        else:
            invented = _invented(scene, cells, rng)
            if invented is not None and not any(clash(invented, c) for c in commands):
                commands.append(invented)
    return Spec(commands)


def _broken(command: Command, rng: np.random.Generator) -> list[Command]:
    """A rectangle as its sides, a long line as two pieces, a circle as it is."""
    match command:
        case Rectangle():
            lines: list[Command] = [Line(*side) for side in sides(command)]
            return lines if rng.random() < 0.5 else lines[1:]
        case Line(x1, y1, x2, y2) if (pieces := int(np.gcd(x2 - x1, y2 - y1))) > 1:
            cut = int(rng.integers(1, pieces))
            x, y = x1 + (x2 - x1) // pieces * cut, y1 + (y2 - y1) // pieces * cut
            two: list[Command] = [Line(x1, y1, x, y, False, command.dashed), Line(x, y, x2, y2, command.arrow, command.dashed)]
            return two if rng.random() < 0.6 else two[: 1 + int(rng.integers(2))]
        case _:
            return [command]


def _invented(scene: Spec, cells: tuple[int, int], rng: np.random.Generator) -> Command | None:
    """A command between key points of the scene, or anywhere."""
    points = sorted(key_points(scene))
    x1, y1, x2, y2 = (int(v) for v in rng.integers(0, [*cells, *cells], endpoint=True))
    if points and rng.random() < 0.7:
        (x1, y1), (x2, y2) = (points[int(k)] for k in rng.integers(len(points), size=2))
    kind = rng.random()
    if kind < 0.2:
        r = float(rng.choice([0.5, 1, 1, 1.5, 2]))
        return Circle(x1, y1, r, r)
    if kind < 0.35:
        return Rectangle(x1, y1, x2, y2) if x1 != x2 and y1 != y2 else None
    return Line(x1, y1, x2, y2, bool(rng.random() < 0.5), bool(rng.random() < 0.2)) if (x1, y1) != (x2, y2) else None
