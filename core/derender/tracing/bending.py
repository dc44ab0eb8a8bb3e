"""Whether a connector is one curve, and how strongly it bends: its way held against TikZ's curves and against legs at right angles."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from derender.rendering.strokes import bend_curve
from derender.tracing.graph import Points

BENDS = tuple(range(-85, 90, 5))
"""Degrees: bends that are tried."""

_TOLD, _LEAST = 15, 25
"""Degrees: a bend is told in multiples of the first; from the second on: less is a straight arrow that a hand drew."""

_OFF = 0.035
"""Of its length: no curve lies farther from the way that it is, as the root of the mean square."""

_ENDS = 0.08
"""The part of a way at each end that is not looked at: it leaps to an outline there, or turns aside within a head."""

_SAMPLES = 40

_INNER = slice(round(_ENDS * _SAMPLES), -round(_ENDS * _SAMPLES))
"""Which points of a way are looked at."""

_OWN_ENDS = 0.2
"""How much a way's ends count where a curve is laid along it: as so many of its points inside."""


def bend_of(way: Points) -> int | None:
    """The bend in degrees of a way (N, 2) in pixels, y down, from its first point to its last, as `spec.Line` has it; 0 for a straight one,
    None for one that is no such curve: with corners, or bent both ways."""
    start, end = way[0], way[-1]
    length = float(np.hypot(*np.diff(way, axis=0).T).sum())
    if math.dist(start, end) < 0.3 * length:
        return None
    inner = _resampled(way)[_INNER]
    most = min(_OFF * length, *(float(off_lines(inner, np.array([legs]))[0]) for legs in _angled(start, end, inner)))
    off = laid_along(way).off
    best = int(off.argmin())
    if off[best] <= most and abs(BENDS[best]) >= _LEAST:
        return round(BENDS[best] / _TOLD) * _TOLD
    straight = off_lines(inner, curves(start, end)[np.abs(BENDS) < _LEAST])
    return 0 if straight.min() <= most else None


class Laid(NamedTuple):
    """Curves of each of `BENDS` (B) laid along a way: how far it is from each, the root of the mean square, and where each begins and ends
    (B, 2), in pixels."""

    off: Points
    start: Points
    end: Points


def laid_along(way: Points) -> Laid:
    """Curves where they are nearest to a way (N, 2) in pixels, y down.

    Heads and leaps bring a way's ends to the wrong places on outlines, and curves between such ends would bend otherwise: how they lie is
    told by the points inside.
    """
    inner = _resampled(way)[_INNER]
    seen = np.concatenate([inner, way[[0, -1]]]) @ (1, 1j)
    counts = np.append(np.ones(len(inner)), [_OWN_ENDS, _OWN_ENDS]) / (len(inner) + 2 * _OWN_ENDS)
    # A similarity is a linear map of complex numbers: least squares give both of its numbers.
    curve = _even_between_unit_ends()
    middle, curve = curve @ counts, curve - (curve @ counts)[:, None]
    centred = seen - seen @ counts
    turn = (curve.conj() * centred) @ counts / (np.abs(curve) ** 2 @ counts)
    off = np.sqrt(np.abs(turn[:, None] * curve - centred) ** 2 @ counts)
    start = seen @ counts - turn * middle
    return Laid(off, *(np.stack([z.real, z.imag], -1) for z in (start, start + turn)))


def curves(start: Points, end: Points) -> Points:
    """Points (B, `_SAMPLES`, 2) of TikZ's curves between two points in pixels, y down, with each of `BENDS`."""
    along = end - start
    frame = np.stack([along, (-along[1], along[0])])
    return np.asarray(start + _between_unit_ends() @ frame)


@cache
def _between_unit_ends() -> Points:
    """The curves from (0, 0) to (1, 0); where y runs down a bend to the left has the other sign."""
    return np.stack([bend_curve((0.0, 0.0), (1.0, 0.0), -bend, _SAMPLES) for bend in BENDS])


@cache
def _even_between_unit_ends() -> NDArray[np.complex128]:
    """The same curves as complex numbers at equal distances along them, those of `_INNER`, and their two ends."""
    even = np.stack([_resampled(curve) for curve in _between_unit_ends()]) @ (1, 1j)
    return np.concatenate([even[:, _INNER], even[:, [0, -1]]], 1)


def _angled(start: Points, end: Points, inner: Points) -> Iterator[list[Points]]:
    """What else a way with such ends may be: one corner where it is farthest from the straight line, and up to two right angles."""
    along = (end - start) / max(1e-6, math.dist(start, end))
    aside = np.abs((inner - start) @ np.array([-along[1], along[0]]))
    yield [start, inner[int(aside.argmax())], end]
    (x1, y1), (x2, y2) = start, end
    yield [start, np.array((x1, y2)), end]
    yield [start, np.array((x2, y1)), end]
    for x in np.quantile(inner[:, 0], (0, 0.25, 0.5, 0.75, 1)).tolist():
        yield [start, np.array((x, y1)), np.array((x, y2)), end]
    for y in np.quantile(inner[:, 1], (0, 0.25, 0.5, 0.75, 1)).tolist():
        yield [start, np.array((x1, y)), np.array((x2, y)), end]


def off_lines(points: Points, lines: Points) -> Points:
    """Root of the mean square of how far points (N, 2) are from each of some lines (L, M, 2)."""
    first, legs = lines[:, :-1, None], np.diff(lines, axis=1)[:, :, None]
    t = (((points - first) * legs).sum(-1) / np.maximum(1e-9, (legs**2).sum(-1))).clip(0, 1)
    away = np.square(points - first - t[..., None] * legs).sum(-1).min(1)
    return np.asarray(np.sqrt(away.mean(1)))


def _resampled(way: Points) -> NDArray[np.float64]:
    """Points at equal distances along a way."""
    at = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(way, axis=0).T))])
    t = np.linspace(0, at[-1], _SAMPLES)
    return np.stack([np.interp(t, at, way[:, axis]) for axis in (0, 1)], -1)
