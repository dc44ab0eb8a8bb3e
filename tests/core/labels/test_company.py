"""Labels of one figure tell of each other what they are; one alone is what it looks like."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from derender.labels.company import in_company
from derender.labels.signs import CLASSES, OTHER

Floats = NDArray[np.float32]


def glyph(**likely: float) -> Floats:
    """Probabilities of a glyph: those of some signs, the rest evenly of all."""
    rest = 1 - sum(likely.values())
    out = np.full(OTHER + 1, rest / (OTHER + 1), np.float32)
    for sign, probability in likely.items():
        out[CLASSES.index(sign.strip("_"))] += probability
    return out


DOUBTFUL = glyph(b=0.6, _6=0.38)


def letter(label: list[Floats]) -> float:
    return float(label[0][CLASSES.index("b")])


def test_a_label_alone_is_what_it_looks_like() -> None:
    ((seen,),) = in_company([[DOUBTFUL]])
    np.testing.assert_allclose(seen, DOUBTFUL, atol=1e-6)


def test_beside_letters_it_is_rather_a_letter_and_beside_digits_a_digit() -> None:
    among_letters = in_company([[glyph(a=0.98)], [DOUBTFUL], [glyph(c=0.98)]])
    among_digits = in_company([[glyph(_5=0.98)], [DOUBTFUL], [glyph(_7=0.98)]])
    assert letter(among_letters[1]) > 0.8
    assert letter(among_digits[1]) < 0.4


def test_what_lies_between_others_in_the_alphabet_is_likelier_than_any_other_letter() -> None:
    rather_6 = glyph(b=0.36, _6=0.6)
    between, elsewhere = (in_company([[glyph(**{first: 0.98})], [rather_6], [glyph(**{last: 0.98})]])[1] for first, last in ("ac", "tx"))
    assert letter(between) > 0.93
    assert letter(elsewhere) < letter(between) - 0.1
    digits = in_company([[glyph(_5=0.98)], [glyph(b=0.6, _6=0.36)], [glyph(_7=0.98)]])[1]
    assert float(digits[0][CLASSES.index("6")]) > 0.9


def test_what_is_certain_stays_certain_in_any_company() -> None:
    seen = in_company([[glyph(_5=0.97)], [glyph(b=0.97)], [glyph(_7=0.97)], [glyph(_9=0.97)]])
    assert letter(seen[1]) > 0.8


def test_words_and_numbers_tell_nothing_and_stay_as_they_are() -> None:
    number = [glyph(_1=0.9), glyph(_2=0.9), glyph(_3=0.9)]
    seen = in_company([[], number, [DOUBTFUL]])
    assert seen[0] == []
    assert all((a == b).all() for a, b in zip(seen[1], number, strict=True))
    assert letter(seen[2]) == pytest.approx(letter([DOUBTFUL]), abs=1e-6)
    assert in_company([]) == []


def test_a_subscript_is_no_other_label_s_business() -> None:
    """The x of x with a 1 is in the company of letters; the 1 is none of a figure's labels."""
    seen = in_company([[glyph(x=0.9), glyph(_1=0.9)], [glyph(y=0.9), glyph(_2=0.9)], [DOUBTFUL]])
    assert letter(seen[2]) > 0.8
    np.testing.assert_array_equal(seen[0][1], glyph(_1=0.9))


@given(st.lists(st.dictionaries(st.sampled_from(["a", "B", "_3", "_6", "k"]), st.floats(0.01, 0.19), min_size=1), max_size=6))
def test_probabilities_stay_probabilities(labels: list[dict[str, float]]) -> None:
    for (seen,) in in_company([[glyph(**likely)] for likely in labels]):
        assert seen.min() >= 0
        assert float(seen.sum()) == pytest.approx(1, abs=1e-4)
