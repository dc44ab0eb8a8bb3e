"""Where each token's attention begins to look: affine windows on the grid, placed by the numbers told so far (Eq. 11).

A window is a lattice of samples. Its place is linear in the numbers told (a line's direction turns and stretches it), so that a linear
layer on the one-hot tokens can express it, and training goes on from there. Coordinates are those of `affine_grid`: -1 … 1 over the
17 × 17 points, y down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from derender.paper.tokens import CELLS, Slot

_HALF = CELLS / 2
_Affine = tuple[float, float, float, float, float, float]
"""The two rows of an affine map of window coordinates to the grid's."""


@dataclass(frozen=True, slots=True)
class Window:
    """Samples down and across, the affine map without anything told, and what each number told adds to it, for each unit."""

    height: int
    width: int
    still: _Affine
    moved_by: Mapping[str, _Affine] = field(default_factory=dict)

    def initial(self, told: Sequence[Slot]) -> Tensor:
        """Weight (6, 1 + one-hot tokens) of the linear layer that places the window so; its first input is always one."""
        moved = [
            torch.tensor(self.moved_by.get(slot.name, (0.0,) * 6)) * (slot.first + value) for slot in told for value in range(slot.values)
        ]
        return torch.stack([torch.tensor(self.still), *moved], 1)


def _around(height: int, width: int, /, **moved_by: _Affine) -> Window:
    """Samples one cell apart around the point that is told; before anything is told of an axis, around (0, 0) in cells."""
    return Window(height, width, ((width - 1) / 2 / _HALF, 0, -1, 0, (height - 1) / 2 / _HALF, 1), moved_by)


_RIGHT: _Affine = (0, 0, 1 / _HALF, 0, 0, 0)
_UP: _Affine = (0, 0, 0, 0, 0, -1 / _HALF)
_WHOLE = Window(CELLS + 1, CELLS + 1, (1, 0, 0, 0, 1, 0))
_COLUMN = Window(CELLS + 1, 5, (2 / _HALF, 0, -1, 0, 1, 0), {"x": _RIGHT})
_LONG = 2 * CELLS + 1
_REACH = 0.6
"""Half of a line's window, in lengths of the line: a little beyond both ends."""
_ALONG = Window(
    3,
    13,
    (0, 0, -1, 0, 0, 1),
    {
        "x": _RIGHT,
        "y": _UP,
        "dx": (_REACH / _HALF, 0, 0.5 / _HALF, 0, 0.15 / _HALF, 0),
        "dy": (0, 0.15 / _HALF, 0, -_REACH / _HALF, 0, -0.5 / _HALF),
    },
)
"""Across the line three samples, along it thirteen, from its first end to its second."""

WINDOWS: tuple[tuple[Window, ...], ...] = (
    (_WHOLE, _COLUMN),
    (_WHOLE, _COLUMN, _around(5, _LONG, x=_RIGHT, y=_UP), _around(_LONG, 5, x=_RIGHT, y=_UP, width=_RIGHT)),
    (
        _WHOLE,
        _COLUMN,
        _around(_LONG, _LONG, x=_RIGHT, y=_UP),
        _around(_LONG, 9, x=_RIGHT, y=_UP, dx=_RIGHT),
        _ALONG,
        _ALONG,
    ),
    (),
)
"""For each kind and argument, as `tokens.SLOTS`."""
