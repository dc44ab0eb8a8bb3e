"""The headers that the regular parts of a spec suggest: few enough for hundreds of commands, and mostly those an author would write.

Where `nodes` lists every header that could be in some program, this lists loops as long as the progressions that draw most, inner
loops that fit the largest shapes, and the reflections that map the most. Nothing is proven with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from derender.synthesis.contexts import Loop, Mirror, Place, fits_of
from derender.synthesis.focus import SHORTEST, no_pairs
from derender.synthesis.leaves import Progressions, Shape
from derender.synthesis.mirrors import Mirrors, strongest
from derender.synthesis.nodes import TOP, Node, Nodes, Slot, Tables, slots_of, uses_inner
from derender.synthesis.search_space import SearchSpace
from derender.synthesis.steps import Steps

Key = TypeVar("Key")

MOST_LENGTHS = 24
MOST_SHAPES = 40
MOST_REFLECTIONS = 8

FOCUSED_FROM = 30
"""In larger specs the table of all progressions holds so many multiples and diagonals that a draft of it is slower and no better."""


def focused_nodes_of(tables: Tables, space: SearchSpace, stopped: Callable[[], bool]) -> Steps[Nodes]:
    """The nodes of `space` worth looking at first, in steps, without a claim to completeness; raises `Stopped`.

    In small specs they are made of the tables that the exact search uses anyway, else of what the regular parts suggest.
    """
    elements = tables.elements
    looping, nested = space.loops and space.depth >= 2, space.depth >= 3
    small = len(elements) < FOCUSED_FROM and tables.are_listable
    yield
    progressions = tables.progressions if small else tables.regular_progressions(stopped) if looping else Progressions(elements, no_pairs())
    yield
    mirrors = None
    if space.reflections and space.depth >= 2:
        mirrors = tables.mirrors if small else Mirrors(elements, strongest(tables.reflections(stopped), MOST_REFLECTIONS))
        yield
    if nested:
        progressions.prepare_blocks()
        yield
    turns, inner = _common_loops(progressions, nested) if looping else ([], _no_loops)
    selection = Selection(progressions, mirrors, turns, inner, nested)
    yield from selection.steps()
    return Nodes(elements, tuple(selection.nodes), progressions, False, tables.listing)


Inner = Callable[[int], Iterable[tuple[Loop, bool]]]
"""The inner loops for an outer one of so many turns, and whether they stand under its test."""


def _no_loops(_: int) -> Iterable[tuple[Loop, bool]]:
    return ()


def _common_loops(progressions: Progressions, nested: bool) -> tuple[list[int], Inner]:
    """The lengths of loops that progressions and shapes suggest, and the inner loops for each."""
    lengths: Counter[int] = Counter()
    for length in progressions.lengths().tolist():
        lengths[length] += length
    shapes = _most(progressions.shapes(), MOST_SHAPES) if nested else []
    for shape in shapes:
        lengths[shape.rows] += shape.rows * shape.first
    common = [length for length in _most(lengths, MOST_LENGTHS) if length >= SHORTEST]
    # A loop one longer draws the same under its test, beside what needs all its turns.
    turns = sorted({*common, *(length + 1 for length in common[: MOST_LENGTHS // 2])})
    return turns, lambda outer: _loops_for(shapes, outer)


class Selection:
    """The nodes of chosen loops and reflections: in `nodes` when `steps` are done."""

    def __init__(self, progressions: Progressions, mirrors: Mirrors | None, turns: list[int], inner: Inner, nested: bool) -> None:
        self.nodes: list[Node] = []
        self._progressions = progressions
        self._mirrors = mirrors
        self._reflections = mirrors.strongest(MOST_REFLECTIONS) if mirrors else []
        self._turns = turns
        self._inner = inner
        self._nested = nested

    def steps(self) -> Iterator[None]:
        """Adds node after node, with pauses."""
        for number in self._turns:
            yield from self._add_loop(number)
        if self._mirrors:
            for number in self._reflections:
                yield from self._add_reflection(self._mirrors, number)

    def _loop_slots(self, turns: int) -> tuple[Slot, ...]:
        body, tested = self._progressions.line(turns), self._progressions.line(turns - 1)
        return Slot(Place.BODY, body), Slot(Place.OUTER_TEST, tested, outer_shift=1)

    def _add_loop(self, turns: int) -> Iterator[None]:
        number = len(self.nodes)
        self.nodes.append(Node(Loop(turns), TOP, False, self._loop_slots(turns)))
        yield
        if not self._nested:
            return
        for loop, tested in dict.fromkeys(self._inner(turns)):
            slots = slots_of(self._progressions, fits_of(loop, turns, tested))
            if uses_inner(slots) and (loop.coefficient or not all(slot.inner_only for slot in slots)):
                self.nodes.append(Node(loop, number, tested, slots))
            yield
        if self._mirrors:
            for reflection, family in self._mirrors.growing(self._progressions.line(turns)):
                if reflection not in self._reflections:
                    continue
                slots = (Slot(Place.BODY, family), Slot(Place.BODY, self._mirrors.pairs(reflection)))
                self.nodes.append(Node(Mirror(self._mirrors.reflection(reflection)), number, False, slots))
                yield

    def _add_reflection(self, mirrors: Mirrors, number: int) -> Iterator[None]:
        node = len(self.nodes)
        self.nodes.append(Node(Mirror(mirrors.reflection(number)), TOP, False, (Slot(Place.BODY, mirrors.pairs(number)),)))
        yield
        if not self._nested:
            return
        for length in self._turns:
            body = mirrors.images(self._progressions.line(length), number)
            yield
            if len(body):
                tested = mirrors.images(self._progressions.line(length - 1), number)
                slots = (Slot(Place.BODY, body), Slot(Place.OUTER_TEST, tested, outer_shift=1))
                self.nodes.append(Node(Loop(length), node, False, slots))
            yield
        for second, family in mirrors.of_pairs(number):
            if second not in self._reflections:
                continue
            self.nodes.append(Node(Mirror(mirrors.reflection(second)), node, False, (Slot(Place.BODY, family),)))
            yield


def _loops_for(shapes: list[Shape], turns: int) -> Iterator[tuple[Loop, bool]]:
    """The inner loops in one of `turns` turns that draw one of the shapes, and whether they stand under its test."""
    for rows, first, shrink in ((shape.rows, shape.first, shape.shrink) for shape in shapes):
        last = first - shrink * (rows - 1)
        if rows == turns:
            yield Loop(first, -shrink), False
            yield Loop(last, shrink), False
        elif rows == turns - 1:
            yield Loop(first + shrink, -shrink), True
            # With an empty first turn the test is not needed.
            yield Loop(last - shrink, shrink), last > shrink or not shrink


def _most(weights: Counter[Key], most: int) -> list[Key]:
    """The keys of most weight, in order."""
    return [key for key, _ in sorted(weights.items(), key=lambda item: (-item[1], str(item[0])))[:most]]
