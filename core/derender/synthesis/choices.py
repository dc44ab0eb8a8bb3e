"""Statements as the search sees them: bit masks of what they draw and of the coefficients they use.

Bit e of a mask stands for element e; bits of coefficients are numbered as they are met, x and y apart. Of statements that a
search cannot tell apart the one that an author would rather read is kept: forwards before backwards, small steps before
large, the outer loop along x.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from derender.synthesis.contexts import Place
from derender.synthesis.elements import Bools, Ints, Stopped
from derender.synthesis.leaves import Family, Leaves
from derender.synthesis.nodes import TOP, Nodes, Slot
from derender.synthesis.rules import rules_met, tests_of

LOOK_EVERY = 512
"""Statements that are listed between two looks at whether to stop."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A statement: the node that it stands in, the slot, and which `row` of the slot's family it is."""

    node: int
    slot: Slot
    row: int

    @property
    def place(self) -> Place:
        """Where in the node it stands."""
        return self.slot.place

    @property
    def mask(self) -> int:
        """What it draws."""
        return masks_of(self.slot.family.leaves.covers[self.row : self.row + 1])[0]

    @property
    def leaf(self) -> Leaves:
        """How it is written, alone."""
        return self.slot.statements(np.array([self.row]))


Variant = tuple[int, int, int, int, int, int, Slot, int]
"""A statement as bits: its coefficients in x and in y, the tests that it needs and rules out, the rules that it meets (see `rules`);
then its `Choice`."""

Group = tuple[int, list[Variant]]
"""What is drawn, and the statements that draw just that, none of which can stand for another."""

_Listed = dict[int, list[tuple[int, int, int, int]]]
"""By what is drawn: coefficients in x and in y, which loops' variables are used (1 the outer, 2 the inner one), and the row."""


def choice_of(variant: Variant) -> Choice:
    """Which statement that is."""
    return Choice(*variant[5:])


def single_statements(nodes: Nodes) -> tuple[Choice, ...]:
    """The statements that draw one element each, without headers, in the order of the elements."""
    slot = _top_slot(nodes)
    return tuple(Choice(TOP, slot, row) for row in range(len(nodes.elements)))


class Catalogue:
    """The statements of each node, listed when first asked for; listing raises `Stopped` when it is told to stop."""

    def __init__(self, nodes: Nodes, should_stop: Callable[[], bool] = lambda: False) -> None:
        self._nodes = nodes
        self._should_stop = should_stop
        self._listed: dict[tuple[Family, bool, bool], _Listed] = {}
        self._groups: dict[int, dict[int, list[Variant]]] = {}
        self._drawing: dict[tuple[int, int], list[Group]] = {}
        self._counts: dict[Family, Ints] = {}
        self._xs: dict[tuple[int, int], int] = {}
        self._ys: dict[tuple[int, int], int] = {}
        self._x_bits: dict[int, int] = {0: 0}
        self._y_bits: dict[int, int] = {0: 0}

    def slots(self, node: int) -> tuple[Slot, ...]:
        """The slots of a node (or of the program itself)."""
        return (_top_slot(self._nodes),) if node == TOP else self._nodes.nodes[node].slots

    def groups(self, node: int) -> dict[int, list[Variant]]:
        """The statements of a node by what they draw."""
        if node not in self._groups:
            groups: dict[int, list[Variant]] = {}
            for slot in self.slots(node):
                tests = tests_of(self._nodes, node, slot.place)
                kinds = [(*tests, rules_met(self._nodes, node, slot.place, bool(uses & 1), bool(uses & 2))) for uses in range(4)]
                for number, (mask, listed) in enumerate(self._of_slot(slot).items()):
                    if number % LOOK_EVERY == 0:
                        self.look()
                    variants: list[Variant] = [(xs, ys, *kinds[uses], node, slot, row) for xs, ys, uses, row in listed]
                    known = groups.setdefault(mask, variants)
                    if known is not variants:
                        for variant in variants:
                            add_variant(known, variant)
            self._groups[node] = groups
        return self._groups[node]

    def drawing(self, node: int, element: int) -> list[Group]:
        """The groups of a node that draw an element."""
        key = (node, element)
        if key not in self._drawing:
            self.look()
            self._drawing[key] = [group for group in self.groups(node).items() if group[0] >> element & 1]
        return self._drawing[key]

    def counts(self, node: int) -> Ints:
        """(N): how many statements of a node draw each element, those included for which others can stand."""
        counts = np.zeros(len(self._nodes.elements), dtype=np.int64)
        for slot in self.slots(node):
            if slot.family not in self._counts:
                self._counts[slot.family] = slot.family.leaves.covers.sum(axis=0)
            counts += self._counts[slot.family]
        return counts

    def look(self) -> None:
        """Raises `Stopped` when it is told to stop."""
        if self._should_stop():
            raise Stopped

    def _of_slot(self, slot: Slot) -> _Listed:
        """The statements of a slot; slots of one family share them, whatever the node."""
        key = (slot.family, slot.backwards_turns > 0, slot.inner_only)
        if key not in self._listed:
            self._listed[key] = self._of_leaves(slot.statements())
        return self._listed[key]

    def _of_leaves(self, leaves: Leaves) -> _Listed:
        coefficients = leaves.outer + leaves.inner
        crossed = (leaves.outer[:, 1::2] != 0).sum(axis=1) + (leaves.inner[:, ::2] != 0).sum(axis=1)
        order = np.lexsort((crossed, np.abs(coefficients).sum(axis=1), (coefficients < 0).sum(axis=1)))
        uses = (leaves.outer != 0).any(axis=1) + 2 * (leaves.inner != 0).any(axis=1)
        rows = zip(masks_of(leaves.covers[order]), coefficients[order].tolist(), uses[order].tolist(), order.tolist(), strict=True)
        found: _Listed = {}
        for number, (mask, (x1, y1, x2, y2), used, row) in enumerate(rows):
            if number % LOOK_EVERY == 0:
                self.look()
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


def _top_slot(nodes: Nodes) -> Slot:
    return Slot(Place.BODY, nodes.progressions.single)


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
    (xs, ys, tests, _, meets), (other_xs, other_ys, other_tests, _, other_meets) = one[:5], other[:5]
    return not (xs & ~other_xs or ys & ~other_ys or tests & ~other_tests or other_meets & ~meets)
