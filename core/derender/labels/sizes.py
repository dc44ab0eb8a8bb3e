"""What the heights of a figure's glyphs tell of each other: an x is half as high as an X, and one hand writes both to one scale.

Letters whose two cases have one shape are told apart by nothing else. A figure's scale, how high its capitals are, is not known; each
glyph tells something of it, by what it may be, and so what the others are. A subscript is written to a smaller one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from derender.labels.glyphs import Glyph
from derender.labels.signs import CLASSES, LOW, SIGNS

Floats = NDArray[np.float32]
Reals = NDArray[np.float64]

_IS_LOW = np.array([sign in LOW for sign in CLASSES] + [False])
_IS_HIGH = np.array([sign not in LOW + SIGNS for sign in CLASSES] + [False])
"""Of all that the network tells apart (`OTHER` + 1); operators have no height of their own."""

_LOW = -0.35
"""The logarithm of a low letter's height in heights of a capital; that of each other letter is 0."""

_SPREAD = 0.17
"""How much one hand's logarithms scatter around these."""

_SCRIPT, _SCRIPT_SPREAD = -0.6, 0.28
"""The same for a subscript, in heights of the letters that it stands at."""

_UNEVEN = 0.1
"""How often a label is written to a scale of its own."""

_SCALES = np.linspace(np.log(4), np.log(400), 120)
"""Logarithms of a capital's height in pixels."""


def in_proportion(rows: Sequence[Sequence[Glyph]], told: Sequence[Sequence[Floats]]) -> list[list[Floats]]:
    """The probabilities (`OTHER` + 1) of the glyphs of each label of a figure, those of first glyphs with what heights tell.

    Only how low and high letters share what is told of both changes: heights tell nothing of what is neither.
    """
    seen = [
        [_tells(glyph, p, k > 0 and glyph.is_script_of(row[0])) for k, (glyph, p) in enumerate(zip(row, label, strict=True))]
        for row, label in zip(rows, told, strict=True)
    ]
    together = sum((np.log(one) for label in seen for one in label), np.zeros(len(_SCALES)))
    out = [list(label) for label in told]
    for n, (row, label) in enumerate(zip(rows, seen, strict=True)):
        if label:
            others = together - np.log(label[0])
            out[n][0] = _shared_by_height(told[n][0], row[0], np.exp(others - others.max()))
    return out


def _tells(glyph: Glyph, probabilities: Floats, is_script: bool) -> Reals:
    """How likely each of `_SCALES` has left a glyph of that height."""
    low, high = float(probabilities[_IS_LOW].sum()), float(probabilities[_IS_HIGH].sum())
    shift, spread = (_SCRIPT, _SCRIPT_SPREAD) if is_script else (0.0, _SPREAD)
    likely = low * _normal(glyph, shift + _LOW, spread) + high * _normal(glyph, shift, spread)
    even = (1 - (1 - _UNEVEN) * (low + high)) / (_SCALES[-1] - _SCALES[0])
    return np.asarray((1 - _UNEVEN) * likely + even, dtype=np.float64)


def _shared_by_height(probabilities: Floats, glyph: Glyph, scales: Reals) -> Floats:
    """What is told of low and of high letters shared anew between both, where scales are so likely."""
    scales = scales / scales.sum()
    as_low, as_high = (float(scales @ _normal(glyph, shift, _SPREAD)) for shift in (_LOW, 0.0))
    even = _UNEVEN / (_SCALES[-1] - _SCALES[0])
    factors = np.where(_IS_LOW, (1 - _UNEVEN) * as_low + even, np.where(_IS_HIGH, (1 - _UNEVEN) * as_high + even, 0.0))
    lettered = _IS_LOW | _IS_HIGH
    likely = probabilities * factors
    kept = float(probabilities[lettered].sum()) / max(1e-12, float(likely[lettered].sum()))
    return np.asarray(np.where(lettered, likely * kept, probabilities), dtype=np.float32)


def _normal(glyph: Glyph, shift: float, spread: float) -> Reals:
    """The density of a glyph's logarithm of height at each of `_SCALES`."""
    off = (np.log(glyph.height) - _SCALES - shift) / spread
    return np.asarray(np.exp(-0.5 * off * off) / (spread * np.sqrt(2 * np.pi)))
