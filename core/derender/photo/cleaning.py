"""Maps to ink: what is certain counts fully, what is doubtful fades, specks are left out."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.photo.separation import Floats, Maps
from derender.photo.strokes import evened


def geometry_ink(maps: Maps) -> Floats:
    """Ink of the geometry: certain strokes are 1, doubtful pixels fade, paper is exactly 0."""
    ink = np.asarray(np.clip((maps.geometry - 0.3) / 0.4, 0, 1), dtype=np.float32)
    return evened(np.asarray(ink * without_specks(ink > 0.5, 0.008), dtype=np.float32))


def written_ink(maps: Maps) -> Floats:
    """Ink of what is rather writing than geometry."""
    return np.asarray(np.where(maps.writing > maps.geometry, np.clip((maps.writing - 0.3) / 0.4, 0, 1), 0), dtype=np.float32)


def without_specks(drawn: NDArray[np.bool_], room: float) -> NDArray[np.bool_]:
    """What is drawn without specks: pieces of strokes that are short and have nothing else within `room` of the picture's longer side."""
    reach = max(3, round(room * max(drawn.shape))) | 1
    together = cv2.dilate(drawn.astype(np.uint8), np.ones((reach, reach), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(together)
    big = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) > 2.2 * reach
    big[0] = False
    return np.asarray(drawn & big[labels])
