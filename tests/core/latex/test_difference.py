"""What texts have in common at their ends is found whole, however long it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from derender.latex.difference import common_ends

TEXTS = st.text(alphabet="aä", max_size=12)


@given(TEXTS, TEXTS, TEXTS, TEXTS, st.sampled_from([1, 9000]))
def test_common_ends_are_the_longest(ahead: str, old: str, new: str, behind: str, times: int) -> None:
    one, other = ahead * times + old + behind * times, ahead * times + new + behind * times
    first, last = common_ends(one, other)
    assert one[:first] == other[:first]
    assert one[len(one) - last :] == other[len(other) - last :]
    rest, more = one[first : len(one) - last], other[first : len(other) - last]
    assert not rest or not more or (rest[0] != more[0] and rest[-1] != more[-1])
