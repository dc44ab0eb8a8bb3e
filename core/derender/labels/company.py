"""What labels of one figure tell of each other: who names one node a names the next one b, and not 6.

A sign that looks like a letter as much as like a digit is told by nothing but the other labels. Each figure has its own shares of
letters, digits, Greek letters and operators, drawn from a Dirichlet distribution around the usual ones; what the others are, as far as
it is known, tells of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from derender.labels.signs import CLASSES, KINDS, OTHER

Floats = NDArray[np.float32]

_USUAL = np.array([share for _, share in KINDS])

_KIND = np.array([next(k for k, (signs, _) in enumerate(KINDS) if sign in signs) for sign in CLASSES])
"""For each of `CLASSES` which of `KINDS` it is of."""

_OF_KIND = np.eye(len(KINDS))[_KIND]

_CONCENTRATION = 2.0
"""How many labels the usual shares count as: figures whose labels are of one kind are far more than mixed ones."""

_MOST_GLYPHS = 2
"""Of a label that tells of others: a sign and its subscript."""


def in_company(told: Sequence[Sequence[Floats]]) -> list[list[Floats]]:
    """The same probabilities (`OTHER` + 1) of the glyphs of each label of a figure, those of single ones with what the others tell.

    What has two glyphs, a letter with its subscript or a short number, only tells, by its first one: where these stand tells enough of
    them. Words and longer numbers do neither.
    """
    single = [k for k, label in enumerate(told) if 0 < len(label) <= _MOST_GLYPHS]
    own = np.array([told[k][0][:OTHER] for k in single]).reshape(-1, OTHER) @ _OF_KIND
    others = own.sum(0) - own
    factors = (_CONCENTRATION * _USUAL + others) / (_CONCENTRATION + others.sum(1, keepdims=True)) / _USUAL
    out = [list(label) for label in told]
    for k, factor in zip(single, factors, strict=True):
        if len(told[k]) > 1:
            continue
        likely = told[k][0] * np.append(factor[_KIND], 1.0)
        out[k][0] = np.asarray(likely / likely.sum(), dtype=np.float32)
    return out
