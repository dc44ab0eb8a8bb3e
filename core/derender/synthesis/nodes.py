"""All the headers that a program for a spec may have, and the statements that may stand in each of their slots.

Enumeration keeps only statements that can matter in some program of least cost: a statement that could stand in an enclosing
slot and draw the same is left out, and so is a header without a statement that makes it legal. Statements are listed only when
a search asks for them; what it needs first, how much the largest of them draw, is known without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from derender.synthesis.contexts import Header, Loop, Mirror, Place, Rows, inner_loops
from derender.synthesis.elements import Bools, Elements, Ints, Reflection, reflections_of
from derender.synthesis.leaves import Family, Leaves, Progressions, family_of
from derender.synthesis.search_space import SearchSpace

TOP = -1
"""The node number of the program itself."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a node and a family of statements for it; what is to be done to them is done when they are asked for."""

    place: Place
    family: Family
    backwards_turns: int = 0
    outer_shift: int = 0
    inner_shift: int = 0
    inner_only: bool = False

    def statements(self) -> Leaves:
        """The family's statements as they stand in this slot."""
        leaves = self.family.leaves.in_inner_loop() if self.inner_only else self.family.leaves
        if self.backwards_turns:
            leaves = leaves.backwards(self.backwards_turns)
        return leaves.shifted(self.outer_shift, self.inner_shift)


@dataclass(frozen=True, slots=True)
class Node:
    """A header, the number of the node that it stands in, whether it stands under that node's test, and its slots."""

    header: Header
    parent: int
    tested: bool
    slots: tuple[Slot, ...]

    def reach(self, count: int) -> Ints:
        """(N): how many elements the largest statement in the node's slots that draws an element draws, at least 1."""
        reach: Ints = np.maximum.reduce([np.ones(count, dtype=np.int64), *(slot.family.reach for slot in self.slots)])
        return reach


@dataclass(frozen=True, slots=True)
class Nodes:
    """The nodes of a spec, each after its parent, and the statements of the program itself.

    `complete`: these are all; otherwise the enumeration was stopped, and nothing can be proven with them.
    """

    elements: Elements
    nodes: tuple[Node, ...]
    single: Family
    complete: bool


def nodes_of(elements: Elements, space: SearchSpace, stopped: Callable[[], bool] = lambda: False) -> Nodes:
    """All nodes of `space`; those met so far, where `stopped` says so in between."""
    enumeration = _Enumeration(elements, space)
    complete = not any(stopped() for _ in enumeration.steps())
    return Nodes(elements, tuple(enumeration.nodes), enumeration.progressions.single, complete)


class _Enumeration:
    def __init__(self, elements: Elements, space: SearchSpace) -> None:
        self.nodes: list[Node] = []
        self.progressions = Progressions(elements)
        self._space = space
        self._reflections = list(reflections_of(elements)) if space.reflections and space.depth >= 2 else []
        # A turn without a statement of its own could be left out, so no loop runs longer than the longest progression and the
        # turn that its test takes away.
        longest = self.progressions.longest
        self._turns = range(2, max(3, longest + 1) + 1) if space.loops and space.depth >= 2 and longest > 1 else range(0)

    def steps(self) -> Iterator[None]:
        """Adds node after node, with a pause after each top-level one."""
        for turns in self._turns:
            self._add_loop(turns)
            yield
        for reflection in self._reflections:
            self._add_reflection(reflection)
            yield

    def _add(self, node: Node) -> None:
        self.nodes.append(node)

    def _add_loop(self, turns: int) -> None:
        slots = [Slot(Place.BODY, self.progressions.line(turns))]
        if turns > 2:
            slots.append(Slot(Place.OUTER_TEST, self.progressions.line(turns - 1), outer_shift=1))
        number = len(self.nodes)
        self._add(Node(Loop(turns), TOP, False, tuple(slots)))
        if self._space.depth >= 3:
            for tested in (False, True):
                self._add_inner_loops(number, turns, tested)
                self._add_inner_reflections(number, turns, tested)
        if not len(slots[0].family) and len(self.nodes) == number + 1:
            self.nodes.pop()

    def _add_inner_loops(self, outer: int, turns: int, tested: bool) -> None:
        for loop, rows in inner_loops(turns, self.progressions.longest, tested):
            slots = tuple(slot for slot in self._row_slots(rows, turns, tested) if len(slot.family))
            if _worth_a_node(loop, slots):
                self._add(Node(loop, outer, tested, slots))

    def _row_slots(self, rows: Rows, turns: int, tested: bool) -> Iterator[Slot]:
        yield from self._slots_of_rows(Place.BODY, rows, turns)
        yield from self._slots_of_rows(Place.INNER_TEST, rows.without_first_column(), turns)
        if not tested and rows.lengths[0] and max(rows.lengths[1:]) > 0:
            later = rows.without_first_row()
            # What uses only the inner variable is here only if the test makes its longest row shorter.
            shorter = max(later.lengths) < max(rows.lengths)
            yield from self._slots_of_rows(Place.OUTER_TEST, later, turns, inner_only=shorter)

    def _slots_of_rows(self, place: Place, rows: Rows, turns: int, inner_only: bool = True) -> Iterator[Slot]:
        occupied = rows.occupied
        if not occupied:
            return
        shape, grows = rows.shape
        if shape.rows >= 2 and shape.first >= 2:
            yield Slot(place, self.progressions.block(shape), shape.rows if grows else 0, occupied.start, rows.start)
        if shape.first >= 2 and inner_only:
            yield Slot(place, self.progressions.line(shape.first), inner_shift=rows.start, inner_only=True)
        if shape.rows >= 2 and occupied not in (range(turns), range(1, turns)):
            # In all the turns of the outer loop, or of its test, the statement would stand there instead.
            yield Slot(place, self.progressions.line(shape.rows), outer_shift=occupied.start)

    def _add_inner_reflections(self, outer: int, turns: int, tested: bool) -> None:
        length = turns - 1 if tested else turns
        if length < 2:
            return
        for reflection in self._reflections:
            # Statements that are their own image stand in the loop itself.
            mirrored = _mirrored(self.progressions.line(length).leaves, reflection, keep_symmetric=False)
            if len(mirrored):
                pairs = _first_of_equal(_mirrored(self.progressions.single.leaves, reflection, keep_symmetric=False))
                slots = (Slot(Place.BODY, family_of(mirrored), outer_shift=1 if tested else 0), Slot(Place.BODY, family_of(pairs)))
                self._add(Node(Mirror(reflection), outer, tested, slots))

    def _add_reflection(self, reflection: Reflection) -> None:
        single = self.progressions.single.leaves
        pairs = _first_of_equal(_mirrored(single, reflection, keep_symmetric=False))
        number = len(self.nodes)
        self._add(Node(Mirror(reflection), TOP, False, (Slot(Place.BODY, family_of(pairs)),)))
        if self._space.depth < 3:
            return
        for turns in self._turns:
            body = _mirrored(self.progressions.line(turns).leaves, reflection, keep_symmetric=True)
            if len(body):
                slots = [Slot(Place.BODY, family_of(body))]
                if turns > 2:
                    tested = _mirrored(self.progressions.line(turns - 1).leaves, reflection, keep_symmetric=True)
                    slots.append(Slot(Place.OUTER_TEST, family_of(tested), outer_shift=1))
                self._add(Node(Loop(turns), number, False, tuple(slots)))
        for second in self._reflections:
            if second is not reflection:
                seconds = _first_of_equal(_mirrored(single, second, keep_symmetric=False))
                family = family_of(_mirrored(seconds, reflection, keep_symmetric=True))
                if family.reach.max(initial=0) > 2:
                    self._add(Node(Mirror(second), number, False, (Slot(Place.BODY, family),)))


def _worth_a_node(loop: Loop, slots: tuple[Slot, ...]) -> bool:
    """Whether the inner loop's body uses its variable, and, where the bound does not, some statement uses the outer one."""
    uses_inner = any(slot.place is Place.BODY and (slot.inner_only or slot.family.leaves.inner.any()) for slot in slots)
    return uses_inner and (loop.coefficient != 0 or any(not slot.inner_only for slot in slots))


def _mirrored(leaves: Leaves, reflection: Reflection, *, keep_symmetric: bool) -> Leaves:
    """The statements whose mirror images are in the spec, drawing them too; those that draw nothing more only if asked for."""
    domain = reflection.image >= 0
    inside = ~_any_in_row(leaves.covers & ~domain)
    if not inside.any():
        return leaves.where(inside)
    leaves = leaves.where(inside)
    image = np.zeros_like(leaves.covers)
    image[:, reflection.image[domain]] = leaves.covers[:, domain]
    both = leaves.drawing(leaves.covers | image)
    return both if keep_symmetric else both.where(_any_in_row(image & ~leaves.covers))


def _any_in_row(matrix: Bools) -> Bools:
    found: Bools = np.logical_or.reduce(matrix, axis=1)
    return found


def _first_of_equal(leaves: Leaves) -> Leaves:
    """One statement for each set of elements drawn: the first; for statements without loops, which have no coefficients."""
    _, first = np.unique(leaves.covers, axis=0, return_index=True)
    return leaves.where(np.sort(first))
