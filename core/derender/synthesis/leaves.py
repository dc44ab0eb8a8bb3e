"""Every drawing statement that draws nothing outside the spec.

In a loop a statement draws an arithmetic progression of like elements; in two loops it draws rows of progressions whose starts
are a progression themselves. The rows are as long as the inner loop's bound says: all equal, or shorter or longer by a fixed
number from row to row. Statements are enumerated for such shapes, not for loops, since many loops share a shape; tables of
all progressions are made once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from derender.synthesis.elements import Bools, Elements, Ints
from derender.synthesis.focus import Pairs, all_pairs


@dataclass(frozen=True, slots=True)
class Leaves:
    """M drawing statements.

    `covers` (M, N): the elements drawn · `element` (M): an element that looks like what is drawn · positions are `origin` +
    `outer` * i + `inner` * j, each (M, 4), with i the outer (or only) loop's variable; in no position are both coefficients set.
    """

    covers: Bools
    element: Ints
    origin: Ints
    outer: Ints
    inner: Ints

    def __len__(self) -> int:
        return len(self.element)

    @property
    def reach(self) -> Ints:
        """(N): how many elements the largest statement that draws an element draws; 0 where none does."""
        reach = np.zeros(self.covers.shape[1], dtype=np.int64)
        sizes = self.covers.sum(axis=1)
        for size in sorted(set(sizes.tolist())):
            reach[self.covers[sizes == size].any(axis=0)] = size
        return reach

    def where(self, chosen: Bools | Ints) -> Leaves:
        """The chosen statements, in order."""
        return Leaves(self.covers[chosen], self.element[chosen], self.origin[chosen], self.outer[chosen], self.inner[chosen])

    def drawing(self, covers: Bools) -> Leaves:
        """The same statements, drawing `covers` instead: their images under a reflection added."""
        return Leaves(covers, self.element, self.origin, self.outer, self.inner)

    def shifted(self, outer: int, inner: int) -> Leaves:
        """The statements that draw at (i + outer, j + inner) what these draw at (i, j)."""
        if outer == 0 and inner == 0:
            return self
        return Leaves(self.covers, self.element, self.origin - outer * self.outer - inner * self.inner, self.outer, self.inner)

    def in_inner_loop(self) -> Leaves:
        """Statements of one loop, counted by the inner variable."""
        return Leaves(self.covers, self.element, self.origin, self.inner, self.outer)

    def backwards(self, turns: int) -> Leaves:
        """The statements with the outer variable counted from the other end of `turns` turns."""
        return Leaves(self.covers, self.element, self.origin + (turns - 1) * self.outer, -self.outer, self.inner)


@dataclass(frozen=True, eq=False)
class Family:
    """Statements of one shape, with their `reach`; shared by all the slots that the shape fits, and itself the key of tables."""

    leaves: Leaves
    reach: Ints
    uses_inner: bool = False

    def __len__(self) -> int:
        return len(self.leaves)

    @cached_property
    def drawing(self) -> Bools:
        """(N, M): for each element the statements that draw it."""
        return np.ascontiguousarray(self.leaves.covers.T)

    @cached_property
    def counts(self) -> Ints:
        """(N): how many statements draw each element."""
        counts: Ints = self.leaves.covers.sum(axis=0)
        return counts


def family_of(leaves: Leaves) -> Family:
    """The statements with their reach."""
    return Family(leaves, leaves.reach, bool(leaves.inner.any()))


def joined(parts: list[Leaves]) -> Leaves:
    """All statements of the parts, in order; there must be a part."""
    if len(parts) == 1:
        return parts[0]
    return Leaves(
        np.concatenate([part.covers for part in parts]),
        np.concatenate([part.element for part in parts]),
        np.concatenate([part.origin for part in parts]),
        np.concatenate([part.outer for part in parts]),
        np.concatenate([part.inner for part in parts]),
    )


@dataclass(frozen=True, slots=True)
class Shape:
    """What two loops run through: `rows` rows, the first `first` long, each next one `shrink` ≥ 0 shorter, none empty."""

    rows: int
    first: int
    shrink: int


class Progressions:
    """The arithmetic progressions of like elements in a spec, and the statements made of them.

    All of them, or with `pairs` those with these pairs' steps, and statements only of those that nothing precedes.
    """

    def __init__(self, elements: Elements, pairs: Pairs | None = None) -> None:
        self._elements = elements
        self.complete = pairs is None
        pairs = all_pairs(elements) if pairs is None else pairs
        self._start, self._step_number, self._step = pairs.start, pairs.step_number, pairs.steps[pairs.step_number]
        count, total = len(elements), len(pairs.start)
        # pair[v, e] is the pair that leads from element e by step v; `count` and `total` stand for 'none'.
        self._pair = np.full((int(self._step_number.max(initial=0)) + 1, count + 1), total, dtype=np.int32)
        self._pair[self._step_number, self._start] = np.arange(total)
        self._chain = self._chains(pairs.second)
        self._run = np.append((self._chain < count).sum(axis=1), 0)
        self._leading = np.arange(total) if self.complete else self._unpreceded()
        self._lines: dict[int, Family] = {}
        self._blocks: dict[Shape, Family] = {}

    @property
    def longest(self) -> int:
        """The number of elements in the longest progression; 1 where no two elements are alike."""
        return self._chain.shape[1] if len(self._start) else min(1, len(self._elements))

    def lengths(self) -> Ints:
        """The lengths of all progressions with room for one more neither before nor after."""
        lengths: Ints = self._run[self._leading]
        return lengths

    def shapes(self) -> Counter[Shape]:
        """The largest shapes that begin at the corners of progressions, with how much all of a shape draw together."""
        _, _, starts, lengths = self._corners
        found: Counter[Shape] = Counter()
        if not len(starts) or starts.shape[1] < 2:
            return found
        rows = np.arange(1, lengths.shape[1] + 1)
        shortest = np.minimum.accumulate(lengths, axis=1)
        areas = np.where((shortest >= 2) & (rows >= 2), shortest * rows, 0)
        best = areas.argmax(axis=1)
        for corner in np.flatnonzero(areas.max(axis=1)).tolist():
            row = int(best[corner])
            found[Shape(row + 1, int(shortest[corner, row]), 0)] += int(areas[corner, row])
        first, shrink = lengths[:, :1], lengths[:, :1] - lengths[:, 1:2]
        needed = first - shrink * (rows - 1)
        fits = np.logical_and.accumulate((lengths >= needed) & (needed > 0), axis=1) & (shrink > 0)
        reach = fits.sum(axis=1)
        for corner in np.flatnonzero(reach >= 2).tolist():
            row = int(reach[corner])
            found[Shape(row, int(first[corner, 0]), int(shrink[corner, 0]))] += int(needed[corner, :row].sum())
        return found

    @cached_property
    def single(self) -> Family:
        """The statements that draw one element without a loop."""
        count = len(self._elements)
        return family_of(self._leaves(np.eye(count, dtype=bool), np.arange(count)))

    def line(self, length: int) -> Family:
        """The statements that draw `length` ≥ 2 elements in one (the outer) loop."""
        if length not in self._lines:
            pairs = self._leading[self._run[self._leading] >= length]
            covers = np.zeros((len(pairs), len(self._elements)), dtype=bool)
            covers[np.arange(len(pairs))[:, None], self._chain[pairs, :length]] = True
            self._lines[length] = family_of(self._leaves(covers, self._start[pairs], outer=self._step[pairs]))
        return self._lines[length]

    def block(self, shape: Shape) -> Family:
        """The statements that draw `shape`, of two rows or more, and use both variables."""
        if shape not in self._blocks:
            self._blocks[shape] = family_of(self._block(shape))
        return self._blocks[shape]

    def prepare_blocks(self) -> None:
        """Makes the table that all blocks are found in: much at once in a large spec, and so a step of its own."""
        _ = self._corners

    def _block(self, shape: Shape) -> Leaves:
        down, along, row_starts, row_lengths = self._corners
        needed = shape.first - shape.shrink * np.arange(shape.rows)
        if shape.rows > row_starts.shape[1] or not len(down):
            fitting = np.zeros(0, dtype=np.int64)
        else:
            fitting = np.flatnonzero((row_lengths[:, : shape.rows] >= needed).all(axis=1))
        covers = np.zeros((len(fitting), len(self._elements)), dtype=bool)
        if len(fitting):
            each = np.arange(len(fitting))
            steps = self._step_number[along[fitting]]
            for row, length in enumerate(needed):
                start = row_starts[fitting, row]
                if length == 1:
                    covers[each, start] = True
                else:
                    covers[each[:, None], self._chain[self._pair[steps, start], :length]] = True
        return self._leaves(covers, self._start[down[fitting]], outer=self._step[down[fitting]], inner=self._step[along[fitting]])

    @cached_property
    def _corners(self) -> tuple[Ints, Ints, NDArray[np.int32], NDArray[np.int32]]:
        """Two pairs from one element whose steps share no coordinate, as (T), (T); row starts (T, R) and room in each row (T, R)."""
        by_start = self._leading[np.argsort(self._start[self._leading], kind="stable")]
        sizes = np.bincount(self._start[by_start], minlength=len(self._elements))
        ends = np.cumsum(sizes)
        changed = ((self._step[by_start] != 0) @ np.array([1, 2, 4, 8])).astype(np.uint8)
        # Element by element: all pairs of steps at once would be a million, of which few share no coordinate.
        downs, alongs = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        for first, end in zip((ends - sizes).tolist(), ends.tolist(), strict=True):
            one, other = np.nonzero(changed[first:end, None] & changed[first:end] == 0)
            downs.append(first + one)
            alongs.append(first + other)
        down, along = by_start[np.concatenate(downs)], by_start[np.concatenate(alongs)]
        row_starts = self._chain[down]
        room = self._run[self._pair[self._step_number[along][:, None], row_starts]].astype(np.int32)
        # A row start without a successor along the row still is a row of one.
        row_lengths = np.where(row_starts < len(self._elements), np.maximum(room, 1), 0)
        return down, along, row_starts, row_lengths

    def _unpreceded(self) -> Ints:
        preceded = np.zeros(self._pair.shape, dtype=bool)
        preceded[self._step_number, self._chain[:, 1]] = True
        return np.flatnonzero(~preceded[self._step_number, self._start])

    def _chains(self, second: Ints) -> NDArray[np.int32]:
        """(pairs + 1, longest): the elements met from each pair on, then `count`; the last row is the pair that is none."""
        count = len(self._elements)
        following = np.append(second, count)
        columns = [np.append(self._start, count), following]
        while True:
            last = columns[-1]
            steps = np.append(self._step_number, 0)
            longer = following[np.where(last < count, self._pair[steps, last], len(second))]
            if not np.any(longer < count):
                break
            columns.append(longer)
        chains: NDArray[np.int32] = np.stack(columns, axis=1)[:-1].astype(np.int32)
        return chains

    def _leaves(self, covers: Bools, element: Ints, outer: Ints | None = None, inner: Ints | None = None) -> Leaves:
        origin = self._elements.positions[element]
        still = np.zeros_like(origin)
        return Leaves(covers, element, origin, still if outer is None else outer, still if inner is None else inner)
