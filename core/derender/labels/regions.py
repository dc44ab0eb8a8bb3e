"""Words and blocks of words: pieces of writing that stand together and are not parted by a stroke of the geometry."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_MOST_REGIONS = 200
"""A page of text is no figure with labels: further regions are left out, the largest are kept."""


@dataclass(frozen=True, slots=True)
class WrittenRegion:
    """A block of writing: left, top, right, bottom in pixels of the view, how many of them are inked, and its text if it was read."""

    left: float
    top: float
    right: float
    bottom: float
    inked: int
    text: str | None = None

    @property
    def corners(self) -> NDArray[np.float64]:
        """(4, 2) pixels, clockwise from the top left."""
        return np.array([(self.left, self.top), (self.right, self.top), (self.right, self.bottom), (self.left, self.bottom)])


def written_regions(writing: Floats, geometry: Floats) -> tuple[WrittenRegion, ...]:
    """Blocks of writing on maps (H, W) in [0, 1], line by line, each from left to right.

    Letters belong together when they are nearer than about one and a half letters' height across and one down. Specks are no writing.
    """
    marked = (writing > 0.5).astype(np.uint8)
    if not marked.any():
        return ()
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(marked, connectivity=8)
    extents = np.maximum(stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_WIDTH])
    areas = stats[1:, cv2.CC_STAT_AREA].astype(np.float64)
    letter = float(np.clip(_weighted_median(stats[1:, cv2.CC_STAT_HEIGHT].astype(np.float64), areas), 5, 80))
    # What is far smaller than a letter is a speck, unless it lies among letters: dots and dashes join what is around them.
    across, down = max(3, round(1.5 * letter)) | 1, max(3, round(0.9 * letter)) | 1
    joined = cv2.dilate(marked, np.ones((down, across), np.uint8))
    joined[(geometry > 0.5) & (marked == 0)] = 0
    total, blocks = cv2.connectedComponents(joined, connectivity=4)
    # Each piece goes to the block that holds most of it.
    inside = pieces > 0
    together = np.bincount(pieces[inside].astype(np.int64) * total + blocks[inside], minlength=count * total)
    votes = together.reshape(count, total)
    votes[:, 0] = 0
    owner = votes.argmax(1)
    found = []
    for block in np.unique(owner[1:]):
        members = np.flatnonzero(owner[1:] == block) + 1
        if block == 0 or extents[members - 1].max() < 0.45 * letter:
            continue
        left, top = (int(stats[members, s].min()) for s in (cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP))
        right = int((stats[members, cv2.CC_STAT_LEFT] + stats[members, cv2.CC_STAT_WIDTH]).max())
        bottom = int((stats[members, cv2.CC_STAT_TOP] + stats[members, cv2.CC_STAT_HEIGHT]).max())
        found.append(WrittenRegion(left, top, right, bottom, int(areas[members - 1].sum())))
    found.sort(key=lambda r: -r.inked)
    return tuple(region for line in _lines(found[:_MOST_REGIONS]) for region in sorted(line, key=lambda r: r.left))


def _lines(found: list[WrittenRegion]) -> list[list[WrittenRegion]]:
    """Blocks that stand beside each other, the highest first: hands write no line quite level."""
    lines: list[list[WrittenRegion]] = []
    for region in sorted(found, key=lambda r: (r.top + r.bottom, r.left)):
        if lines and (region.top + region.bottom) / 2 < lines[-1][-1].bottom:
            lines[-1].append(region)
        else:
            lines.append([region])
    return lines


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Of values (N), at least one: half of the weight (N) belongs to no larger ones."""
    order = np.argsort(values)
    summed = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(summed, summed[-1] / 2)])
