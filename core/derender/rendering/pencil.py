"""The simulated hand: draws a spec as a person would, for training and tests (A.4, widened).

A drawing is made in three steps, each a pure function of its arguments and of a seeded generator: `sample_hand` chooses one
person, pen and scanner; `draw_by_hand` lays down strokes (all segments of a drawing as one array, all circles as another);
`degrade` passes the ink through pen, paper and scanner. Lengths here are in pixels of a lattice whose cells are 16 pixels.

The widening over the paper follows from what real drawings need: thickness, intensity, blur, binarisation and specks vary
most, because a network trained without them reads barely half as many drawings.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cairo
import cv2
import numpy as np
from numpy.typing import NDArray

from derender.spec import Circle, Line, Rectangle, Spec

CELL = 16
"""Pixels per lattice cell of every canvas that the networks see."""

_CROSS = np.asarray(cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)), dtype=np.uint8)
_BESIDE = 1.5
"""Pixels from a double outline's middle to where each of its strokes begins."""
_CORNER = (0.35, 0.9)
"""Radius of rounded corners in cells, from TikZ's own to what people draw."""
_WORN = 1.3
"""Pixels of thickness from which something is left of a stroke that is worn from one side."""
_SEGMENT_POINTS = 20
_CIRCLE_POINTS = 40


@dataclass(frozen=True, slots=True)
class Hand:
    """One person with one pen on one scanner; lengths in pixels at 16 pixels a cell, angles in radians."""

    thickness: float
    wobble: float
    bow: float
    position_jitter: float
    size_jitter: float
    corner_overshoot: float
    end_slack: float
    roundness_noise: float
    head_length: float
    head_angle: float
    head_style: str
    dash_on: float
    dash_gap: float
    blur: float
    intensity: float
    binarise: bool
    specks: int
    erosion: float
    elastic: float
    thinning: float = 0.0
    skips: float = 0.0


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the lattice lies on the canvas: pixel = matrix @ (x, y, 1), pixel y down; `matrix` is 2×3."""

    matrix: NDArray[np.float64]

    def to_pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Lattice points (…, 2) as pixel positions (…, 2)."""
        return points @ self.matrix[:, :2].T + self.matrix[:, 2]


def aligned_placement(height: int, margin: float) -> Placement:
    """The placement of a registered canvas of `height` pixels with a `margin` around the lattice."""
    return Placement(np.array([[CELL, 0, margin], [0, -CELL, height - margin]], dtype=np.float64))


def jittered(
    placement: Placement,
    rng: np.random.Generator,
    *,
    shift: float,
    scale: float,
    turn: float,
    middle: tuple[float, float] = (8.0, 8.0),
) -> Placement:
    """`placement` moved by up to `shift` pixels, scaled by up to ±`scale` and turned by up to ±`turn` radians about `middle` (cells)."""
    angle, factor = rng.uniform(-turn, turn), 1 + rng.uniform(-scale, scale)
    rotation = factor * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    fixed = placement.matrix @ np.array([*middle, 1.0])
    matrix = rotation @ placement.matrix
    matrix[:, 2] += fixed - rotation @ fixed + rng.uniform(-shift, shift, 2)
    return Placement(matrix)


def sample_hand(rng: np.random.Generator) -> Hand:
    """A person, a pen and a scanner at random."""
    careful = rng.random()
    thickness = float(np.exp(rng.uniform(math.log(1.1), math.log(3.2)))) if rng.random() < 0.7 else float(rng.uniform(1.2, 2.0))
    head_angle, head_length = _visible_head(rng.uniform(0.35, 0.8), rng.uniform(3.5, 9.0), thickness)
    return Hand(
        thickness=thickness,
        wobble=float(rng.uniform(0.05, 0.25 + 0.6 * careful)),
        bow=float(rng.uniform(0.0, 0.008 + 0.02 * careful)),
        position_jitter=float(rng.uniform(0.1, 0.4 + 1.4 * careful)),
        size_jitter=float(rng.uniform(0.0, 0.02 + 0.06 * careful)),
        corner_overshoot=float(rng.uniform(0.2, 0.5 + 1.2 * careful)),
        end_slack=float(rng.uniform(0.3, 0.6 + 1.6 * careful)),
        roundness_noise=float(rng.uniform(0.005, 0.02 + 0.05 * careful)),
        head_length=head_length,
        head_angle=head_angle,
        head_style=str(rng.choice(["open", "open", "open", "open", "closed", "filled"])),
        dash_on=float(rng.uniform(1.5, 7.5)),
        # A gap narrower than the pen closes up and would make the label wrong.
        dash_gap=thickness + float(rng.uniform(1.2, 4.5)),
        blur=float(rng.choice([0.0, rng.uniform(0.3, 0.8), rng.uniform(0.8, 1.8)], p=[0.4, 0.35, 0.25])),
        intensity=float(rng.uniform(0.5, 1.5)),
        binarise=bool(rng.random() < 0.4),
        specks=int(rng.integers(1, 30)) if rng.random() < 0.4 else 0,
        erosion=float(rng.uniform(0.1, 0.5)) if rng.random() < 0.2 else 0.0,
        elastic=float(rng.uniform(0.3, 2.2)) if rng.random() < 0.3 else 0.0,
        thinning=_thinning(thickness, rng),
        skips=float(rng.uniform(0.02, 0.15)) if rng.random() < 0.3 else 0.0,
    )


def _thinning(thickness: float, rng: np.random.Generator) -> float:
    """How much of what is eaten from a stroke's sides is gone: now and then all of it, also of fine strokes, that are broken then."""
    kind = rng.random()
    if kind < 0.1 and thickness >= _WORN:
        return 1.0
    return float(rng.uniform(0.4, 1.0)) * min(1.0, thickness / 2) if kind < 0.35 else 0.0


def _visible_head(angle: float, length: float, thickness: float) -> tuple[float, float]:
    """The same head, opened and lengthened where the pen is so thick that even its least variation would be hidden in the stroke."""
    spread = 0.5 * thickness + 1.3
    angle = max(angle, math.asin(spread / 6.4) / 0.75)
    return float(angle), float(max(length, spread / (0.64 * math.sin(0.75 * angle))))


def draw_by_hand(spec: Spec, hand: Hand, placement: Placement, shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """Clean strokes of `spec` drawn by `hand`: float32 array of `shape` (height, width) in [0, 1], 1 = ink."""
    height, width = shape
    surface = cairo.ImageSurface(cairo.FORMAT_A8, width, height)
    context = cairo.Context(surface)
    context.set_line_cap(cairo.LINE_CAP_ROUND)
    context.set_line_join(cairo.LINE_JOIN_ROUND)
    scale = math.sqrt(abs(np.linalg.det(placement.matrix[:, :2]))) / CELL
    segments = _segments(spec, hand, rng)
    circles = [outline for command in spec if isinstance(command, Circle) for outline in _outlines(command, hand)]
    if segments:
        points = placement.to_pixels(_segment_points(segments, hand, rng) / CELL)
        for segment, polyline in zip(segments, points, strict=True):
            _stroke(context, polyline, scale * hand.thickness * rng.uniform(0.85, 1.15), scale, segment.dash, segment.filled_to, placement)
    if circles:
        for polyline in placement.to_pixels(_circle_points(circles, hand, rng) / CELL):
            _stroke(context, polyline, scale * hand.thickness * rng.uniform(0.85, 1.15), scale, None, None, placement)
    surface.flush()
    data = np.frombuffer(surface.get_data(), np.uint8).reshape(height, surface.get_stride())[:, :width]
    return data.astype(np.float32) / np.float32(255)


def degrade(ink: NDArray[np.float32], hand: Hand, rng: np.random.Generator) -> NDArray[np.float32]:
    """`ink` after pen, paper and scanner: elastic paper, broken strokes, blur, specks, intensity, binarisation; same shape, [0, 1]."""
    height, width = ink.shape
    if hand.elastic:
        ink = elastic(ink, hand.elastic, rng)
    strokes = ink > 0.5
    if hand.erosion:
        coarse = rng.normal(0, 1, (height // 3 + 2, width // 3 + 2)).astype(np.float32)
        texture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        ink = ink * np.clip(1.6 - hand.erosion * (1 + texture), 0, 1)
    if hand.thinning:
        # What a scanner's threshold eats from both sides of a stroke.
        # The cross eats from both sides, the square from one.
        is_wide = hand.thickness > 2 * hand.thinning
        eaten = cv2.erode(ink, _CROSS if is_wide and rng.random() < 0.4 else np.ones((2, 2), np.uint8))
        ink = np.asarray((1 - hand.thinning) * ink + hand.thinning * eaten, dtype=np.float32)
        ink = ink / max(0.3, float(ink.max()))
    if hand.specks:
        ink = ink.copy()
        for x, y, r in zip(rng.integers(0, width, hand.specks), rng.integers(0, height, hand.specks), rng.random(hand.specks), strict=True):
            cv2.circle(ink, (int(x), int(y)), int(r < 0.25), float(0.4 + 0.6 * r), -1)
    if hand.blur:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), hand.blur), dtype=np.float32)
    if hand.binarise:
        level = rng.uniform(0.25, 0.5) * _faintest(ink, strokes)
        ink = np.clip((ink - level) * max(8.0, 4 / level) + 0.5, 0, 1)
    noise = rng.normal(0, rng.uniform(0, 0.03), ink.shape).astype(np.float32) if rng.random() < 0.3 else np.float32(0)
    return np.asarray(np.clip(ink * max(0.4, hand.intensity) + noise, 0, 1), dtype=np.float32)


def _faintest(ink: NDArray[np.float32], strokes: NDArray[np.bool_]) -> float:
    """How dark the faintest of the `strokes` still is: a threshold below it loses neither a thin line beside filled heads nor a dash."""
    if not strokes.any():
        return max(0.3, float(ink.max(initial=0)))
    darkest_near = cv2.dilate(ink, np.ones((3, 3), np.uint8))[strokes]
    count, pieces = cv2.connectedComponents(strokes.astype(np.uint8))
    darkest_of_pieces = np.zeros(count, np.float32)
    np.maximum.at(darkest_of_pieces, pieces[strokes], darkest_near)
    return max(0.1, float(min(np.quantile(darkest_near, 0.05), np.quantile(darkest_of_pieces[1:], 0.05))))


def elastic(ink: NDArray[np.float32], amplitude: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """`ink` on paper stretched unevenly, by `amplitude` pixels at most."""
    height, width = ink.shape
    field = rng.uniform(-1, 1, (2, height // 48 + 2, width // 48 + 2)).astype(np.float32)
    dx, dy = (cv2.resize(f, (width, height), interpolation=cv2.INTER_CUBIC) * amplitude for f in field)
    grid_x, grid_y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.asarray(cv2.remap(ink, grid_x + dx, grid_y + dy, cv2.INTER_LINEAR), dtype=np.float32)


def simulate(spec: Spec, width_cells: int, height_cells: int, seed: int) -> NDArray[np.float32]:
    """A whole registered drawing from one seed: float32 (16·height, 16·width) in [0, 1], 1 = ink."""
    rng = np.random.default_rng(seed)
    hand = sample_hand(rng)
    shape = (height_cells * CELL, width_cells * CELL)
    placement = jittered(aligned_placement(shape[0], 0), rng, shift=2, scale=0.01, turn=0.01)
    return degrade(draw_by_hand(spec, hand, placement, shape, rng), hand, rng)


# Strokes


@dataclass(frozen=True, slots=True)
class _Segment:
    """One straight pen movement in lattice pixels, y up: from (x1, y1) to (x2, y2)."""

    x1: float
    y1: float
    x2: float
    y2: float
    bend: float = 0.0
    dash: tuple[float, ...] | None = None
    filled_to: tuple[float, float] | None = None


def _segments(spec: Spec, hand: Hand, rng: np.random.Generator) -> list[_Segment]:
    segments: list[_Segment] = []
    for command in spec:
        match command:
            case Circle():
                pass
            case Rectangle(double=False):
                segments.extend(_rectangle_segments(command, hand, rng))
            case Rectangle():
                # Both outlines shake alike: a hand follows the first with the second.
                state = rng.bit_generator.state
                for outset in _beside(hand):
                    rng.bit_generator.state = state
                    segments.extend(_rectangle_segments(command, hand, rng, outset))
            case Line():
                segments.extend(_line_segments(command, hand, rng))
    return segments


def _outlines(circle: Circle, hand: Hand) -> list[Circle]:
    """What a circle is drawn as: itself, or twice beside it. Radii need not be multiples of a half here."""
    if not circle.double:
        return [circle]
    return [replace(circle, rx=circle.rx + outset / CELL, ry=circle.ry + outset / CELL) for outset in _beside(hand)]


def _beside(hand: Hand) -> tuple[float, float]:
    """How far outside its path the middles of a double outline's strokes are: some paper lies between them, whatever the pen."""
    return -_BESIDE - hand.thickness / 2, _BESIDE + hand.thickness / 2


def _rectangle_segments(command: Rectangle, hand: Hand, rng: np.random.Generator, outset: float = 0.0) -> list[_Segment]:
    dx, dy = rng.normal(0, hand.position_jitter, 2)
    low = np.array([command.x1, command.y1]) * CELL - outset
    high = np.array([command.x2, command.y2]) * CELL + outset
    corners = np.array([(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])], dtype=np.float64)
    corners += np.array([dx, dy]) + rng.normal(0, 0.25 + 0.4 * hand.position_jitter, (4, 2))
    following = np.roll(corners, -1, 0)
    unit = (following - corners) / np.linalg.norm(following - corners, axis=1, keepdims=True)
    overshoot = rng.normal(0, hand.corner_overshoot, (4, 2)).clip(-2.5, 2.5)
    if command.rounded:
        return _rounded_sides(corners, unit, min(rng.uniform(*_CORNER) * CELL, 0.45 * float((high - low).min())))
    starts, stops = corners - unit * overshoot[:, :1], following + unit * overshoot[:, 1:]
    return [_Segment(*side) for side in np.concatenate([starts, stops], 1).tolist()]


def _rounded_sides(corners: NDArray[np.float64], unit: NDArray[np.float64], radius: float) -> list[_Segment]:
    """Four sides and the quarters of circles between them; `unit` (4, 2) leads from each corner to the next, the box on its left."""
    starts, stops = corners + unit * radius, np.roll(corners, -1, 0) - unit * radius
    sides = [_Segment(*side) for side in np.concatenate([starts, stops], 1).tolist()]
    arcs = np.concatenate([stops, np.roll(starts, -1, 0)], 1).tolist()
    return sides + [_Segment(x1, y1, x2, y2, -45.0) for x1, y1, x2, y2 in arcs]


def _line_segments(command: Line, hand: Hand, rng: np.random.Generator) -> list[_Segment]:
    a = np.array([command.x1, command.y1], dtype=np.float64) * CELL
    b = np.array([command.x2, command.y2], dtype=np.float64) * CELL
    shift = rng.normal(0, 0.7 * hand.position_jitter, 2)
    length = float(np.hypot(*(b - a)))
    unit = (b - a) / length
    normal = np.array([-unit[1], unit[0]])
    slack = np.clip(rng.normal(0, hand.end_slack, 2), -3.5, 3.5)
    a = a + shift + unit * slack[0] + normal * rng.normal(0, 0.4 * hand.position_jitter)
    b = b + shift + unit * slack[1] + normal * rng.normal(0, 0.4 * hand.position_jitter)
    dash: tuple[float, ...] | None = None
    if not command.dashed and rng.random() < hand.skips and length > 2 * CELL:
        # The pen skips once: a gap, and still one plain line.
        gap = hand.thickness + float(rng.uniform(0.5, 3.0))
        dash = (float(rng.uniform(0.15, 0.8)) * length, gap, 2 * length, 1.0)
    if command.dashed:
        # At least three dashes on the shortest line, whatever the pen's habit.
        period = min(hand.dash_on + hand.dash_gap, length / 2.6)
        gap = min(hand.dash_gap, 0.75 * period)
        # Round caps lengthen each dash by the pen's thickness; cairo's dash array leaves that out.
        dash = (max(0.1, period - gap - hand.thickness + 1), gap + hand.thickness - 1)
    segments = [_Segment(a[0], a[1], b[0], b[1], float(command.bend), dash)]
    if command.arrow:
        # Along the end of a bent shaft, which is steeper than the straight line between the ends.
        steep = -math.atan(2 * math.tan(math.radians(command.bend) / 2))
        turn = np.array([[math.cos(steep), -math.sin(steep)], [math.sin(steep), math.cos(steep)]])
        segments.extend(_head_segments(b + turn @ (a - b) if command.bend else a, b, hand, rng))
    return segments


def _head_segments(a: NDArray[np.float64], b: NDArray[np.float64], hand: Hand, rng: np.random.Generator) -> list[_Segment]:
    back = (a - b) / max(1e-6, float(np.hypot(*(b - a))))
    reach = min(hand.head_length * rng.uniform(0.8, 1.25), 0.75 * float(np.hypot(*(b - a))))
    tip = b + rng.normal(0, 0.4, 2)
    barbs = []
    for side in (-1, 1):
        angle = side * hand.head_angle * rng.uniform(0.75, 1.25)
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        barbs.append(tip + turn @ back * reach * rng.uniform(0.8, 1.2))
    left, right = barbs
    segments = [
        _Segment(left[0], left[1], tip[0], tip[1], filled_to=(right[0], right[1]) if hand.head_style == "filled" else None),
        _Segment(tip[0], tip[1], right[0], right[1]),
    ]
    if hand.head_style != "open":
        segments.append(_Segment(left[0], left[1], right[0], right[1]))
    return segments


def _segment_points(segments: Sequence[_Segment], hand: Hand, rng: np.random.Generator) -> NDArray[np.float64]:
    """(segments, points, 2): straight lines with a bow, a slow wobble and a tremor, across the line."""
    ends = np.array([(s.x1, s.y1, s.x2, s.y2) for s in segments])
    bends = np.tan(np.radians(np.array([s.bend for s in segments])) / 2) / 2
    a, b = ends[:, None, :2], ends[:, None, 2:]
    t = np.linspace(0, 1, _SEGMENT_POINTS)[None, :, None]
    along = b - a
    length = np.hypot(along[..., 0], along[..., 1])[..., None] + 1e-6
    across = np.stack([-along[..., 1], along[..., 0]], -1) / length
    n = len(segments)
    arch = 4 * t * (1 - t)
    bow = rng.normal(0, hand.bow, (n, 1, 1)) * length + bends[:, None, None] * length
    slow = np.sin(2 * math.pi * (rng.uniform(0.5, 2.0, (n, 1, 1)) * t * length / 64 + rng.random((n, 1, 1))))
    tremor = rng.normal(0, 1, (n, _SEGMENT_POINTS, 1))
    tremor = (tremor + np.roll(tremor, 1, 1) + np.roll(tremor, -1, 1)) / 3
    short = np.clip(length / 24, 0.15, 1)
    return np.asarray(a + along * t + across * (arch * bow + hand.wobble * short * (0.8 * slow + 0.7 * tremor)))


def _circle_points(circles: Sequence[Circle], hand: Hand, rng: np.random.Generator) -> NDArray[np.float64]:
    """(circles, points, 2): closed curves of low harmonics, with a start, an overlap or a gap, and a tremor."""
    n = len(circles)
    middle = np.array([(c.x, c.y) for c in circles], dtype=np.float64)[:, None, :] * CELL + rng.normal(0, hand.position_jitter, (n, 1, 2))
    radii = np.array([(c.rx, c.ry) for c in circles], dtype=np.float64)[:, None, :] * CELL
    radii = radii * (1 + rng.normal(0, hand.size_jitter, (n, 1, 1))) * (1 + rng.normal(0, 0.6 * hand.size_jitter, (n, 1, 2)))
    turn = 2 * math.pi + rng.normal(0, 0.2, (n, 1))
    angle = rng.uniform(0, 2 * math.pi, (n, 1)) + rng.choice([-1, 1], (n, 1)) * turn * np.linspace(0, 1, _CIRCLE_POINTS)[None]
    radial = np.ones_like(angle)
    for harmonic in (2, 3, 5):
        radial += hand.roundness_noise / harmonic * 2 * rng.normal(0, 1, (n, 1)) * np.cos(harmonic * angle + rng.uniform(0, 6.3, (n, 1)))
    # A hand does not come back to exactly where it started.
    radial += rng.normal(0, hand.roundness_noise, (n, 1)) * np.linspace(-1, 1, _CIRCLE_POINTS)[None]
    tremor = 0.4 * hand.wobble * rng.normal(0, 1, (n, _CIRCLE_POINTS, 2))
    return np.asarray(middle + radii * radial[..., None] * np.stack([np.cos(angle), np.sin(angle)], -1) + tremor)


def _stroke(
    context: cairo.Context[cairo.ImageSurface],
    polyline: NDArray[np.float64],
    thickness: float,
    scale: float,
    dash: tuple[float, ...] | None,
    filled_to: tuple[float, float] | None,
    placement: Placement,
) -> None:
    context.set_line_width(thickness)
    context.set_dash([d * scale for d in dash] if dash else [])
    points = polyline.tolist()
    context.move_to(*points[0])
    for point in points[1:]:
        context.line_to(*point)
    if filled_to is not None:
        context.line_to(*placement.to_pixels(np.array(filled_to) / CELL).tolist())
        context.close_path()
        context.fill_preserve()
    context.stroke()
