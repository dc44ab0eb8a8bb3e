"""Slips of the pen: what may have been drawn in a line's stead, and that it costs no more than the slip."""

from __future__ import annotations

import pytest

from derender.interpretation.slips import SlipOdds, Slips, slips_between
from derender.spec import Circle, Command, Line

ARROW = Line(1, 4, 1, 1, arrow=True)
OTHERS = frozenset([Circle(8, 8), Line(5, 4, 5, 1, arrow=True)])


@pytest.mark.parametrize(
    ("meant", "drawn", "slips"),
    [
        pytest.param(ARROW, [Line(1, 1, 1, 4)], Slips(heads=1), id="a head"),
        pytest.param(ARROW, [Line(1, 4, 1, 3), Line(1, 2, 1, 1, arrow=True)], Slips(gaps=1), id="a gap"),
        pytest.param(Line(1, 1, 1, 4), [Line(1, 1, 1, 2), Line(1, 3, 1, 4)], Slips(gaps=1), id="a gap without a head"),
        pytest.param(ARROW, [Line(1, 4, 1, 1, arrow=True, dashed=True)], Slips(gaps=1), id="a gap that looks like dashes"),
        pytest.param(ARROW, [Line(1, 4, 2, 1, arrow=True)], Slips(ends=1), id="an end"),
        pytest.param(Line(1, 1, 1, 4), [Line(1, 1, 1, 3)], Slips(ends=1), id="an end without a head"),
        pytest.param(ARROW, [Line(1, 4, 1, 1, dashed=True)], None, id="head and dashes at once"),
        pytest.param(ARROW, [Line(1, 1, 1, 4, arrow=True)], None, id="a direction"),
        pytest.param(ARROW, [Line(2, 4, 2, 1, arrow=True)], None, id="both ends"),
        pytest.param(Line(1, 1, 1, 4), [ARROW], None, id="a head too many"),
        pytest.param(ARROW, [], None, id="nothing drawn"),
        pytest.param(ARROW, [Line(1, 1, 1, 4), Circle(3, 3)], None, id="something else besides"),
        pytest.param(Circle(1, 1), [Circle(1, 2)], None, id="no line"),
    ],
)
def test_one_slip_lies_between(meant: Command, drawn: list[Command], slips: Slips | None) -> None:
    assert slips_between(OTHERS | {meant}, OTHERS | set(drawn)) == slips


def test_one_of_two_heads_is_left_out() -> None:
    back = Line(1, 1, 1, 4, arrow=True)
    assert slips_between(OTHERS | {ARROW, back}, OTHERS | {back}) == Slips(heads=1)
    assert slips_between(OTHERS | {ARROW, back}, OTHERS | {Line(1, 1, 1, 4)}) is None


def test_slips_add_up_and_nothing_is_no_slip() -> None:
    other = Line(9, 1, 12, 1)
    meant, drawn = OTHERS | {ARROW, other}, OTHERS | {Line(1, 1, 1, 4), Line(9, 1, 13, 1)}
    assert slips_between(meant, drawn) == Slips(heads=1, ends=1)
    assert slips_between(OTHERS, OTHERS) is None


def test_slips_cost_their_odds_and_a_share_of_what_the_ink_says() -> None:
    odds = SlipOdds(head=-3.0, gap=-2.0, end=-1.0, lack=-0.5)
    assert odds.of(Slips(heads=2, ends=1), lack=4.0) == -3 - 3 - 1 - 2
    assert odds.of(Slips(gaps=1), lack=-4.0) == -2
