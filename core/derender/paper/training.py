"""What the paper's network is trained on: canvases with some of a drawing's commands, and the commands that come next.

Each drawing is shown with several canvases: nothing, some or all of its commands, mostly the canonically first ones. The network learns
the canonically first of the missing commands (the paper's objective, Eq. 2). Since features cost far more than tokens, further missing
commands are decoded from the same features: after their first tokens, what is to be told is the first missing command that begins so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from derender.paper.network import MARKS, PaperNetwork
from derender.paper.scenes import SIDE, draw, paper_scene, seen
from derender.paper.tokens import CELLS, MOST_ARGUMENTS, SLOTS, STOP, tokens_of
from derender.perception.targets import explanation_on_canvas
from derender.spec import Spec

Array = NDArray[np.float32]
Indices = NDArray[np.int64]

PATHS = 6
"""Commands that are decoded from the features of one canvas."""

_NONE = -1


class PaperExample(NamedTuple):
    """K canvases of one drawing, M commands to decode from each, the canonically next one first (or that nothing is missing).

    pictures (K, 2, 136, 136) drawing and canvas · kinds (K, M), -1 = no such command · arguments (K, M, 6) that are told ·
    answers (K, M, 6) that each argument should be · marks (K, 5, 17, 17).
    """

    pictures: Array
    kinds: Indices
    arguments: Indices
    answers: Indices
    marks: Array


@dataclass(frozen=True, slots=True)
class PaperTask:
    """The paper's network as a `training.loop.Task`."""

    canvases: int = 2
    """Of each drawing."""
    clean: float = 1 / 3
    """The share of drawings that no hand has drawn."""
    others: float = 0.5
    """The weight of further commands beside the next one's."""
    aid: float = 0.05
    """The weight of what is missing at each point."""
    methods: tuple[str, ...] = ("kinds", "argument")

    def network(self) -> PaperNetwork:
        """A new network of the shipped size."""
        return PaperNetwork()

    def example(self, rng: np.random.Generator, batch: int) -> PaperExample:
        """A drawing with its canvases."""
        del batch  # all have one shape
        scene = paper_scene(rng)
        ink = seen(draw(scene, rng, by_hand=rng.random() >= self.clean))
        made = [_canvas(scene, ink, rng) for _ in range(self.canvases)]
        return PaperExample(*(np.stack(column) for column in zip(*made, strict=True)))

    def loss(self, network: PaperNetwork, fields: Sequence[Tensor]) -> dict[str, Tensor]:
        """Minus the log probability of the next command and, weighted, of the others that are missing; and of the marks."""
        pictures, kinds, arguments, answers, marks = (field.flatten(0, 1) for field in fields)
        features = network(pictures.contiguous(memory_format=torch.channels_last))
        canvases = kinds.shape[0]
        first = functional.nll_loss(network.kinds(features), kinds[:, 0])
        by_path = features.new_zeros(canvases, kinds.shape[1])
        for kind, slots in enumerate(SLOTS):
            rows, paths = torch.nonzero(kinds == kind, as_tuple=True)
            if not len(rows) or not slots:
                continue
            seen_by, told, right = features[rows], arguments[rows, paths], answers[rows, paths]
            terms = [
                functional.nll_loss(network.argument(kind, seen_by, told[:, :slot]), right[:, slot], reduction="none")
                for slot in range(len(slots))
            ]
            by_path = by_path.index_put((rows, paths), torch.stack(terms).sum(0))
        aid = functional.binary_cross_entropy_with_logits(network.marks(features), marks, reduction="sum")
        further = (kinds[:, 1:] != _NONE).sum().clamp(min=1)
        return {
            "next": first + by_path[:, 0].mean(),
            "others": self.others * by_path[:, 1:].sum() / further,
            "aid": self.aid * aid / canvases,
        }


def _canvas(scene: Spec, ink: Array, rng: np.random.Generator) -> tuple[Array, Indices, Indices, Indices, Array]:
    """One canvas of `PaperExample`."""
    shown = int(rng.integers(len(scene) + 1))
    in_order = rng.random() < 0.75
    chosen = range(shown) if in_order else rng.choice(len(scene), shown, replace=False).tolist()
    drawn = Spec(scene.commands[k] for k in chosen)
    missing = scene - drawn
    pictures = np.stack([ink, seen(explanation_on_canvas(drawn, (SIDE, SIDE)))])
    return pictures, *_decodings(missing, rng), marks_of(missing)


def _decodings(missing: Spec, rng: np.random.Generator) -> tuple[Indices, Indices, Indices]:
    """Kinds (M), arguments and answers (M, 6) of the first of the missing commands and of others at random."""
    kinds = np.full(PATHS, _NONE)
    arguments, answers = np.zeros((PATHS, MOST_ARGUMENTS), np.int64), np.zeros((PATHS, MOST_ARGUMENTS), np.int64)
    told = [tokens_of(command) for command in missing]
    if not told:
        kinds[0] = STOP
    others = 1 + rng.permutation(max(0, len(told) - 1))[: PATHS - 1]
    for path, at in enumerate([0, *others.tolist()][: len(told)]):
        kind, values = told[at]
        kinds[path] = kind
        arguments[path, : len(values)] = values
        answers[path, : len(values)] = answers_to(kind, values, told)
    return kinds, arguments, answers


def answers_to(kind: int, values: Sequence[int], told: Sequence[tuple[int, tuple[int, ...]]]) -> tuple[int, ...]:
    """For each argument of a command what is right after the arguments before it: that of the first of the missing commands `told`,
    in canonical order, which begins with them."""
    return tuple(
        next(other[slot] for other_kind, other in told if other_kind == kind and other[:slot] == tuple(values[:slot]))
        for slot in range(len(values))
    )


def marks_of(missing: Spec) -> Array:
    """Where the missing commands have their points, (5, 17, 17), rows from the top."""
    marks = np.zeros((MARKS, CELLS + 1, CELLS + 1), np.float32)
    for kind, values in (tokens_of(command) for command in missing):
        x, y = values[:2]
        match kind:
            case 0:
                marks[0, CELLS - y, x] = 1
            case 1:
                marks[1, CELLS - y, x] = marks[2, CELLS - y + values[3], x + values[2]] = 1
            case _:
                marks[3, CELLS - y, x] = marks[4, 2 * CELLS - y - values[3], x + values[2] - CELLS] = 1
    return marks
