"""What nobody could tell in a spec is counted, the same by moves as from the beginning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from derender.perception.ambiguity import Ambiguities
from derender.perception.moves import Move
from derender.perception.scenes import random_scene
from derender.spec import Circle, Command, Line, Rectangle, Spec

ARROW = Line(0, 4, 4, 4, True)


@pytest.mark.parametrize(
    ("commands", "count"),
    [
        ([], 0),
        ([ARROW], 0),
        ([ARROW, Line(4, 0, 4, 4)], 0),
        ([ARROW, Line(0, 2, 4, 4)], 1),  # whose head is it?
        ([ARROW, Line(0, 2, 4, 4, True)], 0),
        ([Line(0, 0, 3, 0), Line(3, 0, 8, 0)], 1),  # nothing marks where one ends
        ([Line(0, 0, 12, 0), Line(0, 0, 12, 1), Circle(20, 3, 1, 1)], 1),
        ([Rectangle(0, 0, 9, 4), Line(1, 1, 9, 0)], 1),
        ([Line(0, 4, 4, 4, True), Line(4, 4, 8, 2), Line(4, 4, 2, 8)], 1),  # a head where three lines meet, one beside it
    ],
)
def test_counts(commands: Sequence[Command], count: int) -> None:
    assert Ambiguities()(Spec(commands)) == count


@pytest.mark.parametrize("seed", range(40))
def test_scenes_have_none(seed: int) -> None:
    assert Ambiguities()(random_scene(np.random.default_rng(seed), 14, 14)) == 0


@pytest.mark.parametrize("seed", range(20))
def test_changes_are_the_differences_of_counts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    # Two drawings on one another make many.
    first, second = random_scene(rng, 8, 8), random_scene(rng, 8, 8)
    both = Spec([*first, *second])
    others = [c for c in random_scene(rng, 8, 8) if c not in both]
    count = Ambiguities()
    moves = [
        *(Move(frozenset({c}), frozenset()) for c in both),
        *(Move(frozenset(), frozenset({c})) for c in others),
        *(Move(frozenset(first.commands[:2]), frozenset(others[:k])) for k in range(4)),
    ]
    assert count.changes(both, moves) == tuple(count(move.applied(both)) - count(both) for move in moves)
