"""A spec drawn by a hand: all segments of a drawing as one array of points, all circles as another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import cairo
import numpy as np
from numpy.typing import NDArray

from derender.rendering.pencil.hand import Hand
from derender.rendering.pencil.placement import CELL, Placement
from derender.rendering.pencil.segments import Segment, beside, segments_of
from derender.rendering.strokes import bend_curve
from derender.spec import Circle, Spec, looseness

_SEGMENT_POINTS = 20
_CIRCLE_POINTS = 40

_MOST_OFF = 0.2 * CELL
"""Pixels by which the radius of a circle is missed at most."""


def draw_by_hand(spec: Spec, hand: Hand, placement: Placement, shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """Clean strokes of `spec` drawn by `hand`: float32 array of `shape` (height, width) in [0, 1], 1 = ink."""
    height, width = shape
    surface = cairo.ImageSurface(cairo.FORMAT_A8, width, height)
    context = cairo.Context(surface)
    context.set_line_cap(cairo.LINE_CAP_ROUND)
    context.set_line_join(cairo.LINE_JOIN_ROUND)
    scale = math.sqrt(abs(np.linalg.det(placement.matrix[:, :2]))) / CELL
    segments = segments_of(spec, hand, rng)
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


def _outlines(circle: Circle, hand: Hand) -> list[Circle]:
    """What a circle is drawn as: itself, or twice beside it. Radii need not be multiples of a half here."""
    if not circle.double:
        return [circle]
    return [replace(circle, rx=circle.rx + outset / CELL, ry=circle.ry + outset / CELL) for outset in beside(hand)]


def _segment_points(segments: Sequence[Segment], hand: Hand, rng: np.random.Generator) -> NDArray[np.float64]:
    """(segments, points, 2): straight lines with a bow, a slow wobble and a tremor, across the line."""
    ends = np.array([(s.x1, s.y1, s.x2, s.y2) for s in segments])
    arched = np.array([s.bend if looseness(s.bend) == 1 else 0 for s in segments])
    bends = np.tan(np.radians(arched) / 2) / 2
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
    meant = a + along * t
    for number, segment in enumerate(segments):
        if looseness(segment.bend) > 1:
            meant[number] = bend_curve((segment.x1, segment.y1), (segment.x2, segment.y2), segment.bend, _SEGMENT_POINTS)
    return np.asarray(meant + across * (arch * bow + hand.wobble * short * (0.8 * slow + 0.7 * tremor)))


def _circle_points(circles: Sequence[Circle], hand: Hand, rng: np.random.Generator) -> NDArray[np.float64]:
    """(circles, points, 2): closed curves of low harmonics, with a start, an overlap or a gap, and a tremor."""
    n = len(circles)
    middle = np.array([(c.x, c.y) for c in circles], dtype=np.float64)[:, None, :] * CELL + rng.normal(0, hand.position_jitter, (n, 1, 2))
    meant = np.array([(c.rx, c.ry) for c in circles], dtype=np.float64)[:, None, :] * CELL
    radii = meant * (1 + rng.normal(0, hand.size_jitter, (n, 1, 1))) * (1 + rng.normal(0, 0.6 * hand.size_jitter, (n, 1, 2)))
    # Radii come in half cells: what is nearer to the next one shows that.
    radii = np.clip(radii, meant - _MOST_OFF, meant + _MOST_OFF)
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
