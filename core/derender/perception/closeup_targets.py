"""What the close look is trained on: candidate lines of simulated drawings, true ones and such as are nearly right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from torch import Tensor
from torch.nn import functional

from derender.networks import native_precision
from derender.perception.candidates import Array, Indices, line_candidates
from derender.perception.closeup import CloseUpNetwork
from derender.perception.ink import sharpened, thickened
from derender.perception.network import CELL
from derender.perception.targets import SHAPES, Drawing, draw_scene

_CANDIDATES = 24
"""Of a drawing."""


class CloseUpExample(NamedTuple):
    """ink (1, 16h, 16w) · segments (N, 4) in pixels · line_classes (N): 0 for no line, `LINE_CLASSES` + 1, -1 for padding."""

    ink: Array
    segments: Array
    line_classes: Indices


@dataclass(frozen=True, slots=True)
class CloseUpTask:
    """The close look as a `training.loop.Task`; `off_lattice`, `others` and `draw_others` as for `training.ReaderTask`."""

    off_lattice: float = 0.2
    others: float = 0.0
    draw_others: Callable[[np.random.Generator, int, int], Drawing] | None = None

    methods: tuple[str, ...] = ()

    def network(self) -> CloseUpNetwork:
        """A new network of the shipped size."""
        return CloseUpNetwork()

    def example(self, rng: np.random.Generator, batch: int) -> CloseUpExample:
        """A drawing; those of one batch have one shape, half of all batches the square one."""
        columns, rows = SHAPES[batch // 2 % len(SHAPES)] if batch % 2 else SHAPES[0]
        if self.draw_others is not None and rng.random() < self.others:
            return closeup_example(self.draw_others(rng, columns, rows), rng)
        return closeup_example(draw_scene(rng, columns, rows, self.off_lattice), rng)

    def loss(self, network: CloseUpNetwork, fields: Sequence[Tensor]) -> dict[str, Tensor]:
        """Cross-entropy, summed over a drawing's candidates."""
        ink, segments, classes = fields
        with native_precision(ink.device):
            logits = network(ink, segments)
        loss = functional.cross_entropy(logits.flatten(0, 1), classes.flatten(), ignore_index=-1, reduction="sum")
        return {"lines": loss / len(ink)}


def closeup_example(drawing: Drawing, rng: np.random.Generator) -> CloseUpExample:
    """Candidates of a drawing, in its ink as the reader is shown it."""
    ink = thickened(sharpened(drawing.ink))
    rows, columns = (n // CELL - 1 for n in ink.shape)
    segments, classes = line_candidates(drawing.scene, drawing.scene, drawing.aligned or drawing.placement, ink, (columns, rows), rng)
    # True ones come first: most of those that are kept, so that heads are seen as often as what is no line.
    true, other = rng.permutation(np.flatnonzero(classes > 0))[: _CANDIDATES * 2 // 3], rng.permutation(np.flatnonzero(classes <= 0))
    kept = np.concatenate([true, other[np.argsort(classes[other] < 0, kind="stable")]])[:_CANDIDATES]
    return CloseUpExample(ink[None], segments[kept], classes[kept])
