"""Where centres, corners and line ends lie in ink whose lattice is not known: the peaks of the network's dense head."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from derender.perception.network import CELL, MARGIN, ReaderNetwork


@dataclass(frozen=True, slots=True)
class KeyPoints:
    """Key points of a copy of the picture: positions (N, 2) in its pixels, kinds (N) 0 centre, 1 corner, 2 end, confidence (N),
    radii (N) in pixels (0 for what is no centre)."""

    positions: NDArray[np.float64]
    kinds: NDArray[np.int64]
    confidence: NDArray[np.float64]
    radii: NDArray[np.float64]


@torch.inference_mode()
def key_points(network: ReaderNetwork, ink: NDArray[np.float32], least: float, device: torch.device) -> KeyPoints:
    """Peaks of the dense head, of at least that confidence, on ink (H, W) at its own scale."""
    height, width = ink.shape
    padded = np.pad(ink, ((MARGIN, -(height + MARGIN) % CELL), (MARGIN, -(width + MARGIN) % CELL)))
    image = torch.from_numpy(np.stack([padded, np.zeros_like(padded)]))[None].to(device)
    dense = network.dense_logits(network.seen(image))[0]
    found = dense[:3].sigmoid()
    peaks = (found == torch.nn.functional.max_pool2d(found[None], 3, 1, 1)[0]) & (found > least)
    kinds, rows, columns = (index.cpu().numpy() for index in torch.nonzero(peaks, as_tuple=True))
    at = dense[:, rows, columns].cpu().numpy().astype(np.float64)
    positions = np.stack([columns + 0.5 + at[3], rows + 0.5 + at[4]], -1) * 4 - MARGIN
    confidence = found[kinds, rows, columns].cpu().numpy().astype(np.float64)
    return KeyPoints(positions, kinds, confidence, np.where(kinds == 0, CELL * 2 ** at[5], 0.0))


def content_box(ink: NDArray[np.float32]) -> tuple[int, int, int, int] | None:
    """left, top, right, bottom around all strokes (specks left out), with a little room; None for blank ink."""
    # Dashes of one line lie closer than this and count as one; a speck stays alone and small.
    reach = max(3, round(0.025 * max(ink.shape))) | 1
    joined = cv2.dilate((ink > 0.3).astype(np.uint8), np.ones((reach, reach), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    big = [k for k in range(1, count) if max(stats[k, cv2.CC_STAT_WIDTH], stats[k, cv2.CC_STAT_HEIGHT]) > 2 * reach]
    if not big:
        return None
    left, top = (min(int(stats[k, s]) for k in big) for s in (cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP))
    right = max(int(stats[k, cv2.CC_STAT_LEFT] + stats[k, cv2.CC_STAT_WIDTH]) for k in big)
    bottom = max(int(stats[k, cv2.CC_STAT_TOP] + stats[k, cv2.CC_STAT_HEIGHT]) for k in big)
    room = max(4, round(0.03 * max(right - left, bottom - top))) - reach // 2
    return max(0, left - room), max(0, top - room), min(ink.shape[1], right + room), min(ink.shape[0], bottom + room)


def scaled(ink: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """Ink at `factor` times its size, its strokes about as dark as before."""
    height, width = ink.shape
    size = (max(8, round(width * factor)), max(8, round(height * factor)))
    small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    peak = float(np.quantile(small, 0.999))
    return np.asarray(np.clip(small / peak, 0, 1) if peak > 0.05 else small, dtype=np.float32)
