"""The beam finds the most probable set without conflicts."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from derender.perception.legibility import clash
from derender.perception.proposals import Choice, Group, log_odds
from derender.perception.selection import SelectionSettings, select
from derender.spec import Circle, Command, Line, Rectangle, Spec


def group(*choices: tuple[Command, float]) -> Group:
    return Group(tuple(Choice((c,), p) for c, p in choices), 1 - sum(p for _, p in choices))


def test_an_empty_drawing_has_one_reading() -> None:
    (only,) = select([], SelectionSettings())
    assert only.spec == Spec()
    assert only.log_odds == 0


def test_the_better_of_two_conflicting_lines_is_taken() -> None:
    long, short = group((Line(0, 0, 6, 0), 0.9)), group((Line(0, 0, 3, 0), 0.8))
    assert select([long, short], SelectionSettings())[0].spec == Spec([Line(0, 0, 6, 0)])


def test_two_pieces_together_beat_a_union_that_is_less_probable() -> None:
    union = group((Line(0, 0, 6, 0), 0.9))
    pieces = [group((Line(0, 0, 3, 0), 0.85)), group((Line(3, 0, 6, 0), 0.85))]
    assert select([union, *pieces], SelectionSettings())[0].spec == Spec([Line(0, 0, 3, 0), Line(3, 0, 6, 0)])


commands = st.sampled_from(
    [
        Line(0, 0, 4, 0),
        Line(0, 0, 2, 0),
        Line(2, 0, 4, 0, True),
        Rectangle(0, 0, 4, 3),
        Circle(2, 2),
        Circle(2, 2, 2, 2),
        Line(1, 0, 1, 3),
        Rectangle(1, 1, 3, 2),
    ]
)


@given(st.lists(st.tuples(commands, st.floats(0.02, 0.98)), max_size=6, unique_by=lambda pair: pair[0]))
def test_the_first_set_is_the_best_of_all_sets(pairs: list[tuple[Command, float]]) -> None:
    groups = [group(pair) for pair in pairs]
    best = 0.0
    for taken in product([False, True], repeat=len(groups)):
        chosen = [g for g, on in zip(groups, taken, strict=True) if on]
        drawn = [g.choices[0].commands[0] for g in chosen]
        if not any(clash(a, b) for k, a in enumerate(drawn) for b in drawn[:k]):
            best = max(best, sum(log_odds(g.choices[0], g) for g in chosen))
    found = select(groups, SelectionSettings(beam=64))
    assert abs(found[0].log_odds - best) < 1e-9
    assert [s.log_odds for s in found] == sorted((s.log_odds for s in found), reverse=True)
