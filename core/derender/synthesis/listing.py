"""Statements as bits, for all searches of one spec: each family is listed once, whatever the space in which it is met."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from derender.synthesis.elements import Bools
from derender.synthesis.leaves import Family, Leaves

if TYPE_CHECKING:
    from derender.synthesis.nodes import Slot

LOOK_EVERY = 512
"""Statements that are listed between two looks at whether to stop."""


Listed = dict[int, list[tuple[int, int, int, int]]]
"""By what is drawn: coefficients in x and in y, which loops' variables are used (1 the outer, 2 the inner one), and the row."""


class Listing:
    """The statements of families as bits, and the bits of coefficients: what the searches of all spaces for one spec share."""

    def __init__(self) -> None:
        self._listed: dict[tuple[Family, bool, bool], Listed] = {}
        self._xs: dict[tuple[int, int], int] = {}
        self._ys: dict[tuple[int, int], int] = {}
        self._x_bits: dict[int, int] = {0: 0}
        self._y_bits: dict[int, int] = {0: 0}

    def of_slot(self, slot: Slot, look: Callable[[], None]) -> Listed:
        """The statements of a slot; slots of one family share them, whatever the node. `look` may raise while they are listed."""
        key = (slot.family, slot.backwards_turns > 0, slot.inner_only)
        if key not in self._listed:
            self._listed[key] = self._of_leaves(slot.statements(), look)
        return self._listed[key]

    def _of_leaves(self, leaves: Leaves, look: Callable[[], None]) -> Listed:
        coefficients = leaves.outer + leaves.inner
        crossed = (leaves.outer[:, 1::2] != 0).sum(axis=1) + (leaves.inner[:, ::2] != 0).sum(axis=1)
        order = np.lexsort((crossed, np.abs(coefficients).sum(axis=1), (coefficients < 0).sum(axis=1)))
        uses = (leaves.outer != 0).any(axis=1) + 2 * (leaves.inner != 0).any(axis=1)
        rows = zip(masks_of(leaves.covers[order]), coefficients[order].tolist(), uses[order].tolist(), order.tolist(), strict=True)
        found: Listed = {}
        for number, (mask, (x1, y1, x2, y2), used, row) in enumerate(rows):
            if number % LOOK_EVERY == 0:
                look()
            xs, ys = self._bits(self._xs, self._x_bits, x1, x2), self._bits(self._ys, self._y_bits, y1, y2)
            alike = found.setdefault(mask, [])
            if not any(used == u and x | xs == xs and y | ys == ys for x, y, u, _ in alike):
                alike.append((xs, ys, used, row))
        return found

    @staticmethod
    def _bits(known: dict[tuple[int, int], int], bits: dict[int, int], first: int, second: int) -> int:
        found = known.get((first, second))
        if found is None:
            for value in (first, second):
                # 0 is no coefficient and has no bit.
                bits.setdefault(value, 1 << (len(bits) - 1))
            found = known[first, second] = bits[first] | bits[second]
        return found


def masks_of(covers: Bools) -> list[int]:
    """Each row of (M, N) as an integer, element e as bit e."""
    packed = np.packbits(covers, axis=1, bitorder="little")
    if packed.shape[1] <= 8:
        words = np.zeros((len(packed), 8), dtype=np.uint8)
        words[:, : packed.shape[1]] = packed
        masks: list[int] = words.view("<u8").ravel().tolist()
        return masks
    return [int.from_bytes(row.tobytes(), "little") for row in packed]
