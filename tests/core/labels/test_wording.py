"""Where a sign stands tells what it is: subscripts are digits rather, numbers have nothing but digits, and words are no texts."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from derender.labels.glyphs import GLYPH_SIDE, Glyph
from derender.labels.signs import CLASSES, OTHER
from derender.labels.wording import Form, guess

Floats = NDArray[np.float32]
BLANK = np.zeros((GLYPH_SIDE, GLYPH_SIDE), np.float32)
BASE, FOOT, ON_LINE = Glyph(0, 0, 20, 30, BLANK), Glyph(22, 20, 32, 38, BLANK), Glyph(22, 12, 34, 30, BLANK)
FIRST, SECOND = Glyph(0, 0, 18, 30, BLANK), Glyph(20, 0, 38, 30, BLANK)


def looks(other: float = 0.0, **signs: float) -> Floats:
    """Probabilities of a glyph: those of some signs and of no sign, the rest evenly of all."""
    out = np.full(OTHER + 1, (1 - sum(signs.values()) - other) / (OTHER + 1), np.float32)
    out[OTHER] += other
    for sign, probability in signs.items():
        out[CLASSES.index(sign.strip("_"))] += probability
    return out


def test_a_sign_is_what_it_looks_like() -> None:
    found = guess([BASE], [looks(x=0.9)])
    assert found is not None
    assert (found.text, found.form) == ("x", Form.SIGN)
    assert found.probability == pytest.approx(0.9, abs=0.01)
    assert guess([BASE], [looks(other=0.9)]) is None


def test_what_may_be_l_or_1_is_a_1_at_a_letter_s_foot() -> None:
    found = guess([BASE, FOOT], [looks(x=0.97), looks(l=0.55, _1=0.42)])
    assert found is not None
    assert (found.text, found.form) == ("$x_1$", Form.SUBSCRIPTED)
    assert found.probability > 0.85


def test_what_may_be_9_or_q_is_a_q_where_it_has_a_subscript() -> None:
    found = guess([BASE, FOOT], [looks(_9=0.6, q=0.35), looks(_2=0.97)])
    assert found is not None
    assert found.text == "$q_2$"


def test_two_letters_on_one_line_are_a_word_sooner_than_the_same_at_a_foot() -> None:
    told = [looks(t=0.95), looks(o=0.6, _0=0.35)]
    at_foot, on_line = guess([BASE, FOOT], told), guess([BASE, ON_LINE], told)
    assert at_foot is not None
    assert on_line is not None
    assert on_line.probability < 0.75 * at_foot.probability


def test_numbers_have_digits_and_words_are_none() -> None:
    number = guess([FIRST, SECOND], [looks(_1=0.5, l=0.45), looks(_7=0.95)])
    assert number is not None
    assert (number.text, number.form) == ("17", Form.NUMBER)
    assert number.probability > 0.9
    word = guess([FIRST, SECOND], [looks(B=0.9), looks(a=0.9)])
    assert word is None or word.probability < 0.1


def test_digits_that_touch_are_no_digit() -> None:
    assert guess([FIRST, Glyph(20, 0, 60, 30, BLANK)], [looks(_1=0.95), looks(_7=0.95)]) is None


def test_more_than_a_sign_and_its_subscript_are_nothing() -> None:
    assert guess([], []) is None
    assert guess([BASE, FOOT, Glyph(60, 0, 70, 50, BLANK)], [looks(x=0.9)] * 3) is None
