"""What two texts have in common, found much faster than letter by letter: for texts of which one is the other, edited."""

from __future__ import annotations

from collections.abc import Callable

_STEP = 8192
"""Characters that are compared at once."""


def common_ends(one: str, other: str) -> tuple[int, int]:
    """How many characters two texts have in common at their beginnings, and how many at the ends of what is left of them."""
    least = min(len(one), len(other))
    ahead = _common(lambda done, more: one[done:more] == other[done:more], least)
    left = least - ahead
    return ahead, _common(lambda done, more: one[len(one) - more : len(one) - done] == other[len(other) - more : len(other) - done], left)


def _common(is_same: Callable[[int, int], bool], most: int) -> int:
    """The largest number up to `most` of characters that are the same; `is_same` compares those from one number to another."""
    step, done = _STEP, 0
    while step and done < most:
        if is_same(done, min(done + step, most)):
            done = min(done + step, most)
        else:
            step //= 2
    return done
