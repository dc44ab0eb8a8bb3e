"""Which candidates together: a beam over sets of candidates without conflicts.

The set with the greatest probability takes from each group its best alternative or nothing, but never two commands that could
not be told apart (a line and a longer one along it, a line on a box side). The beam walks through the groups from the surest to
the least sure and keeps the best partial sets.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations

from derender.perception.legibility import clash, places
from derender.perception.proposals import Choice, Group, log_odds, sureness
from derender.spec import Spec


@dataclass(frozen=True, slots=True)
class SelectionSettings:
    """Width of the beam."""

    beam: int = 24


@dataclass(frozen=True, slots=True)
class Selected:
    """A set of choices and its log probability relative to an empty drawing."""

    choices: tuple[Choice, ...]
    log_odds: float

    @property
    def spec(self) -> Spec:
        return Spec(command for choice in self.choices for command in choice.commands)


@dataclass(frozen=True, slots=True)
class _Partial:
    """A partial set: the alternatives taken so far, as a bit mask and a tuple of their numbers."""

    score: float
    taken: tuple[int, ...]
    forbidden: int


def select(groups: Sequence[Group], settings: SelectionSettings) -> tuple[Selected, ...]:
    """Sets of choices, the most probable first; always at least one, the empty set of an empty drawing."""
    ordered = sorted(groups, key=sureness, reverse=True)
    choices = [(choice, log_odds(choice, group)) for group in ordered for choice in group.choices]
    conflicts = _conflict_masks([choice for choice, _ in choices])
    beam = [_Partial(0.0, (), 0)]
    start = 0
    for group in ordered:
        numbers = range(start, start + len(group.choices))
        start += len(group.choices)
        grown = list(beam)
        for partial in beam:
            for k in numbers:
                if not partial.forbidden >> k & 1:
                    taken = (*partial.taken, k)
                    grown.append(_Partial(partial.score + choices[k][1], taken, partial.forbidden | conflicts[k]))
        grown.sort(key=lambda p: -p.score)
        beam = grown[: settings.beam]
    return tuple(Selected(tuple(choices[k][0] for k in p.taken), p.score) for p in beam)


def _conflict_masks(choices: Sequence[Choice]) -> list[int]:
    """For each choice the bit mask of those that cannot stand beside it.

    Only commands with strokes on one straight line, or circles close to each other, can clash: others are never compared.
    """
    sharing: dict[Hashable, list[int]] = {}
    for k, choice in enumerate(choices):
        for place in {place for command in choice.commands for place in places(command)}:
            sharing.setdefault(place, []).append(k)
    masks = [0] * len(choices)
    for i, j in {pair for numbers in sharing.values() for pair in combinations(numbers, 2)}:
        if any(x != y and clash(x, y) for x in choices[i].commands for y in choices[j].commands):
            masks[i] |= 1 << j
            masks[j] |= 1 << i
    return masks
