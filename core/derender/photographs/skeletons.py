"""Handwritten signs as strokes of a pen, without any font: how people write each sign (`allographs.py`), and what each makes of it.

A person has habits: which of the ways of writing a sign is theirs, how their own form of it departs from the table's, how round, wide,
hooked and even their hand is. Each time that a person writes a sign all of its points land a little elsewhere, the strokes move
against each other, and their ends reach further or less far; what is seen is a smooth curve through these points.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from derender.labels.signs import DIGITS, SIGNS, UPPER
from derender.photographs.allographs import ALLOGRAPHS, SMALL

Floats = NDArray[np.float64]

_UNEQUAL = UPPER + DIGITS + SIGNS + "ΔΣΩ"
"""Signs that have no part as high as small letters: how high those are says nothing of them."""

_STEP = 0.02
"""From point to point of what is written, in heights of a capital."""

_DOT = 0.15
"""Shorter strokes are dots, which are no longer or shorter at some times, and have no hooks."""

_SPACE = 0.45
"""How wide a space is."""

_CONSISTENCY = 0.6
"""How far one way of writing tells of another: who writes a loop in one letter does so in others."""

_SINGLE = 0.35
"""How far single points are moved, against how far a sign is bent as a whole."""

_NARROWEST = 0.25
"""Half of the width that signs are bent as if they had, at least: a 1 is no wider than a stroke."""

_AS_CAPITALS = 0.4
"""The mean of half a capital's width and height."""

_ODDEST = 2.0
"""Deviations beyond which nobody bends a sign."""

_STIFFEST = 0.4
"""How far what is as narrow as a line is bent across, against what is as wide as it is high."""

_UNCERTAIN = 0.02
"""How different from each other the ends of strokes are."""

_HOOKED = 0.5
"""So many ends have hooks where somebody makes hooks."""

_FROM, _TOWARDS = math.pi, 0.8
"""Where the pen comes from and goes to as it hooks, in radians: from the left, and up to the right."""

_WAVE = 0.2
"""From one waver of the pen to the next."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How somebody writes; lengths in heights of a capital."""

    seed: int
    """Which person it is: their choices among ways of writing, and their own forms, which stay the same."""
    flourish: float
    """How ornate (above 0) or plain (below) the ways of writing are, normally distributed."""
    peculiarity: float
    """How far their forms are from the table's."""
    unevenness: float
    """How far what they write is from their own forms."""
    x_height: float
    """Of small letters without ascenders."""
    descent: float
    """How deep descenders reach, against the table's."""
    width: float
    """How wide signs are, against the table's."""
    angularity: float
    """From 0, curves, to 1, straight from point to point."""
    softness: float
    """How far around a corner the pen cuts it."""
    reach: float
    """How much further than in the table strokes go; below 0, less far."""
    hook: float
    """How long the hooks are that strokes begin and end with; 0 for those who make none."""
    looseness: float
    """How far strokes are moved against each other."""
    wobble: float
    """How far the pen wavers from its path."""
    spacing: float
    """Between one sign and the next."""


@dataclass(frozen=True, slots=True)
class Path:
    """A stroke: the points (N, 2) that it goes through, y up, in heights of a capital; and which of them (N) are corners."""

    points: Floats
    corners: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Allograph:
    """One way of writing a sign: how often it is met against the others, and its strokes."""

    weight: float
    strokes: tuple[Path, ...]


@cache
def allographs(sign: str) -> tuple[Allograph, ...]:
    """The ways of writing a sign, from plain to ornate; none for signs that nobody taught."""
    ways = (way.split(":") for way in ALLOGRAPHS.get(sign, ()))
    return tuple(Allograph(float(weight), tuple(_path(stroke) for stroke in strokes.split("|"))) for weight, strokes in ways)


def _path(stroke: str) -> Path:
    words = stroke.split()
    points = np.array([[float(v) for v in word.rstrip("!").split(",")] for word in words]) / 100
    return Path(points, np.array([word.endswith("!") for word in words]))


def sample_habits(rng: np.random.Generator) -> Habits:
    """A person at random."""
    return Habits(
        seed=int(rng.integers(2**31)),
        flourish=float(rng.normal()),
        peculiarity=float(rng.uniform(0.02, 0.043)),
        unevenness=float(rng.uniform(0.006, 0.02)),
        x_height=float(np.clip(rng.normal(0.55, 0.05), 0.44, 0.66)),
        descent=float(np.clip(rng.normal(0.97, 0.12), 0.75, 1.3)),
        width=float(np.exp(np.clip(rng.normal(0.02, 0.13), -0.22, 0.3))),
        angularity=float(rng.uniform(0.1, 0.65)) if rng.random() < 0.3 else 0.0,
        softness=float(rng.uniform(0.005, 0.035)),
        reach=float(rng.normal(0.005, 0.02)),
        hook=float(rng.uniform(0.03, 0.075)) if rng.random() < 0.25 else 0.0,
        looseness=float(rng.uniform(0.005, 0.035)),
        wobble=float(rng.uniform(0.0, 0.01)),
        spacing=float(rng.uniform(0.12, 0.28)),
    )


def allograph_of(sign: str, habits: Habits) -> int:
    """Which of the ways of writing a sign is a person's."""
    weights = np.array([way.weight for way in allographs(sign)])
    own = np.random.default_rng([habits.seed, ord(sign)]).normal()
    leaning = _CONSISTENCY * habits.flourish + math.sqrt(1 - _CONSISTENCY**2) * own
    # Over all people this is uniform, so that each way is met as often as its weight says.
    share = 0.5 * (1 + math.erf(leaning / math.sqrt(2)))
    return min(int(np.searchsorted(np.cumsum(weights / weights.sum()), share)), len(weights) - 1)


def penned(text: str, habits: Habits, rng: np.random.Generator) -> list[Floats]:
    """A sign or a short run of signs as polylines (N, 2), x to the right, y down from the line they stand on, in heights of a capital.

    Signs that have no skeleton are skipped.
    """
    out: list[Floats] = []
    x = 0.0
    for sign in text:
        if sign.isspace():
            x += _SPACE
        elif ways := allographs(sign):
            strokes = _written(sign, ways[allograph_of(sign, habits)].strokes, habits, rng)
            across = np.concatenate(strokes)[:, 0]
            out += [(stroke + np.array([x - across.min(), 0])) * (1, -1) for stroke in strokes]
            x += float(np.ptp(across)) + habits.spacing * float(np.exp(rng.normal(0, 0.25)))
    return out


def _written(sign: str, paths: Sequence[Path], habits: Habits, rng: np.random.Generator) -> list[Floats]:
    """A sign as it is written once: polylines (N, 2), y up."""
    own = np.random.default_rng([habits.seed, ord(sign), 1])
    if sign in SIGNS:
        # A hook makes another sign of a bracket or a line.
        habits = replace(habits, hook=0.0)
    forms = [_proportioned(path.points, sign, habits) for path in paths]
    for by, source in ((habits.peculiarity, own), (habits.unevenness, rng)):
        forms = _strayed(forms, by, source)
    size, shift = float(np.exp(rng.normal(0, 1.5 * habits.unevenness))), rng.normal(0, habits.unevenness)
    apart = rng.normal(0, habits.looseness, (len(forms), 2)) + np.array([0, shift])
    return [_drawn(size * form + off, path.corners, habits, rng) for form, path, off in zip(forms, paths, apart, strict=True)]


def _proportioned(points: Floats, sign: str, habits: Habits) -> Floats:
    """Points with a person's heights and widths."""
    x, y = points.T
    # Ascenders keep their tops, whatever is lower follows the height of small letters.
    above = y if sign in _UNEQUAL else np.interp(y, [0, SMALL / 100, 1], [0, habits.x_height, 1])
    return np.stack([habits.width * x, np.where(y < 0, habits.descent * y, above)], -1)


def _strayed(forms: Sequence[Floats], by: float, rng: np.random.Generator) -> list[Floats]:
    """Strokes of a sign bent together by about so much (turned, slanted, bowed, wider above than below), and their points moved."""
    every = np.concatenate(forms)
    middle, half = (every.max(0) + every.min(0)) / 2, np.ptp(every, axis=0) / 2
    reach = np.maximum(half, _NARROWEST)
    # What is as large as a capital is bent by so much, smaller signs by less; and none so far that its sides meet.
    scaled = by * float(reach.mean()) / _AS_CAPITALS
    amounts = scaled * np.clip(rng.normal(0, 1, (5, 2)), -_ODDEST, _ODDEST)
    for axis, terms in enumerate(([0, 1, 2, 3], [1, 2, 4])):
        amounts[terms, axis] *= float(np.clip(half[axis] / reach.mean(), _STIFFEST, 1))
    out = []
    for form in forms:
        u, v = ((form - middle) / reach).T
        bent = np.stack([u, v, u * v, u**2, v**2], -1) @ amounts
        out.append(form + bent + rng.normal(0, _SINGLE * scaled, form.shape))
    return out


def _drawn(points: Floats, corners: NDArray[np.bool_], habits: Habits, rng: np.random.Generator) -> Floats:
    """The curve that a pen makes of a stroke's points."""
    line = _even(_curve(points, corners, habits.angularity))
    if (len(line) - 1) * _STEP < _DOT:
        return line
    begun = _ended(line[::-1], _FROM, habits, rng)[::-1]
    line = _even(_ended(begun, _TOWARDS, habits, rng))
    return _softened(_wavering(line, habits.wobble, rng), habits.softness)


def _curve(points: Floats, corners: NDArray[np.bool_], angularity: float) -> Floats:
    """A line (M, 2) through points (N, 2) that is smooth but at corners."""
    cuts = [0, *(np.flatnonzero(corners[1:-1]) + 1).tolist(), len(points) - 1]
    pieces = [_smooth(points[first : last + 1], angularity)[:-1] for first, last in pairwise(cuts)]
    return np.concatenate([*pieces, points[-1:]])


def _smooth(points: Floats, angularity: float) -> Floats:
    """A centripetal Catmull-Rom spline through points (N, 2), which at its ends bends as beside them; see `Habits` for `angularity`."""
    if len(points) < 3:
        return points
    legs = np.diff(points, axis=0)
    times = np.sqrt(np.maximum(np.hypot(*legs.T), 1e-4))[:, None]
    speeds = legs / times
    inner = speeds[:-1] + speeds[1:] - (points[2:] - points[:-2]) / (times[:-1] + times[1:])
    tangents = np.concatenate([2 * speeds[:1] - inner[:1], inner, 2 * speeds[-1:] - inner[-1:]])
    t = np.linspace(0, 1, 12, endpoint=False)[None, :, None]
    begin, leg, time = points[:-1, None], legs[:, None], times[:, None]
    straight = begin + t * leg
    first, last = time * tangents[:-1, None] - leg, time * tangents[1:, None] - leg
    spline = straight + t * (1 - t) * ((1 - t) * first - t * last)
    mixed = (1 - angularity) * spline + angularity * straight
    return np.concatenate([mixed.reshape(-1, 2), points[-1:]])


def _even(line: Floats) -> Floats:
    """A line (N, 2) with points about `_STEP` apart."""
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    at = np.linspace(0, along[-1], max(2, math.ceil(along[-1] / _STEP) + 1))
    return np.stack([np.interp(at, along, line[:, axis]) for axis in (0, 1)], -1)


def _ended(line: Floats, way: float, habits: Habits, rng: np.random.Generator) -> Floats:
    """An even line whose end is moved on or back, now and then with a hook that turns to a way (radians)."""
    length = (len(line) - 1) * _STEP
    reach = float(np.clip(rng.normal(habits.reach, _UNCERTAIN), -0.1 * length, 0.12 * length))
    if reach < 0:
        line = line[: max(2, len(line) - round(-reach / _STEP))]
    ahead = line[-1] - line[-min(4, len(line))]
    ahead /= max(1e-6, float(np.hypot(*ahead)))
    on = [line[-1] + max(0.0, reach) * ahead]
    if habits.hook and rng.random() < _HOOKED:
        angle = way + rng.uniform(-0.7, 0.7)
        turned = np.array([math.cos(angle), math.sin(angle)])
        size = min(habits.hook, 0.15 * length) * rng.uniform(0.6, 1.2)
        on += [on[0] + 0.4 * size * (ahead + turned), on[0] + size * (0.4 * ahead + turned)]
    return np.concatenate([line, on])


def _wavering(line: Floats, wobble: float, rng: np.random.Generator) -> Floats:
    """An even line (N, 2) that strays slowly from its path by about `wobble`."""
    knots = np.linspace(0, len(line) - 1, max(2, round(len(line) * _STEP / _WAVE) + 1))
    stray = rng.normal(0, wobble, (len(knots), 2))
    return line + np.stack([np.interp(np.arange(len(line)), knots, stray[:, axis]) for axis in (0, 1)], -1)


def _softened(line: Floats, softness: float) -> Floats:
    """An even line (N, 2) blurred along itself by `softness`, which rounds its corners; its ends stay."""
    reach = math.ceil(2.5 * softness / _STEP)
    if not reach:
        return line
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * _STEP / softness) ** 2)
    # Beyond its ends a line goes on as it came, mirrored in them.
    mirrored = np.arange(reach, 0, -1).clip(max=len(line) - 1)
    longer = np.concatenate([2 * line[0] - line[mirrored], line, 2 * line[-1] - line[-1 - mirrored[::-1]]])
    return np.stack([np.convolve(longer[:, axis], kernel / kernel.sum(), "valid") for axis in (0, 1)], -1)
