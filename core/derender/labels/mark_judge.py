"""Which marks that touch nothing are letters: told from what the ink network and the recognizer see in each and from what lies around it.

The ink network looks at each place for itself, and takes half of the letters that stand free for lines and circles. As a whole a mark says
more, as in the separation of text from graphics by connected components (Fletcher and Kasturi, 1988): how large it is beside shapes, how
many others are as large, how it looks to who reads letters, and how those others look. Where that leaves a doubt, a network looks at the
mark and at what lies around it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from derender.checkpoints import load_weights
from derender.errors import ModelError
from derender.judge import Array, Judge
from derender.labels.mark_network import MarkNetwork
from derender.labels.mark_views import mark_views
from derender.labels.marks import Mark, marks_of, pieces_of_writing
from derender.labels.signs import CLASSES, OTHER
from derender.networks import folded, on_device
from derender.photo.views import typical_height
from derender.strokes import stroke_width

Floats = NDArray[np.float32]

MODEL = "marks"
"""The name of the judges in the manifest."""

MEASUREMENTS = 17
"""Of a mark before it is looked at."""

LETTER = 0.5
"""Log odds from which on a mark is held to be a letter. Of 288 letters in 300 simulated photographs that the ink network takes for geometry
that moves 151, of 2,303 other marks 23; the judge alone, without its network, moves 127 and 22."""

_NONE, _CERTAIN = -4.0, 4.0
"""First log odds between which a mark is looked at: crowded figures have hundreds of dashes and of letters that nobody doubts."""

_STILL_NONE, _STILL_CERTAIN = -3.0, 4.0
"""Log odds of what the recognizer has looked at between which the network is asked: outside it changes nothing in 300 simulated
photographs."""

_WRITTEN = 0.1
"""Where a mark is geometry by less on average, the ink network holds it for writing, and no other network is asked."""

_DRAWN = 0.5
"""Ink from which on a pixel is drawn, to tell how wide strokes are."""

_HIGHEST = 40
"""Widths of a stroke: a higher sign is none; two circles with an arrow between them look like an 8."""

_AROUND = 1.2
"""Heights of a mark within which ink around it is counted."""

_AS_HIGH = 1.3
"""Marks at most so many times as high as each other are of one size."""

_UNLIKELY, _LEAST_GROUP = 1e-4, 1e-3
"""Probabilities of a sign and of a group below them are all alike."""

_GROUPS = tuple(
    [CLASSES.index(sign) for sign in signs]
    for signs in (
        "ABCEFGHJKMNPQRSUWZabcdefghjkmnqrstuwyz2345689α",  # no lines, circles, boxes or heads, nor pieces of them
        "ABEFGHKMNPQRSWZabdeghmnpqswyz235689α",  # nor bent strokes or corners, where the pen was lifted
        "oO0",
        "lI1-i()",
        "<>vVΔLcC7",
        "DU",
        "xX+tTY",
        "αβγδεθλμπρστφψωΔΣΩ",
    )
)
"""Signs that are or look alike beside what figures are made of: rings, lines, heads and corners, boxes, crossings."""

LOOKED_AT = MEASUREMENTS + len(_GROUPS) + OTHER + 7
"""What is measured of a mark and told by who looked at it, see `with_looks`."""


@dataclass(frozen=True, slots=True)
class MarkJudge:
    """Log odds that marks are letters: at first, from measurements; once the recognizer has looked at each; and where geometry is in doubt
    the mean of those with what a network tells that looks at the mark among what lies around it."""

    first: Judge
    looked: Judge
    network: MarkNetwork

    def __call__(self, marks: Sequence[Mark], ink: Floats, writing: Floats, seen_in: Callable[[Sequence[Mark]], Floats]) -> Array:
        """Those of marks (N) in maps of geometry and writing (H, W); `seen_in` tells what the recognizer sees in some of them, see
        `asked`."""
        rows = measured(marks, ink, writing)
        first = self.first(rows)
        heights = np.array([mark.height for mark in marks], dtype=np.float64)
        rows = with_looks(rows, first, asked(marks, first, seen_in), heights)
        odds = self.looked(rows)
        is_open = (odds > _STILL_NONE) & (odds < _STILL_CERTAIN) & (rows[:, 0] > _WRITTEN)
        doubtful = np.flatnonzero(are_doubtful(first) & is_open)
        views = mark_views([marks[k] for k in doubtful.tolist()], ink, writing)
        odds[doubtful] = (odds[doubtful] + self.network.log_odds(views, rows[doubtful])) / 2
        return odds

    def tensors(self) -> dict[str, Tensor]:
        """As those are saved that were just fitted: the network of those for use is folded."""
        judges = self.first.arrays("first") | self.looked.arrays("looked")
        network = {f"network.{name}": tensor for name, tensor in self.network.state_dict().items()}
        return {name: torch.from_numpy(values) for name, values in judges.items()} | network

    @classmethod
    def of(cls, tensors: Mapping[str, Tensor]) -> MarkJudge:
        """From what was saved, for use; raises KeyError, TypeError, ValueError or RuntimeError where that is of another version."""
        arrays = {name: tensor.numpy() for name, tensor in tensors.items()}
        first, looked, network = Judge.of(arrays, "first"), Judge.of(arrays, "looked"), MarkNetwork(LOOKED_AT)
        first.expect(MEASUREMENTS)
        looked.expect(LOOKED_AT)
        network.load_state_dict({name.removeprefix("network."): t for name, t in tensors.items() if name.startswith("network.")})
        return cls(first, looked, on_device(folded(network), torch.device("cpu")))

    @classmethod
    def load(cls, folder: Path | None = None) -> MarkJudge:
        """The shipped ones; raises `ModelError`."""
        tensors, _ = load_weights(MODEL, folder)
        try:
            return cls.of(tensors)
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise ModelError(f"the weights of {MODEL!r} were made for another version of derender; reinstall it") from error


def may_be_letters(ink: Floats, writing: Floats) -> tuple[Mark, ...]:
    """Marks in maps of geometry and writing (H, W) that are as high as people write with such a pen."""
    drawn = np.asarray(np.maximum(ink, writing), dtype=np.float32)
    highest = _HIGHEST * stroke_width(drawn > _DRAWN)
    return tuple(mark for mark in marks_of(drawn) if mark.strokes.shape[0] <= highest)


def are_doubtful(odds: Array) -> NDArray[np.bool_]:
    """Which marks (N) of these first log odds are looked at."""
    return np.asarray((odds > _NONE) & (odds < _CERTAIN))


def asked(marks: Sequence[Mark], odds: Array, seen_in: Callable[[Sequence[Mark]], Floats]) -> Floats:
    """What the recognizer sees in each of the marks (N, `OTHER` + 1), zero in those of which the first odds (N) leave no doubt, and in what
    is no one glyph."""
    told = np.zeros((len(marks), OTHER + 1), np.float32)
    those = np.flatnonzero(are_doubtful(odds))
    told[those] = seen_in([marks[k] for k in those.tolist()])
    return told


def measured(marks: Sequence[Mark], ink: Floats, writing: Floats) -> Array:
    """`MEASUREMENTS` (N) of marks in maps of geometry and writing (H, W) before they are looked at: as what the ink network sees them,
    how large and how full they are, and what lies around them."""
    if not marks:
        return np.zeros((0, MEASUREMENTS))
    drawn = np.maximum(ink, writing)
    pen, shape = stroke_width(drawn > _DRAWN), typical_height(drawn > _DRAWN)
    letters = pieces_of_writing(writing, ink)
    sums = [np.asarray(cv2.integral(layer), dtype=np.float64) for layer in (ink, writing)]
    heights = np.array([mark.height for mark in marks], dtype=np.float64)
    rows = []
    for mark, height, others in zip(marks, heights, _of_others(heights, np.ones(len(marks))), strict=True):
        weights = mark.strokes / mark.strokes.sum()
        own = [float((layer[mark.place] * weights).sum()) for layer in (ink, writing)]
        own_sums = [float((layer[mark.place] * (mark.strokes > 0)).sum()) for layer in (ink, writing)]
        tall, wide = mark.height, mark.width
        area = float((mark.strokes > _DRAWN).sum())
        holes = _holes(mark.strokes)
        rows.append(
            [
                *own,
                own[1] - own[0],
                np.log(height / pen),
                np.log(wide / tall),
                np.log(max(1.0, area) / (max(tall, wide) * pen)),
                np.log(stroke_width(mark.strokes > _DRAWN) / pen),
                sum(holes) / (tall * wide),
                min(len(holes), 3),
                shape is None,
                0.0 if shape is None else np.log(height / shape),
                mark.is_enclosed,
                mark.is_beside(letters),
                np.log(1 + others),
                np.log(len(marks)),
                *(
                    np.log(0.1 + max(0.0, _within(layer, mark, _AROUND * height) - mine) / (height * pen))
                    for layer, mine in zip(sums, own_sums, strict=True)
                ),
            ]
        )
    return np.array(rows, dtype=np.float64)


def with_looks(rows: Array, odds: Array, told: Floats, heights: Array) -> Array:
    """Measurements (N, F) of marks, the judge's first odds of them (N), what the recognizer tells of each (N, `OTHER` + 1), zero where it
    tells nothing, and how high they are (N): all that the last judge sees (N, F + `OTHER` + 15)."""
    logs = np.log(np.maximum(told, _UNLIKELY))
    signs = np.where(told.sum(1) > 0, 1 - told[:, OTHER], 0.0)
    likely = 1 / (1 + np.exp(-odds))
    count = np.maximum(1, _of_others(heights, np.ones(len(rows))))
    others = [_of_others(heights, values) / count for values in (likely, signs, likely * signs)]
    parts = [told[:, group].sum(1) for group in _GROUPS]
    groups = np.clip(np.stack([*parts, told[:, OTHER], told[:, :OTHER].max(1)], 1), 0, 1)
    return np.column_stack([rows, odds, *others, np.log((groups + _LEAST_GROUP) / (1 - groups + _LEAST_GROUP)), logs])


def _of_others(heights: Array, values: Array) -> Array:
    """For each mark (N) the sum of the values of the others that are about as high."""
    order = np.argsort(heights)
    sums = np.concatenate([[0.0], np.cumsum(values[order])])
    ordered = heights[order]
    first, last = np.searchsorted(ordered, heights / _AS_HIGH, side="right"), np.searchsorted(ordered, heights * _AS_HIGH, side="left")
    return np.asarray((sums[last] - sums[first] - values).clip(0))


def _holes(strokes: Floats) -> list[int]:
    """Pixels of each patch of paper that strokes (H, W) close in; those smaller than a speck are none."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((strokes <= _DRAWN).astype(np.uint8), connectivity=4)
    inside = (stats[1:, cv2.CC_STAT_LEFT] > 0) & (stats[1:, cv2.CC_STAT_TOP] > 0)
    inside &= stats[1:, cv2.CC_STAT_LEFT] + stats[1:, cv2.CC_STAT_WIDTH] < strokes.shape[1]
    inside &= stats[1:, cv2.CC_STAT_TOP] + stats[1:, cv2.CC_STAT_HEIGHT] < strokes.shape[0]
    areas = stats[1:, cv2.CC_STAT_AREA][inside]
    return [int(area) for area in areas if area > 3]


def _within(sums: NDArray[np.float64], mark: Mark, reach: float) -> float:
    """Ink within reach of a mark's place, from the sums (H + 1, W + 1) of a map."""
    rows, columns = mark.place
    height, width = sums.shape
    top, low = max(0, round(rows.start - reach)), min(height - 1, round(rows.stop + reach))
    left, right = max(0, round(columns.start - reach)), min(width - 1, round(columns.stop + reach))
    return float(sums[low, right] - sums[top, right] - sums[low, left] + sums[top, left])
