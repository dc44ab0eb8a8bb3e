"""What each pixel of a photograph shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Maps:
    """Probabilities (H, W), float32 in [0, 1], for each pixel of a picture."""

    geometry: Floats
    writing: Floats
    ruling: Floats
    page: Floats
