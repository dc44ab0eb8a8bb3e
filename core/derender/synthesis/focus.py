"""Where to look first in a large spec: the steps that its regular parts suggest.

All progressions of like elements are too many in a spec of hundreds of commands, and most are multiples or diagonals of a
pattern, or chance. A pattern's own step leads to a near element among those that differ in the same positions; and of the steps
from an element that change the same positions it is the one with the longest progression. So near neighbours propose steps,
the longest progression through each element chooses among them, and the steps chosen by most elements are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from derender.spec import LARGEST_COORDINATE
from derender.synthesis.elements import Bools, Elements, Ints, Stopped, step_keys

SHORTEST = 3
"""Elements that a progression needs to suggest a loop; two are a reflection's work."""

NEIGHBOURS = 6
"""How many of the nearest elements that differ in the same positions propose a step; noise may lie nearer than the pattern."""

MOST_PROPOSED = 400
MOST_CHOSEN = 96
ROWS_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Pairs:
    """P ordered pairs of like elements: `start`, `second` and `step_number` (P), and the steps by number (S, 4)."""

    start: Ints
    second: Ints
    step_number: Ints
    steps: Ints

    def where(self, kept: Bools) -> Pairs:
        """Some of the pairs, with steps numbered anew."""
        numbers, step_number = np.unique(self.step_number[kept], return_inverse=True)
        return Pairs(self.start[kept], self.second[kept], step_number, self.steps[numbers])


def all_pairs(elements: Elements) -> Pairs:
    """All ordered pairs of two like elements."""
    start, second = np.nonzero((elements.kinds[:, None] == elements.kinds[None, :]) & ~np.eye(len(elements), dtype=bool))
    steps, step_number = _distinct(elements.positions[second] - elements.positions[start])
    return Pairs(start, second, step_number, steps)


def no_pairs() -> Pairs:
    """No pairs at all."""
    none = np.zeros(0, dtype=np.int64)
    return Pairs(none, none, none, np.zeros((0, 4), dtype=np.int64))


def promising_pairs(elements: Elements, stopped: Callable[[], bool]) -> Pairs:
    """The pairs whose steps are the best of some elements; raises `Stopped`."""
    pairs = _pairs_with(elements, _proposed_steps(elements, stopped), stopped)
    if not len(pairs.start):
        return pairs
    if stopped():
        raise Stopped
    length = _lengths(len(elements), pairs)
    # One number orders the pairs of an element that change the same positions: the longest progression, the smallest step.
    size = np.minimum(np.abs(pairs.steps).sum(axis=1), (1 << 20) - 1)[pairs.step_number]
    group = pairs.start * 16 + _changed(pairs.steps)[pairs.step_number]
    rank = (group << 32) + ((len(elements) - length) << 20) + size
    order = np.argsort(rank, kind="stable")
    best = order[np.r_[True, np.diff(group[order]) != 0]]
    best = best[length[best] >= SHORTEST]
    votes = np.bincount(pairs.step_number[best], weights=length[best], minlength=len(pairs.steps))
    opposite = _opposites(pairs.steps)
    together = votes + np.where(opposite >= 0, votes[opposite], 0)
    chosen = np.argsort(-together, kind="stable")[:MOST_CHOSEN]
    kept = np.zeros(len(pairs.steps), dtype=bool)
    kept[chosen[together[chosen] > 0]] = True
    return pairs.where(kept[pairs.step_number])


def _proposed_steps(elements: Elements, stopped: Callable[[], bool]) -> Ints:
    """(S, 4): the steps to near neighbours that occur twice or more, the most frequent, with their opposites."""
    found = []
    for kind in range(int(elements.kinds.max(initial=-1)) + 1):
        positions = elements.positions[elements.kinds == kind]
        if len(positions) < SHORTEST:
            continue
        for first in range(0, len(positions), ROWS_AT_ONCE):
            if stopped():
                raise Stopped
            steps = positions[None, :, :] - positions[first : first + ROWS_AT_ONCE, None, :]
            changed = _changed(steps)
            rank = np.sort((((changed << 16) + np.abs(steps).sum(axis=2)) << 20) + np.arange(len(positions)), axis=1)
            near = np.ones(rank.shape, dtype=bool)
            near[:, NEIGHBOURS:] = rank[:, NEIGHBOURS:] >> 36 != rank[:, :-NEIGHBOURS] >> 36
            near &= rank >> 36 != 0
            row, place = np.nonzero(near)
            found.append(steps[row, rank[row, place] & ((1 << 20) - 1)])
    if not found:
        return np.zeros((0, 4), dtype=np.int64)
    steps, number = _distinct(np.concatenate([*found, *[-part for part in found]]))
    often = np.bincount(number)
    chosen = np.argsort(-often, kind="stable")[:MOST_PROPOSED]
    return steps[chosen[often[chosen] > 1]]


def _pairs_with(elements: Elements, steps: Ints, stopped: Callable[[], bool]) -> Pairs:
    """All pairs with these steps."""
    starts, seconds, numbers = [], [], []
    for kind in range(int(elements.kinds.max(initial=-1)) + 1):
        members = np.flatnonzero(elements.kinds == kind)
        keys = step_keys(elements.positions[members])
        order = np.argsort(keys)
        for number in range(0, len(steps), ROWS_AT_ONCE):
            if stopped():
                raise Stopped
            targets = elements.positions[members][None, :, :] + steps[number : number + ROWS_AT_ONCE, None, :]
            wanted = step_keys(targets.reshape(-1, 4))
            place = np.minimum(np.searchsorted(keys, wanted, sorter=order), len(members) - 1)
            hit = (keys[order[place]] == wanted) & (np.abs(targets.reshape(-1, 4)) <= LARGEST_COORDINATE).all(axis=1)
            row, column = np.nonzero(hit.reshape(-1, len(members)))
            starts.append(members[column])
            seconds.append(members[order[place.reshape(-1, len(members))[row, column]]])
            numbers.append(number + row)
    empty = np.zeros(0, dtype=np.int64)
    start, second, step_number = (np.concatenate([empty, *parts]) for parts in (starts, seconds, numbers))
    return Pairs(start, second, step_number, steps)


def _distinct(steps: Ints) -> tuple[Ints, Ints]:
    """The distinct rows and the number of each row."""
    _, first, number = np.unique(step_keys(steps), return_index=True, return_inverse=True)
    return steps[first], number


def _changed(steps: Ints) -> Ints:
    """Which positions each step (…, 4) changes, as a number from 0 to 15."""
    changed: Ints = (steps != 0) @ np.array([1, 2, 4, 8])
    return changed


def _opposites(steps: Ints) -> Ints:
    """(S): the number of each step's opposite, or -1."""
    number = {key: number for number, key in enumerate(step_keys(steps).tolist())}
    return np.array([number.get(key, -1) for key in step_keys(-steps).tolist()], dtype=np.int64)


def _lengths(count: int, pairs: Pairs) -> Ints:
    """(P): how many elements the whole progression has that a pair lies in; by pointers twice as far each time."""
    total = len(pairs.start)
    key = pairs.step_number * count + pairs.start
    order = np.argsort(key)
    wanted = pairs.step_number * count + pairs.second
    place = np.minimum(np.searchsorted(key, wanted, sorter=order), total - 1)
    found = key[order[place]] == wanted
    following = np.where(found, order[place], total)
    preceding = np.full(total + 1, total)
    preceding[following[found]] = np.flatnonzero(found)
    after: Ints = _hops(np.append(following, total))[:total]
    before: Ints = _hops(preceding)[:total]
    lengths: Ints = np.add(np.add(after, before), 2)
    return lengths


def _hops(pointer: Ints) -> Ints:
    """How often each pointer can be followed before the last entry, which points to itself."""
    last = len(pointer) - 1
    hops: Ints = (pointer != last).astype(np.int64)
    while np.any(pointer != last):
        hops += hops[pointer]
        pointer = pointer[pointer]
    return hops
