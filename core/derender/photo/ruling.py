"""Ruling that the ink network takes for strokes: it goes on from one end of the sheet to the other, as dark as the rest of its line.

The network looks at each place for itself, and a ruled line that is a little darker there than others looks drawn. All lines of a sheet
together are simple: those of one direction are nearly parallel, straight, and no darker in one place than in another. Strokes upon a
line are darker than it is.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.photo.light import darkest, even_light
from derender.photo.maps import Floats, Maps
from derender.photo.parallel import side_by_side
from derender.photo.rectify import segments_of
from derender.plane import Matrix
from derender.strokes import stroke_width

Mask = NDArray[np.bool_]

_LEAST_RULED = 0.002
"""Of the pixels: where fewer are ruling, there are no lines to go by."""

_SHRUNK = 4
"""Lines are looked for in a copy that is so many times as short along them, which takes as much less time."""

_SHORTEST = 0.03
"""Of the longer side: segments from which lines are made."""

_STEEPEST = 0.2
"""Slope of a line that is meant level."""

_LIKE_OTHERS = 0.004
"""Slope by which segments of a line differ from the others of their direction, as a standard deviation; five times that is another line."""

_APART = 2.5
"""Pixels from which on two segments are of different lines; both sides of wide ones are one line's."""

_FINE = 4.5
"""Pixels: ruling that is no wider, softened as it is, is looked at three pixels wide."""

_BROADEST = 9
"""Pixels across ruling in which its sides are looked for."""

_LEAST_FOUND = 0.1
"""Of a line's length, that must be found as segments."""

_INSIDE = 0.5
"""Of the picture's width, in which a line lies in the picture."""

_SEEN = 0.25
"""What the network holds as likely ruling, or a stroke, is something."""

_WHOLE, _CERTAIN, _EVEN = 0.8, 0.2, 0.9
"""Parts of its length in which there is something on a ruled line; in which it is rather ruling than a stroke; and in which it is evenly
dark, where it is hardly anywhere taken for ruling."""

_THROUGH, _DRAWN = 0.97, 0.7
"""Parts of its length in which the line of a margin is evenly dark, and in which it is taken for a stroke. Whoever draws ends before the
sheet does, and neither so straight nor so even."""

_DARKER, _NOISE = 1.35, 0.02
"""As dark as a line is what is at most so many times as dark and a little more."""

_PEN = 0.8
"""The share of the certain strokes that are paler than the pen is taken to be: their edges are, and so is ruling among them."""

_DOUBTFUL = 0.7
"""Where pens are as pale as the ruling, what is a stroke with less probability."""

_CROSSING = 7
"""Pixels: strokes that go on for so many across a line are none of it."""


class _Level(NamedTuple):
    """Nearly level segments (N): slopes, how far right of and below the picture's middle their middles lie, lengths in pixels, and
    whether they are rather ruling than strokes."""

    slope: Matrix
    right: Matrix
    below: Matrix
    length: Matrix
    ruled: Mask

    def at_middle(self, fan: Matrix) -> Matrix:
        """How far below the middle lines through the segments cross the middle column."""
        return self.below - _slopes(fan, self.below) * self.right


def without_ruling(picture: NDArray[np.uint8], maps: Maps) -> Maps:
    """The maps (H, W) of a picture (H, W, 3) RGB, with ruling as such where it was taken for geometry."""
    certain = (maps.ruling > 0.4) & (maps.ruling > maps.geometry)
    if certain.mean() < _LEAST_RULED:
        return maps
    dark = np.asarray(cv2.blur(np.clip(darkest(1 - even_light(picture)), 0, 1), (3, 3)), dtype=np.float32)
    drawn = np.maximum(maps.geometry, maps.writing) > 0.7
    pen = float(np.quantile(dark[drawn], _PEN)) if drawn.any() else 0.0
    wide = _width(dark, certain)
    reach = 1 if wide <= _FINE else round(wide / 2)
    level, upright = side_by_side(
        lambda: _on_level_lines(maps.geometry, maps.ruling, dark, pen, reach),
        lambda: _on_level_lines(maps.geometry.T, maps.ruling.T, dark.T, pen, reach).T,
    )
    taken = level | upright
    return Maps(maps.geometry * ~taken, maps.writing, np.where(taken, np.maximum(maps.ruling, maps.geometry), maps.ruling), maps.page)


def _width(dark: Floats, certain: Mask) -> float:
    """How wide ruling is that is certain in places (H, W): the network often sees no more than a side of wide lines."""
    near = cv2.dilate(certain.astype(np.uint8), np.ones((_BROADEST, _BROADEST), np.uint8)) > 0
    pale = float(np.median(dark[~near])) if not near.all() else 0.0
    return stroke_width(near & (dark > (pale + np.median(dark[certain])) / 2))


def _level(ruling: Floats, geometry: Floats, reach: int) -> _Level:
    """Of maps (H, W) with lines that reach so many pixels up and down from their middles."""
    height, width = ruling.shape
    size = (max(1, width // _SHRUNK), height)
    ruling, geometry = (np.asarray(cv2.resize(m, size, interpolation=cv2.INTER_AREA), dtype=np.float32) for m in (ruling, geometry))
    ends = segments_of(np.maximum(ruling, geometry), 1.0, _SHORTEST * max(size)).ends
    across, down = ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]
    ends = ends[np.abs(down) < _STEEPEST * _SHRUNK * np.abs(across)]
    x, y = (ends[:, :2] + ends[:, 2:]).T / 2
    rows, columns = (np.rint(at).astype(np.int64).clip(reach, most - reach - 1) for at, most in ((y, height), (x, size[0])))
    # A segment is one side of its line.
    ruled = sum(ruling[rows + k, columns] - geometry[rows + k, columns] for k in range(-reach, reach + 1)) > 0
    scale = width / size[0]
    across = scale * (ends[:, 2] - ends[:, 0])
    return _Level((ends[:, 3] - ends[:, 1]) / across, scale * (x + 0.5) - width / 2, y - height / 2, np.abs(across), ruled)


def _slopes(fan: Matrix, middles: Matrix) -> Matrix:
    """The slopes of lines that cross the middle column so far below the middle: they change evenly from one to the next."""
    return np.asarray(fan[0] + fan[1] * middles)


def _lines(level: _Level, shape: tuple[int, ...], apart: float) -> Matrix:
    """Lines (N, 2) through segments that are parallel but for perspective to those that are ruled, so many pixels apart at least: slopes,
    and the rows in which they cross the middle column."""
    if level.ruled.sum() < 2:
        return np.zeros((0, 2))
    slopes, weights = level.slope[level.ruled], level.length[level.ruled]
    fan = np.array([np.average(slopes, weights=weights), 0.0])
    for _ in range(6):
        middles = level.at_middle(fan)[level.ruled]
        robust = weights / (1 + ((slopes - _slopes(fan, middles)) / _LIKE_OTHERS) ** 2)
        design = np.column_stack([np.ones(len(middles)), middles])
        # Hardly any perspective is left: slopes that differ from line to line need much to speak for them.
        fan = np.linalg.solve((design * robust[:, None]).T @ design + np.diag([0, 1e5]), (design * robust[:, None]).T @ slopes)
    middles = level.at_middle(fan)
    fits = np.abs(level.slope - _slopes(fan, middles)) < 5 * _LIKE_OTHERS
    middles, lengths = middles[fits], level.length[fits]
    order = np.argsort(middles)
    middles, lengths = middles[order], lengths[order]
    firsts = np.flatnonzero(np.diff(middles, prepend=-np.inf) >= apart)
    found = np.add.reduceat(lengths, firsts)
    middles = (np.add.reduceat(lengths * middles, firsts) / found)[found > _LEAST_FOUND * shape[1]]
    return np.column_stack([_slopes(fan, middles), middles + shape[0] / 2])


def _on_level_lines(geometry: Floats, ruling: Floats, dark: Floats, pen: float, reach: int) -> Mask:
    """The pixels (H, W) of nearly level ruled lines that are as dark as they are, on paper on which a pen is so dark; lines reach so many
    pixels up and down from their middles."""
    height, width = geometry.shape
    taken = np.zeros((height, width), np.bool_)
    slopes, middles = _lines(_level(ruling, geometry, reach), (height, width), max(_APART, 2 * reach)).T
    columns = np.arange(width)
    y = np.rint(middles[:, None] + slopes[:, None] * (columns - width / 2)).astype(np.int64)
    inside = (y > reach + 1) & (y < height - reach - 2)
    y = y.clip(0, height - 1)
    # What is greatest across a line is told for all lines at once.
    across = np.ones((2 * reach + 1, 1), np.uint8)
    ruled, drawn, darkness = (cv2.dilate(np.ascontiguousarray(m), across) for m in (ruling, geometry, dark))
    something = (np.maximum(ruled, drawn) > _SEEN)[y, columns] & inside
    whole = (inside.mean(1) >= _INSIDE) & (something.sum(1) >= _WHOLE * inside.sum(1))
    for row, there in zip(y[whole], inside[whole], strict=True):
        at = row[there], columns[there]
        own = _of_ruling(ruled[at], drawn[at], darkness[at], pen)
        rows, x = (part[own] for part in at)
        for k in range(-reach - 1, reach + 2):
            taken[rows + k, x] = True
    crossing = cv2.morphologyEx((geometry > 0.3).astype(np.uint8), cv2.MORPH_OPEN, np.ones((_CROSSING + 2 * (reach - 1), 1), np.uint8)) > 0
    return np.asarray(taken & ~crossing)


def _of_ruling(ruled: Floats, drawn: Floats, dark: Floats, pen: float) -> Mask:
    """Where a line in which there is something nearly everywhere, whose pixels are ruled, drawn on and dark (N each), is ruling that was
    taken for strokes by a pen that is so dark."""
    most = _darkest(ruled, drawn, dark)
    own = (cv2.blur(dark[None], (5, 1))[0] < most) & (drawn > 0.05)
    if not _is_margin(drawn, dark, most):
        own &= (drawn < _DOUBTFUL) | (pen > most)
    return np.asarray(own)


def _darkest(ruled: Floats, drawn: Floats, dark: Floats) -> float:
    """How dark such a line is at most; 0 where it is no ruled line."""
    something, certain = np.maximum(ruled, drawn) > _SEEN, (ruled > _SEEN) & (ruled > drawn)
    if np.count_nonzero(certain) > _CERTAIN * len(certain):
        return _DARKER * float(np.median(dark[certain])) + _NOISE
    usual = float(np.quantile(dark[something], 0.4))
    most = _DARKER * usual + _NOISE
    is_even = np.count_nonzero(something & (dark > usual / 2) & (dark < most)) >= _EVEN * len(dark)
    return most if is_even else 0.0


def _is_margin(drawn: Floats, dark: Floats, most: float) -> bool:
    """Whether a ruled line whose pixels are drawn on and dark (N each), at most so dark, is a margin's, printed as dark as a pen."""
    even, strokes = np.count_nonzero((dark > most / 3) & (dark < most)), np.count_nonzero(drawn > 0.5)
    return bool(even > _THROUGH * len(dark) and strokes > _DRAWN * len(dark))
