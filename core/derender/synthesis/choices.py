"""Statements as the search sees them: bit masks of what they draw and of the coefficients they use.

Bit e of a mask stands for element e; bits of coefficients are numbered as they are met, x and y apart. Of statements that a
search cannot tell apart the one that an author would rather read is kept: forwards before backwards, small steps before
large, the outer loop along x.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from derender.synthesis.contexts import Place
from derender.synthesis.elements import Ints, Stopped
from derender.synthesis.leaves import Leaves
from derender.synthesis.listing import LOOK_EVERY, masks_of
from derender.synthesis.nodes import TOP, Nodes, Slot
from derender.synthesis.rules import rules_met, tests_of


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
        self._groups: dict[int, dict[int, list[Variant]]] = {}
        self._drawing: dict[tuple[int, int], list[Group]] = {}

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
                for number, (mask, listed) in enumerate(self._nodes.listing.of_slot(slot, self.look).items()):
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
            counts += slot.family.counts
        return counts

    def holdings(self) -> list[dict[Any, Any]]:
        """What takes much memory."""
        return [self._drawing, *self._groups.values()]

    def look(self) -> None:
        """Raises `Stopped` when it is told to stop."""
        if self._should_stop():
            raise Stopped


def _top_slot(nodes: Nodes) -> Slot:
    return Slot(Place.BODY, nodes.progressions.single)


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
