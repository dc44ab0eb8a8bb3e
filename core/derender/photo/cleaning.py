"""Maps to ink: what is certain counts fully, what is doubtful fades, specks are left out."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.photo.maps import Floats, Maps
from derender.photo.strokes import evened


def geometry_ink(maps: Maps) -> Floats:
    """Ink of the geometry: certain strokes are 1, doubtful pixels fade, more so apart from certain ones; paper is exactly 0.

    A stroke that could as well be ruling along a part of its way is certain along another (hysteresis; Canny, 1986).
    """
    apart, along = np.clip((maps.geometry - 0.3) / 0.4, 0, 1), np.clip((maps.geometry - 0.2) / 0.3, 0, 1)
    ink = np.where(_leads_to_certain(maps), along, apart).astype(np.float32)
    return evened(np.asarray(ink * without_specks(ink > 0.5, 0.008), dtype=np.float32))


def _leads_to_certain(maps: Maps) -> NDArray[np.bool_]:
    """The pixels that are rather geometry than writing and connected with some that certainly are."""
    likely = (maps.geometry > 0.2) & (maps.geometry > maps.writing)
    count, labels = cv2.connectedComponents(likely.astype(np.uint8), connectivity=8)
    certain = np.zeros(count, bool)
    certain[labels[likely & (maps.geometry > 0.7)]] = True
    return np.asarray(certain[labels], dtype=np.bool_)


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
