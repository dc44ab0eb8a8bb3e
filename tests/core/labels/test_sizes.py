"""An x is half as high as an X beside it; how high one alone is tells nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from derender.labels.glyphs import GLYPH_SIDE, Glyph
from derender.labels.signs import CLASSES, OTHER
from derender.labels.sizes import in_proportion

Floats = NDArray[np.float32]
BLANK = np.zeros((GLYPH_SIDE, GLYPH_SIDE), np.float32)


def high(height: int, left: int = 0, top: int = 0) -> Glyph:
    return Glyph(left, top, left + 20, top + height, BLANK)


def looks(**signs: float) -> Floats:
    out = np.full(OTHER + 1, (1 - sum(signs.values())) / (OTHER + 1), np.float32)
    for sign, probability in signs.items():
        out[CLASSES.index(sign.strip("_"))] += probability
    return out


DOUBTFUL = looks(x=0.5, X=0.48)


def share_of(seen: Floats, sign: str) -> float:
    return float(seen[CLASSES.index(sign)])


def test_one_alone_is_what_it_looks_like() -> None:
    ((seen,),) = in_proportion([[high(30)]], [[DOUBTFUL]])
    np.testing.assert_allclose(seen, DOUBTFUL, atol=0.02)


@pytest.mark.parametrize(("height", "meant"), [(20, "x"), (30, "X")])
def test_its_height_beside_capitals_tells_the_case(height: int, meant: str) -> None:
    capitals = [[high(30)], [high(31)], [high(29)]]
    seen = in_proportion([*capitals, [high(height)]], [[looks(A=0.98)], [looks(B=0.98)], [looks(K=0.98)], [DOUBTFUL]])
    assert share_of(seen[3][0], meant) > 0.75


def test_a_subscript_tells_of_its_own_letter() -> None:
    script = looks(_3=0.98)
    ((low, _),) = in_proportion([[high(18), high(17, 22, 10)]], [[DOUBTFUL, script]])
    ((tall, _),) = in_proportion([[high(36), high(17, 22, 28)]], [[DOUBTFUL, script]])
    assert share_of(low, "x") > share_of(DOUBTFUL, "x") > share_of(tall, "x")


def test_labels_without_glyphs_stay_so() -> None:
    assert in_proportion([[], []], [[], []]) == [[], []]
    assert in_proportion([], []) == []


@given(st.lists(st.tuples(st.integers(5, 300), st.sampled_from("aXx3+b")), min_size=1, max_size=6))
def test_probabilities_stay_probabilities(labels: list[tuple[int, str]]) -> None:
    seen = in_proportion([[high(height)] for height, _ in labels], [[looks(**{f"_{sign}": 0.6})] for _, sign in labels])
    for (one,) in seen:
        assert one.min() >= 0
        assert float(one.sum()) == pytest.approx(1, abs=1e-4)
