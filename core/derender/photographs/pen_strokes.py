"""Single strokes of a pen in pixels, as people draw the parts of a figure without a lattice: outlines of shapes, arrows, signs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cairo
import numpy as np
from numpy.typing import NDArray

from derender.photographs.writing import Mask

Points = NDArray[np.float64]
Box = tuple[float, float, float, float]
"""left, top, right, bottom in pixels."""

Kind = Literal["box", "rounded", "circle", "diamond", "ellipse", "slanted", "triangle", "document"]
"""What a shape's outline is; a document is a box whose foot is a wave."""

_ROUND: tuple[Kind, ...] = ("circle", "ellipse")
_SMOOTH: tuple[Kind, ...] = (*_ROUND, "rounded", "document")


@dataclass(frozen=True, slots=True)
class Stroke:
    """A polyline (N, 2) in pixels, how thick, in which dashes, and whether what it encloses is filled."""

    points: Points
    thickness: float
    dash: tuple[float, float] | None = None
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Pen:
    """How thick strokes are in pixels, how far a hand strays from where it means to go, as a part of a stroke's length, and how uneven its
    shapes are: of half a shape's side the standard deviation of each way in which it is."""

    thickness: float
    wobble: float
    uneven: float = 0.0


@dataclass(frozen=True, slots=True)
class ArrowStyle:
    """One person's arrows: what their heads are like, and dashes in strokes' widths. Heads are about `size` of a shape's height long,
    their sides bow (0 straight, 1 one round stroke), and they lie beside the stem's end by about `apart` of the height. Arrows keep about
    `aloof` of the height from what they join. Of ways with at least so many corners (`legs`; 0: of none) each straight part is an arrow of
    its own."""

    head: Literal["open", "closed", "filled", "none"]
    dash: tuple[float, float] | None
    size: float = 0.2
    bow: float = 0.0
    apart: float = 0.03
    aloof: float = 0.0
    legs: int = 0

    def is_in_legs(self, path: Points) -> bool:
        """Whether each straight part of an angled way (N, 2), which is no curve, is an arrow of its own."""
        return 0 < self.legs <= len(path) - 2


_IN_LEGS, _LONG_IN_LEGS = 0.12, 0.2
"""Parts of people, of those who draw heads, whose angled ways have one at each corner: all of them, or those with two corners or more."""


def sample_arrow_style(rng: np.random.Generator) -> ArrowStyle:
    """A person's arrows at random."""
    heads: tuple[Literal["open", "closed", "filled", "none"], ...] = ("open", "open", "open", "closed", "filled", "none")
    head = heads[int(rng.integers(len(heads)))]
    dash = (rng.uniform(4, 9), rng.uniform(3, 7)) if rng.random() < 0.12 else None
    bow = rng.uniform(0.2, 1.0) if head == "open" and rng.random() < 0.3 else 0.0
    apart = rng.uniform(0.05, 0.15) if rng.random() < 0.2 else 0.03
    aloof = rng.uniform(0.05, 0.4) if rng.random() < 0.2 else 0.0
    size, habit = rng.uniform(0.1, 0.36), rng.random()
    legs = 0 if head == "none" else 1 if habit < _IN_LEGS else 2 if habit < _IN_LEGS + _LONG_IN_LEGS else 0
    return ArrowStyle(head, dash, size, bow, apart, aloof, legs)


def sample_thickness(rng: np.random.Generator, height: float) -> float:
    """A pen's width in pixels for shapes of that height: between a fortieth and an eighth of it, as people draw."""
    return float(np.clip(height / math.exp(rng.uniform(math.log(8), math.log(40))), 1.0, 7.0))


def corners_of(kind: Kind, box: Box, lean: float) -> Points:
    """Corners (N, 2) of a shape of straight sides in its box, clockwise from the top left or the top; `lean` pixels for what is slanted."""
    left, top, right, bottom = box
    x, y = middle_of(box)
    match kind:
        case "diamond":
            return np.array([(x, top), (right, y), (x, bottom), (left, y)])
        case "triangle":
            return np.array([(x, top), (right, bottom), (left, bottom)])
        case "slanted":
            return np.array([(left + lean, top), (right, top), (right - lean, bottom), (left, bottom)])
        case _:
            return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


def outline(kind: Kind, box: Box, lean: float, pen: Pen, rng: np.random.Generator) -> list[Stroke]:
    """A shape's outline, now and then double or heavy."""
    height = box[3] - box[1]
    double = rng.random() < (0.15 if kind == "circle" else 0.04) and height > 10 * pen.thickness
    heavy = pen.thickness * (rng.uniform(1.6, 3.5) if kind == "circle" and rng.random() < _HEAVY else 1)
    if kind == "circle" and rng.random() < _GONE_OVER:
        return _gone_over(box, pen, rng)
    # One person's corners meet, another's sides end too early or too late.
    missed = height * (0.02 if rng.random() < 0.6 else rng.uniform(0.03, 0.16))
    angle = rng.normal(0, 0.02)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    middle = np.array(middle_of(box))
    flat = _uneven(_outline_points(kind, box, lean, rng), box, pen.uneven, rng) - middle
    out: list[Stroke] = []
    for shrink in (1.0, 1 - max(0.12, 5 * pen.thickness / height)) if double else (1.0,):
        points = shrink * flat @ turn.T + middle
        if kind not in _SMOOTH:
            points = points + rng.normal(0, 0.02 * height, points.shape)
            if rng.random() < 0.5:
                # Each side a stroke of its own.
                sides = [points[k : k + 2] for k in range(len(points) - 1)]
                out.extend(Stroke(shaken(_overshot(s, missed, rng), pen.wobble, rng), heavy) for s in sides)
                continue
        out.append(Stroke(shaken(points, pen.wobble, rng), heavy))
    return out


def _uneven(points: Points, box: Box, by: float, rng: np.random.Generator) -> Points:
    """An outline (N, 2) as hands draw it, in the same box: slanted, and narrower to one side."""
    if not by:
        return points
    low, size = np.array(box[:2]), np.array(box[2:]) - box[:2]
    x, y = (2 * (points - low) / size - 1).T
    (a, b, c, d), (e, f, g, h) = rng.normal(0, by, (2, 4))
    # Sums of these bring each corner of a box, and each of a diamond, somewhere else.
    bent = np.stack([x + a * y + b * x * y + c * x**2 + d * y**2, y + e * x + f * x * y + g * x**2 + h * y**2], -1)
    least, most = bent.min(0), bent.max(0)
    return np.asarray(low + (bent - least) / (most - least) * size)


def _gone_over(box: Box, pen: Pen, rng: np.random.Generator) -> list[Stroke]:
    """A heavy circle as people make it with a fine pen: several rounds beside each other, with paper between some of them."""
    middle, rounds = np.array(middle_of(box)), int(rng.integers(2, 5))
    out = []
    for _ in range(rounds):
        loop = _outline_points("circle", box, 0.0, rng) - middle
        inward = 1 - rng.uniform(0, 1.6) * rounds * pen.thickness / (box[3] - box[1])
        out.append(Stroke(shaken(inward * loop + middle + rng.normal(0, 0.4 * pen.thickness, 2), pen.wobble, rng), pen.thickness))
    return out


def _outline_points(kind: Kind, box: Box, lean: float, rng: np.random.Generator) -> Points:
    """A closed polyline; round ones end near where they began."""
    width, height = box[2] - box[0], box[3] - box[1]
    if kind in _ROUND:
        angle = rng.uniform(0, 6.3) + np.linspace(0, 2 * math.pi + rng.normal(0, 0.12), 48)
        radial = 1 + rng.normal(0, 0.03) * np.cos(2 * angle + rng.uniform(0, 6)) + rng.normal(0, 0.03) * np.linspace(-1, 1, 48)
        return np.stack([np.cos(angle) * width / 2, np.sin(angle) * height / 2], -1) * radial[:, None] + middle_of(box)
    if kind == "document":
        return _document(box, rng)
    if kind == "rounded":
        return _rounded(width, height, rng.uniform(0.12, 0.5) * min(width, height)) + middle_of(box)
    corners = corners_of(kind, box, lean)
    return np.concatenate([corners, corners[:1]])


def _rounded(width: float, height: float, r: float) -> Points:
    x, y = width / 2 - r, height / 2 - r
    corners = [((x, -y), -90), ((x, y), 0), ((-x, y), 90), ((-x, -y), 180)]
    points = [
        (cx + r * math.cos(math.radians(start + a)), cy + r * math.sin(math.radians(start + a)))
        for (cx, cy), start in corners
        for a in (0, 22, 45, 68, 90)
    ]
    return np.array([*points, points[0]])


def _document(box: Box, rng: np.random.Generator) -> Points:
    """A box with a wave in place of its foot, whose lowest point is at the box's."""
    left, top, right, bottom = box
    t = np.linspace(0, 1, 20)
    # From half a wave, as if a corner were torn off, to a whole one.
    wave = np.cos(math.pi * (rng.uniform(1.0, 2.0) * t + rng.uniform(0, 0.6)))
    low = (wave.max() - wave) / np.ptp(wave)
    foot = np.stack([right - t * (right - left), bottom - rng.uniform(0.15, 0.7) * (bottom - top) * (1 - low)], -1)
    return np.concatenate([[(left, top), (right, top)], foot, [(left, top)]])


_HEAVY, _GONE_OVER = 0.35, 0.2
"""Part of circles that a fine pen went round several times (the second), and part of the others that are drawn with a heavy stroke, as ends
of processes are."""

_TO_BASE = 0.7
"""Part of hollow heads that the stem does not go through."""

_STEM, _SAME_WAY = 1.25, 0.7
"""Of a head's length: at least so much of a curve tells where its head points, as far as it leads about the same way (the cosine)."""


def arrow(path: Points, style: ArrowStyle, height: float, pen: Pen, rng: np.random.Generator) -> list[Stroke]:
    """A path (N, 2) with a head at its last point, in proportion to shapes of that height."""
    thickness = pen.thickness * rng.uniform(0.85, 1.1)
    if style.head == "none":
        return [Stroke(shaken(path, pen.wobble, rng), thickness, style.dash)]
    tip, wanted = path[-1], max(2.5 * pen.thickness, height * style.size * math.exp(rng.normal(0, 0.2)))
    before = _behind_head(path, wanted)
    length = float(np.hypot(*(tip - before)))
    along = (tip - before) / max(1e-6, length)
    reach = max(2.5 * pen.thickness, min(wanted, 0.8 * length))
    stem = path
    if style.head == "closed" and rng.random() < _TO_BASE:
        base = min(0.75 * reach, 0.9 * length)
        behind = path[:-1][np.hypot(*(path[:-1] - tip).T) > base]
        stem = np.concatenate([behind, [tip - base * along]])
    out = [Stroke(shaken(stem, pen.wobble, rng), thickness, style.dash)]
    # A head is a stroke of its own: the stem ends a little before it or goes on beyond it.
    tip = tip + along * min((0.3 if style.apart < 0.05 else 0.8) * reach, abs(rng.normal(0, style.apart * height))) * rng.choice([-1, 1])
    back = -along * reach
    sides = []
    for side in (-1, 1):
        angle = side * rng.uniform(0.35, 0.85)
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        sides.append(tip + turn @ back)
    head = _bowed(sides[0], tip, sides[1], style.bow) if style.head == "open" else np.array([sides[0], tip, sides[1], sides[0]])
    out.append(Stroke(shaken(head, 0.5 * pen.wobble, rng), pen.thickness, None, style.head == "filled"))
    return out


def _behind_head(path: Points, reach: float) -> Points:
    """The point of a path (N, 2) that a head of about that length at its end leads away from: a curve's points are close."""
    steps = np.diff(path, axis=0)
    for number in range(len(path) - 2, 0, -1):
        turned = float(steps[number - 1] @ steps[-1]) < _SAME_WAY * float(np.hypot(*steps[number - 1]) * np.hypot(*steps[-1]))
        if turned or np.hypot(*(path[-1] - path[number])) >= _STEM * reach:
            return np.asarray(path[number])
    return np.asarray(path[0])


def _bowed(first: Points, tip: Points, second: Points, bow: float) -> Points:
    """From one end over the tip to the other, between two straight sides (0) and one round stroke (1)."""
    if not bow:
        return np.array([first, tip, second])
    t = np.linspace(0, 1, 13)[:, None]
    straight = np.where(t < 0.5, first + 2 * t * (tip - first), tip + (2 * t - 1) * (second - tip))
    middle = 2 * tip - (first + second) / 2
    round_stroke = (1 - t) ** 2 * first + 2 * t * (1 - t) * middle + t**2 * second
    return np.asarray((1 - bow) * straight + bow * round_stroke)


def as_drawn(path: Points, height: float, rng: np.random.Generator, aloof: float = 0.0) -> Points:
    """A path (N, 2) from outline to outline as hands draw it: it begins and ends a little early or late, for shapes of that height; see
    `ArrowStyle` for `aloof`."""
    out = path.copy()
    for end, inner in ((0, 1), (-1, -2)):
        inward = path[inner] - path[end]
        length = float(np.hypot(*inward))
        kind = rng.random()
        gap = height * (rng.uniform(0.25, 0.45) if kind < 0.06 else rng.uniform(0.05, 0.25) if kind < 0.4 else rng.normal(0, 0.04))
        gap += height * aloof * rng.uniform(0.5, 1.5)
        out[end] = path[end] + inward / max(1e-6, length) * min(gap, 0.25 * length)
    return out


def strike(box: Box, pen: Pen, rng: np.random.Generator) -> list[Stroke]:
    """What strikes a shape out: slanting strokes side by side, one that goes to and fro, a cross, or a scribble in the middle."""
    left, top, right, bottom = box
    height, kind = bottom - top, rng.random()
    if kind < 0.25:
        turns = np.cumsum(rng.uniform(1.5, 4, int(rng.integers(10, 30))))
        away = np.linspace(0.5, 0.15, len(turns))[:, None] * (right - left, height)
        lines = [middle_of(box) + away * np.stack([np.cos(turns), np.sin(turns)], -1)]
    elif kind < 0.45:
        lines = [np.array([(left, top), (right, bottom)]), np.array([(left, bottom), (right, top)])]
    else:
        lean, step = rng.uniform(0.1, 0.8) * height, rng.uniform(0.1, 0.35) * height
        feet = np.arange(left - lean / 2, right - lean / 2, step)
        lines = [np.array([(x, bottom), (x + lean, top)]) for x in feet]
        if rng.random() < 0.5:
            lines = [np.concatenate([line[:: -1 if k % 2 else 1] for k, line in enumerate(lines)])] if lines else []
    strayed = (line + rng.normal(0, 0.06 * height, line.shape) for line in lines)
    return [Stroke(shaken(line, pen.wobble, rng), pen.thickness) for line in strayed]


def icon(box: Box, thickness: float, rng: np.random.Generator) -> list[Stroke]:
    """A sign inside a shape: cross, plus, clock hands, envelope, coil; nothing where there is no room."""
    x, y = middle_of(box)
    r = 0.28 * min(box[2] - box[0], box[3] - box[1])
    if r < 3:
        return []
    signs: list[list[list[tuple[float, float]]]] = [
        [[(-1, -1), (1, 1)], [(-1, 1), (1, -1)]],
        [[(-1, 0), (1, 0)], [(0, -1), (0, 1)]],
        [[(0, -1), (0, 0), (0.7, 0.3)]],
        [[(-1, -0.7), (1, -0.7), (1, 0.7), (-1, 0.7), (-1, -0.7)], [(-1, -0.7), (0, 0.1), (1, -0.7)]],
        [[(math.cos(a) * a / 16, math.sin(a) * a / 16) for a in np.linspace(2, 16, 50)]],
    ]
    lines = signs[int(rng.integers(5))]
    points = [np.array(line) * r * rng.uniform(0.7, 1.2) + (x, y) + rng.normal(0, 0.06 * r, 2) for line in lines]
    return [Stroke(shaken(p, 0.01, rng), thickness) for p in points]


def middle_of(box: Box) -> tuple[float, float]:
    """The middle of a box."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _overshot(side: Points, by: float, rng: np.random.Generator) -> Points:
    """A side (2, 2) that ends about so many pixels too early or too late, and a little beside the corners."""
    along = (side[1] - side[0]) / max(1e-6, float(np.hypot(*(side[1] - side[0]))))
    beside = np.array([-along[1], along[0]]) * rng.normal(0, 0.3 * by, (2, 1))
    return np.array([side[0] - along * rng.normal(0, by), side[1] + along * rng.normal(0, by)]) + beside


def shaken(points: Points, wobble: float, rng: np.random.Generator) -> Points:
    """A polyline with a tremor that grows with its length: slow and fast, in both directions."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    length = float(steps.sum())
    n = int(np.clip(length / 6, 8, 120))
    at = np.concatenate([[0], np.cumsum(steps)])
    t = np.linspace(0, length, n)
    out = np.stack([np.interp(t, at, points[:, 0]), np.interp(t, at, points[:, 1])], -1)
    slow = rng.normal(0, 1, (max(3, n // 8), 2))
    knots = np.linspace(0, length, len(slow))
    for axis in (0, 1):
        out[:, axis] += wobble * min(length, 160) * np.interp(t, knots, slow[:, axis]) + rng.normal(0, 0.15, n)
    return out


def draw(strokes: Sequence[Stroke], shape: tuple[int, int]) -> Mask:
    """Strokes on a layer of `shape` (height, width), 255 = ink."""
    height, width = shape
    surface = cairo.ImageSurface(cairo.FORMAT_A8, width, height)
    context = cairo.Context(surface)
    context.set_line_cap(cairo.LINE_CAP_ROUND)
    context.set_line_join(cairo.LINE_JOIN_ROUND)
    for stroke in strokes:
        context.set_line_width(stroke.thickness)
        context.set_dash([d * max(1.0, stroke.thickness / 2) for d in stroke.dash] if stroke.dash else [])
        points = stroke.points.tolist()
        context.move_to(*points[0])
        for point in points[1:]:
            context.line_to(*point)
        if stroke.filled:
            context.close_path()
            context.fill_preserve()
        context.stroke()
    surface.flush()
    return np.frombuffer(surface.get_data(), np.uint8).reshape(height, surface.get_stride())[:, :width].copy()
