"""The signs that labels are read as: letters, digits, Greek letters, operators; how often each kind is meant, and how TeX writes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LOWER, UPPER, DIGITS = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
GREEK, SIGNS = "αβγδεθλμπρστφψωΔΣΩ", "+-=<>()"
CLASSES = LOWER + UPPER + DIGITS + GREEK + SIGNS
"""What a glyph may be; one class more, the last, is for anything else."""

KINDS = ((LOWER, 0.40), (DIGITS, 0.22), (UPPER, 0.14), (GREEK, 0.14), (SIGNS, 0.10))
"""How often a single sign is what: variables are lower case more often than not, which tells x from X where nothing else does."""

OTHER = len(CLASSES)

LOW = "acemnorsuvwxzαεπστω"
"""Letters about half as high as the others: neither up to where b reaches nor down to where g does."""

BASES = ((LOWER, 0.60), (UPPER, 0.20), (GREEK, 0.20))
"""How often what has a subscript is what: a variable, and never a digit or an operator."""

_USUAL_SCRIPTS = "ijkmnt"

SCRIPTS = (
    (DIGITS, 0.66),
    (_USUAL_SCRIPTS, 0.25),
    ("".join(sign for sign in LOWER if sign not in _USUAL_SCRIPTS), 0.06),
    (UPPER, 0.02),
    (GREEK, 0.01),
)
"""How often a subscript is what: things are numbered more often than they have another index."""


def shares(kinds: Sequence[tuple[str, float]], other: float = 0.0) -> NDArray[np.float64]:
    """How likely each of the classes (`OTHER` + 1) is where kinds of signs have these shares of all but `other`."""
    out = np.zeros(OTHER + 1)
    for signs, share in kinds:
        out[[CLASSES.index(sign) for sign in signs]] = (1 - other) * share / len(signs)
    out[OTHER] = other
    return out


_TEX = dict(
    zip(
        GREEK,
        [
            *("alpha", "beta", "gamma", "delta", "epsilon", "theta", "lambda", "mu", "pi", "rho", "sigma", "tau", "phi", "psi", "omega"),
            *("Delta", "Sigma", "Omega"),
        ],
        strict=True,
    )
)


def as_tex(sign: str, subscript: str = "") -> str:
    """A sign as an author would write it: letters and digits as they are, all else and what has a subscript as a formula."""
    if not subscript:
        return sign if sign in LOWER + UPPER + DIGITS else f"${_formula(sign)}$"
    return f"${_formula(sign)}_{_script(subscript)}$"


def _formula(sign: str) -> str:
    return f"\\{_TEX[sign]}" if sign in _TEX else sign


def _script(sign: str) -> str:
    return f"{{{_formula(sign)}}}" if sign in _TEX else sign
