"""All the headers that a program for a spec may have, and the statements that may stand in each of their slots.

Enumeration keeps only statements that can matter in some program of least cost: a statement that could stand in an enclosing
slot and draw the same is left out, and so is a header without a statement that makes it legal. Statements are listed only when
a search asks for them; what it needs first, how much the largest of them draw, is known without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import assert_never

import numpy as np

from derender.synthesis.contexts import Fit, Header, Loop, Mirror, Place, Turns, inner_loops
from derender.synthesis.elements import Elements, Ints, Reflection, reflections_of
from derender.synthesis.focus import no_pairs, promising_pairs
from derender.synthesis.leaves import Family, Leaves, Progressions
from derender.synthesis.listing import Listing
from derender.synthesis.mirrors import Mirrors
from derender.synthesis.search_space import SearchSpace
from derender.synthesis.steps import Steps

LONGEST_OF_ALL = 14
"""Where progressions are longer, loops of all lengths and slopes are too many to look at."""

CORNERS_AT_MOST = 1_000_000
"""Likewise for pairs of steps from one element."""

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

    def statements(self, rows: Ints | None = None) -> Leaves:
        """The family's statements, or those of the rows, as they stand in this slot."""
        leaves = self.family.leaves if rows is None else self.family.leaves.where(rows)
        leaves = leaves.in_inner_loop() if self.inner_only else leaves
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

    `complete`: these are all; otherwise the spec is too large to list them, and nothing can be proven with them.
    """

    elements: Elements
    nodes: tuple[Node, ...]
    progressions: Progressions
    complete: bool
    listing: Listing = field(default_factory=Listing)


class Tables:
    """What the searches of all spaces for a spec share: progressions, reflections, statements, and each set of headers listed once.

    Restricted spaces are listed sooner than the whole language, and what they have made need not be made for it again.
    """

    def __init__(self, elements: Elements) -> None:
        self.elements = elements
        self.listing = Listing()
        self._begun: dict[tuple[bool, bool, int], _Enumeration] = {}
        self._regular: Progressions | None = None
        self._reflections: tuple[Reflection, ...] | None = None

    @cached_property
    def progressions(self) -> Progressions:
        """All progressions."""
        return Progressions(self.elements)

    def regular_progressions(self, stopped: Callable[[], bool]) -> Progressions:
        """The progressions of the regular parts; raises `Stopped`."""
        if self._regular is None:
            self._regular = Progressions(self.elements, promising_pairs(self.elements, stopped))
        return self._regular

    def reflections(self, stopped: Callable[[], bool]) -> tuple[Reflection, ...]:
        """All reflections; raises `Stopped`."""
        if self._reflections is None:
            self._reflections = tuple(reflections_of(self.elements, stopped))
        return self._reflections

    @cached_property
    def are_listable(self) -> bool:
        """Whether all headers can be listed."""
        return within_reach(self.elements) and self.progressions.longest <= LONGEST_OF_ALL

    @cached_property
    def mirrors(self) -> Mirrors:
        """What may stand in each reflection."""
        return Mirrors(self.elements, self.reflections(lambda: False))

    def enumeration(self, space: SearchSpace) -> _Enumeration:
        """The listing of a space's nodes, which every search of the space carries on."""
        key = (space.loops, space.reflections, space.depth)
        if key not in self._begun:
            self._begun[key] = _Enumeration(self, space)
        return self._begun[key]


def nodes_of(tables: Tables, space: SearchSpace) -> Steps[Nodes]:
    """All nodes of `space`, in steps; none where they are too many."""
    listable = tables.are_listable
    yield
    if listable:
        enumeration = tables.enumeration(space)
        while not enumeration.is_over:
            enumeration.go_on()
            yield
        return Nodes(tables.elements, tuple(enumeration.nodes), tables.progressions, True, tables.listing)
    return no_nodes(tables.elements)


def no_nodes(elements: Elements) -> Nodes:
    """Nothing but the program that writes the spec out."""
    return Nodes(elements, (), Progressions(elements, no_pairs()), False)


def within_reach(elements: Elements) -> bool:
    """Whether the spec is small enough to look at all progressions."""
    alike = np.bincount(elements.kinds)
    return int((alike * (alike - 1) ** 2).sum()) <= CORNERS_AT_MOST


_OVER = object()


class _Enumeration:
    """A space's nodes, which are all there when it `is_over`."""

    def __init__(self, tables: Tables, space: SearchSpace) -> None:
        self.nodes: list[Node] = []
        self.is_over = False
        self.progressions = tables.progressions
        self._space = space
        self._longest = longest = self.progressions.longest
        self._mirrors = tables.mirrors if space.reflections and space.depth >= 2 else None
        looping = space.loops and space.depth >= 2 and longest > 1
        # Turns in which nothing is drawn could be left out, so a loop is as long as a progression and a turn that its test takes
        # away at most; `shared_loops` has what this misses. Three turns are cheaper than two.
        self._turns = tuple(range(2, max(3, longest + 1) + 1)) if looping else ()

        self._steps = self._add_all()

    def go_on(self) -> None:
        """A step of listing."""
        self.is_over = next(self._steps, _OVER) is _OVER

    def _add_all(self) -> Iterator[None]:
        for turns in self._turns:
            yield from self._add_loop(turns)
        for number in range(len(self._mirrors) if self._mirrors else 0):
            yield from self._add_reflection(number)

    def _add(self, node: Node) -> None:
        self.nodes.append(node)

    def _add_loop(self, turns: int) -> Iterator[None]:
        slots = [Slot(Place.BODY, self.progressions.line(turns))]
        if turns > 2:
            slots.append(Slot(Place.OUTER_TEST, self.progressions.line(turns - 1), outer_shift=1))
        number = len(self.nodes)
        self._add(Node(Loop(turns), TOP, False, tuple(slots)))
        if self._space.depth >= 3:
            self.progressions.prepare_blocks()
            yield
            for tested in (False, True):
                yield from self._add_inner_loops(number, turns, tested)
                yield from self._add_inner_reflections(number, turns, tested)
        if not len(slots[0].family) and len(self.nodes) == number + 1:
            self.nodes.pop()

    def _add_inner_loops(self, outer: int, turns: int, tested: bool) -> Iterator[None]:
        for loop, slots in inner_slots(self.progressions, turns, self._longest, tested):
            # Where the bound does not use the outer variable some statement must: else the loop could as well stand outside.
            if loop.coefficient or not all(slot.inner_only for slot in slots):
                self._add(Node(loop, outer, tested, slots))
            yield

    def _add_inner_reflections(self, outer: int, turns: int, tested: bool) -> Iterator[None]:
        length = turns - 1 if tested else turns
        if length < 2 or not self._mirrors:
            return
        for number, family in self._mirrors.growing(self.progressions.line(length)):
            slots = (Slot(Place.BODY, family, outer_shift=1 if tested else 0), Slot(Place.BODY, self._mirrors.pairs(number)))
            self._add(Node(Mirror(self._mirrors.reflection(number)), outer, tested, slots))
            yield

    def _add_reflection(self, number: int) -> Iterator[None]:
        assert self._mirrors is not None
        node = len(self.nodes)
        self._add(Node(Mirror(self._mirrors.reflection(number)), TOP, False, (Slot(Place.BODY, self._mirrors.pairs(number)),)))
        yield
        if self._space.depth < 3:
            return
        for turns in self._turns:
            body = self._mirrors.images(self.progressions.line(turns), number)
            if len(body):
                slots = [Slot(Place.BODY, body)]
                if turns > 2:
                    tested = self._mirrors.images(self.progressions.line(turns - 1), number)
                    slots.append(Slot(Place.OUTER_TEST, tested, outer_shift=1))
                self._add(Node(Loop(turns), node, False, tuple(slots)))
            yield
        for second, family in self._mirrors.of_pairs(number):
            self._add(Node(Mirror(self._mirrors.reflection(second)), node, False, (Slot(Place.BODY, family),)))


def inner_slots(progressions: Progressions, turns: int, longest: int, tested: bool) -> Iterator[tuple[Loop, tuple[Slot, ...]]]:
    """The inner loops of an outer one of `turns` turns whose body can use their variable, with the slots that are not empty."""
    for loop, fits in inner_loops(turns, longest, tested):
        slots = slots_of(progressions, fits)
        if uses_inner(slots):
            yield loop, slots


def slots_of(progressions: Progressions, fits: tuple[Fit, ...]) -> tuple[Slot, ...]:
    """The slots that are not empty."""
    return tuple([slot for fit in fits if len((slot := _slot(progressions, fit)).family)])


def uses_inner(slots: tuple[Slot, ...]) -> bool:
    """Whether a statement in the body can use the inner loop's variable."""
    return any(slot.place is Place.BODY and (slot.inner_only or slot.family.uses_inner) for slot in slots)


def _slot(progressions: Progressions, fit: Fit) -> Slot:
    match fit.turns:
        case Turns.BOTH:
            return Slot(fit.place, progressions.block(fit.shape), fit.shape.rows if fit.backwards else 0, fit.first_row, fit.first_column)
        case Turns.INNER:
            return Slot(fit.place, progressions.line(fit.shape.first), inner_shift=fit.first_column, inner_only=True)
        case Turns.OUTER:
            return Slot(fit.place, progressions.line(fit.shape.rows), outer_shift=fit.first_row)
        case _:
            assert_never(fit.turns)
