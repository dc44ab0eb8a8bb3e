"""The network's own wrong candidates: segments that it would have verified when reading, asked about in training as well.

Candidates that are made from the truth alone are not those that reading meets: false ends beside heads, at crossings, in corners.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from derender.perception.candidates import ink_support
from derender.perception.network import CELL, MARGIN

MOST = 40
"""Segments of a drawing."""

_MOST_ENDS = 48
_LEAST_END = 0.04
_LEAST_SUPPORT = 0.55


def own_candidates(ends: Tensor, ink: Tensor, asked: Tensor) -> tuple[Tensor, Tensor]:
    """Segments between likely ends with ink along them, but for those that are `asked` about anyhow, all lines among them.

    `ends` (B, h, w) logits of line ends, `ink` (B, 16h, 16w), `asked` (B, N, 4) pixels → segments (B, `MOST`, 4) in pixels, and their
    class (B, `MOST`): 0, no line, or -1, nothing. The likeliest ones, as `proposals` sorts them.
    """
    segments, classes = np.zeros((len(ends), MOST, 4), np.float32), np.full((len(ends), MOST), -1, np.int64)
    likely = ends.detach().sigmoid().cpu().numpy()
    for k, (at, drawn, known) in enumerate(zip(likely, ink.cpu().numpy(), asked.cpu().numpy(), strict=True)):
        found = _of(at, drawn, known)
        segments[k, : len(found)], classes[k, : len(found)] = found, 0
    return torch.from_numpy(segments).to(ends.device), torch.from_numpy(classes).to(ends.device)


def _of(ends: NDArray[np.float32], ink: NDArray[np.float32], asked: NDArray[np.float32]) -> NDArray[np.float32]:
    points = np.argwhere(ends > _LEAST_END)
    points = points[np.argsort(-ends[points[:, 0], points[:, 1]], kind="stable")[:_MOST_ENDS]]
    first, second = np.triu_indices(len(points), 1)
    pairs = np.concatenate([points[first][:, ::-1], points[second][:, ::-1]], 1)
    if not len(pairs):
        return np.zeros((0, 4), np.float32)
    known = {_sorted(s) for s in np.rint((asked - MARGIN) / CELL).astype(int).tolist()}
    pairs = pairs[[_sorted(p) not in known for p in pairs.tolist()]]
    pixels = (pairs * CELL + MARGIN).astype(np.float32)
    support = ink_support(ink, pixels)
    likely = support * np.sqrt(ends[pairs[:, 1], pairs[:, 0]] * ends[pairs[:, 3], pairs[:, 2]])
    order = np.argsort(-likely, kind="stable")
    return pixels[order[support[order] > _LEAST_SUPPORT][:MOST]]


def _sorted(segment: list[int]) -> tuple[tuple[int, int], tuple[int, int]]:
    x1, y1, x2, y2 = segment
    return min((x1, y1), (x2, y2)), max((x1, y1), (x2, y2))
