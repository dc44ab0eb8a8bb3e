"""What a row of glyphs says: a sign, a sign with a subscript, a number, or nothing that is read; each is weighed against the others.

The network tells what a glyph looks like where any sign may stand. What stands at a letter's foot is a digit rather than any letter,
what has a subscript is no digit, and a number has nothing but digits: Bayes' rule with the shares of the signs that may stand there.
Where neighbours look like letters, or like no signs at all, they are rather the pieces of a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from derender.labels.glyphs import Glyph
from derender.labels.signs import BASES, CLASSES, DIGITS, GREEK, KINDS, LOWER, OTHER, SCRIPTS, UPPER, as_tex, shares

Floats = NDArray[np.float32]
Shares = NDArray[np.float64]


class Form(Enum):
    """What a label's text is made of."""

    SIGN = "sign"
    SUBSCRIPTED = "subscripted"
    NUMBER = "number"


class Guess(NamedTuple):
    """A label's likeliest text, as TeX, the probability that it is right, and its form."""

    text: str
    probability: float
    form: Form


_ANYWHERE = shares(KINDS, 0.15)
"""What may stand anywhere, as the network learned it."""

_BASE, _SCRIPT, _DIGIT = shares(BASES), shares(SCRIPTS), shares([(DIGITS, 1.0)])
"""What has a subscript, what is one, and what numbers are made of."""

_PIECE = shares([(LOWER, 0.8), (UPPER, 0.1), (DIGITS, 0.05), (GREEK, 0.05)], 0.5)
"""Of words, formulas and scribbles: letters, or no signs at all."""

_PIECES_AT_FOOT, _PIECES_ON_LINE = 0.05, 0.6
"""How often glyphs are pieces where the second reaches below the line of the first, and where all stand on one line."""


def guess(glyphs: Sequence[Glyph], told: Sequence[Floats]) -> Guess | None:
    """The likeliest text of glyphs from left to right with the probabilities (`OTHER` + 1) of each; None where they say nothing."""
    likely = [np.asarray(p, dtype=np.float64) / _ANYWHERE for p in told]
    match glyphs:
        case [_]:
            best = int(told[0].argmax())
            return None if best == OTHER else Guess(as_tex(CLASSES[best]), float(told[0][best]), Form.SIGN)
        case [base, script] if script.is_script_of(base):
            pieces = _PIECES_AT_FOOT if script.bottom > base.bottom + 0.12 * base.height else _PIECES_ON_LINE
            (sign, foot), probability = _likeliest(likely, [_BASE, _SCRIPT], pieces)
            return Guess(as_tex(CLASSES[sign], CLASSES[foot]), probability, Form.SUBSCRIPTED)
        case [first, *rest] if rest and all(glyph.is_beside(first) for glyph in rest) and not any(glyph.is_wide for glyph in glyphs):
            digits, probability = _likeliest(likely, [_DIGIT] * len(glyphs), _PIECES_ON_LINE)
            return Guess("".join(CLASSES[digit] for digit in digits), probability, Form.NUMBER)
        case _:
            return None


def _likeliest(likely: Sequence[Shares], places: Sequence[Shares], pieces: float) -> tuple[list[int], float]:
    """The likeliest sign at each place, where signs have these shares, and the probability that all are right.

    `likely` is what each glyph looks like (likelihoods, `OTHER` + 1); that they are pieces of something else is as likely as `pieces`.
    """
    joint = [looks * here for looks, here in zip(likely, places, strict=True)]
    signs = [int(one.argmax()) for one in joint]
    meant = (1 - pieces) * float(np.prod([one.sum() for one in joint]))
    else_meant = pieces * float(np.prod([(looks * _PIECE).sum() for looks in likely]))
    right = (1 - pieces) * float(np.prod([one[sign] for one, sign in zip(joint, signs, strict=True)]))
    return signs, right / max(1e-300, meant + else_meant)
