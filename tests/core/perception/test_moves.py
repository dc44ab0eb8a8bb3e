"""Moves: what one decision changes, how a climb by them ends, and that their pixels add up."""

import numpy as np
import pytest

from derender.perception.moves import Move, climb, moves
from derender.perception.pixels import PixelEvidence
from derender.perception.proposals import Choice, Group
from derender.perception.reader import canvas_of
from derender.perception.scenes import random_scene
from derender.rendering.pencil import simulate
from derender.spec import Circle, Line, Spec, moved

LONG = Line(0, 0, 6, 0, False, False)
FIRST = Line(0, 0, 3, 0, False, False)
SECOND = Line(3, 0, 6, 0, False, True)
BALL = Circle(3, 5, 1.0, 1.0)


def group(p: float, *commands: Circle | Line) -> Group:
    """One alternative or nothing."""
    return Group((Choice(commands, p),), 1 - p)


PROPOSALS = (group(0.6, LONG), group(0.4, FIRST), group(0.4, SECOND), group(0.3, BALL))


class Wanted:
    """A drawing that is the more probable the fewer commands are missing or too many."""

    def __init__(self, truth: Spec) -> None:
        self.truth = truth

    def distance(self, spec: Spec) -> int:
        return len(set(spec) ^ set(self.truth))

    def gains(self, spec: Spec, found: list[Move] | tuple[Move, ...]) -> tuple[float, ...]:
        return tuple(float(self.distance(spec) - self.distance(move.applied(spec))) for move in found)


def test_a_piece_takes_the_place_of_the_whole_stroke_and_brings_the_other_piece() -> None:
    found = list(moves(Spec([LONG]), PROPOSALS, 0.02))
    assert Move(frozenset({LONG}), frozenset({FIRST, SECOND})) in found
    assert Move(frozenset(), frozenset({BALL})) in found


def test_whole_stroke_takes_the_place_of_its_pieces() -> None:
    assert Move(frozenset({FIRST, SECOND}), frozenset({LONG})) in set(moves(Spec([FIRST, SECOND]), PROPOSALS, 0.02))


def test_nothing_moves_where_the_network_is_sure() -> None:
    assert not list(moves(Spec([BALL]), [group(0.999, BALL)], 0.02))


@pytest.mark.parametrize("truth", [Spec([FIRST, SECOND, BALL]), Spec([LONG]), Spec([BALL]), Spec()])
@pytest.mark.parametrize("start", [Spec(), Spec([LONG]), Spec([FIRST, BALL])])
def test_climb_ends_at_the_best(truth: Spec, start: Spec) -> None:
    climbed = climb(Wanted(truth), start, PROPOSALS, 0.02, rounds=6)
    assert climbed.spec == truth
    assert truth not in climbed.neighbours


def test_two_moves_that_exclude_each_other_are_not_both_made() -> None:
    climbed = climb(Wanted(Spec([FIRST, SECOND, BALL])), Spec(), PROPOSALS, 0.02, rounds=1)
    assert LONG not in climbed.spec


@pytest.mark.parametrize("seed", range(6))
def test_changes_are_the_differences_of_lengths(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scene = moved(random_scene(rng, 14, 14), 1, 1)
    other = moved(random_scene(rng, 14, 14), 1, 1)
    evidence = PixelEvidence(canvas_of(simulate(scene, 16, 16, seed=seed)), 4)
    found = [Move(frozenset({gone}), frozenset(c for c in other if c not in scene)) for gone in scene]
    before = np.array(evidence.lengths(scene))
    after = np.array([evidence.lengths(move.applied(scene)) for move in found])
    np.testing.assert_allclose(np.array(evidence.changes(scene, found)), after - before, atol=1e-9)
