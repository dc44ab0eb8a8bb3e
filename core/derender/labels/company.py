"""What labels of one figure tell of each other: who names one node a names the next one b, and not 6.

A sign that looks like a letter as much as like a digit is told by nothing but the other labels. Each figure has its own shares of
letters, digits, Greek letters and operators, drawn from a Dirichlet distribution around the usual ones; what the others are, as far as
it is known, tells of them. And now and then a label is the one before or after another one: a, b, c.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from derender.labels.signs import CLASSES, DIGITS, KINDS, LOWER, OTHER, UPPER

Floats = NDArray[np.float32]

_USUAL = np.array([share for _, share in KINDS])

_KIND = np.array([next(k for k, (signs, _) in enumerate(KINDS) if sign in signs) for sign in CLASSES])
"""For each of `CLASSES` which of `KINDS` it is of."""

_OF_KIND = np.eye(len(KINDS))[_KIND]

_CONCENTRATION = 2.0
"""How many labels the usual shares count as: figures whose labels are of one kind are far more than mixed ones."""

_ROWS = f"{LOWER} {UPPER} {DIGITS}"

_NEXT_TO = np.array([[a + b in _ROWS or b + a in _ROWS for b in CLASSES] for a in CLASSES], dtype=np.float64)
"""Which of `CLASSES` follow each other."""

_SHARE = np.array([share / len(signs) for signs, share in KINDS])[_KIND]
"""How often a single label is each of `CLASSES`."""

_IN_A_ROW = 0.3
"""How often a label is at least next to another one of its figure in the alphabet or in numbers, where others are letters or digits."""

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
    signs = np.array([told[k][0][:OTHER] if len(told[k]) == 1 else np.zeros(OTHER) for k in single]).reshape(-1, OTHER)
    beside = (signs.sum(0) - signs) @ _NEXT_TO
    there = np.minimum(1.0, beside.sum(1, keepdims=True)) * _IN_A_ROW
    rows = beside / np.maximum(1e-9, beside.sum(1, keepdims=True)) / _SHARE
    out = [list(label) for label in told]
    for k, factor, row, often in zip(single, factors, rows, there, strict=True):
        if len(told[k]) > 1:
            continue
        likely = told[k][0] * np.append((1 - often) * factor[_KIND] + often * row, 1.0)
        out[k][0] = np.asarray(likely / likely.sum(), dtype=np.float32)
    return out
