"""Which pixels of a canvas are drawn on: one answer for all that ask."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LEAST = 0.1
"""Paper's noise stays below."""


def drawn_on(ink: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The pixels of ink (H, W) in [0, 1] that are strokes, also those that are faint beside others."""
    marked = ink[ink > _LEAST]
    dark = float(np.quantile(marked, 0.9)) if marked.size else 0.0
    return np.asarray(ink > max(_LEAST, 0.25 * dark))
