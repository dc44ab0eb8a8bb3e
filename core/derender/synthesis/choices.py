"""Statements as the search sees them: bit masks of what they draw and of the coefficients they use.

Bit e of a mask stands for element e; bits of coefficients are numbered as they are met, x and y apart. Of statements that a
search cannot tell apart the one that an author would rather read is kept: forwards before backwards, small steps before
large, the outer loop along x.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from derender.synthesis.contexts import Place
from derender.synthesis.elements import Bools, Stopped
from derender.synthesis.leaves import Leaves
from derender.synthesis.nodes import TOP, Nodes, Slot
from derender.synthesis.rules import rules_met, tests_of

LOOK_EVERY = 512
"""Statements that are listed between two looks at whether to stop."""


class Choice(NamedTuple):
    """A statement in a slot; `row` of `leaves` says how it is written."""

    mask: int
    xs: int
    ys: int
    node: int
    place: Place
    uses_outer: bool
    uses_inner: bool
    leaves: Leaves
    row: int


class Variant(NamedTuple):
    """A statement as bits: its coefficients, the tests it needs and rules out, the rules it meets (see `rules`)."""

    xs: int
    ys: int
    tests: int
    conflicts: int
    meets: int
    choice: Choice


Group = tuple[int, list[Variant]]
"""What is drawn, and the statements that draw just that, none of which can stand for another."""


class Catalogue:
    """The statements of each node, listed when first asked for; listing raises `Stopped` when it is told to stop."""

    def __init__(self, nodes: Nodes, should_stop: Callable[[], bool] = lambda: False) -> None:
        self._nodes = nodes
        self._should_stop = should_stop
        self._listed: dict[int, tuple[Choice, ...]] = {}
        self._groups: dict[int, dict[int, list[Variant]]] = {}
        self._drawing: dict[int, list[list[Group]]] = {}
        self._xs: dict[tuple[int, int], int] = {}
        self._ys: dict[tuple[int, int], int] = {}
        self._x_bits: dict[int, int] = {0: 0}
        self._y_bits: dict[int, int] = {0: 0}

    def choices(self, node: int) -> tuple[Choice, ...]:
        """The statements of a node (or of the program itself), no two alike in all that matters to a search."""
        if node not in self._listed:
            slots = (Slot(Place.BODY, self._nodes.progressions.single),) if node == TOP else self._nodes.nodes[node].slots
            found: dict[tuple[int, int, int, Place, bool, bool], Choice] = {}
            for slot in slots:
                self.look()
                for choice in self._of_slot(node, slot):
                    found.setdefault((choice.mask, choice.xs, choice.ys, choice.place, choice.uses_outer, choice.uses_inner), choice)
            self._listed[node] = tuple(found.values())
        return self._listed[node]

    def choice(self, node: int, slot: Slot, row: int) -> Choice:
        """One statement of a slot of a node: `row` of the slot's family."""
        return self._of_leaves(node, slot.place, slot.statements().where(np.array([row])))[0]

    def groups(self, node: int) -> dict[int, list[Variant]]:
        """The statements of a node by what they draw."""
        if node not in self._groups:
            groups: dict[int, list[Variant]] = {}
            for number, choice in enumerate(self.choices(node)):
                if number % LOOK_EVERY == 0:
                    self.look()
                met = rules_met(self._nodes, node, choice.place, choice.uses_outer, choice.uses_inner)
                variant = Variant(choice.xs, choice.ys, *tests_of(self._nodes, node, choice.place), met, choice)
                add_variant(groups.setdefault(choice.mask, []), variant)
            self._groups[node] = groups
        return self._groups[node]

    def drawing(self, node: int) -> list[list[Group]]:
        """For each element the groups of a node that draw it."""
        if node not in self._drawing:
            drawing: list[list[Group]] = [[] for _ in range(len(self._nodes.elements))]
            for number, group in enumerate(self.groups(node).items()):
                if number % LOOK_EVERY == 0:
                    self.look()
                left = group[0]
                while left:
                    drawing[(left & -left).bit_length() - 1].append(group)
                    left &= left - 1
            self._drawing[node] = drawing
        return self._drawing[node]

    def look(self) -> None:
        """Raises `Stopped` when it is told to stop."""
        if self._should_stop():
            raise Stopped

    def _of_slot(self, node: int, slot: Slot) -> list[Choice]:
        if not len(slot.family):
            return []
        leaves = slot.statements()
        coefficients = leaves.outer + leaves.inner
        crossed = (leaves.outer[:, 1::2] != 0).sum(axis=1) + (leaves.inner[:, ::2] != 0).sum(axis=1)
        order = np.lexsort((crossed, np.abs(coefficients).sum(axis=1), (coefficients < 0).sum(axis=1)))
        return self._of_leaves(node, slot.place, leaves.where(order))

    def _of_leaves(self, node: int, place: Place, leaves: Leaves) -> list[Choice]:
        coefficients = leaves.outer + leaves.inner
        uses_outer: list[bool] = (leaves.outer != 0).any(axis=1).tolist()
        uses_inner: list[bool] = (leaves.inner != 0).any(axis=1).tolist()
        return [
            Choice(
                mask,
                self._bits(self._xs, self._x_bits, x1, x2),
                self._bits(self._ys, self._y_bits, y1, y2),
                node,
                place,
                o,
                i,
                leaves,
                row,
            )
            for row, (mask, (x1, y1, x2, y2), o, i) in enumerate(
                zip(masks_of(leaves.covers), coefficients.tolist(), uses_outer, uses_inner, strict=True)
            )
        ]

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


def add_variant(variants: list[Variant], new: Variant) -> None:
    """Adds a statement to those that draw the same, unless one of them can stand for it; those it can stand for go."""
    for old in variants:
        if _better(old, new):
            return
    variants[:] = [old for old in variants if not _better(new, old)]
    variants.append(new)


def _better(one: Variant, other: Variant) -> bool:
    """Whether one can stand for the other wherever both draw the same."""
    return not (one.xs & ~other.xs or one.ys & ~other.ys or one.tests & ~other.tests or other.meets & ~one.meets)
